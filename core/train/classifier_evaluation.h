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
    // "songs", "stems", "mixes", "instrumentals", "songs, mixes and instrumentals"; where the main
    // rows are not songs' and the label is none of the voice, "recordings with guitar",
    // "recordings without guitar", "recordings with and without guitar"
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
    // Whose rows, thresholds, calibration and area are to be judged by: "songs"; where these hold
    // one class only, as in a collection of two folders, all recordings of the split together.
    std::string mainRecordings = "songs";
    // Of best accuracy, NaN without validation music of both classes: main recordings.
    double validationThreshold = 0;      // every frame, no smoothing
    double validationFrameThreshold = 0; // every frame, smoothed
    std::vector<EvaluationRow> rows;
    double areaUnderCurve = 0; // of the split's main recordings, every 50 frames
    // Of its songs, mixes and instrumentals together: on the validation split what the best weights
    // are chosen by.
    double wholeAreaUnderCurve = 0;
    // By recordings, every 50 frames: the main ones, if there are any; songs, mixes and
    // instrumentals.
    std::vector<std::pair<std::string, Calibration>> calibrations;

    // Whether the main recordings are all together.
    bool isTogether() const { return mainRecordings != "songs"; }
    // The line that the bundle is judged by, at every 50 frames and threshold 0: the main
    // recordings.
    const EvaluationRow& headline() const;
    Json json() const;
    // The rows; of singing beside the paper's Table 3.
    std::string table() const;
    // With calibration and every song.
    std::string markdown() const;
};

// What the published figures are about: as a label, singing.
bool isSinging(const std::string& label);

// Judges a classifier on a split of packed data (spectra or mel). The bundle is moved to the
// device. Errors: BadInput if the data is labelled with something else than what the classifier was
// trained to find, or its split has no labelled excerpt; Failed ("stopped") on a stop.
ClassifierEvaluation evaluateClassifier(const PackedData& data, ClassifierBundle& classifier,
                                        const Device& device,
                                        const ClassifierEvaluationSettings& settings,
                                        std::stop_token stop, const ProgressCallback& progress);

} // namespace earshot
