// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/statistics.h"

#include "core/util/random.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace earshot {

namespace {

constexpr std::size_t draws = 1000;
// Streams of random numbers from here on; those below are the starts'.
constexpr std::uint64_t firstDrawStream = std::uint64_t(1) << 63;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double meanOf(std::span<const double> values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// NaN where all are equal, but for what rounding makes of them.
double effectSize(std::span<const double> differences)
{
    constexpr double rounding = 1e-12;
    const double mean = meanOf(differences);
    double squares = 0;
    double largest = 0;
    for (const double difference : differences) {
        squares += (difference - mean) * (difference - mean);
        largest = std::max(largest, std::fabs(difference));
    }
    const double deviation = std::sqrt(squares / (static_cast<double>(differences.size()) - 1));
    return deviation > rounding * largest ? mean / deviation : unknown;
}

// [n] from 1; equal values share their mean rank.
std::vector<double> ranksOf(std::span<const double> values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t end = first;
        while (end < order.size() && values[order[end]] == values[order[first]])
            ++end;
        for (std::size_t i = first; i < end; ++i)
            ranks[order[i]] = static_cast<double>(first + end + 1) / 2;
        first = end;
    }
    return ranks;
}

std::vector<double> drawnFrom(std::span<const double> values, std::span<const std::size_t> drawn)
{
    std::vector<double> sample;
    for (const std::size_t i : drawn)
        sample.push_back(values[i]);
    return sample;
}

Estimate estimate(double value, const std::vector<double>& drawn)
{
    if (!std::isfinite(value) || drawn.empty())
        return {value, unknown, unknown};
    return {value, quantile(drawn, (1 - intervalCoverage) / 2),
            quantile(drawn, (1 + intervalCoverage) / 2)};
}

} // namespace

double quantile(std::span<const double> ascending, double share)
{
    const double position = share * static_cast<double>(ascending.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, ascending.size() - 1);
    return ascending[below] +
           (position - std::floor(position)) * (ascending[above] - ascending[below]);
}

std::vector<double>
bootstrap(std::size_t count, std::uint64_t seed,
          const std::function<double(std::span<const std::size_t> drawn)>& statistic)
{
    std::vector<double> values;
    std::vector<std::size_t> drawn(count);
    for (std::size_t draw = 0; draw < draws; ++draw) {
        CounterRandom random(seed, firstDrawStream + draw);
        for (std::size_t& index : drawn)
            index = random.index(static_cast<std::uint32_t>(count));
        if (const double value = statistic(drawn); std::isfinite(value))
            values.push_back(value);
    }
    std::ranges::sort(values);
    return values;
}

Estimate estimatedMean(std::span<const double> values, std::uint64_t seed)
{
    const double mean = values.empty() ? unknown : meanOf(values);
    if (!std::isfinite(mean))
        return {unknown, unknown, unknown};
    return estimate(mean, bootstrap(values.size(), seed, [&](std::span<const std::size_t> drawn) {
                        return meanOf(drawnFrom(values, drawn));
                    }));
}

double cosine(std::span<const double> a, std::span<const double> b)
{
    assert(a.size() == b.size());
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        product += a[i] * b[i];
        squaresA += a[i] * a[i];
        squaresB += b[i] * b[i];
    }
    const double norms = std::sqrt(squaresA) * std::sqrt(squaresB);
    if (!(norms > 0) || !std::isfinite(norms))
        return unknown;
    return std::clamp(product / norms, -1.0, 1.0);
}

std::vector<double> changeCosines(MatrixView<const float> starts, MatrixView<const float> a,
                                  MatrixView<const float> b)
{
    assert(a.rows() == starts.rows() && b.rows() == starts.rows());
    std::vector<double> cosines;
    const auto changeOf = [&](std::span<const float> row, std::size_t index) {
        std::vector<double> change(row.begin(), row.end());
        for (std::size_t i = 0; i < change.size(); ++i)
            change[i] -= static_cast<double>(starts(index, i));
        return change;
    };
    for (std::size_t row = 0; row < starts.rows(); ++row)
        cosines.push_back(cosine(changeOf(a.row(row), row), changeOf(b.row(row), row)));
    return cosines;
}

double spearman(std::span<const double> x, std::span<const double> y)
{
    assert(x.size() == y.size());
    const auto isNan = [](double value) { return std::isnan(value); };
    if (x.size() < 2 || std::ranges::any_of(x, isNan) || std::ranges::any_of(y, isNan))
        return unknown;
    std::vector<double> ranksX = ranksOf(x);
    std::vector<double> ranksY = ranksOf(y);
    // Their mean is the same for all ranks.
    const double mean = (static_cast<double>(x.size()) + 1) / 2;
    for (std::size_t i = 0; i < x.size(); ++i) {
        ranksX[i] -= mean;
        ranksY[i] -= mean;
    }
    return cosine(ranksX, ranksY);
}

Estimate estimatedSpearman(std::span<const double> x, std::span<const double> y,
                           std::span<const std::size_t> groups, std::uint64_t seed)
{
    assert(x.size() == y.size() && x.size() == groups.size());
    const double value = spearman(x, y);
    if (std::isnan(value))
        return {unknown, unknown, unknown};
    std::vector<std::vector<std::size_t>> members(std::ranges::max(groups) + 1);
    for (std::size_t i = 0; i < groups.size(); ++i)
        members[groups[i]].push_back(i);
    return estimate(value, bootstrap(members.size(), seed, [&](std::span<const std::size_t> drawn) {
                        std::vector<std::size_t> pairs;
                        for (const std::size_t group : drawn)
                            pairs.insert(pairs.end(), members[group].begin(), members[group].end());
                        return spearman(drawnFrom(x, pairs), drawnFrom(y, pairs));
                    }));
}

PairedEffect pairedEffect(std::span<const double> before, std::span<const double> after,
                          std::uint64_t seed)
{
    assert(before.size() == after.size());
    std::vector<double> differences;
    for (std::size_t i = 0; i < before.size(); ++i)
        if (const double difference = after[i] - before[i]; std::isfinite(difference))
            differences.push_back(difference);
    PairedEffect effect;
    effect.pairs = differences.size();
    effect.difference = estimatedMean(differences, seed);
    effect.size = {unknown, unknown, unknown};
    if (differences.size() >= 2)
        effect.size =
            estimate(effectSize(differences),
                     bootstrap(differences.size(), seed, [&](std::span<const std::size_t> drawn) {
                         return effectSize(drawnFrom(differences, drawn));
                     }));
    return effect;
}

} // namespace earshot
