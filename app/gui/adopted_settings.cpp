// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/adopted_settings.h"

#include "core/explain/explanation_record.h"
#include "core/util/error.h"
#include "core/util/narrow.h"

#include <system_error>

namespace earshot {

namespace fs = std::filesystem;

AdoptedSettings readAdoptedSettings(const fs::path& file)
{
    AdoptedSettings settings;
    std::error_code error;
    if (!fs::exists(file, error))
        return settings;
    const Json document = Json::readFile(file);
    for (const std::string& response : document.keys()) {
        const Json entry = document.at(response);
        AdoptedSetting adopted{entry.number("learning_rate"), entry.number("prior_weight"),
                               nearestInt(entry.integer("steps")),
                               parseDirections(entry.text("direction")) == Directions::Negative
                                   ? Direction::Negative
                                   : Direction::Positive};
        checkSettings(recommendedSettings({}, adopted));
        settings.emplace(response, adopted);
    }
    return settings;
}

void writeAdoptedSettings(const AdoptedSettings& settings, const fs::path& file)
{
    Json document = Json::object();
    for (const auto& [response, adopted] : settings)
        document.set(response, Json::object({{"learning_rate", adopted.learningRate},
                                             {"prior_weight", adopted.priorWeight},
                                             {"steps", adopted.steps},
                                             {"direction", std::string(name(adopted.direction))}}));
    document.writeFile(file);
}

ExplainSettings recommendedSettings(const ExplainSettings& base,
                                    const std::optional<AdoptedSetting>& adopted)
{
    ExplainSettings settings = presetSettings(Preset::Recommended);
    settings.directions = base.directions;
    settings.examples = base.examples;
    settings.seed = base.seed;
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
