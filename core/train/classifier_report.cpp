// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/classifier_evaluation.h"
#include "core/train/report_text.h"

namespace earshot {

namespace {

Json countsJson(const Confusion& counts)
{
    return Json::object({{"true_positives", static_cast<std::int64_t>(counts.truePositives)},
                         {"false_positives", static_cast<std::int64_t>(counts.falsePositives)},
                         {"true_negatives", static_cast<std::int64_t>(counts.trueNegatives)},
                         {"false_negatives", static_cast<std::int64_t>(counts.falseNegatives)},
                         {"precision", counts.precision()},
                         {"recall", counts.recall()},
                         {"specificity", counts.specificity()},
                         {"f1", counts.f1()},
                         {"error", counts.error()},
                         {"balanced_error", counts.balancedError()}});
}

std::string tableLine(const EvaluationRow& row)
{
    return "| " + row.recordings + ", " + row.method + " | " + fixedText(row.threshold) +
           (row.thresholdKind == "shipped" ? "" : " (validation)") + " | " +
           fixedText(row.counts.precision()) + " | " + fixedText(row.counts.recall()) + " | " +
           fixedText(row.counts.specificity()) + " | " + fixedText(row.counts.f1()) + " | " +
           fixedText(row.counts.error()) + " | " + fixedText(row.counts.balancedError()) + " | " +
           fixedText(row.errorInterval.low) + "–" + fixedText(row.errorInterval.high) + " |\n";
}

} // namespace

Json ClassifierEvaluation::json() const
{
    Json result =
        Json::object({{"split", std::string(name(settings.split))},
                      {"classifier_sha256", classifierSha256},
                      {"label", label},
                      {"validation_threshold", validationThreshold},
                      {"validation_frame_threshold", validationFrameThreshold},
                      {"area_under_curve", areaUnderCurve},
                      {"whole_area_under_curve", wholeAreaUnderCurve},
                      {"edge_seconds", settings.edgeSeconds},
                      {"median_frames", static_cast<std::int64_t>(settings.medianFrames)},
                      {"bootstrap_draws", static_cast<std::int64_t>(settings.bootstrapDraws)},
                      {"seed", static_cast<std::int64_t>(settings.seed)}});
    Json list = Json::array();
    for (const EvaluationRow& row : rows) {
        Json entry = Json::object({{"recordings", row.recordings},
                                   {"method", row.method},
                                   {"threshold_kind", row.thresholdKind},
                                   {"threshold", row.threshold}});
        entry.set("total", countsJson(row.counts));
        entry.set("error_low", row.errorInterval.low);
        entry.set("error_high", row.errorInterval.high);
        Json parts = Json::array();
        for (const EvaluationRow::Part& part : row.parts) {
            Json counts = countsJson(part.counts);
            counts.set("name", part.name);
            parts.append(counts);
        }
        entry.set("by_recording", parts);
        list.append(entry);
    }
    result.set("rows", list);
    // Only where they are not songs, so that what was stored before this was known reads the same.
    if (isTogether())
        result.set("main_recordings", mainRecordings);
    Json curves = Json::object();
    for (const auto& [recordings, calibration] : calibrations)
        curves.set(recordings, calibration.json());
    result.set("calibration", curves);
    return result;
}

std::string ClassifierEvaluation::table() const
{
    std::string text =
        "Split \"" + std::string(name(settings.split)) + "\". Positive means: " + label +
        ". Weights " + classifierSha256 + ".\nThe interval is the middle 95 % of " +
        std::to_string(settings.bootstrapDraws) + " bootstrap draws of the recordings.\n" +
        (isTogether() ? "No songs of this split hold both classes: " + mainRecordings +
                            " are judged together, for the thresholds of validation, every frame "
                            "and calibration too.\n"
                      : "") +
        "\n| recordings | threshold | precision | recall | specificity | f1 | error | "
        "balanced error | interval of the error |\n|---|---|---|---|---|---|---|---|---|\n";
    for (const EvaluationRow& row : rows)
        text += tableLine(row);
    // The paper's Table 3, to stand beside "every frame": another test set (Jamendo).
    if (isSinging(label))
        text += "| *published: original, Jamendo* | 0.47 (probability) | 0.901 | 0.926 | 0.912 | "
                "0.913 | 0.082 | 0.081 | – |\n"
                "| *published: replication, Jamendo* | 0.50 (probability) | 0.896 | 0.925 | 0.908 "
                "| 0.910 | 0.084 | 0.084 | – |\n";
    text += "\nArea under the curve, every 50 frames: ";
    return text +
           (isTogether()
                ? mainRecordings
                : "songs " + fixedText(areaUnderCurve) + "; songs, mixes and instrumentals") +
           " together " + fixedText(wholeAreaUnderCurve) + "\n";
}

std::string ClassifierEvaluation::markdown() const
{
    std::string text = "# Classifier\n\n" + table();
    text += "\n## Calibration, every 50 frames\n";
    for (const auto& [recordings, calibration] : calibrations)
        text += "\nOver " + recordings + ". " + calibration.markdown();
    for (const EvaluationRow& row : rows) {
        if (row.recordings != mainRecordings || row.thresholdKind != "shipped")
            continue;
        const std::string part = isTogether() ? "recording" : "song";
        text += "\n## By " + part + ", " + row.method + ", threshold " + fixedText(row.threshold) +
                "\n\n| " + part +
                " | frames | precision | recall | specificity | error |\n"
                "|---|---|---|---|---|---|\n";
        for (const auto& [recording, counts] : row.parts)
            text += "| " + recording + " | " + std::to_string(counts.count()) + " | " +
                    fixedText(counts.precision()) + " | " + fixedText(counts.recall()) + " | " +
                    fixedText(counts.specificity()) + " | " + fixedText(counts.error()) + " |\n";
    }
    return text;
}

} // namespace earshot
