// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace earshot {

// Of every interval.
inline constexpr double intervalCoverage = 0.95;

// A number with the middle 95 % of what it might have been with other examples.
struct Estimate
{
    double value = 0;
    double low = 0;
    double high = 0;
};

// The quantile of ascending values, at least one, interpolated between order statistics (R's type
// 7). share: [0, 1].
double quantile(std::span<const double> ascending, double share);

// The percentile bootstrap (Efron 1979): 1,000 times as many of `count` examples are drawn with
// replacement, and the statistic of each draw is taken. Ascending, without those that are not
// finite. The draws depend on the seed and the count alone.
std::vector<double>
bootstrap(std::size_t count, std::uint64_t seed,
          const std::function<double(std::span<const std::size_t> drawn)>& statistic);

// Mean with its bootstrap interval; all NaN for none or a value that is not finite.
Estimate estimatedMean(std::span<const double> values, std::uint64_t seed);

// a·b / (‖a‖ ‖b‖), [-1, 1]; NaN where a norm is 0 or not finite.
double cosine(std::span<const double> a, std::span<const double> b);

// How alike two changes of the same starts are: for each row the cosine between a − start and
// b − start. All [N, values]; returns [N].
std::vector<double> changeCosines(MatrixView<const float> starts, MatrixView<const float> a,
                                  MatrixView<const float> b);

// Spearman's rank correlation of pairs: Pearson's of the ranks, equal values sharing their mean
// rank. Infinite values have a rank like others. NaN for fewer than two pairs, a NaN, or where all
// values of one side are equal.
double spearman(std::span<const double> x, std::span<const double> y);
// With its interval by drawing groups of pairs that belong together (groups[i]: of pair i, 0, 1, …
// without gaps); draws without a correlation are left out.
Estimate estimatedSpearman(std::span<const double> x, std::span<const double> y,
                           std::span<const std::size_t> groups, std::uint64_t seed);

// How far a quantity moved, before and after on the same examples.
struct PairedEffect
{
    Estimate difference; // mean of after − before, in the quantity's unit
    // Cohen's d_z (Cohen 1988): that mean divided by the standard deviation (n − 1) of the
    // differences. NaN where they do not differ from each other.
    Estimate size;
    std::size_t pairs = 0; // of finite numbers, which these are over
};

PairedEffect pairedEffect(std::span<const double> before, std::span<const double> after,
                          std::uint64_t seed);

} // namespace earshot
