// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every number of a reproduction as CSV.
#include "app/cli/reproduce_results.h"
#include "core/dsp/log_mel.h"
#include "core/explain/grid_record.h"
#include "core/io/csv.h"

#include <algorithm>
#include <limits>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double meanOf(const std::vector<float>& values)
{
    return sampleMoments(values).mean; // NaN for none
}

double at(const std::vector<float>& values, std::size_t index)
{
    return index < values.size() ? static_cast<double>(values[index]) : unknown;
}

CsvWriter classifierCsv(const ReproduceResults& results)
{
    CsvWriter csv({"name", "threshold", "precision", "recall", "specificity", "f1", "error"});
    for (const std::vector<ClassifierRow>* rows :
         {&results.classifier.rows, &publishedClassifiers()})
        for (const ClassifierRow& row : *rows) {
            csv.add(row.name).add(row.threshold).add(row.precision).add(row.recall);
            csv.add(row.specificity).add(row.f1).add(row.error).endRow();
        }
    return csv;
}

CsvWriter settingsCsv(const ReproduceResults& results)
{
    CsvWriter csv({"learning_rate", "prior_weight", "steps", "examples", "mean", "variance",
                   "real_mean", "real_variance", "frechet_distance", "distance_low",
                   "distance_high", "state", "change_db", "heard_mean", "witness_mean",
                   "witness_agreement"});
    for (const SearchedSetting& searched : results.search.settings) {
        const GridMeasurement& measured = searched.measurement;
        csv.add(measured.setting.learningRate).add(measured.setting.priorWeight);
        csv.add(measured.setting.steps).add(measured.examples).add(measured.moments.mean);
        csv.add(measured.moments.variance).add(results.search.realMoments.mean);
        csv.add(results.search.realMoments.variance).add(measured.distance);
        csv.add(measured.interval.low).add(measured.interval.high).add(name(measured.state));
        csv.add(changeDb(measured)).add(meanOf(searched.heard)).add(meanOf(searched.witness));
        csv.add(searched.agreement()).endRow();
    }
    return csv;
}

CsvWriter publishedSettingsCsv(const ReproduceResults& results)
{
    CsvWriter csv({"name", "learning_rate", "prior_weight", "steps", "published_distance",
                   "frechet_distance", "distance_low", "distance_high", "examples", "state"});
    for (const PublishedSetting& published : publishedSettings()) {
        const SearchedSetting* found = results.search.find(published.setting);
        const GridMeasurement measured = found == nullptr ? GridMeasurement() : found->measurement;
        csv.add(published.name).add(published.setting.learningRate);
        csv.add(published.setting.priorWeight).add(published.setting.steps);
        csv.add(published.distance).add(measured.distance).add(measured.interval.low);
        csv.add(measured.interval.high).add(measured.examples).add(name(measured.state)).endRow();
    }
    return csv;
}

CsvWriter responsesCsv(const ReproduceTask& task, const ReproduceResults& results)
{
    const Explanation& explanation = results.paper.explanation;
    const RealResponses& real = task.real.at(explanation.response);
    CsvWriter csv(
        {"category", "example", "response", "percentile", "heard", "witness", "published"});
    for (const PublishedResponses& published : publishedResponses()) {
        const std::vector<float> responses = responsesOf(explanation, published.key);
        const std::vector<float> heard = heardOf(explanation, published.key);
        const std::vector<float> witness = logitsOf(explanation, published.key);
        for (std::size_t i = 0; i < responses.size(); ++i) {
            csv.add(published.key).add(i + 1).add(responses[i]);
            csv.add(std::clamp(real.percentile(responses[i]), 0.0, 100.0));
            csv.add(at(heard, i)).add(at(witness, i));
            csv.add(i < shownExamples ? published.responses[i] : unknown).endRow();
        }
    }
    return csv;
}

CsvWriter figure2Csv(const ReproduceTask& task, const ReproduceResults& results)
{
    CsvWriter csv({"distribution", "index", "response"});
    const auto add = [&](const char* distribution, const std::vector<float>& values) {
        for (std::size_t i = 0; i < values.size(); ++i)
            csv.add(distribution).add(i).add(values[i]).endRow();
    };
    const RealResponses& real = task.real.at(results.paper.explanation.response);
    add("real_quantiles", real.quantiles); // at 0, 0.001, …, 1
    add("real_highest", results.search.real.responses);
    add("start", responsesOf(results.paper.explanation, "start"));
    for (const PublishedSetting& published : publishedSettings())
        if (const SearchedSetting* found = results.search.find(published.setting))
            add(published.name, found->responses);
    add("chosen", results.search.settings[results.search.chosen].responses);
    return csv;
}

CsvWriter figure3Csv(const ReproduceTask& task, const std::vector<Figure3Column>& columns)
{
    std::vector<std::string> names{"frame", "band"};
    for (const Figure3Column& column : columns)
        for (std::size_t row = 0; row < column.mels.rows(); ++row)
            names.push_back(column.name + "_" + std::to_string(row + 1));
    CsvWriter csv(names);
    for (std::size_t frame = 0; frame < task.frontEnd.excerptFrames; ++frame)
        for (std::size_t band = 0; band < task.frontEnd.melBands; ++band) {
            csv.add(frame).add(band);
            for (const Figure3Column& column : columns)
                for (std::size_t row = 0; row < column.mels.rows(); ++row)
                    csv.add(column.mels(row, frame * task.frontEnd.melBands + band));
            csv.endRow();
        }
    return csv;
}

