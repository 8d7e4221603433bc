// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/packed_data.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace earshot {

// Decisions counted against labels. Shares are NaN where nothing is there to be shared.
struct Confusion
{
    std::size_t truePositives = 0;
    std::size_t falsePositives = 0;
    std::size_t trueNegatives = 0;
    std::size_t falseNegatives = 0;

    Confusion& operator+=(const Confusion& other);
    std::size_t count() const;
    double precision() const;     // of the decisions for singing, how many are right
    double recall() const;        // of the singing, how much is found
    double specificity() const;   // of the rest, how much is left alone
    double f1() const;            // harmonic mean of precision and recall
    double error() const;         // wrong decisions of all
    double balancedError() const; // 1 − mean of recall and specificity
};

// A score above the threshold is a decision for Positive; unknown labels are left out. scores and
// labels have one length.
Confusion confusion(std::span<const float> scores, std::span<const FrameLabel> labels,
                    double threshold);

enum class ThresholdCriterion
{
    Error,        // fewest errors
    BalancedError // smallest mean of the two classes' shares of errors
};

// The best threshold by the criterion, midway between two scores; of equally good ones the nearest
// to 0. Error (BadInput) if no label is known or a score is NaN; for the balanced error, if a class
// is missing.
double bestThreshold(std::span<const float> scores, std::span<const FrameLabel> labels,
                     ThresholdCriterion criterion = ThresholdCriterion::Error);

// Probability that a positive's score is above a negative's, ties counted half; NaN if a class is
// missing. Unknown labels are left out.
double areaUnderCurve(std::span<const float> scores, std::span<const FrameLabel> labels);

// Running median of `width` values: of an even number the upper one, window from i − width/2 to
// i + (width − 1)/2, the ends mirrored with the outer values repeated (scipy.ndimage.median_filter,
// mode "reflect"). width ≥ 1.
std::vector<float> medianFiltered(std::span<const float> values, std::size_t width);

struct Interval
{
    double low = 0;
    double high = 0;
};

// The middle 95 % of the error when the songs are drawn with replacement (percentile bootstrap,
// Efron 1979). Depends on the arguments alone. NaN for no songs.
Interval bootstrapError(std::span<const Confusion> songs, std::size_t draws, std::uint64_t seed);

// numpy.quantile(values, i/(count − 1)) for i = 0 … count − 1, linear. values ascending, not empty;
// count ≥ 2.
std::vector<float> quantilesOfSorted(std::span<const float> values, std::size_t count);

} // namespace earshot
