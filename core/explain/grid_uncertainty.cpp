// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_uncertainty.h"

#include "core/explain/grid_result.h"
#include "core/util/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace earshot {

namespace {

constexpr std::size_t draws = 1000;
constexpr double coverage = 0.95;
// Streams of random numbers from here on; those below are the starts'.
constexpr std::uint64_t firstDrawStream = std::uint64_t(1) << 63;

// The quantile of ascending values, interpolated between order statistics (R's type 7).
double quantile(const std::vector<double>& values, double share)
{
    const double position = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (position - std::floor(position)) * (values[above] - values[below]);
}

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

DistanceInterval bootstrapInterval(std::span<const float> generated, const SampleMoments& real,
                                   std::uint64_t seed)
{
    const double distance = frechetDistance(real, sampleMoments(generated));
    if (!std::isfinite(distance))
        return {distance, distance};
    const auto count = static_cast<std::uint32_t>(generated.size());
    std::vector<float> drawn(count);
    std::vector<double> distances;
    for (std::size_t draw = 0; draw < draws; ++draw) {
        CounterRandom random(seed, firstDrawStream + draw);
        for (float& value : drawn)
            value = generated[random.index(count)];
        distances.push_back(frechetDistance(real, sampleMoments(drawn)));
    }
    std::ranges::sort(distances);
    return {std::min(distance, quantile(distances, (1 - coverage) / 2)),
            std::max(distance, quantile(distances, (1 + coverage) / 2))};
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

void markTies(std::span<GridMeasurement> measurements, std::size_t best)
{
    const DistanceInterval reference = measurements[best].interval;
    for (GridMeasurement& measurement : measurements)
        measurement.isTied = isUsable(measurement) && measurement.interval.low <= reference.high &&
                             measurement.interval.high >= reference.low;
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
