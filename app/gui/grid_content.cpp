// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/grid_content.h"

#include "core/explain/equations.h"
#include "core/explain/grid_progress.h"
#include "core/explain/grid_result.h"
#include "core/explain/optimiser.h"
#include "core/explain/real_responses.h"
#include "core/explain/real_side.h"

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

// Finite responses that have exploded, beyond a million, are this far from any real ones.
constexpr double explodedDistance = 1e11;

GridContent emptyContent(const GridSettings& settings)
{
    GridContent content;
    content.learningRates = settings.learningRates;
    content.priorWeights = settings.priorWeights;
    content.steps = largestSteps(settings);
    content.pairs.resize(pairCount(settings));
    return content;
}

// The step from 1 on with the smallest distance; 0: none is known.
int bestStep(const std::vector<double>& distances)
{
    int best = 0;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t step = 1; step < distances.size(); ++step)
        if (distances[step] < smallest) {
            smallest = distances[step];
            best = static_cast<int>(step);
        }
    return best;
}

PairSteps pairOf(const GridPairProgress& progress, const GridSettings& settings)
{
    PairSteps pair;
    pair.examples = progress.examples;
    pair.distances = progress.distances;
    const bool isFinished = progress.examples >= settings.examples &&
                            static_cast<int>(pair.distances.size()) > largestSteps(settings);
    pair.state = progress.examples == 0 ? SettingState::Waiting
                 : isFinished           ? SettingState::Known
                                        : SettingState::Running;
    if (!progress.isExploded)
        return pair;
    pair.state = SettingState::Exploded;
    for (std::size_t step = 0; step < pair.distances.size(); ++step)
        if (pair.examples > 1 && !(pair.distances[step] < explodedDistance)) {
            pair.explodedStep = static_cast<int>(step);
            break;
        }
    return pair;
}

SettingRow rowOf(const GridContent& content, std::size_t pair, int step)
{
    SettingRow row;
    row.pair = pair;
    row.steps = step;
    const PlaceView view = viewOf(content, {pair, step});
    row.examples = view.examples;
    row.distance = view.state == SettingState::Exploded ? unknownNumber : view.distance;
    row.state = view.state;
    return row;
}

void markBestSoFar(GridContent& content)
{
    const auto smaller = [](const SettingRow& a, const SettingRow& b) {
        // NaN is never smaller, and everything is smaller than NaN.
        return !std::isnan(a.distance) && (std::isnan(b.distance) || a.distance < b.distance);
    };
    const auto best = std::ranges::min_element(content.rows, smaller);
    if (best != content.rows.end() && std::isfinite(best->distance))
        best->mark = SettingMark::Best;
}

std::size_t curveRow(const GridResult& result, std::size_t pair, int step)
{
    return pair * (static_cast<std::size_t>(largestSteps(result.settings)) + 1) +
           static_cast<std::size_t>(step);
}

// Of the starts that a pair knows: those of an exploding one may be infinite.
std::vector<float> responsesAt(const GridResult& result, std::size_t pair, int step)
{
    std::vector<float> values;
    const bool isExploded =
        std::ranges::any_of(result.measurements, [pair](const GridMeasurement& one) {
            return one.pair == pair && one.state == GridState::Exploded;
        });
    for (std::size_t start = 0; start < result.curves.columns(); ++start) {
        const float value = result.curves(curveRow(result, pair, step), start);
        const bool isStarted = !std::isnan(result.curves(curveRow(result, pair, 0), start));
        if (isStarted && (isExploded || !std::isnan(value)))
            values.push_back(value);
    }
    return values;
}

SettingState stateOf(GridState state)
{
    switch (state) {
    case GridState::Ok:
        return SettingState::Known;
    case GridState::Exploded:
        return SettingState::Exploded;
    case GridState::Dead:
        return SettingState::Dead;
    case GridState::Stopped:
        break;
    }
    return SettingState::Stopped;
}

