// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/feature_comparison.h"

#include "core/explain/frechet_distance.h"
#include "core/util/random.h"

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/amin.h>
#include <ATen/ops/any.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cdist.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/kthvalue.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

namespace earshot {

namespace {

at::Tensor asTensor(MatrixView<const float> view)
{
    // Only read.
    return at::from_blob(
        const_cast<float*>(view.data()),
        {static_cast<std::int64_t>(view.rows()), static_cast<std::int64_t>(view.columns())},
        at::kFloat);
}

// Without matrix products, which round the distance of near points away.
at::Tensor distances(const at::Tensor& a, const at::Tensor& b)
{
    return at::cdist(a, b, /*p=*/2, /*compute_mode=*/2);
}

// f(rows) for some rows of `points` at a time, [n, …], all joined: their distances to others would
// not fit into memory together.
template <typename F>
at::Tensor inPieces(const at::Tensor& points, const F& f)
{
    constexpr std::int64_t rowsAtOnce = 500;
    std::vector<at::Tensor> pieces;
    for (std::int64_t first = 0; first < points.size(0); first += rowsAtOnce)
        pieces.push_back(f(points.narrow(0, first, std::min(rowsAtOnce, points.size(0) - first))));
    return at::cat(pieces);
}

// For each row its distance to its k-th nearest neighbour in the same set, [N].
at::Tensor neighbourRadii(const at::Tensor& features, int neighbours)
{
    // The nearest is the row itself.
    const std::int64_t k = std::min<std::int64_t>(neighbours + 1, features.size(0));
    return inPieces(features, [&](const at::Tensor& rows) {
        return std::get<0>(at::kthvalue(distances(rows, features), k, 1));
    });
}

// [points, set]: whether the point lies within the ball of that row of `set`.
at::Tensor within(const at::Tensor& points, const at::Tensor& set, int neighbours)
{
    const at::Tensor radii = neighbourRadii(set, neighbours).unsqueeze(0);
    return inPieces(points, [&](const at::Tensor& rows) { return distances(rows, set).le(radii); });
}

double share(const at::Tensor& flags)
{
    return flags.to(at::kDouble).mean().item<double>();
}

// Rows of one half of the reference, by recording, and for each recording which features its balls
// hold.
struct Half
{
    std::vector<std::vector<std::size_t>> rows;
    std::vector<std::vector<char>> held;
};

std::array<Half, 2> halvesOf(std::span<const std::size_t> recordings, const at::Tensor& inside)
{
    std::array<Half, 2> halves;
    for (std::size_t part = 0; part < 2; ++part) {
        std::map<std::size_t, std::vector<std::size_t>> rows;
        const std::size_t middle = recordings.size() - recordings.size() / 2;
        for (std::size_t row = part == 0 ? 0 : middle;
             row < (part == 0 ? middle : recordings.size()); ++row)
            rows[recordings[row]].push_back(row);
        for (const auto& [recording, list] : rows) {
            std::vector<char> held(static_cast<std::size_t>(inside.size(0)));
            for (const std::size_t row : list) {
                const at::Tensor column =
                    inside.select(1, static_cast<std::int64_t>(row)).contiguous();
                const bool* flags = column.const_data_ptr<bool>();
                for (std::size_t i = 0; i < held.size(); ++i)
                    held[i] = static_cast<char>(held[i] != 0 || flags[i]);
            }
            halves[part].rows.push_back(list);
            halves[part].held.push_back(std::move(held));
        }
    }
    return halves;
}

// Of each of `points` to its nearest row of `set`.
std::vector<float> nearestDistances(MatrixView<const float> points, MatrixView<const float> set)
{
    const at::Tensor others = asTensor(set);
    const at::Tensor nearest = inPieces(
        asTensor(points), [&](const at::Tensor& rows) { return distances(rows, others).amin(1); });
    const auto* data = nearest.const_data_ptr<float>();
    return {data, data + nearest.numel()};
}

// Of the share of features that a ball holds.
Interval jackknifedPrecision(const std::array<Half, 2>& halves, std::size_t features)
{
    std::vector<int> holders(features); // recordings of which a ball holds it
    for (const Half& half : halves)
        for (const std::vector<char>& held : half.held)
            for (std::size_t i = 0; i < features; ++i)
                holders[i] += held[i];
    const auto count = static_cast<double>(features);
    const double whole =
        static_cast<double>(std::ranges::count_if(holders, [](int number) { return number > 0; })) /
        count;
    double variance = 0;
    for (const Half& half : halves) {
        std::vector<double> without;
        double mean = 0;
        const auto recordings = static_cast<double>(half.held.size());
        for (const std::vector<char>& held : half.held) {
            std::size_t left = 0;
            for (std::size_t i = 0; i < features; ++i)
                left += holders[i] > held[i] ? 1 : 0;
            without.push_back(static_cast<double>(left) / count);
            mean += without.back() / recordings;
        }
        for (const double value : without)
            variance += (recordings - 1) / recordings * (value - mean) * (value - mean);
    }
    const double reach = 1.96 * std::sqrt(variance);
    return {std::max(0.0, whole - reach), std::min(1.0, whole + reach)};
}

Interval middleOf(std::vector<float>& values)
{
    std::sort(values.begin(), values.end());
    const std::vector<float> quantiles = quantilesOfSorted(values, 41); // steps of 2.5 %
    return {static_cast<double>(quantiles[1]), static_cast<double>(quantiles[39])};
}

} // namespace

FeatureComparison compareFeatures(MatrixView<const float> features,
                                  MatrixView<const float> reference, int neighbours)
{
    const at::NoGradGuard noGradient;
    const at::Tensor rows = asTensor(features);
    const at::Tensor others = asTensor(reference);
    return {frechetDistance(features, reference), share(within(rows, others, neighbours).any(1)),
            share(within(others, rows, neighbours).any(1))};
}

FeatureIntervals featureIntervals(MatrixView<const float> features,
                                  MatrixView<const float> reference,
                                  std::span<const std::size_t> recordings, int neighbours,
                                  std::size_t draws, std::uint64_t seed)
{
    const at::NoGradGuard noGradient;
    const at::Tensor rows = asTensor(features);
    const at::Tensor others = asTensor(reference);
    const std::array<Half, 2> halves = halvesOf(recordings, within(rows, others, neighbours));
    const at::Tensor covered = within(others, rows, neighbours).any(1).contiguous();
    const bool* isCovered = covered.const_data_ptr<bool>();
    CounterRandom random(seed, 0);
    std::vector<float> drawnDistances;
    std::vector<float> recalls;
    for (std::size_t draw = 0; draw < draws; ++draw) {
        std::vector<float> values;
        std::size_t drawn = 0;
        std::size_t found = 0;
        for (const Half& half : halves) {
            const auto count = static_cast<std::uint32_t>(half.rows.size());
            for (std::uint32_t i = 0; i < count; ++i) {
                const std::uint32_t chosen = random.index(count);
                for (const std::size_t row : half.rows[chosen]) {
                    const auto one = reference.row(row);
                    values.insert(values.end(), one.begin(), one.end());
                    ++drawn;
                    found += isCovered[row] ? 1 : 0;
                }
            }
        }
        const Matrix<float> sample(std::move(values), drawn, reference.columns());
        drawnDistances.push_back(static_cast<float>(frechetDistance(features, sample)));
        recalls.push_back(static_cast<float>(found) / static_cast<float>(drawn));
    }
    return {middleOf(drawnDistances), jackknifedPrecision(halves, features.rows()),
            middleOf(recalls)};
}

Copying copying(MatrixView<const float> features, MatrixView<const float> heldOut,
                MatrixView<const float> training)
{
    const at::NoGradGuard noGradient;
    const std::vector<float> own = nearestDistances(features, training);
    std::vector<float> usual = nearestDistances(heldOut, training);
    std::ranges::sort(usual);
    const std::vector<float> hundredths = quantilesOfSorted(usual, 101);
    const auto shareBelow = [&](float distance) {
        return static_cast<double>(
                   std::ranges::count_if(own, [&](float value) { return value < distance; })) /
               static_cast<double>(own.size());
    };
    return {shareBelow(hundredths[50]), shareBelow(hundredths[1])};
}

} // namespace earshot
