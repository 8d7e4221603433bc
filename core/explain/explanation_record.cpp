// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explanation_record.h"

#include "core/io/safetensors.h"
#include "core/util/error.h"
#include "core/util/narrow.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace earshot {

namespace {

constexpr std::array<std::pair<Directions, const char*>, 3> directionsNames{
    {{Directions::Positive, "positive"},
     {Directions::Negative, "negative"},
     {Directions::Both, "both"}}};
constexpr std::array<std::pair<ResponseScale, const char*>, 2> scaleNames{
    {{ResponseScale::Raw, "raw"}, {ResponseScale::Deviation, "standard deviation"}}};
constexpr std::array<std::pair<StepChoice, const char*>, 2> choiceNames{
    {{StepChoice::Last, "last"}, {StepChoice::SmallestDistance, "smallest distance"}}};

constexpr std::array<std::pair<SearchSpace, const char*>, 2> spaceNames{
    {{SearchSpace::Latent, "latent"}, {SearchSpace::Input, "input"}}};

template <typename Value, std::size_t count>
const char* nameIn(const std::array<std::pair<Value, const char*>, count>& names, Value value)
{
    return std::find_if(names.begin(), names.end(),
                        [value](const auto& entry) { return entry.first == value; })
        ->second;
}

template <typename Value, std::size_t count>
Value valueIn(const std::array<std::pair<Value, const char*>, count>& names, const Json& json,
              const char* key)
{
    const std::string text = json.text(key);
    std::string known;
    for (const auto& [value, spelled] : names) {
        if (text == spelled)
            return value;
        known += (known.empty() ? "" : ", ") + std::string(spelled);
    }
    throw badInput(key, "is unknown", known, text);
}

bool isRecordText(std::string_view key)
{
    return key == "response" || key == "device" || key == "end";
}

std::vector<double> percentiles(const DirectionResult& result, const RealResponses& real)
{
    std::vector<double> list;
    for (const float response : result.responses.row(static_cast<std::size_t>(result.chosenStep)))
        list.push_back(std::clamp(real.percentile(response), 0.0, 100.0));
    return list;
}

Json realJson(const RealResponses* real)
{
    if (real == nullptr)
        return {};
    return Json::object({{"excerpts", static_cast<std::int64_t>(real->excerpts)},
                         {"songs", static_cast<std::int64_t>(real->songs)},
                         {"mean", real->mean},
                         {"standard_deviation", real->standardDeviation}});
}

} // namespace

std::string_view name(Direction direction)
{
    return direction == Direction::Positive ? "positive" : "negative";
}

std::string_view name(RunEnd end)
{
    return end == RunEnd::Completed ? "completed" : end == RunEnd::Stopped ? "stopped" : "aborted";
}

Json settingsJson(const ExplainSettings& settings)
{
    Json json = Json::object({{"directions", nameIn(directionsNames, settings.directions)},
                              {"examples", settings.examples},
                              {"seed", static_cast<std::int64_t>(settings.seed)},
                              {"learning_rate", settings.learningRate},
                              {"prior_weight", settings.priorWeight},
                              {"steps", settings.steps},
                              {"response_scale", nameIn(scaleNames, settings.scale)},
                              {"step_choice", nameIn(choiceNames, settings.choice)}});
    // Only where it is not Eq. 2, so that what was stored before this was known keeps its name.
    if (settings.space != SearchSpace::Latent)
        json.set("space", nameIn(spaceNames, settings.space));
    return json;
}

ExplainSettings settingsOf(const Json& json)
{
    ExplainSettings settings;
    settings.directions = valueIn(directionsNames, json, "directions");
    settings.seed = static_cast<std::uint64_t>(json.integer("seed"));
    settings.examples = nearestInt(json.integer("examples"));
    settings.steps = nearestInt(json.integer("steps"));
    settings.learningRate = json.number("learning_rate");
    settings.priorWeight = json.number("prior_weight");
    settings.scale = valueIn(scaleNames, json, "response_scale");
    settings.choice = valueIn(choiceNames, json, "step_choice");
    if (json.contains("space"))
        settings.space = valueIn(spaceNames, json, "space");
    checkSettings(settings);
    return settings;
}

Json versionsRecord()
{
    return Json::object({{"earshot", EARSHOT_VERSION}, {"torch", torchVersion()}});
}

Json originRecord(std::string_view response, std::uint64_t seed, const Json& settings,
                  const ModelDescription& classifier, const ModelDescription& generator,
                  const Device& device)
{
    Json record = Json::object(
        {{"sha256",
          Json::object({{"classifier", classifier.sha256}, {"generator", generator.sha256}})},
         {"models", Json::object({{"classifier", classifier.name}, {"generator", generator.name}})},
         {"response", std::string(response)},
         {"seed", static_cast<std::int64_t>(seed)},
         {"settings", settings},
         {"device", device.description},
         {"versions", versionsRecord()}});
    if (const auto& randomised = classifier.randomised)
        record.set("randomised",
                   Json::object({{"from", randomised->layer},
                                 {"seed", static_cast<std::int64_t>(randomised->seed)},
                                 {"trained_sha256", classifier.trainedSha256}}));
    return record;
}

Json explanationRecord(const Explanation& explanation, const ModelDescription& classifier,
                       const ModelDescription& generator, const Device& device,
                       const RealResponses* real)
{
    Json record = originRecord(explanation.response, explanation.settings.seed,
                               settingsJson(explanation.settings), classifier, generator, device);
    record.set("end", std::string(name(explanation.end)));
    Json examples = Json::array();
    for (const int example : explanation.examples)
        examples.append(example);
    record.set("examples", examples);
    Json distances = Json::object();
    Json norms = Json::object();
    Json shares = Json::object();
    Json problems = Json::object();
    for (const auto& [direction, result] : explanation.directions) {
        const std::string key(name(direction));
        record.set("chosen_step_" + key, result.chosenStep);
        distances.set(key, Json::array(std::span(result.distances)));
        norms.set(key, Json::array(std::span(result.gradientNorms)));
        if (real != nullptr)
            shares.set(key, Json::array(std::span<const double>(percentiles(result, *real))));
        if (!result.problem.empty())
            problems.set(key, result.problem);
    }
    record.set("frechet_distance", distances);
    record.set("gradient_norm", norms);
    record.set("percentiles", shares);
    record.set("problems", problems);
    record.set("real_responses", realJson(real));
    return record;
}

void setRecord(SafetensorsWriter& writer, const Json& record)
{
    for (const std::string& key : record.keys())
        writer.setMetadata(key, isRecordText(key) ? record.text(key) : record.at(key).dump(-1));
}

Json recordOf(const SafetensorsFile& file)
{
    Json record = Json::object();
    for (const auto& [key, value] : file.metadata())
        if (key != "format")
            record.set(key, isRecordText(key)
                                ? Json(value)
                                : Json::parse(value, file.path().string() + ": " + key));
    return record;
}

} // namespace earshot
