// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/calibration.h"

#include "core/train/report_text.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace earshot {

Calibration calibrationOf(std::span<const float> logits, std::span<const FrameLabel> labels,
                          std::size_t bins)
{
    Calibration result;
    result.bins.resize(bins);
    const auto binCount = static_cast<double>(bins);
    for (std::size_t i = 0; i < bins; ++i) {
        result.bins[i].low = static_cast<double>(i) / binCount;
        result.bins[i].high = static_cast<double>(i + 1) / binCount;
    }
    std::size_t judged = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        if (std::isnan(logits[i]))
            throw badInput("scores", "have no calibration", "numbers", "NaN");
        if (labels[i] == FrameLabel::Unknown)
            continue;
        const double probability = 1 / (1 + std::exp(-static_cast<double>(logits[i])));
        const double label = labels[i] == FrameLabel::Positive ? 1 : 0;
        CalibrationBin& bin =
            result.bins[std::min(static_cast<std::size_t>(probability * binCount), bins - 1)];
        ++bin.count;
        bin.probability += probability; // sums, until all are counted
        bin.positiveShare += label;
        result.brierScore += (probability - label) * (probability - label);
        ++judged;
    }
    const auto all = static_cast<double>(judged); // 0 makes NaN, as it should
    result.brierScore /= all;
    for (CalibrationBin& bin : result.bins) {
        const auto count = static_cast<double>(bin.count);
        result.expectedError += std::abs(bin.probability - bin.positiveShare);
        bin.probability /= count;
        bin.positiveShare /= count;
    }
    result.expectedError /= all;
    return result;
}

Json Calibration::json() const
{
    Json list = Json::array();
    for (const CalibrationBin& bin : bins)
        list.append(Json::object({{"low", bin.low},
                                  {"high", bin.high},
                                  {"count", static_cast<std::int64_t>(bin.count)},
                                  {"probability", bin.probability},
                                  {"positive_share", bin.positiveShare}}));
    return Json::object({{"expected_calibration_error", expectedError},
                         {"brier_score", brierScore},
                         {"bins", list}});
}

std::string Calibration::markdown() const
{
    std::string text = "Expected calibration error " + fixedText(expectedError) + ", Brier score " +
                       fixedText(brierScore) +
                       ".\n\n| probability given | excerpts | mean probability | share that is "
                       "positive |\n|---|---|---|---|\n";
    for (const CalibrationBin& bin : bins)
        text += "| " + fixedText(bin.low, 1) + "–" + fixedText(bin.high, 1) + " | " +
                std::to_string(bin.count) + " | " + fixedText(bin.probability) + " | " +
                fixedText(bin.positiveShare) + " |\n";
    return text;
}

} // namespace earshot
