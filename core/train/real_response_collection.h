// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/real_responses.h"
#include "core/nets/device.h"
#include "core/nets/model_bundle.h"
#include "core/train/packed_data.h"
#include "core/util/progress.h"

#include <cstddef>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace earshot {

// One excerpt of the real music that responses were collected over.
struct RealExcerptPlace
{
    std::size_t song = 0;   // index into names
    double timeSeconds = 0; // of its first sample
    FrameLabel label = FrameLabel::Unknown;
};

// What a bundle keeps of one reference's responses, one an excerpt: mean, standard deviation (n −
// 1), AUC of the known labels, share of exact zeros, 1,001 quantiles (linear), and the 50 highest
// and lowest (fewer if there are fewer; of equals the earlier ones). Error (Failed) naming the
// reference for a value that is not finite; (BadInput) for no excerpt.
RealResponses summariseResponses(const std::string& reference, std::span<const float> responses,
                                 std::span<const RealExcerptPlace> places,
                                 const std::vector<std::string>& songs);

struct RealResponseCollection
{
    // Of the references of reference_responses.h, in their order.
    std::vector<std::pair<std::string, RealResponses>> responses;
    std::vector<float> logMelQuantiles; // [1001] of every seventh frame's, but for silent ones
    std::size_t excerpts = 0;
    std::size_t songs = 0; // recordings
};

// Runs the classifier over the training split (songs, stems as they are, instrumentals; excerpts
// every 50 frames, but for silent ones), for writeRealResponses(). The bundle is moved to the
// device. Errors: BadInput for data without such recordings; Failed ("stopped") on a stop, or for a
// response that is not finite.
RealResponseCollection collectRealResponses(const PackedData& data, ClassifierBundle& classifier,
                                            const Device& device, std::stop_token stop,
                                            const ProgressCallback& progress);

} // namespace earshot
