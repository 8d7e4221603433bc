// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reproduce_results.h"

#include "core/explain/explainer.h"

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

const DirectionResult* directionOf(const Explanation& explanation, const std::string& key)
{
    const auto found =
        explanation.directions.find(key == "negative" ? Direction::Negative : Direction::Positive);
    return found == explanation.directions.end() ? nullptr : &found->second;
}

} // namespace

const std::array<PublishedSetting, 3>& publishedSettings()
{
    static const std::array<PublishedSetting, 3> settings{
        {{"C1", "best", {0.01, 0.001, 100}, 1.654},
         {"C2", "median", {0.01, 0.01, 500}, 35.880},
         {"C3", "worst", {0.1, 0.001, 1000}, 1557.733}}};
    return settings;
}

const std::array<PublishedResponses, 3>& publishedResponses()
{
    static const std::array<PublishedResponses, 3> rows{
        {{"start", {-0.5, -0.94, 1.55, -3.47}},
         {"positive", {5.83, 5.52, 6.1, 2.96}},
         {"negative", {-6.23, -7.21, -6.45, -6.36}}}};
    return rows;
}

std::vector<float> responsesOf(const Explanation& explanation, const std::string& key)
{
    const DirectionResult* result = directionOf(explanation, key);
    if (result == nullptr)
        return {};
    const auto step = key == "start" ? 0 : static_cast<std::size_t>(result->chosenStep);
    const std::span<const float> row = result->responses.row(step);
    return {row.begin(), row.end()};
}

std::vector<float> heardOf(const Explanation& explanation, const std::string& key)
{
    if (key == "start")
        return explanation.startHeard;
    const DirectionResult* result = directionOf(explanation, key);
    return result == nullptr ? std::vector<float>() : result->heard;
}

std::vector<float> logitsOf(const Explanation& explanation, const std::string& key)
{
    if (key == "start")
        return explanation.startWitness;
    const DirectionResult* result = directionOf(explanation, key);
    return result == nullptr ? std::vector<float>() : result->witness;
}

std::vector<DescribedEffect> effectsOf(const PaperExplanation& paper, std::uint64_t seed)
{
    std::vector<DescribedEffect> list{{"start", "positive", "maximised − start", {}},
                                      {"start", "negative", "minimised − start", {}},
                                      {"negative", "positive", "maximised − minimised", {}}};
    for (DescribedEffect& effect : list) {
        const DescribedGroup* from = paper.group(effect.from);
        const DescribedGroup* to = paper.group(effect.to);
        if (from == nullptr || to == nullptr)
            return {};
        for (std::size_t i = 0; i < descriptorCount; ++i)
            effect.effects.push_back(pairedEffect(from->values[i], to->values[i], seed));
    }
    return list;
}

std::vector<Figure3Column> figure3(const ReproduceTask& task, const ReproduceResults& results)
{
    const Explanation& explanation = results.paper.explanation;
    const auto firstRows = [](const auto& values) {
        return std::vector<float>(values.begin(),
                                  values.begin() + std::min(values.size(), figure3Rows));
    };
    std::vector<Figure3Column> columns;
    const auto add = [&](const char* name, MatrixView<const float> latents,
                         const std::vector<float>& responses,
                         const std::vector<std::filesystem::path>& sounds) {
        const std::size_t rows = std::min(latents.rows(), figure3Rows);
        columns.push_back(
            {name, task.explainer.generate(latents.slice(0, rows)), firstRows(responses), sounds});
    };
    add("start", explanation.startLatents, responsesOf(explanation, "start"),
        {results.paper.sound("start", 0), results.paper.sound("start", 1)});
    for (const PublishedSetting& published : publishedSettings())
        if (const SearchedSetting* found = results.search.find(published.setting))
            add(published.name, found->latents, found->responses, found->sounds);
    return columns;
}

Json resultsJson(const ReproduceTask& task, const ReproduceResults& results)
{
    const auto estimateJson = [](const Estimate& estimate) {
        return Json::object(
            {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}});
    };
    Json settings = Json::array();
    for (const PublishedSetting& published : publishedSettings()) {
        const SearchedSetting* found = results.search.find(published.setting);
        settings.append(Json::object(
            {{"name", published.name},
             {"published_distance", published.distance},
             {"frechet_distance", found == nullptr ? Json() : Json(found->measurement.distance)}}));
    }
    Json controls = Json::array();
    for (const UnitControls& unit : results.controls)
        controls.append(Json::object({{"response", unit.response},
                                      {"cosine_without_training",
                                       estimateJson(unit.cosineWithoutTraining(task.plan.seed))}}));
    Json json =
        Json::object({{"state", "ok"},
                      {"form", task.plan.form == ReproduceForm::Quick ? "quick" : "full"},
                      {"seconds", std::isnan(results.seconds) ? Json() : Json(results.seconds)},
                      {"settings", settings},
                      {"controls", controls}});
    if (!results.classifier.rows.empty())
        json.set("classification_error", results.classifier.rows.front().error);
    json.set("metric_correlation", estimateJson(results.metric.correlation));
    json.set("quick_as_good", static_cast<std::int64_t>(std::ranges::count_if(
                                  results.comparisons, &SearchComparison::isAsGood)));
    json.set("quick_compared", static_cast<std::int64_t>(results.comparisons.size()));
    return json;
}

} // namespace earshot
