// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_uncertainty.h"

#include "core/explain/grid_result.h"
#include "core/explain/statistics.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace earshot {

namespace {

bool isUsable(const GridMeasurement& measurement)
{
    return std::isfinite(measurement.distance) && measurement.state != GridState::Exploded &&
           measurement.state != GridState::Dead;
}

bool isCandidate(std::span<const GridMeasurement> measurements, std::size_t index)
{
    const bool refined = std::ranges::any_of(measurements, [](const GridMeasurement& other) {
        return other.isRefined && isUsable(other);
    });
    return isUsable(measurements[index]) && measurements[index].isRefined == refined;
}

} // namespace

double smallestDifference(std::span<const float> farther, std::span<const float> nearer,
                          const SampleMoments& real, std::uint64_t seed)
{
    std::vector<std::size_t> common;
    for (std::size_t start = 0; start < farther.size(); ++start)
        if (std::isfinite(farther[start]) && std::isfinite(nearer[start]))
            common.push_back(start);
    if (common.size() < 2)
        return std::nan("");
    std::vector<float> values(common.size());
    const auto distanceOf = [&](std::span<const float> all, std::span<const std::size_t> drawn) {
        for (std::size_t i = 0; i < drawn.size(); ++i)
            values[i] = all[common[drawn[i]]];
        return frechetDistance(real, sampleMoments(values));
    };
    const std::vector<double> differences =
        bootstrap(common.size(), seed, [&](std::span<const std::size_t> drawn) {
            return distanceOf(farther, drawn) - distanceOf(nearer, drawn);
        });
    return differences.empty() ? std::nan("") : quantile(differences, (1 - intervalCoverage) / 2);
}

DistanceInterval bootstrapInterval(std::span<const float> generated, const SampleMoments& real,
                                   std::uint64_t seed)
{
    const double distance = frechetDistance(real, sampleMoments(generated));
    if (!std::isfinite(distance))
        return {distance, distance};
    std::vector<float> values(generated.size());
    const std::vector<double> distances =
        bootstrap(generated.size(), seed, [&](std::span<const std::size_t> drawn) {
            for (std::size_t i = 0; i < drawn.size(); ++i)
                values[i] = generated[drawn[i]];
            return frechetDistance(real, sampleMoments(values));
        });
    return {std::min(distance, quantile(distances, (1 - intervalCoverage) / 2)),
            std::max(distance, quantile(distances, (1 + intervalCoverage) / 2))};
}

std::optional<std::size_t> bestMeasurement(std::span<const GridMeasurement> measurements)
{
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < measurements.size(); ++i)
        if (isCandidate(measurements, i) &&
            (!best || measurements[i].distance < measurements[*best].distance))
            best = i;
    return best;
}

void markTies(std::span<GridMeasurement> measurements, MatrixView<const float> responses,
              const SampleMoments& real, std::uint64_t seed, std::size_t best)
{
    for (std::size_t i = 0; i < measurements.size(); ++i)
        measurements[i].isTied =
            isUsable(measurements[i]) &&
            (i == best ||
             smallestDifference(responses.row(i), responses.row(best), real, seed) <= 0);
}

std::size_t chosenMeasurement(std::span<const GridMeasurement> measurements, std::size_t best)
{
    std::size_t chosen = best;
    for (std::size_t i = 0; i < measurements.size(); ++i) {
        if (!measurements[i].isTied || !isCandidate(measurements, i))
            continue;
        if (std::isnan(measurements[i].change))
            return best;
        if (measurements[i].change < measurements[chosen].change)
            chosen = i;
    }
    return chosen;
}

} // namespace earshot
