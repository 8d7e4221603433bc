// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reproduce_plan.h"

#include "core/explain/explainer.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace earshot {

namespace {

// The paper's Table 5.
constexpr double medianPriorWeight = 0.01; // C2
constexpr int medianSteps = 500;
constexpr double worstLearningRate = 0.1; // C3
constexpr double worstPriorWeight = 0.001;
constexpr int worstSteps = 1000;

constexpr int fullExamples = 50; // the paper's N
constexpr int fullControlExamples = 16;
constexpr int quickExamples = 8;
constexpr int quickControlExamples = 6;

GridSettings gridOf(std::vector<double> learningRates, std::vector<double> priorWeights,
                    std::vector<int> steps, int examples, int freshExamples, std::uint64_t seed)
{
    GridSettings grid;
    grid.learningRates = std::move(learningRates);
    grid.priorWeights = std::move(priorWeights);
    grid.steps = std::move(steps);
    grid.examples = examples;
    grid.freshExamples = freshExamples;
    grid.seed = seed;
    return grid;
}

// Layers with weights, in the order of the forward pass.
std::vector<std::string> weightedLayers(const Explainer& explainer)
{
    std::vector<std::string> layers;
    for (const LayerDescription& layer : explainer.layers())
        if (layer.activation == "linear")
            layers.push_back(layer.name);
    return layers;
}

// From the unit's own layer back to the first; the quick form takes every second of them, and the
// last.
std::vector<std::string> randomisedLayers(const Explainer& explainer, const std::string& layer,
                                          ReproduceForm form)
{
    std::vector<std::string> layers = weightedLayers(explainer);
    layers.erase(std::ranges::find(layers, layer) + 1, layers.end());
    std::ranges::reverse(layers);
    if (form == ReproduceForm::Full)
        return layers;
    std::vector<std::string> some;
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (i % 2 == 0 || i + 1 == layers.size())
            some.push_back(layers[i]);
    return some;
}

void limit(GridSettings& grid, const ReproduceLimits& limits)
{
    for (int* examples : {&grid.examples, &grid.refinedExamples, &grid.freshExamples})
        *examples = std::min(*examples, limits.examples);
    grid.freshFrom = std::min(grid.freshFrom, limits.examples);
    std::set<int> steps;
    for (const int count : grid.steps)
        steps.insert(std::min(count, limits.steps));
    grid.steps.assign(steps.begin(), steps.end());
}

void limit(ReproducePlan& plan, const ReproduceLimits& limits)
{
    for (GridSettings& grid : plan.grids)
        limit(grid, limits);
    for (ControlledUnit& unit : plan.units)
        if (unit.grid)
            limit(*unit.grid, limits);
    for (ComparedUnit& unit : plan.compared) {
        limit(unit.quick, limits);
        if (unit.wider)
            limit(*unit.wider, limits);
    }
    plan.figureExamples = std::min(plan.figureExamples, limits.examples);
    plan.controlExamples = std::min(plan.controlExamples, limits.examples);
    plan.figureSteps = std::min(plan.figureSteps, limits.steps);
}

bool isIn(const GridSettings& all, const GridSettings& some)
{
    const auto holds = [](const auto& values, const auto& others) {
        return std::ranges::all_of(others, [&](const auto value) {
            return std::ranges::find(values, value) != values.end();
        });
    };
    return holds(all.learningRates, some.learningRates) &&
           holds(all.priorWeights, some.priorWeights) && holds(all.steps, some.steps);
}

std::string unitOf(const std::string& layer, std::int64_t index)
{
    return layer + "[" + std::to_string(index) + "]";
}

// Empty if nothing is known of what real music does to it.
std::string innerMean(const Explainer& explainer)
{
    std::vector<std::string> known;
    for (const LayerDescription& layer : explainer.layers())
        if (const std::string mean = "mean(" + layer.name + ")";
            layer.isConvolutional() && layer.activation == "linear" &&
            explainer.realResponsesOf(explainer.parse(mean)))
            known.push_back(mean);
    if (known.empty())
        return {};
    return known[known.size() < 2 ? 0 : known.size() - 2];
}

} // namespace

std::vector<ControlledUnit> innerUnits(const Explainer& explainer)
{
    const LayerDescription* before = nullptr;
    for (const LayerDescription& layer : explainer.layers())
        if (!layer.isConvolutional() && layer.activation == "linear" &&
            layer.name != explainer.outputLayer())
            before = &layer;
    if (before == nullptr)
        return {};
    // NaN for a unit that answers everything alike: there is nothing to explain.
    const auto aucOf = [&](std::int64_t unit) {
        const auto real = explainer.realResponsesOf(explainer.parse(unitOf(before->name, unit)));
        return real && real->standardDeviation > 0 ? real->auc : std::nan("");
    };
    std::vector<ControlledUnit> units;
    const auto add = [&](std::int64_t unit, std::string reason) {
        units.push_back({unitOf(before->name, unit), std::move(reason), std::nullopt, {}});
    };
    std::vector<std::pair<double, std::int64_t>> known;
    for (std::int64_t unit = 0; unit < before->units(); ++unit)
        if (const double auc = aucOf(unit); std::isfinite(auc))
            known.emplace_back(auc, unit);
    const std::string label = explainer.classifier().label;
    if (known.size() < 3) {
        for (std::int64_t unit = 0; unit < std::min<std::int64_t>(3, before->units()); ++unit)
            add(unit, "one of the first, for want of real responses");
        return units;
    }
    std::ranges::sort(known);
    const auto between =
        std::min_element(known.begin() + 1, known.end() - 1, [](const auto& a, const auto& b) {
            return std::abs(a.first - 0.5) < std::abs(b.first - 0.5);
        });
    add(known.back().second,
        "of its layer the one whose real responses go most with “" + label + "”");
    add(known.front().second,
        "the one whose responses to real music are most negatively related to it");
    add(between->second, "the one whose responses to real music are least related to it");
    return units;
}

