// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/settings.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

// What a search for settings found for one response in one direction, and the user took: it is
// *recommended* for this from then on.
struct AdoptedSetting
{
    double learningRate = 0;
    double priorWeight = 0;
    int steps = 0;
    Direction direction = Direction::Positive; // that was searched
    bool operator==(const AdoptedSetting&) const = default;
};

// Of one response: at most one a direction, the one taken last at the back.
using Adoptions = std::vector<AdoptedSetting>;

// By response, canonical.
using AdoptedSettings = std::map<std::string, Adoptions, std::less<>>;

// None if there is no such file. Error (BadInput) for a damaged one.
AdoptedSettings readAdoptedSettings(const std::filesystem::path& file);
// Error (CannotWrite).
void writeAdoptedSettings(const AdoptedSettings& settings, const std::filesystem::path& file);

// With one more, instead of that of its direction.
Adoptions withAdopted(Adoptions adoptions, const AdoptedSetting& setting);

// What is recommended for explaining these directions. One run has one setting: where both are
// explained, it is the one taken last, whichever direction it was found in.
std::optional<AdoptedSetting> adoptedFor(const Adoptions& adoptions, Directions directions);

// `base` with what is adopted for its directions, as it was measured: raw response and last step.
// Without it with the preset recommended for all responses. Examples, seed and directions stay.
ExplainSettings recommendedSettings(const ExplainSettings& base, const Adoptions& adoptions);

} // namespace earshot
