// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/json.h"
#include "core/nets/device.h"
#include "core/nets/model_bundle.h"
#include "core/train/feature_comparison.h"
#include "core/train/real_excerpts.h"
#include "core/util/matrix.h"
#include "core/util/progress.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace earshot {

struct GeneratorEvaluationSettings
{
    std::size_t excerpts = 2000;        // of each set, [2, 20000]
    RealSet heldOut = RealSet::HeldOut; // what is compared with: anything but Training
    std::string layer = "fc8.act";      // whose values are the features
    std::uint64_t seed = 0;
    int neighbours = 3;               // of precision and recall
    std::size_t bootstrapDraws = 200; // at least 1
};

// How near generated excerpts are to held-out music in a classifier's features.
struct GeneratorEvaluation
{
    GeneratorEvaluationSettings settings;
    FeatureComparison generated;  // with held-out excerpts
    FeatureIntervals intervals;   // of these figures
    FeatureComparison training;   // training with held-out excerpts: what to compare with
    Copying copied;               // of generated excerpts
    std::size_t copySources = 0;  // training excerpts that they may be copies of
    std::size_t heldOutSongs = 0; // recordings
    std::size_t heldOutInstrumentals = 0;
    std::string label; // of the music's two classes: "vocal"
    std::string classifierSha256;
    std::string generatorSha256;

    Json json() const;
    std::string markdown() const; // a table
};

// The generator and classifier are moved to the device. Returns early with Error (Failed,
// "stopped") on a stop.
GeneratorEvaluation evaluateGenerator(const PackedData& data, ClassifierBundle& classifier,
                                      GeneratorBundle& generator, const Device& device,
                                      const GeneratorEvaluationSettings& settings,
                                      std::stop_token stop, const ProgressCallback& progress);

// Random outputs beside real excerpts, for looking at.
struct ContactSheet
{
    Matrix<float> generated;        // [count, 115·80] natural log-mels, time-major
    Matrix<float> real;             // [count, 115·80], half songs, half instrumental
    std::vector<std::string> names; // of the recordings
};
ContactSheet contactSheet(const PackedData& data, const Generator& generator, const Device& device,
                          RealSet set, std::size_t count, std::uint64_t seed);

} // namespace earshot
