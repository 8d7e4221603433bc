// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explanation.h"

#include "core/explain/explanation_record.h"
#include "core/explain/witness.h"
#include "core/io/safetensors.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// result.earshot: the record's members are the metadata, as setRecord() writes them. N examples, L
// latent size, T steps + 1, K path steps:
//   latents_start, latents_positive|negative [N, L]; mels_… [N, 115, 80];
//   responses_positive|negative [T, N]; path_steps [K]; latents_path_positive|negative [K, N, L];
//   heard_start, heard_positive|negative [N], where measured;
//   witness_start, witness_positive|negative [N], where a witness was asked.
// An explanation in the input space (Eq. 1; "space" in its settings) has no latents but the
// starts', no path_steps and no latents_path…. All float32; in a compact one latents… are float16,
// and there are no mels_….
constexpr const char* formatName = "earshot-result-1";
constexpr std::int64_t frames = 115;
constexpr std::int64_t bands = 80;

std::int64_t length(std::size_t count)
{
    return static_cast<std::int64_t>(count);
}

std::vector<std::int64_t> melShape(std::int64_t examples)
{
    return {examples, frames, bands};
}

bool isCompact(const SafetensorsFile& file)
{
    return std::ranges::none_of(
        file.tensors(), [](const TensorView& tensor) { return tensor.name.starts_with("mels_"); });
}

// Empty in a compact file, which has none at all.
Matrix<float> melsOf(const SafetensorsFile& file, const std::string& tensor, std::int64_t examples)
{
    if (isCompact(file))
        return {};
    return {file.floats(tensor, melShape(examples)), static_cast<std::size_t>(examples),
            static_cast<std::size_t>(frames * bands)};
}

// Buffers of what has no memory of its own in an Explanation; alive until the file is written.
struct Buffers
{
    std::vector<float> steps;
    std::map<Direction, std::vector<float>> paths;
};

void addLatents(SafetensorsWriter& writer, const std::string& tensor,
                const std::vector<std::int64_t>& shape, std::span<const float> values,
                ResultDetail detail)
{
    if (detail == ResultDetail::Compact)
        writer.addHalf(tensor, shape, values);
    else
        writer.add(tensor, shape, values);
}

void addMatrix(SafetensorsWriter& writer, const std::string& tensor, const Matrix<float>& latents,
               ResultDetail detail)
{
    addLatents(writer, tensor, {length(latents.rows()), length(latents.columns())},
               latents.values(), detail);
}

void addDirection(SafetensorsWriter& writer, Direction direction, const DirectionResult& result,
                  Buffers& buffers, ResultDetail detail)
{
    const std::string suffix = "_" + std::string(name(direction));
    const std::int64_t examples = length(result.responses.columns());
    if (!result.latents.empty())
        addMatrix(writer, "latents" + suffix, result.latents, detail);
    if (detail == ResultDetail::Whole)
        writer.add("mels" + suffix, melShape(examples), result.mels.values());
    writer.add("responses" + suffix, result.responses);
    std::vector<float>& path = buffers.paths[direction];
    for (const Matrix<float>& latents : result.path)
        path.insert(path.end(), latents.values().begin(), latents.values().end());
    if (!path.empty())
        addLatents(writer, "latents_path" + suffix,
                   {length(result.path.size()), examples, length(result.latents.columns())}, path,
                   detail);
    if (!result.heard.empty())
        writer.add("heard" + suffix, {examples}, result.heard);
    if (!result.witness.empty())
        writer.add("witness" + suffix, {examples}, result.witness);
}

RunEnd endOf(const SafetensorsFile& file)
{
    const std::string& text = file.metadataValue("end");
    for (const RunEnd end : {RunEnd::Completed, RunEnd::Stopped})
        if (text == name(end))
            return end;
    throw badInput(file.path().string(), "has an unknown end", "completed or stopped", text);
}

