// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_reader.h"

#include "core/explain/explanation_record.h"
#include "core/io/csv.h"
#include "core/io/safetensors.h"
#include "core/util/error.h"
#include "core/util/narrow.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>
#include <system_error>

namespace earshot {

namespace fs = std::filesystem;

namespace {

int wholeNumber(double value, const std::string& what)
{
    if (value != std::trunc(value)) // NaN, too
        throw badInput(what, "cannot be used", "a whole number", Json(value).dump());
    return nearestInt(value);
}

std::vector<int> wholeNumbers(const Json& json, const std::string& key)
{
    std::vector<int> values;
    for (const double value : json.numbers(key))
        values.push_back(wholeNumber(value, key));
    return values;
}

// Back from gridSettingsJson.
GridSettings settingsOfGrid(const Json& json)
{
    GridSettings settings;
    settings.direction = parseDirections(json.text("direction")) == Directions::Negative
                             ? Direction::Negative
                             : Direction::Positive;
    settings.learningRates = json.numbers("learning_rates");
    settings.priorWeights = json.numbers("prior_weights");
    settings.steps = wholeNumbers(json, "steps");
    settings.choice =
        json.text("step_choice") == "last" ? StepChoice::Last : StepChoice::SmallestDistance;
    settings.examples = nearestInt(json.integer("examples"));
    settings.refinedPairs = nearestInt(json.integer("refined_pairs"));
    if (settings.refinedPairs > 0)
        settings.refinedExamples = nearestInt(json.integer("refined_examples"));
    settings.freshExamples = nearestInt(json.integer("fresh_examples"));
    if (json.contains("fresh_from"))
        settings.freshFrom = nearestInt(json.integer("fresh_from"));
    settings.seed = static_cast<std::uint64_t>(json.integer("seed"));
    checkGrid(settings);
    return settings;
}

GridState parseState(const std::string& text, const fs::path& file)
{
    for (const GridState state :
         {GridState::Ok, GridState::Exploded, GridState::Dead, GridState::Stopped})
        if (text == name(state))
            return state;
    throw badInput(file, "has an unknown state", "ok, exploded, dead or stopped", text);
}

// "nan" where the table has none.
double numberOf(const CsvTable& table, std::size_t row, std::string_view column)
{
    return table.text(row, column) == "nan" ? std::numeric_limits<double>::quiet_NaN()
                                            : table.number(row, column);
}

GridMeasurement measurementOf(const CsvTable& table, std::size_t row, const fs::path& file)
{
    GridMeasurement measurement;
    measurement.setting = {table.number(row, "learning_rate"), table.number(row, "prior_weight"),
                           wholeNumber(table.number(row, "steps"), file.string() + ": steps")};
    measurement.examples = wholeNumber(table.number(row, "examples"), file.string() + ": examples");
    measurement.moments = {numberOf(table, row, "mean"), numberOf(table, row, "variance")};
    measurement.distance = numberOf(table, row, "frechet_distance");
    measurement.interval = {numberOf(table, row, "distance_low"),
                            numberOf(table, row, "distance_high")};
    measurement.state = parseState(table.text(row, "state"), file);
    return measurement;
}

bool isSetting(const GridMeasurement& measurement, const Json& json)
{
    return measurement.setting.learningRate == json.number("learning_rate") &&
           measurement.setting.priorWeight == json.number("prior_weight") &&
           measurement.setting.steps == nearestInt(json.integer("steps"));
}

std::optional<std::size_t> rowOf(const GridResult& result, const Json& json)
{
    for (std::size_t row = 0; !json.isNull() && row < result.measurements.size(); ++row)
        if (isSetting(result.measurements[row], json))
            return row;
    return std::nullopt;
}

void readMeasurements(GridResult& result, const fs::path& file)
{
    const CsvTable table = CsvTable::readFile(file);
    const std::size_t pairs = pairCount(result.settings);
    const std::size_t perPair =
        result.settings.choice == StepChoice::Last ? result.settings.steps.size() : 1;
    if (table.rows() != pairs * perPair)
        throw badInput(file, "does not belong to its grid.earshot",
                       std::to_string(pairs * perPair) + " settings", std::to_string(table.rows()));
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (table.text(row, "direction") != name(result.settings.direction))
            throw badInput(file, "does not belong to its grid.earshot",
                           std::string(name(result.settings.direction)) + " explanations",
                           table.text(row, "direction"));
        GridMeasurement measurement = measurementOf(table, row, file);
        measurement.pair = row / perPair;
        const GridSetting pair = gridPair(result.settings, measurement.pair);
        if (measurement.setting.learningRate != pair.learningRate ||
            measurement.setting.priorWeight != pair.priorWeight || measurement.setting.steps < 1 ||
            measurement.setting.steps > pair.steps)
            throw badInput(file, "does not belong to its grid.earshot",
                           "the settings of its record in their order",
                           "another one in row " + std::to_string(row + 1));
        measurement.isRefined = measurement.examples > result.settings.examples;
        result.measurements.push_back(measurement);
    }
}

// A crash may have left an older table of the same settings beside the tensors.
void checkTable(const GridResult& result, const fs::path& file)
{
    constexpr double rounding = 1e-6;
    for (std::size_t row = 0; row < result.measurements.size(); ++row) {
        const GridMeasurement& measurement = result.measurements[row];
        if (measurement.state == GridState::Exploded) // its known responses may be NaN, too
            continue;
        std::vector<float> known;
        std::ranges::copy_if(result.responses.row(row), std::back_inserter(known),
                             [](float response) { return !std::isnan(response); });
        const double mean = sampleMoments(known).mean;
        if (measurement.examples != static_cast<int>(known.size()) ||
            std::fabs(measurement.moments.mean - mean) > rounding * std::max(1.0, std::fabs(mean)))
            throw badInput(file, "does not belong to its grid.earshot",
                           std::to_string(known.size()) + " examples of mean " +
                               std::to_string(mean) + " in row " + std::to_string(row + 1),
                           std::to_string(measurement.examples) + " of mean " +
                               std::to_string(measurement.moments.mean));
    }
}

void readChoice(GridResult& result)
{
    const Json& record = result.record;
    result.best = rowOf(result, record.at("best"));
    result.chosen = rowOf(result, record.at("chosen"));
    const Json ties = record.at("ties");
    for (std::size_t i = 0; i < ties.size(); ++i)
        if (const std::optional<std::size_t> row = rowOf(result, ties.at(i)))
            result.measurements[*row].isTied = true;
    const Json real = record.at("real");
    result.real.source = real.text("source");
    result.real.warnings = real.texts("warnings");
    result.end =
        record.text("end") == name(RunEnd::Completed) ? RunEnd::Completed : RunEnd::Stopped;
    result.seconds = record.number("seconds");
}

void readFresh(GridResult& result, const SafetensorsFile& tensors)
{
    const Json json = result.record.at("fresh");
    if (json.isNull())
        return;
    FreshMeasurement fresh;
    GridMeasurement& measurement = fresh.measurement;
    measurement.setting = {json.number("learning_rate"), json.number("prior_weight"),
                           nearestInt(json.integer("steps"))};
    measurement.examples = nearestInt(json.integer("examples"));
    measurement.moments = {json.at("mean").number(), json.at("variance").number()};
    measurement.distance = json.at("frechet_distance").number();
    measurement.interval = {json.at("distance_low").number(), json.at("distance_high").number()};
    measurement.state = parseState(json.text("state"), tensors.path());
    fresh.responses = tensors.floats("fresh_responses");
    result.fresh = std::move(fresh);
}

} // namespace

