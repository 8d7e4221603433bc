// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/input_map.h"
#include "core/nets/svdnet.h"
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
    double threshold = 0;        // of best accuracy on songs; used for everything below
    double error = none;         // songs
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
    // Without labelled songs nothing can be validated.
    bool isPossible() const;
    // Error (Failed) on a stop.
    ValidationFigures run(const ScoreFunction& score, const Device& device,
                          std::stop_token stop) const;
    // Of best accuracy on songs alone, over every frame: one excerpt in fifty leaves so few that
    // the threshold would jump about.
    double threshold(const SvdNet& network, const InputMap& inputMap) const;

private:
    struct Scores
    {
        std::vector<float> scores;
        std::vector<FrameLabel> labels;
    };
    Scores scored(const std::vector<RecordingExcerpts>& excerpts, const ScoreFunction& score,
                  const Device& device, std::stop_token stop) const;

    const PackedData& m_data;
    std::vector<RecordingExcerpts> m_songs;
    std::vector<RecordingExcerpts> m_mixes;
    std::vector<RecordingExcerpts> m_instrumentals;
};

} // namespace earshot