// The list's whole numbers, [0, limit), ascending, none twice.
std::vector<int> ascending(const std::vector<double>& list, std::size_t limit,
                           const SafetensorsFile& file, const std::string& what)
{
    std::vector<int> values;
    for (const double value : list) {
        if (!(value >= 0 && value < static_cast<double>(limit)) || value != std::floor(value) ||
            (!values.empty() && value <= values.back()))
            throw badInput(file.path().string(), "is damaged: " + what + " do not fit the settings",
                           "ascending whole numbers below " + std::to_string(limit));
        values.push_back(static_cast<int>(value));
    }
    return values;
}

bool isIn(const std::vector<int>& steps, int step)
{
    return std::ranges::binary_search(steps, step);
}

// What leads to the chosen step in the latent space.
void readPath(const SafetensorsFile& file, const std::string& key, const Explanation& explanation,
              DirectionResult& result)
{
    const std::int64_t examples = length(explanation.examples.size());
    const std::int64_t width = length(explanation.startLatents.columns());
    result.latents = file.matrix("latents_" + key, examples, width);
    const std::vector<float> pathSteps = file.floats("path_steps", {-1});
    result.pathSteps = ascending({pathSteps.begin(), pathSteps.end()}, result.responses.rows(),
                                 file, "the steps of the path");
    const std::vector<float> path =
        file.floats("latents_path_" + key, {length(result.pathSteps.size()), examples, width});
    const std::size_t size = result.latents.size();
    for (std::size_t i = 0; i < result.pathSteps.size(); ++i) {
        const std::span<const float> latents = std::span(path).subspan(i * size, size);
        result.path.emplace_back(std::vector<float>(latents.begin(), latents.end()),
                                 result.latents.rows(), result.latents.columns());
    }
}

// The view shows the path from its first step to its last and opens at the chosen one.
bool fitsPath(const DirectionResult& result, SearchSpace space)
{
    const int last = static_cast<int>(result.responses.rows()) - 1;
    if (space == SearchSpace::Input)
        return result.chosenStep >= 0 && result.chosenStep <= last;
    return isIn(result.pathSteps, 0) && isIn(result.pathSteps, last) &&
           isIn(result.pathSteps, result.chosenStep);
}

DirectionResult readDirection(const SafetensorsFile& file, const Json& record, Direction direction,
                              const Explanation& explanation)
{
    const std::string key(name(direction));
    const std::int64_t examples = length(explanation.examples.size());
    const SearchSpace space = explanation.settings.space;
    DirectionResult result;
    result.mels = melsOf(file, "mels_" + key, examples);
    result.responses = file.matrix("responses_" + key, -1, examples);
    const std::size_t steps = result.responses.rows();
    if (space == SearchSpace::Latent)
        readPath(file, key, explanation, result);
    if (file.contains("heard_" + key))
        result.heard = file.floats("heard_" + key, {examples});
    if (file.contains("witness_" + key))
        result.witness = file.floats("witness_" + key, {examples});
    const std::int64_t chosenStep = record.integer("chosen_step_" + key);
    result.chosenStep =
        static_cast<int>(std::clamp<std::int64_t>(chosenStep, -1, std::numeric_limits<int>::max()));
    result.distances = record.at("frechet_distance").numbers(key);
    result.gradientNorms = record.at("gradient_norm").numbers(key);
    if (record.at("problems").contains(key))
        result.problem = record.at("problems").text(key);
    if (steps == 0 || steps > static_cast<std::size_t>(explanation.settings.steps) + 1 ||
        !fitsPath(result, space) ||
        (!result.distances.empty() && result.distances.size() != steps) ||
        result.gradientNorms.size() + 1 != steps)
        throw badInput(file.path().string(), "has steps that do not fit together",
                       std::to_string(steps) + " steps in the " + key + " direction");
    return result;
}

