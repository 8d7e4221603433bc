// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_settings.h"

#include "core/explain/explanation_record.h"
#include "core/util/error.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>

namespace earshot {

namespace {

constexpr std::size_t maximumPairs = 1000;
constexpr int maximumExamples = 100000;

template <typename Value>
void checkGiven(const char* name, const std::vector<Value>& values)
{
    if (values.empty())
        throw badInput(name, "are missing", "at least one");
}

template <typename Value>
void checkDistinct(const char* name, const std::vector<Value>& values)
{
    if (std::set<Value>(values.begin(), values.end()).size() < values.size())
        throw badInput(name, "name a value twice", "every value once");
}

void checkCount(const char* name, int value, int low)
{
    if (value < low || value > maximumExamples)
        throw badInput(name, "is out of range",
                       std::to_string(low) + " to " + std::to_string(maximumExamples),
                       std::to_string(value));
}

// Trajectories of a search that is not stopped.
double rowCount(const GridSettings& settings)
{
    const auto pairs = static_cast<double>(pairCount(settings));
    const double refined = std::min(pairs, static_cast<double>(settings.refinedPairs));
    const double first = settings.examples, all = static_cast<double>(firstFreshStart(settings));
    return pairs * first + refined * (all - first) + settings.freshExamples;
}

// On a CPU, where all rows run at once, at the time of a checkpoint, when it takes most.
double neededGigabytes(const GridSettings& settings)
{
    constexpr double latentValues = 128;
    // The optimiser's, the trajectories', and two while a checkpoint is written.
    constexpr double latentCopies = 4;
    // Likewise; the optimiser has two norms beside each response, and a copy of all for the report.
    constexpr double responseCopies = 9;
    const double perRow =
        latentCopies * latentValues * static_cast<double>(latentSteps(settings).size()) +
        responseCopies * (largestSteps(settings) + 1.0);
    return rowCount(settings) * perRow * sizeof(float) / 1e9;
}

void checkMemory(const GridSettings& settings)
{
    constexpr double mostGigabytes = 16;
    const double needed = neededGigabytes(settings);
    if (needed <= mostGigabytes)
        return;
    char text[32];
    std::snprintf(text, sizeof text, "%.4g GB", needed);
    throw badInput("the grid", "needs too much memory",
                   "at most 16 GB: fewer examples, learning rates, prior weights or steps", text);
}

Json wholeNumbers(const std::vector<int>& values)
{
    Json list = Json::array();
    for (const int value : values)
        list.append(value);
    return list;
}

} // namespace

GridSettings quickGrid()
{
    GridSettings settings;
    settings.steps = {100};
    settings.choice = StepChoice::SmallestDistance;
    settings.examples = 8;
    settings.refinedPairs = 2;
    return settings;
}

GridSettings fullGrid()
{
    return {};
}

void checkGrid(const GridSettings& settings)
{
    checkGiven("learning rates", settings.learningRates);
    checkGiven("prior weights", settings.priorWeights);
    checkGiven("steps", settings.steps);
    ExplainSettings single;
    single.seed = settings.seed;
    for (const double learningRate : settings.learningRates) {
        single.learningRate = learningRate;
        checkSettings(single);
    }
    for (const double priorWeight : settings.priorWeights) {
        single.priorWeight = priorWeight;
        checkSettings(single);
    }
    for (const int steps : settings.steps) {
        single.steps = steps;
        checkSettings(single);
    }
    checkDistinct("learning rates", settings.learningRates);
    checkDistinct("prior weights", settings.priorWeights);
    checkDistinct("steps", settings.steps);
    if (pairCount(settings) > maximumPairs)
        throw badInput("the grid", "is too large", "at most 1000 learning rates × prior weights",
                       std::to_string(pairCount(settings)));
    checkCount("examples", settings.examples, 2);
    checkCount("refined pairs", settings.refinedPairs, 0);
    if (settings.refinedPairs > 0)
        checkCount("refined examples", settings.refinedExamples, settings.examples);
    if (settings.freshExamples != 0)
        checkCount("fresh examples", settings.freshExamples, 2);
    checkMemory(settings);
}

Json gridSettingsJson(const GridSettings& settings)
{
    Json json = Json::object(
        {{"direction", std::string(name(settings.direction))},
         {"learning_rates", Json::array(std::span(settings.learningRates))},
         {"prior_weights", Json::array(std::span(settings.priorWeights))},
         {"steps", wholeNumbers(settings.steps)},
         {"step_choice", settings.choice == StepChoice::Last ? "last" : "smallest distance"},
         {"examples", settings.examples},
         {"refined_pairs", settings.refinedPairs},
         {"refined_examples", settings.refinedPairs > 0 ? settings.refinedExamples : 0},
         {"fresh_examples", settings.freshExamples},
         {"seed", static_cast<std::int64_t>(settings.seed)}});
    if (settings.freshFrom > 0)
        json.set("fresh_from", settings.freshFrom);
    return json;
}

std::size_t pairCount(const GridSettings& settings)
{
    return settings.learningRates.size() * settings.priorWeights.size();
}

GridSetting gridPair(const GridSettings& settings, std::size_t pair)
{
    const std::size_t weights = settings.priorWeights.size();
    return {settings.learningRates.at(pair / weights), settings.priorWeights[pair % weights],
            largestSteps(settings)};
}

int largestSteps(const GridSettings& settings)
{
    return *std::ranges::max_element(settings.steps);
}

std::vector<int> latentSteps(const GridSettings& settings)
{
    std::vector<int> steps = settings.steps;
    if (settings.choice == StepChoice::SmallestDistance) {
        steps.clear();
        for (int step = 1; step <= largestSteps(settings); ++step)
            steps.push_back(step);
    }
    std::ranges::sort(steps);
    return steps;
}

std::size_t firstFreshStart(const GridSettings& settings)
{
    const int searched = settings.refinedPairs > 0 ? settings.refinedExamples : settings.examples;
    return static_cast<std::size_t>(std::max(searched, settings.freshFrom));
}

} // namespace earshot
