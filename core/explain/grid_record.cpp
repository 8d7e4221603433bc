// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_record.h"

#include "core/explain/explanation_record.h"

#include <numbers>
#include <span>
#include <string>

namespace earshot {

namespace {

Json optionalJson(const GridResult& result, const std::optional<std::size_t>& row)
{
    return row ? measurementJson(result.measurements[*row]) : Json();
}

} // namespace

Json gridRecord(const GridResult& result, const ModelDescription& classifier,
                const ModelDescription& generator, const Device& device)
{
    Json record = originRecord(result.response, result.settings.seed,
                               gridSettingsJson(result.settings), classifier, generator, device);
    record.set("end", std::string(name(result.end)));
    record.set("real",
               Json::object({{"source", result.real.source},
                             {"excerpts", static_cast<std::int64_t>(result.real.responses.size())},
                             {"mean", result.realMoments.mean},
                             {"variance", result.realMoments.variance},
                             {"warnings", Json::array(std::span(result.real.warnings))}}));
    record.set("best", optionalJson(result, result.best));
    record.set("chosen", optionalJson(result, result.chosen));
    Json ties = Json::array();
    for (const GridMeasurement& measurement : result.measurements)
        if (measurement.isTied)
            ties.append(measurementJson(measurement));
    record.set("ties", ties);
    record.set("fresh", result.fresh ? measurementJson(result.fresh->measurement) : Json());
    record.set("seconds", result.seconds);
    return record;
}

Json measurementJson(const GridMeasurement& measurement)
{
    return Json::object({{"learning_rate", measurement.setting.learningRate},
                         {"prior_weight", measurement.setting.priorWeight},
                         {"steps", measurement.setting.steps},
                         {"examples", measurement.examples},
                         {"mean", measurement.moments.mean},
                         {"variance", measurement.moments.variance},
                         {"frechet_distance", measurement.distance},
                         {"distance_low", measurement.interval.low},
                         {"distance_high", measurement.interval.high},
                         {"state", std::string(name(measurement.state))},
                         {"change_db", changeDb(measurement)}});
}

bool restsOnTooFew(const GridMeasurement& measurement, const GridSettings& settings)
{
    return measurement.examples < settings.examples;
}

double changeDb(const GridMeasurement& measurement)
{
    return measurement.change * 20 / std::numbers::ln10;
}

} // namespace earshot