Explanation explanationIn(const SafetensorsFile& file)
{
    if (file.metadataValue("format") != formatName)
        throw badInput(file.path().string(), "has an unknown format", formatName,
                       file.metadataValue("format"));
    Explanation explanation;
    explanation.record = recordOf(file);
    const Json& record = explanation.record;
    explanation.response = record.text("response");
    explanation.settings = settingsOf(record.at("settings"));
    explanation.end = endOf(file);
    explanation.examples =
        ascending(record.numbers("examples"),
                  static_cast<std::size_t>(explanation.settings.examples), file, "its examples");
    if (explanation.examples.empty())
        throw badInput(file.path().string(), "holds no explanation", "at least one example",
                       "none");
    const std::int64_t examples = length(explanation.examples.size());
    explanation.startLatents = file.matrix("latents_start", examples);
    explanation.startMels = melsOf(file, "mels_start", examples);
    const auto isFinite = [](float value) { return std::isfinite(value); };
    if (!std::ranges::all_of(explanation.startLatents.values(), isFinite) ||
        !std::ranges::all_of(explanation.startMels.values(), isFinite))
        throw badInput(file.path().string(), "is damaged: its starts are not finite");
    if (explanation.settings.space == SearchSpace::Input && isCompact(file))
        throw badInput(file.path().string(),
                       "lacks the log-mels of an explanation in the input space");
    if (file.contains("heard_start"))
        explanation.startHeard = file.floats("heard_start", {examples});
    if (file.contains("witness_start"))
        explanation.startWitness = file.floats("witness_start", {examples});
    static_cast<void>(witnessOf(explanation)); // whoever reads it later finds it whole
    for (const Direction direction : {Direction::Positive, Direction::Negative})
        if (file.contains("responses_" + std::string(name(direction))))
            explanation.directions.emplace(direction,
                                           readDirection(file, record, direction, explanation));
    const Directions directions = explanation.settings.directions;
    if (explanation.directions.contains(Direction::Positive) !=
            (directions != Directions::Negative) ||
        explanation.directions.contains(Direction::Negative) !=
            (directions != Directions::Positive))
        throw badInput(file.path().string(),
                       "lacks a direction of its settings, or has one too many");
    return explanation;
}

} // namespace

void writeExplanation(const Explanation& explanation, const fs::path& path, ResultDetail detail)
{
    if (detail == ResultDetail::Compact && explanation.settings.space == SearchSpace::Input)
        throw badInput(path.string(), "cannot be compact",
                       "an explanation in the latent space, whose generator makes the log-mels "
                       "again",
                       "one in the input space (Eq. 1)");
    SafetensorsWriter writer;
    Buffers buffers;
    addMatrix(writer, "latents_start", explanation.startLatents, detail);
    if (detail == ResultDetail::Whole)
        writer.add("mels_start", melShape(length(explanation.examples.size())),
                   explanation.startMels.values());
    if (!explanation.startHeard.empty())
        writer.add("heard_start", {length(explanation.startHeard.size())}, explanation.startHeard);
    if (!explanation.startWitness.empty())
        writer.add("witness_start", {length(explanation.startWitness.size())},
                   explanation.startWitness);
    if (!explanation.directions.empty()) {
        const std::vector<int>& steps = explanation.directions.begin()->second.pathSteps;
        buffers.steps.assign(steps.begin(), steps.end());
        if (!steps.empty())
            writer.add("path_steps", {length(steps.size())}, buffers.steps);
    }
    for (const auto& [direction, result] : explanation.directions)
        addDirection(writer, direction, result, buffers, detail);
    writer.setMetadata("format", formatName);
    setRecord(writer, explanation.record);
    writer.write(path);
}

Explanation readExplanation(const fs::path& path)
{
    const SafetensorsFile file(path);
    try {
        return explanationIn(file);
    } catch (const Error& error) { // of the record's values, which do not know their file
        throw inFile(path.string(), error);
    }
}

} // namespace earshot
