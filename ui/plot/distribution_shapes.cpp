// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/distribution_shapes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace earshot {

namespace {

std::vector<double> finiteOf(std::span<const float> values)
{
    std::vector<double> finite;
    for (const float value : values)
        if (std::isfinite(value))
            finite.push_back(value);
    return finite;
}

void scaleToOne(std::vector<double>& heights)
{
    const double highest = *std::max_element(heights.begin(), heights.end());
    if (highest > 0)
        for (double& height : heights)
            height /= highest;
}

} // namespace

Spread spreadOf(std::span<const float> values)
{
    const std::vector<double> finite = finiteOf(values);
    Spread spread{finite.size()};
    double squares = 0;
    for (const double value : finite)
        spread.mean += value / static_cast<double>(finite.size());
    for (const double value : finite)
        squares += (value - spread.mean) * (value - spread.mean);
    if (finite.size() > 1)
        spread.deviation = std::sqrt(squares / static_cast<double>(finite.size() - 1));
    return spread;
}

DensityShape gaussianShape(std::span<const float> values)
{
    constexpr double reach = 4; // deviations
    constexpr int points = 161;
    const Spread spread = spreadOf(values);
    if (!(spread.deviation > 0))
        return {};
    DensityShape shape;
    for (int i = 0; i < points; ++i) {
        const double score = reach * (2.0 * i / (points - 1) - 1);
        shape.positions.push_back(spread.mean + score * spread.deviation);
        shape.heights.push_back(std::exp(-score * score / 2));
    }
    return shape;
}

DensityShape quantileShape(std::span<const float> quantiles, double low, double high, int bins)
{
    const std::vector<double> finite = finiteOf(quantiles);
    if (finite.size() < 2 || !(low < high) || bins < 1)
        return {};
    const double width = (high - low) / bins;
    DensityShape shape;
    shape.heights.assign(static_cast<std::size_t>(bins) + 1, 0);
    for (int i = 0; i <= bins; ++i)
        shape.positions.push_back(low + i * width);
    for (std::size_t i = 0; i + 1 < finite.size(); ++i) {
        const double from = finite[i], to = finite[i + 1];
        if (to < low || from > high)
            continue;
        const auto binOf = [&](double value) {
            return std::clamp(static_cast<int>(std::floor((value - low) / width)), 0, bins - 1);
        };
        for (int bin = binOf(from); bin <= binOf(to); ++bin) {
            const double overlap =
                std::min(to, low + (bin + 1) * width) - std::max(from, low + bin * width);
            // Equal quantiles: all of the step lies at one value.
            shape.heights[static_cast<std::size_t>(bin)] +=
                to > from ? std::max(0.0, overlap) / (to - from) : 1;
        }
    }
    scaleToOne(shape.heights);
    return shape;
}

double shareBelow(std::span<const float> quantiles, double value)
{
    if (quantiles.size() < 2 || std::isnan(value))
        return std::numeric_limits<double>::quiet_NaN();
    const auto last = static_cast<double>(quantiles.size() - 1);
    const auto first = std::lower_bound(quantiles.begin(), quantiles.end(), value,
                                        [](float a, double b) { return a < b; });
    const auto after = std::upper_bound(quantiles.begin(), quantiles.end(), value,
                                        [](double a, float b) { return a < b; });
    if (first == quantiles.end())
        return 1;
    const auto index = static_cast<double>(first - quantiles.begin());
    if (first != after) // among the quantiles themselves
        return (index + static_cast<double>(after - quantiles.begin() - 1)) / 2 / last;
    if (first == quantiles.begin())
        return 0;
    const double below = *(first - 1), above = *first;
    return (index - 1 + (value - below) / (above - below)) / last;
}

} // namespace earshot
