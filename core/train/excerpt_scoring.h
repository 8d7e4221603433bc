// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/device.h"
#include "core/nets/model_bundle.h"
#include "core/train/packed_data.h"
#include "core/util/progress.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <stop_token>
#include <vector>

namespace earshot {

// Excerpts of one recording at equal distances.
struct RecordingExcerpts
{
    std::size_t recording = 0;      // index into PackedData::recordings()
    std::vector<std::size_t> first; // first frames: 0, hop, 2·hop …
    std::vector<FrameLabel> labels; // of the centre frames
};

// All whole excerpts of the recordings of a split and one of the kinds, `hop` frames apart;
// recordings shorter than an excerpt are left out.
std::vector<RecordingExcerpts> excerptsOf(const PackedData& data, Split split,
                                          const std::vector<RecordingKind>& kinds, std::size_t hop);

// Natural log-mels [N, 1, 115, 80] float32 on the device, channels last; called in order, for every
// batch of one recording's excerpts [first, first + N).
using ExcerptVisitor = std::function<void(const at::Tensor& logMels,
                                          const RecordingExcerpts& excerpts, std::size_t first)>;
// Error (Failed, "stopped") on a stop.
void visitExcerpts(const PackedData& data, const std::vector<RecordingExcerpts>& excerpts,
                   const Device& device, std::int64_t batchSize, const ExcerptVisitor& visitor,
                   std::stop_token stop, const ProgressCallback& progress,
                   const std::string& stage);

// Silence is no music: what a unit responds to it says nothing of what it has learned. A frame
// without a band above this (natural log-mel) is silent: −51 dBFS of white noise, −74 dBFS of a
// tone. An excerpt is if more than a quarter of its frames are.
inline constexpr float silentLogMel = -3;
// Of log-mels [N, 1, 115, 80], on any device: one value an excerpt.
std::vector<bool> areSilent(const at::Tensor& logMels);

// Log-mels [N, 1, 115, 80] → scores [N]: logits.
using ScoreFunction = std::function<at::Tensor(const at::Tensor& logMels)>;
// The output neuron of a classifier, before its sigmoid: the last linear layer of one unit. Borrows
// the bundle. Error (BadInput) if it has none.
ScoreFunction outputNeuron(const ClassifierBundle& bundle);

// Scores of each recording's excerpts, in their order.
std::vector<std::vector<float>>
scoreExcerpts(const PackedData& data, const std::vector<RecordingExcerpts>& excerpts,
              const ScoreFunction& score, const Device& device, std::stop_token stop,
              const ProgressCallback& progress, const std::string& stage);

} // namespace earshot