CsvWriter descriptorsCsv(const ReproduceResults& results)
{
    std::vector<std::string> names{"group", "example"};
    for (const Descriptor& descriptor : descriptors())
        names.emplace_back(descriptor.key);
    CsvWriter csv(names);
    for (const DescribedGroup& group : results.paper.groups)
        for (std::size_t i = 0; i < group.values.front().size(); ++i) {
            csv.add(group.key).add(i + 1);
            for (const std::vector<double>& values : group.values)
                csv.add(values[i]);
            csv.endRow();
        }
    return csv;
}

CsvWriter effectsCsv(const ReproduceTask& task, const ReproduceResults& results)
{
    CsvWriter csv({"from", "to", "quantity", "pairs", "difference", "difference_low",
                   "difference_high", "effect_size", "effect_size_low", "effect_size_high"});
    for (const DescribedEffect& effect : effectsOf(results.paper, task.plan.seed))
        for (std::size_t i = 0; i < descriptorCount; ++i) {
            const PairedEffect& found = effect.effects[i];
            csv.add(effect.from).add(effect.to).add(descriptors()[i].key).add(found.pairs);
            for (const Estimate* estimate : {&found.difference, &found.size})
                csv.add(estimate->value).add(estimate->low).add(estimate->high);
            csv.endRow();
        }
    return csv;
}

CsvWriter controlsCsv(const ReproduceTask& task, const ReproduceResults& results)
{
    CsvWriter csv({"unit", "row", "example", "response", "percentile", "own_start", "own_response",
                   "heard", "witness", "cosine"});
    for (const UnitControls& unit : results.controls) {
        const RealResponses& real = task.real.at(unit.response);
        for (const ControlRow& row : unit.rows)
            for (std::size_t i = 0; i < row.responses.size(); ++i) {
                csv.add(unit.response).add(row.key).add(i + 1).add(row.responses[i]);
                csv.add(std::clamp(real.percentile(row.responses[i]), 0.0, 100.0));
                csv.add(at(row.ownStart, i))
                    .add(at(row.own, i))
                    .add(at(row.heard, i))
                    .add(at(row.witness, i));
                csv.add(i < row.cosines.size() ? row.cosines[i] : unknown).endRow();
            }
    }
    return csv;
}

CsvWriter metricCsv(const ReproduceResults& results)
{
    const MetricCheck& metric = results.metric;
    CsvWriter csv({"exploded_settings", "settings", "spearman", "low", "high"});
    const auto add = [&](const char* exploded, std::size_t settings, const Estimate& estimate) {
        csv.add(exploded).add(settings).add(estimate.value).add(estimate.low).add(estimate.high);
        csv.endRow();
    };
    add("farthest", metric.settings, metric.correlation);
    add("left_out", metric.settings - metric.exploded, metric.withoutExploded);
    return csv;
}

CsvWriter choicesCsv(const ReproduceResults& results)
{
    CsvWriter csv({"response", "search", "settings", "learning_rate", "prior_weight", "steps",
                   "frechet_distance", "distance_low", "distance_high", "fresh_examples",
                   "fresh_distance", "fresh_low", "fresh_high"});
    const auto add = [&](const SearchChoice& choice, const char* search) {
        const GridMeasurement& measured = choice.measured;
        const GridMeasurement fresh = choice.fresh.value_or(FreshMeasurement()).measurement;
        csv.add(choice.response).add(search).add(choice.settings);
        csv.add(measured.setting.learningRate).add(measured.setting.priorWeight);
        csv.add(measured.setting.steps).add(measured.distance).add(measured.interval.low);
        csv.add(measured.interval.high).add(fresh.examples).add(fresh.distance);
        csv.add(fresh.interval.low).add(fresh.interval.high).endRow();
    };
    for (const SearchComparison& comparison : results.comparisons) {
        add(comparison.wider, "wider");
        add(comparison.quick, "quick");
    }
    if (results.comparisons.empty())
        for (const SearchChoice& choice : results.choices)
            add(choice, "wider");
    return csv;
}

} // namespace

std::vector<fs::path> writeTables(const ReproduceTask& task, const ReproduceResults& results)
{
    std::vector<fs::path> paths;
    const auto write = [&](const char* file, const CsvWriter& csv) {
        paths.push_back(task.folder() / file);
        csv.writeFile(paths.back());
    };
    write("table3.csv", classifierCsv(results));
    write("table5.csv", publishedSettingsCsv(results));
    write("settings.csv", settingsCsv(results));
    write("table6.csv", responsesCsv(task, results));
    write("figure2.csv", figure2Csv(task, results));
    write("figure3.csv", figure3Csv(task, figure3(task, results)));
    write("descriptors.csv", descriptorsCsv(results));
    write("effects.csv", effectsCsv(task, results));
    write("controls.csv", controlsCsv(task, results));
    write("metric.csv", metricCsv(results));
    write("choices.csv", choicesCsv(results));
    return paths;
}

} // namespace earshot
