// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/evaluation_summary.h"

#include "app/cli/evaluation_record.h"
#include "core/explain/explanation_record.h"
#include "core/train/report_text.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

namespace earshot {

namespace {

// The paper shows four examples.
constexpr std::size_t shownExamples = 4;

double meanOf(const std::vector<float>& values)
{
    double sum = 0;
    for (const float value : values)
        sum += static_cast<double>(value);
    return sum / static_cast<double>(values.size()); // NaN for none
}

std::size_t countOfSign(const std::vector<float>& values, int sign)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        values, [sign](float value) { return sign > 0 ? value > 0 : value < 0; }));
}

// Without what exploded, or could not become sound.
std::vector<float> numbersOf(const std::vector<float>& values)
{
    std::vector<float> numbers;
    std::ranges::copy_if(values, std::back_inserter(numbers),
                         [](float value) { return std::isfinite(value); });
    return numbers;
}

// "5.12 (3.20 to 7.91), 31 of 32 above 0", and ", 2 without a number" where some have none.
std::string cell(const std::vector<float>& all, int wantedSign)
{
    const std::vector<float> values = numbersOf(all);
    const std::size_t missing = all.size() - values.size();
    const std::string without = missing == 0 ? "" : std::to_string(missing) + " without a number";
    if (values.empty())
        return missing == 0 ? "–" : without;
    const auto [low, high] = std::ranges::minmax(values);
    std::string text =
        fixedText(meanOf(values), 2) + " (" + fixedText(low, 2) + " to " + fixedText(high, 2) + ")";
    if (wantedSign != 0)
        text += ", " + std::to_string(countOfSign(values, wantedSign)) + " of " +
                std::to_string(values.size()) + (wantedSign > 0 ? " above 0" : " below 0");
    return without.empty() ? text : text + ", " + without;
}

std::string titleOf(const ExplainedRow& row)
{
    return row.wantedSign == 0 ? row.name : row.name + ", step " + std::to_string(row.step);
}

// "the preset C1, with 20 steps for its 100 (learning rate …)"
std::string presetText(const std::string& preset, const ExplainSettings& settings)
{
    const int steps = presetSettings(parsePreset(preset)).steps;
    return "the preset " + preset +
           (settings.steps == steps ? std::string()
                                    : ", with " + std::to_string(settings.steps) +
                                          (settings.steps == 1 ? " step" : " steps") + " for its " +
                                          std::to_string(steps)) +
           " (" + settingsText(settings) + ")";
}

// As Table 6 of the paper, whose numbers stand below those of singing.
std::string exampleTable(const std::vector<ExplainedRow>& rows, const std::string& ours,
                         bool isSung)
{
    std::string text = "Ours by " + ours + ".";
    if (isSung)
        text += " The published rows are Table 6 of the paper, of networks and starts of its own, "
                "for which it names no setting; the best of its Table 5 is C1 (" +
                settingsText(presetSettings(Preset::C1)) + ").";
    text += "\n\n| example |";
    std::string line = "|---|";
    for (std::size_t i = 0; i < shownExamples; ++i) {
        text += " " + std::to_string(i + 1) + " |";
        line += "---|";
    }
    text += "\n" + line + "\n";
    for (const ExplainedRow& row : rows) {
        text += "| " + titleOf(row) + " |";
        for (std::size_t i = 0; i < shownExamples; ++i)
            text += " " + (i < row.responses.size() ? fixedText(row.responses[i], 2) : "–") + " |";
        text += "\n";
    }
    return text + (isSung ? "| *published: start* | -0.50 | -0.94 | 1.55 | -3.47 |\n"
                            "| *published: maximised* | 5.83 | 5.52 | 6.10 | 2.96 |\n"
                            "| *published: minimised* | -6.23 | -7.21 | -6.45 | -6.36 |\n"
                          : "");
}

Json figuresJson(const std::vector<float>& all, int wantedSign)
{
    const std::vector<float> values = numbersOf(all);
    if (values.empty())
        return {};
    const auto [low, high] = std::ranges::minmax(values);
    Json figures = Json::object({{"mean", meanOf(values)},
                                 {"lowest", static_cast<double>(low)},
                                 {"highest", static_cast<double>(high)},
                                 {"values", Json::array(std::span<const float>(all))}});
    if (wantedSign != 0)
        figures.set("of_wanted_sign", static_cast<std::int64_t>(countOfSign(values, wantedSign)));
    return figures;
}

Json rowJson(const ExplainedRow& row)
{
    return Json::object({{"name", row.name},
                         {"step", row.step},
                         {"frechet_distance", row.distance ? Json(*row.distance) : Json()},
                         {"responses", figuresJson(row.responses, row.wantedSign)},
                         {"heard", figuresJson(row.heard, row.wantedSign)},
                         {"witness", figuresJson(row.witness, row.witnessSign)}});
}

} // namespace

Json EvaluationSummary::json() const
{
    Json list = Json::array();
    for (const ExplainedRow& row : rows)
        list.append(rowJson(row));
    Json explanations = Json::object({{"response", response},
                                      {"preset", preset},
                                      {"settings", settingsJson(settings)},
                                      {"rows", list}});
    explanations.set("witness_sha256", witnessSha256.empty() ? Json() : Json(witnessSha256));
    explanations.set("witness_label", witnessSha256.empty() ? Json() : Json(witnessLabel));
    Json result = Json::object(
        {{"record", record}, {"classifier", classifier.json()}, {"generator", generator.json()}});
    result.set("generator_by_witness", witnessedGenerator ? witnessedGenerator->json() : Json());
    result.set("explanations", explanations);
    return result;
}

std::string EvaluationSummary::markdown() const
{
    std::string text = "# Evaluation\n\n" + recordMarkdown(record) + "\n## Classifier\n\n" +
                       classifier.table() + "\n## Generator\n\n" + generator.markdown();
    if (witnessedGenerator)
        text += "\nIn the witness's features. " + witnessedGenerator->markdown();
    const std::size_t examples = rows.empty() ? 0 : rows.front().responses.size();
    text += "\n## Explanations of " + response + "\n\nBy " + presetText(preset, settings) + "; " +
            std::to_string(examples) + " starts of seed " + std::to_string(settings.seed) +
            ". Mean (lowest to highest) of these examples. Heard: the response to the "
            "resynthesised sound. Witness: the answer of a "
            "second classifier to it" +
            (witnessSha256.empty() ? ", of which there was none"
                                   : " trained to find '" + witnessLabel + "', " + witnessSha256) +
            ".\n\n| | Eq. 3 | response | heard | witness |\n"
            "|---|---|---|---|---|\n";
    for (const ExplainedRow& row : rows)
        text += "| " + titleOf(row) + " | " + (row.distance ? fixedText(*row.distance) : "–") +
                " | " + cell(row.responses, row.wantedSign) + " | " +
                cell(row.heard, row.wantedSign) + " | " + cell(row.witness, row.witnessSign) +
                " |\n";
    return text + "\n" +
           exampleTable(rows, presetText(preset, settings), isSinging(classifier.label));
}

} // namespace earshot
