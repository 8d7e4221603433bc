// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/adopted_settings.h"

#include "core/explain/explanation_record.h"
#include "core/util/error.h"
#include "core/util/narrow.h"

#include <algorithm>
#include <system_error>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// Layout: by response the setting that was taken last, and in it the other direction's, so that a
// file with one setting a response, as earlier versions wrote it, is read and written alike.
constexpr const char* otherKey = "other_direction";

AdoptedSetting settingOf(const Json& entry)
{
    AdoptedSetting adopted{entry.number("learning_rate"), entry.number("prior_weight"),
                           nearestInt(entry.integer("steps")),
                           parseDirections(entry.text("direction")) == Directions::Negative
                               ? Direction::Negative
                               : Direction::Positive};
    ExplainSettings settings;
    settings.learningRate = adopted.learningRate;
    settings.priorWeight = adopted.priorWeight;
    settings.steps = adopted.steps;
    checkSettings(settings);
    return adopted;
}

Json jsonOf(const AdoptedSetting& adopted)
{
    return Json::object({{"learning_rate", adopted.learningRate},
                         {"prior_weight", adopted.priorWeight},
                         {"steps", adopted.steps},
                         {"direction", std::string(name(adopted.direction))}});
}

} // namespace

AdoptedSettings readAdoptedSettings(const fs::path& file)
{
    AdoptedSettings settings;
    std::error_code error;
    if (!fs::exists(file, error))
        return settings;
    const Json document = Json::readFile(file);
    for (const std::string& response : document.keys()) {
        const Json entry = document.at(response);
        Adoptions adoptions;
        if (entry.contains(otherKey))
            adoptions = {settingOf(entry.at(otherKey))};
        settings.emplace(response, withAdopted(std::move(adoptions), settingOf(entry)));
    }
    return settings;
}

void writeAdoptedSettings(const AdoptedSettings& settings, const fs::path& file)
{
    Json document = Json::object();
    for (const auto& [response, adoptions] : settings) {
        Json entry = jsonOf(adoptions.back());
        if (adoptions.size() > 1)
            entry.set(otherKey, jsonOf(adoptions.front()));
        document.set(response, entry);
    }
    document.writeFile(file);
}

Adoptions withAdopted(Adoptions adoptions, const AdoptedSetting& setting)
{
    std::erase_if(adoptions,
                  [&](const AdoptedSetting& one) { return one.direction == setting.direction; });
    adoptions.push_back(setting);
    return adoptions;
}

std::optional<AdoptedSetting> adoptedFor(const Adoptions& adoptions, Directions directions)
{
    const Direction direction =
        directions == Directions::Negative ? Direction::Negative : Direction::Positive;
    const auto found =
        std::find_if(adoptions.rbegin(), adoptions.rend(), [&](const AdoptedSetting& one) {
            return directions == Directions::Both || one.direction == direction;
        });
    return found == adoptions.rend() ? std::nullopt : std::optional(*found);
}

ExplainSettings recommendedSettings(const ExplainSettings& base, const Adoptions& adoptions)
{
    ExplainSettings settings = presetSettings(Preset::Recommended);
    settings.directions = base.directions;
    settings.examples = base.examples;
    settings.seed = base.seed;
    const std::optional<AdoptedSetting> adopted = adoptedFor(adoptions, base.directions);
    if (!adopted)
        return settings;
    settings.learningRate = adopted->learningRate;
    settings.priorWeight = adopted->priorWeight;
    settings.steps = adopted->steps;
    settings.scale = ResponseScale::Raw;
    settings.choice = StepChoice::Last;
    return settings;
}

} // namespace earshot