std::optional<GridResult> readGrid(const fs::path& folder)
{
    const fs::path table = folder / "grid.csv", tensorsFile = folder / "grid.earshot";
    std::error_code error;
    if (!fs::exists(table, error) || !fs::exists(tensorsFile, error))
        return std::nullopt;
    const SafetensorsFile tensors(tensorsFile);
    if (tensors.metadataValue("format") != gridFormat)
        throw badInput(tensorsFile, "is no grid", gridFormat, tensors.metadataValue("format"));
    GridResult result;
    result.record = recordOf(tensors);
    // The record's values do not know their file.
    const auto fromRecord = [&](const auto& read) {
        try {
            read();
        } catch (const Error& fault) {
            throw inFile(tensorsFile.string(), fault);
        }
    };
    fromRecord([&] {
        result.response = result.record.text("response");
        result.settings = settingsOfGrid(result.record.at("settings"));
    });
    result.real.responses = tensors.floats("real_responses");
    result.realMoments = sampleMoments(result.real.responses);
    readMeasurements(result, table);
    const auto settings = static_cast<std::int64_t>(result.measurements.size());
    const auto pairs = static_cast<std::int64_t>(pairCount(result.settings));
    result.responses = tensors.matrix("responses", settings);
    checkTable(result, table);
    const auto examples = static_cast<std::int64_t>(result.responses.columns());
    const std::int64_t steps = largestSteps(result.settings) + 1;
    result.curves =
        Matrix<float>(tensors.floats("responses_by_step", {pairs, steps, examples}),
                      static_cast<std::size_t>(pairs * steps), static_cast<std::size_t>(examples));
    const std::vector<float> changes = tensors.floats("changes", {settings});
    for (std::size_t row = 0; row < changes.size(); ++row)
        result.measurements[row].change = changes[row];
    fromRecord([&] {
        readChoice(result);
        readFresh(result, tensors);
    });
    return result;
}

} // namespace earshot