PairSteps pairOf(const GridResult& result, std::size_t pair)
{
    PairSteps known;
    for (const GridMeasurement& measurement : result.measurements)
        if (measurement.pair == pair) {
            known.state = stateOf(measurement.state);
            known.examples = std::max(known.examples, measurement.examples);
        }
    // After a stop not even the first of the numbers of steps may have been reached.
    known.examples =
        std::max(known.examples, static_cast<int>(responsesAt(result, pair, 1).size()));
    for (int step = 0; step <= largestSteps(result.settings); ++step) {
        const std::vector<float> responses = responsesAt(result, pair, step);
        known.distances.push_back(frechetDistance(result.realMoments, sampleMoments(responses)));
        if (known.state == SettingState::Exploded && step < known.explodedStep &&
            std::ranges::any_of(responses, hasExploded))
            known.explodedStep = step;
    }
    return known;
}

} // namespace

GridContent gridContent(const GridSettings& settings, const GridProgress* progress)
{
    GridContent content = emptyContent(settings);
    content.isRunning = true;
    for (std::size_t pair = 0; pair < content.pairs.size(); ++pair) {
        if (progress != nullptr && pair < progress->pairs.size())
            content.pairs[pair] = pairOf(progress->pairs[pair], settings);
        std::vector<int> steps = settings.steps;
        if (settings.choice == StepChoice::SmallestDistance)
            steps = {bestStep(content.pairs[pair].distances)};
        for (const int step : steps)
            content.rows.push_back(rowOf(content, pair, step));
    }
    markBestSoFar(content);
    return content;
}

GridContent gridContent(const GridResult& result)
{
    GridContent content = emptyContent(result.settings);
    for (std::size_t pair = 0; pair < content.pairs.size(); ++pair)
        content.pairs[pair] = pairOf(result, pair);
    for (const GridMeasurement& one : result.measurements) {
        SettingRow row{one.pair,     one.setting.steps, one.examples,      one.moments.mean,
                       one.distance, one.interval.low,  one.interval.high, stateOf(one.state)};
        row.mark = one.isTied ? SettingMark::Tied : SettingMark::None;
        content.rows.push_back(row);
    }
    if (result.chosen)
        content.rows[*result.chosen].mark = SettingMark::Best;
    return content;
}

Distributions gridDistributions(const GridSettings& settings, const GridProgress* progress,
                                const std::optional<SettingPlace>& place, const RealResponses* real)
{
    Distributions shown;
    const bool isPositive = settings.direction == Direction::Positive;
    if (real != nullptr) {
        shown.realQuantiles = real->quantiles;
        (isPositive ? shown.realHighest : shown.realLowest) =
            realSide(*real, settings.direction).responses;
    }
    if (progress == nullptr || !place || place->pair >= progress->pairs.size())
        return shown;
    const GridPairProgress& pair = progress->pairs[place->pair];
    const auto step = static_cast<std::size_t>(place->step);
    if (step >= pair.responses.rows())
        return shown;
    const auto valuesAt = [&](std::size_t row) {
        const std::span<const float> values = pair.responses.row(row);
        return std::vector<float>(values.begin(), values.end());
    };
    shown.start = valuesAt(0);
    (isPositive ? shown.positive : shown.negative) = valuesAt(step);
    (isPositive ? shown.positiveDistance : shown.negativeDistance) = pair.distances[step];
    return shown;
}

Distributions gridDistributions(const GridResult& result, const SettingPlace& place,
                                const RealResponses* real)
{
    Distributions shown;
    const bool isPositive = result.settings.direction == Direction::Positive;
    if (real != nullptr)
        shown.realQuantiles = real->quantiles;
    (isPositive ? shown.realHighest : shown.realLowest) = result.real.responses;
    shown.start = responsesAt(result, place.pair, 0);
    std::vector<float>& values = isPositive ? shown.positive : shown.negative;
    values = responsesAt(result, place.pair, place.step);
    (isPositive ? shown.positiveDistance : shown.negativeDistance) =
        frechetDistance(result.realMoments, sampleMoments(values));
    return shown;
}

} // namespace earshot
