// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explanation_record.h"
#include "core/explain/grid_result.h"
#include "core/io/csv.h"
#include "core/io/safetensors.h"

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr const char* tableName = "grid.csv";
constexpr const char* tensorsName = "grid.earshot";

CsvWriter tableOf(const GridResult& result)
{
    CsvWriter table({"direction", "learning_rate", "prior_weight", "steps", "examples", "mean",
                     "variance", "real_mean", "real_variance", "frechet_distance", "distance_low",
                     "distance_high", "state"});
    for (const GridMeasurement& measurement : result.measurements) {
        table.add(name(result.settings.direction))
            .add(measurement.setting.learningRate)
            .add(measurement.setting.priorWeight)
            .add(measurement.setting.steps)
            .add(measurement.examples)
            .add(measurement.moments.mean)
            .add(measurement.moments.variance)
            .add(result.realMoments.mean)
            .add(result.realMoments.variance)
            .add(measurement.distance)
            .add(measurement.interval.low)
            .add(measurement.interval.high)
            .add(name(measurement.state));
        table.endRow();
    }
    return table;
}

void writeTensors(const GridResult& result, const fs::path& path)
{
    const auto settings = static_cast<std::int64_t>(result.measurements.size());
    const auto pairs = static_cast<std::int64_t>(pairCount(result.settings));
    const auto examples = static_cast<std::int64_t>(result.responses.columns());
    std::vector<float> changes;
    for (const GridMeasurement& measurement : result.measurements)
        changes.push_back(static_cast<float>(measurement.change));
    SafetensorsWriter writer;
    writer.add("responses", result.responses);
    writer.add("latents", {settings, examples, static_cast<std::int64_t>(result.latents.columns())},
               result.latents.values());
    writer.add("real_responses", {static_cast<std::int64_t>(result.real.responses.size())},
               result.real.responses);
    writer.add("changes", {settings}, changes);
    writer.add("responses_by_step", {pairs, largestSteps(result.settings) + 1, examples},
               result.curves.values());
    if (result.fresh)
        writer.add("fresh_responses", {static_cast<std::int64_t>(result.fresh->responses.size())},
                   result.fresh->responses);
    writer.setMetadata("format", gridFormat);
    setRecord(writer, result.record);
    writer.write(path);
}

} // namespace

std::string_view name(GridState state)
{
    switch (state) {
    case GridState::Ok:
        return "ok";
    case GridState::Exploded:
        return "exploded";
    case GridState::Dead:
        return "dead";
    case GridState::Stopped:
        break;
    }
    return "stopped";
}

std::vector<fs::path> writeGrid(const GridResult& result, const fs::path& folder)
{
    // The table lies on the disk before the tensors replace older ones. Between the two renames a
    // crash may leave new tensors beside an older table: readGrid() refuses these.
    AtomicFile table(folder / tableName);
    table.write(tableOf(result).text());
    table.sync();
    writeTensors(result, folder / tensorsName);
    table.commit();
    return {folder / tableName, folder / tensorsName};
}

} // namespace earshot
