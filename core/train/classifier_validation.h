// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/classifier_metrics.h"
#include "core/train/excerpt_scoring.h"

#include <limits>

namespace earshot {

// How a classifier in training does on the validation split.
struct ValidationFigures
{
    static constexpr double none = std::numeric_limits<double>::quiet_NaN();
    // Area under the curve over songs, mixes and instrumentals together: what the best weights are
    // chosen by. The error of a handful of songs at a threshold ranks weights by chance.
    double area = none;
    double threshold = 0; // of least balanced error over all of them; used for everything below
    double error = none;  // songs
    double balancedError = none; // songs
    double mixRecall = none;
    double instrumentalSpecificity = none;
};

// The validation split's excerpts: songs every 50 frames; mixes and instrumentals, which are many
// more, every 150.
class ClassifierValidation
{
public:
    explicit ClassifierValidation(const PackedData& data);
    // Whether the split has both labels, over songs, mixes and instrumentals together.
    bool isPossible() const;
    // Error (Failed) on a stop.
    ValidationFigures run(const ScoreFunction& score, const Device& device,
                          std::stop_token stop) const;
    // As ValidationFigures::threshold, over five times as many excerpts: among few, it jumps about.
    // Not of best accuracy on songs, which says "singing" as often as songs have it: a third of all
    // instrumental music would be taken for singing.
    double threshold(const ScoreFunction& score, const Device& device, std::stop_token stop) const;

private:
    struct Scores
    {
        std::vector<float> scores;
        std::vector<FrameLabel> labels;
    };
    Scores scored(RecordingKind kind, std::size_t hop, const ScoreFunction& score,
                  const Device& device, std::stop_token stop) const;
    static Scores joined(const Scores& songs, const Scores& mixes, const Scores& instrumentals);

    const PackedData& m_data;
};

} // namespace earshot
