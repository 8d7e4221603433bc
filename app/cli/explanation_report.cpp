// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/explanation_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace earshot {

namespace {

const char* nameOf(Direction direction)
{
    return direction == Direction::Positive ? "positive" : "negative";
}

std::string signedNumber(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%+.2f", value);
    return text;
}

// "p99.2", "> max" or "< min".
std::string percentileText(double percentile)
{
    if (std::isinf(percentile))
        return percentile > 0 ? "> max" : "< min";
    // 99.97 is no maximum.
    const bool isEnd = percentile <= 0 || percentile >= 100;
    char text[32];
    std::snprintf(text, sizeof text, "p%.1f",
                  isEnd ? percentile : std::clamp(percentile, 0.1, 99.9));
    return text;
}

std::string padded(std::string text, std::size_t width)
{
    text.resize(std::max(width, text.size() + 1), ' ');
    return text;
}

} // namespace

ExplanationReport::ExplanationReport(const Explanation& explanation, const RealResponses* real,
                                     bool stopped, std::map<Direction, std::string> soundless)
    : m_explanation(explanation)
    , m_witness(witnessOf(explanation))
    , m_real(real)
    , m_stopped(stopped)
    , m_soundless(std::move(soundless))
{
}

std::string ExplanationReport::cell(float response, const std::vector<float>& heard,
                                    std::size_t example) const
{
    std::string text = signedNumber(response);
    if (m_real != nullptr)
        text += " " + percentileText(m_real->percentile(response));
    if (example < heard.size())
        text += " (heard " + signedNumber(heard[example]) + ")";
    return text;
}

std::string ExplanationReport::witnessText(const DirectionResult& result, Direction direction) const
{
    if (!m_witness || result.witness.empty())
        return {};
    const std::string what =
        m_witness->isSameQuestion ? "agrees " : "hears " + m_witness->label + " in ";
    const Direction side = m_witness->isSameQuestion ? direction : Direction::Positive;
    return "witness " + what + onSideText(result.witness, side);
}

std::string ExplanationReport::text() const
{
    constexpr std::size_t width = 32;
    std::string text = m_explanation.response + (m_stopped ? ", stopped" : "") + "\n" +
                       padded("example", 10) + padded("start", width);
    for (const auto& [direction, result] : m_explanation.directions)
        text += padded(nameOf(direction), width);
    text += "\n";
    for (std::size_t i = 0; i < m_explanation.examples.size(); ++i) {
        std::string line = padded(std::to_string(m_explanation.examples[i]), 10);
        const DirectionResult& any = m_explanation.directions.begin()->second;
        line += padded(cell(any.responses(0, i), m_explanation.startHeard, i), width);
        for (const auto& [direction, result] : m_explanation.directions) {
            const auto step = static_cast<std::size_t>(result.chosenStep);
            line += padded(cell(result.responses(step, i), result.heard, i), width);
        }
        text += line + "\n";
    }
    for (const auto& [direction, result] : m_explanation.directions) {
        text += std::string(nameOf(direction)) + ": step " + std::to_string(result.chosenStep);
        const auto step = static_cast<std::size_t>(result.chosenStep);
        if (step < result.distances.size()) {
            char distance[48];
            std::snprintf(distance, sizeof distance, ", Fréchet distance %.3f",
                          result.distances[step]);
            text += distance;
        }
        if (const std::string witness = witnessText(result, direction); !witness.empty())
            text += ", " + witness;
        text += "\n";
    }
    return text;
}

std::string ExplanationReport::problemText(const DirectionResult& result, Direction direction) const
{
    const auto found = m_soundless.find(direction);
    const std::string soundless = found == m_soundless.end() ? "" : found->second;
    return result.problem + (result.problem.empty() || soundless.empty() ? "" : "; ") + soundless;
}

std::string ExplanationReport::choiceText(const DirectionResult& result) const
{
    if (m_explanation.settings.choice != StepChoice::SmallestDistance || !result.distances.empty())
        return {};
    return std::string("the last step, for want of a distance to choose by: ") +
           (m_real == nullptr                   ? "no real responses are known"
            : m_explanation.examples.size() < 2 ? "it takes two examples"
                                                : "too few real responses are known");
}

Json ExplanationReport::directionJson(const DirectionResult& result, Direction direction) const
{
    const auto step = static_cast<std::size_t>(result.chosenStep);
    std::vector<float> responses;
    std::vector<double> percentiles;
    for (std::size_t i = 0; i < result.responses.columns(); ++i) {
        responses.push_back(result.responses(step, i));
        if (m_real != nullptr)
            percentiles.push_back(std::clamp(m_real->percentile(responses.back()), 0.0, 100.0));
    }
    Json agreeing;
    if (m_witness && m_witness->isSameQuestion && countHeard(result.witness) > 0)
        agreeing = static_cast<std::int64_t>(countOnSide(result.witness, direction));
    const std::string problem = problemText(result, direction);
    const std::string choice = choiceText(result);
    Json json =
        Json::object({{"chosen_step", result.chosenStep},
                      {"responses", Json::array(std::span<const float>(responses))},
                      {"percentiles", Json::array(std::span<const double>(percentiles))},
                      {"heard", Json::array(std::span<const float>(result.heard))},
                      {"witness", Json::array(std::span<const float>(result.witness))},
                      {"witness_agrees", agreeing},
                      {"frechet_distance",
                       step < result.distances.size() ? Json(result.distances[step]) : Json()},
                      {"problem", problem.empty() ? Json() : Json(problem)}});
    if (!choice.empty())
        json.set("note", choice);
    return json;
}

Json ExplanationReport::json() const
{
    Json examples = Json::array();
    for (const int example : m_explanation.examples)
        examples.append(example);
    Json results = Json::object({{"response", m_explanation.response},
                                 {"state", m_stopped ? "stopped" : "ok"},
                                 {"examples", examples}});
    const DirectionResult& any = m_explanation.directions.begin()->second;
    results.set(
        "start",
        Json::object(
            {{"responses", Json::array(std::span<const float>(any.responses.row(0)))},
             {"heard", Json::array(std::span<const float>(m_explanation.startHeard))},
             {"witness", Json::array(std::span<const float>(m_explanation.startWitness))}}));
    for (const auto& [direction, result] : m_explanation.directions)
        results.set(nameOf(direction), directionJson(result, direction));
    return results;
}

std::vector<std::string> ExplanationReport::problems() const
{
    std::vector<std::string> texts;
    for (const auto& [direction, result] : m_explanation.directions)
        for (const std::string& text : {problemText(result, direction), choiceText(result)})
            if (!text.empty())
                texts.push_back(std::string(nameOf(direction)) + ": " + text);
    return texts;
}

} // namespace earshot
