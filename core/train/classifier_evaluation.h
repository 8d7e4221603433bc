// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/json.h"
#include "core/nets/device.h"
#include "core/nets/model_bundle.h"
#include "core/train/calibration.h"
#include "core/train/classifier_metrics.h"
#include "core/train/excerpt_scoring.h"
#include "core/util/progress.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace earshot {

// Which frames are judged.
enum class EvaluationFrames
{
    EveryFifty, // excerpts every 50 frames, no smoothing
    Every // every frame that has a whole excerpt around it, smoothed by a median of 56 frames: the
          // way of Table 3 (Lehner et al. 2014; Schlüter & Grill 2015)
};

struct ClassifierEvaluationSettings
{
    Split split = Split::Test;
    bool withEveryFrame = true;
    double edgeSeconds = 0.5; // beside a label's edge, left out in the tables that say so
    std::size_t medianFrames = 56;
    std::size_t bootstrapDraws = 1000;
    std::uint64_t seed = 0;
};

// One line: a set of recordings, a way of judging, a threshold.
struct EvaluationRow
{
    // "songs", "stems", "mixes", "instrumentals", "songs, mixes and instrumentals"
    std::string recordings;
    std::string method; // "every 50 frames", "every frame, median of 56", … , "without ±0.5 s"
    std::string
        thresholdKind; // "shipped": the bundle's own, 0; "validation": best on validation songs
    double threshold = 0;
    Confusion counts;
    Interval errorInterval; // 95 %, bootstrap over recordings
    struct Part
    {
        std::string name;
        Confusion counts;
    };
    std::vector<Part> parts; // by recording
};

struct ClassifierEvaluation
{
    ClassifierEvaluationSettings settings;
    std::string classifierSha256;
    std::string label;
    // Of best accuracy, NaN without validation songs of both classes.
    double validationThreshold = 0;      // every frame, no smoothing
    double validationFrameThreshold = 0; // every frame, smoothed
    std::vector<EvaluationRow> rows;
    double areaUnderCurve = 0; // of the split's songs, every 50 frames
    // Of its songs, mixes and instrumentals together: on the validation split what the best weights
    // are chosen by.
    double wholeAreaUnderCurve = 0;
    // By recordings, every 50 frames: songs, if there are any; songs, mixes and instrumentals.
    std::vector<std::pair<std::string, Calibration>> calibrations;

    // The line that the bundle is judged by, at every 50 frames and threshold 0: songs; all
    // together where songs are of one class, as in a collection of two folders.
    const EvaluationRow& headline() const;
    Json json() const;
    // The rows, beside the paper's Table 3.
    std::string table() const;
    // With calibration and every song.
    std::string markdown() const;
};

// Judges a classifier on a split of packed data (spectra or mel). The bundle is moved to the
// device. Errors: BadInput if the split has no labelled excerpt; Failed ("stopped") on a stop.
ClassifierEvaluation evaluateClassifier(const PackedData& data, ClassifierBundle& classifier,
                                        const Device& device,
                                        const ClassifierEvaluationSettings& settings,
                                        std::stop_token stop, const ProgressCallback& progress);

} // namespace earshot
