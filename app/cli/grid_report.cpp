// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/grid_report.h"

#include "app/cli/context.h"

#include "core/explain/explanation_record.h"
#include "core/explain/grid_record.h"
#include "core/train/checkpoint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

namespace earshot {

namespace {

// "0.412", "1557.7", "1.2e+14", "-" for NaN.
std::string numberText(double value)
{
    if (std::isnan(value))
        return "-";
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

// "learning rate 0.01, prior weight 0.001, 78 steps"
std::string settingText(const GridSetting& setting)
{
    return "learning rate " + exactText(setting.learningRate) + ", prior weight " +
           exactText(setting.priorWeight) + ", " + std::to_string(setting.steps) +
           (setting.steps == 1 ? " step" : " steps");
}

std::string intervalText(const GridMeasurement& measurement)
{
    return numberText(measurement.interval.low) + " to " + numberText(measurement.interval.high);
}

std::string distanceText(const GridMeasurement& measurement)
{
    return numberText(measurement.distance) + " (95 %: " + intervalText(measurement) + ")";
}

// Right-aligned columns.
std::string line(const std::array<std::string, 9>& cells)
{
    constexpr std::array<std::size_t, 9> widths{13, 14, 7, 10, 11, 11, 24, 9, 0};
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i].size() < widths[i])
            text.append(widths[i] - cells[i].size(), ' ');
        text += (i + 1 == cells.size() ? "  " : "") + cells[i];
    }
    return text + "\n";
}

} // namespace

GridReport::GridReport(const GridResult& result, std::string explainOptions)
    : m_result(result)
    , m_explainOptions(std::move(explainOptions))
{
}

std::string GridReport::text() const
{
    const RealSide& real = m_result.real;
    return m_result.response + ", " + std::string(name(m_result.settings.direction)) +
           (m_result.end == RunEnd::Stopped ? ", stopped" : "") +
           "\nreal responses: " + real.source + ": mean " + numberText(m_result.realMoments.mean) +
           ", variance " + numberText(m_result.realMoments.variance) + "\n\n" + table() + "\n" +
           choice();
}

std::string GridReport::table() const
{
    std::string text = line({"learning rate", "prior weight", "steps", "examples", "mean",
                             "distance", "95 %", "change", "state"});
    for (std::size_t row = 0; row < m_result.measurements.size(); ++row) {
        const GridMeasurement& measurement = m_result.measurements[row];
        std::string state(name(measurement.state));
        if (row == m_result.best)
            state += ", best";
        else if (measurement.isTied)
            state += ", tied";
        if (row == m_result.chosen)
            state += ", chosen";
        text += line(
            {exactText(measurement.setting.learningRate),
             exactText(measurement.setting.priorWeight), std::to_string(measurement.setting.steps),
             std::to_string(measurement.examples), numberText(measurement.moments.mean),
             numberText(measurement.distance), intervalText(measurement),
             std::isnan(measurement.change) ? "-" : numberText(changeDb(measurement)) + " dB",
             state});
    }
    return text;
}

std::string GridReport::choice() const
{
    if (!m_result.chosen)
        return "no setting can be chosen\n";
    const GridMeasurement& chosen = m_result.measurements[*m_result.chosen];
    const auto others =
        std::ranges::count(m_result.measurements, true, &GridMeasurement::isTied) - 1;
    std::string text =
        "chosen: " + settingText(chosen.setting) + ": distance " + distanceText(chosen) + "\n";
    const bool isEarly = restsOnTooFew(chosen, m_result.settings);
    if (isEarly)
        text += "that rests on " + std::to_string(chosen.examples) + " of " +
                std::to_string(m_result.settings.examples) +
                " starts, too few to rely on: let the search go on first\n";
    if (others == 0 && m_result.measurements.size() > 1)
        text += "every other setting is farther, start for start\n";
    if (others > 0 && !std::isnan(chosen.change))
        text += std::to_string(others) + (others == 1 ? " other setting" : " other settings") +
                " cannot be told from the best, start for start; of those measured with as many "
                "examples the chosen one changes the start least\n";
    if (m_result.fresh)
        text += "on " + std::to_string(m_result.fresh->measurement.examples) +
                " fresh starts: distance " + distanceText(m_result.fresh->measurement) + "\n";
    text += std::string(isEarly ? "to use it all the same" : "to use it") +
            ": earshot-cli explain --response " + quoted(m_result.response) + " --direction " +
            std::string(name(m_result.settings.direction)) + " --learning-rate " +
            exactText(chosen.setting.learningRate) + " --prior-weight " +
            exactText(chosen.setting.priorWeight) + " --steps " +
            std::to_string(chosen.setting.steps) + m_explainOptions + "\n";
    return text;
}

Json GridReport::json() const
{
    Json settings = Json::array();
    for (const GridMeasurement& measurement : m_result.measurements) {
        Json setting = measurementJson(measurement);
        setting.set("tied", measurement.isTied);
        setting.set("refined", measurement.isRefined);
        settings.append(setting);
    }
    return Json::object(
        {{"response", m_result.response},
         {"direction", std::string(name(m_result.settings.direction))},
         {"state", m_result.end == RunEnd::Stopped ? "stopped" : "ok"},
         {"settings", settings},
         {"chosen",
          m_result.chosen ? measurementJson(m_result.measurements[*m_result.chosen]) : Json()},
         {"fresh", m_result.fresh ? measurementJson(m_result.fresh->measurement) : Json()}});
}

std::vector<std::string> GridReport::problems() const
{
    std::vector<std::string> texts;
    const auto count = [&](GridState state) {
        return std::ranges::count(m_result.measurements, state, &GridMeasurement::state);
    };
    const std::string of = " of " + std::to_string(m_result.measurements.size()) + " settings ";
    if (count(GridState::Exploded) > 0)
        texts.push_back(std::to_string(count(GridState::Exploded)) + of +
                        "exploded: a response was not finite, or beyond a million");
    if (count(GridState::Dead) > 0)
        texts.push_back(std::to_string(count(GridState::Dead)) + of +
                        "are dead: the response's gradient is 0 for every start");
    if (m_result.fresh && m_result.chosen &&
        m_result.fresh->measurement.distance >
            m_result.measurements[*m_result.chosen].interval.high)
        texts.emplace_back("on fresh starts the chosen setting's distance lies above its interval");
    return texts;
}

} // namespace earshot
