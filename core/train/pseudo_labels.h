// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/device.h"
#include "core/train/excerpt_sampling.h"
#include "core/train/packed_data.h"
#include "core/util/progress.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace earshot {

// Classifiers that label what nobody has: "Pseudo-Label", Lee, ICML workshop 2013, with the mean
// probability of several in place of one network's own.
struct Teachers
{
    std::vector<std::filesystem::path> bundles; // SVDNets, trained on the same split
    double positiveProbability = 0.9;           // a frame at or above is Positive,
    double negativeProbability = 0.1;           // at or below Negative; between them Unknown
};

struct PseudoLabels
{
    RecordingLabels labels;            // of every unlabelled recording of the training split
    std::vector<std::string> teachers; // SHA-256 of their weights, in the order given
};

// A frame is judged as the centre of its excerpt; those too near to an end are Unknown. Error
// (BadInput) for a bundle that cannot be loaded, is no SVDNet or answers another question than the
// data's labels, and for data without unlabelled music; Failed, "stopped", on a stop. On a thread
// that has called prepareWorkerThread().
PseudoLabels pseudoLabels(const PackedData& data, const Teachers& teachers, const Device& device,
                          std::stop_token stop, const ProgressCallback& progress);

} // namespace earshot
