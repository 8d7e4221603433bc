// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_measurement.h"

#include "core/explain/explanation_run.h"
#include "core/explain/optimiser.h"

#include <algorithm>
#include <cassert>

namespace earshot {

namespace {

constexpr float unknown = std::numeric_limits<float>::quiet_NaN();

const GridTrajectory* find(const GridTrajectories& trajectories, std::size_t pair,
                           std::size_t start)
{
    const auto found = trajectories.find({pair, start});
    return found == trajectories.end() ? nullptr : &found->second;
}

// After a setting's steps the latents lie in this row of a trajectory's.
std::size_t latentRow(const GridSettings& settings, int step)
{
    const std::vector<int> steps = latentSteps(settings);
    return static_cast<std::size_t>(std::ranges::lower_bound(steps, step) - steps.begin());
}

void fillRow(GridResult& result, const GridTrajectories& trajectories, std::size_t row,
             std::size_t columns)
{
    const GridMeasurement& measurement = result.measurements[row];
    const int steps = measurement.setting.steps;
    const std::size_t kept = latentRow(result.settings, steps);
    for (std::size_t start = 0; start < columns; ++start) {
        const GridTrajectory* known = find(trajectories, measurement.pair, start);
        if (known == nullptr || known->stepsDone < steps)
            continue;
        result.responses(row, start) = known->responses[static_cast<std::size_t>(steps)];
        std::ranges::copy(known->latents.row(kept),
                          result.latents.row(row * columns + start).begin());
    }
}

void fillCurves(GridResult& result, const GridTrajectories& trajectories)
{
    const auto steps = static_cast<std::size_t>(largestSteps(result.settings)) + 1;
    for (const auto& [key, known] : trajectories) {
        if (key.second >= result.curves.columns())
            continue; // a fresh start
        for (std::size_t step = 0; step < known.responses.size(); ++step)
            result.curves(key.first * steps + step, key.second) = known.responses[step];
    }
}

} // namespace

PairCurve pairCurve(const GridTrajectories& trajectories, std::size_t pair, StartRange starts,
                    int steps, const SampleMoments& real)
{
    PairCurve curve;
    std::vector<const GridTrajectory*> finished;
    std::vector<const GridTrajectory*> begun;
    std::vector<std::size_t> finishedStarts;
    int common = steps;
    for (std::size_t start = starts.first; start < starts.first + starts.count; ++start) {
        const GridTrajectory* known = find(trajectories, pair, start);
        if (known == nullptr || known->stepsDone < 0)
            continue;
        begun.push_back(known);
        curve.starts.push_back(start);
        common = std::min(common, known->stepsDone);
        curve.isExploded = curve.isExploded || std::ranges::any_of(known->responses, hasExploded);
        if (known->stepsDone >= steps) {
            finished.push_back(known);
            finishedStarts.push_back(start);
        }
    }
    const bool overFinished = finished.size() >= 2;
    const std::vector<const GridTrajectory*>& over = overFinished ? finished : begun;
    if (overFinished)
        curve.starts = finishedStarts;
    if (over.empty())
        return curve;
    const auto rows = static_cast<std::size_t>(overFinished ? steps : common) + 1;
    curve.responses = Matrix<float>(rows, over.size());
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < over.size(); ++i) {
        columns.push_back(i);
        for (std::size_t step = 0; step < rows; ++step)
            curve.responses(step, i) = over[i]->responses[step];
    }
    curve.distances = distancesBySteps(curve.responses, columns, rows, real);
    return curve;
}

GridMeasurement measureSetting(const GridTrajectories& trajectories, const GridSetting& setting,
                               std::size_t pair, StartRange starts, const GridResult& grid)
{
    GridMeasurement measurement;
    measurement.setting = setting;
    measurement.pair = pair;
    const auto step = static_cast<std::size_t>(setting.steps);
    std::vector<float> responses;
    bool isExploded = false;
    bool isDead = true;
    for (std::size_t start = starts.first; start < starts.first + starts.count; ++start) {
        const GridTrajectory* known = find(trajectories, pair, start);
        if (known == nullptr || known->stepsDone < setting.steps)
            continue;
        responses.push_back(known->responses[step]);
        isExploded = isExploded ||
                     std::ranges::any_of(std::span(known->responses).first(step + 1), hasExploded);
        isDead = isDead && known->startGradient == 0;
    }
    measurement.examples = static_cast<int>(responses.size());
    measurement.moments = sampleMoments(responses);
    measurement.distance = frechetDistance(grid.realMoments, measurement.moments);
    measurement.interval = bootstrapInterval(responses, grid.realMoments, grid.settings.seed);
    measurement.state = isExploded                        ? GridState::Exploded
                        : responses.size() < starts.count ? GridState::Stopped
                        : isDead                          ? GridState::Dead
                                                          : GridState::Ok;
    return measurement;
}

void measureGrid(GridResult& result, const GridTrajectories& trajectories,
                 const std::vector<std::size_t>& refinedPairs, std::size_t latentSize)
{
    const GridSettings& settings = result.settings;
    const auto startsOf = [&](bool refined) {
        return StartRange{
            0, static_cast<std::size_t>(refined ? settings.refinedExamples : settings.examples)};
    };
    result.measurements.clear();
    for (std::size_t pair = 0; pair < pairCount(settings); ++pair) {
        GridSetting setting = gridPair(settings, pair);
        const bool refined = std::ranges::find(refinedPairs, pair) != refinedPairs.end();
        std::vector<int> steps = settings.steps;
        if (settings.choice == StepChoice::SmallestDistance) {
            std::vector<double> distances =
                pairCurve(trajectories, pair, startsOf(refined), setting.steps, result.realMoments)
                    .distances;
            // An explanation has at least one step. Without any distance it is the last.
            if (!distances.empty())
                distances.front() = std::numeric_limits<double>::quiet_NaN();
            steps = {chooseStep(settings.choice, distances, setting.steps)};
        }
        for (const int count : steps) {
            setting.steps = count;
            result.measurements.push_back(
                measureSetting(trajectories, setting, pair, startsOf(refined), result));
            result.measurements.back().isRefined = refined;
        }
    }
    const std::size_t columns = startsOf(!refinedPairs.empty()).count;
    const std::size_t rows = result.measurements.size();
    const auto steps = static_cast<std::size_t>(largestSteps(settings)) + 1;
    result.responses = Matrix<float>(rows, columns, unknown);
    result.latents = Matrix<float>(rows * columns, latentSize, unknown);
    result.curves = Matrix<float>(pairCount(settings) * steps, columns, unknown);
    for (std::size_t row = 0; row < rows; ++row)
        fillRow(result, trajectories, row, columns);
    fillCurves(result, trajectories);
}

} // namespace earshot
