// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/settings.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace earshot {

// What a search for settings found for one response, and the user took: it is *recommended* for
// this response from then on.
struct AdoptedSetting
{
    double learningRate = 0;
    double priorWeight = 0;
    int steps = 0;
    Direction direction = Direction::Positive; // that was searched
    bool operator==(const AdoptedSetting&) const = default;
};

// By response, canonical.
using AdoptedSettings = std::map<std::string, AdoptedSetting, std::less<>>;

// None if there is no such file. Error (BadInput) for a damaged one.
AdoptedSettings readAdoptedSettings(const std::filesystem::path& file);
// Error (CannotWrite).
void writeAdoptedSettings(const AdoptedSettings& settings, const std::filesystem::path& file);

// `base` with what is adopted, as it was measured: raw response and last step. Without it with the
// preset recommended for all responses. Examples, seed and directions stay.
ExplainSettings recommendedSettings(const ExplainSettings& base,
                                    const std::optional<AdoptedSetting>& adopted);

} // namespace earshot
