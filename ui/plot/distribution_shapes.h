// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace earshot {

// A curve to draw; its highest value is 1.
struct DensityShape
{
    std::vector<double> positions; // ascending
    std::vector<double> heights;
    bool empty() const { return positions.empty(); }
};

// Of the finite values: what Eq. 3 compares.
struct Spread
{
    std::size_t count = 0;
    double mean = 0;
    double deviation = 0; // from the unbiased variance; 0 for fewer than two
};
Spread spreadOf(std::span<const float> values);

// The Gaussian with mean and unbiased variance of the finite values: what Eq. 3 compares. Empty for
// fewer than two of them or without spread. 4 deviations to each side.
DensityShape gaussianShape(std::span<const float> values);

// A histogram over [low, high] of a distribution that is known by equally spaced quantiles (the
// first: minimum, the last: maximum): each step between two of them holds the same share. Positions
// are the bins' left edges and the last one's right edge, its height 0. Empty for fewer than two
// finite quantiles or an empty range.
DensityShape quantileShape(std::span<const float> quantiles, double low, double high, int bins);

// Where a value lies among equally spaced ascending quantiles: 0 at the first or below, 1 at the
// last or above. Ties: the middle of those that are equal. NaN without quantiles.
double shareBelow(std::span<const float> quantiles, double value);

} // namespace earshot