ReproducePlan reproducePlan(const Explainer& explainer, ReproduceForm form, std::uint64_t seed,
                            const ReproduceLimits& limits)
{
    if (limits.examples < 2)
        throw badInput("--examples", "is out of range", "at least 2",
                       std::to_string(limits.examples));
    if (limits.steps < 1)
        throw badInput("--most-steps", "is out of range", "at least 1",
                       std::to_string(limits.steps));
    if (explainer.outputLayer().empty())
        throw badInput(explainer.classifier().folder.string(), "cannot be reproduced with",
                       "a classifier with an output neuron", "none");
    ReproducePlan plan;
    plan.form = form;
    plan.output = unitOf(explainer.outputLayer(), 0);
    plan.seed = seed;
    plan.units.push_back({plan.output, "the classifier's answer", std::nullopt, {}});
    for (ControlledUnit& unit : innerUnits(explainer))
        plan.units.push_back(std::move(unit));
    const GridSettings paper = fullGrid();
    if (form == ReproduceForm::Full) {
        plan.grids = {gridOf(paper.learningRates, paper.priorWeights, paper.steps, fullExamples,
                             paper.freshExamples, seed)};
        plan.figureExamples = fullExamples;
        plan.controlExamples = fullControlExamples;
        GridSettings wider = gridOf(paper.learningRates, paper.priorWeights, {100, 500},
                                    plan.controlExamples, paper.freshExamples, seed);
        GridSettings quick = quickGrid();
        quick.seed = seed;
        wider.freshFrom = quick.refinedExamples; // the same fresh starts as the quick search's
        for (ControlledUnit& unit : plan.units) {
            if (unit.response != plan.output)
                unit.grid = wider;
            plan.compared.push_back({unit.response, quick, std::nullopt});
        }
        if (const std::string mean = innerMean(explainer); !mean.empty())
            plan.compared.push_back({mean, quick, wider});
    } else {
        plan.grids = {gridOf(paper.learningRates, paper.priorWeights, {25, 50, 100}, quickExamples,
                             quickExamples, seed),
                      gridOf({paper.learningRates[1]}, {medianPriorWeight}, {medianSteps},
                             quickControlExamples, 0, seed),
                      gridOf({worstLearningRate}, {worstPriorWeight}, {worstSteps},
                             quickControlExamples, 0, seed)};
        plan.figureExamples = quickExamples;
        plan.controlExamples = quickControlExamples;
        plan.units.resize(std::min<std::size_t>(plan.units.size(), 2));
    }
    plan.figureSteps = presetSettings(Preset::C1).steps;
    limit(plan, limits);
    // With fewer steps C2 and C3 may be settings of the search.
    plan.grids.erase(
        std::remove_if(plan.grids.begin() + 1, plan.grids.end(),
                       [&](const GridSettings& grid) { return isIn(plan.grids.front(), grid); }),
        plan.grids.end());
    for (ControlledUnit& unit : plan.units)
        unit.randomisedFrom =
            randomisedLayers(explainer, explainer.parse(unit.response).terms().front().layer, form);
    return plan;
}

std::string smallerThanFull(const ReproducePlan& plan)
{
    const GridSettings& grid = plan.grids.front();
    const bool isQuick = plan.form == ReproduceForm::Quick;
    if (!isQuick && largestSteps(grid) == largestSteps(fullGrid()) && grid.examples == fullExamples)
        return {};
    std::string steps;
    for (const int count : grid.steps)
        steps += (steps.empty() ? "" : ", ") + std::to_string(count);
    std::string text = isQuick ? "This is the quick form. " : "This is the full form, limited. ";
    text += "The search has " + steps + " steps where the paper has 100, 500 and 1,000, and " +
            std::to_string(grid.examples) + " examples instead of " + std::to_string(fullExamples);
    if (isQuick && plan.grids.size() > 1)
        text += "; C2 and C3 are computed beside it, with " +
                std::to_string(plan.grids.back().examples) + " examples";
    text += "; C1 has " + std::to_string(plan.figureSteps) + " steps and " +
            std::to_string(plan.figureExamples) + " examples, a control " +
            std::to_string(plan.controlExamples) + " instead of " +
            std::to_string(fullControlExamples);
    if (isQuick)
        text += "; one inner unit has controls instead of three, with the settings that the "
                "output's search chose instead of a search of its own; and weights are drawn anew "
                "from every second layer on instead of from each";
    return text + ". Bootstrap intervals over so few examples are too narrow.";
}

} // namespace earshot
