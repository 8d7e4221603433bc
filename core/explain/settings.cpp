// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/settings.h"

#include "core/util/error.h"

#include <cstdio>
#include <limits>
#include <string>

namespace earshot {

namespace {

std::string text(double value)
{
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", value);
    return buffer;
}

void checkRange(const char* name, double value, double low, double high, bool lowExcluded = false)
{
    // Written so that NaN fails.
    if (value <= high && (lowExcluded ? value > low : value >= low))
        return;
    throw badInput(name, "is out of range",
                   (lowExcluded ? "above " + text(low) + " and at most " : text(low) + " to ") +
                       text(high),
                   text(value));
}

} // namespace

ExplainSettings presetSettings(Preset preset)
{
    ExplainSettings settings; // recommended
    if (preset == Preset::Recommended)
        return settings;
    settings.scale = ResponseScale::Raw;
    settings.choice = StepChoice::Last;
    settings.learningRate = preset == Preset::C3 ? 0.1 : 0.01;
    settings.priorWeight = preset == Preset::C2 ? 0.01 : 0.001;
    settings.steps = preset == Preset::C1 ? 100 : preset == Preset::C2 ? 500 : 1000;
    return settings;
}

Preset parsePreset(std::string_view name)
{
    if (name == "recommended")
        return Preset::Recommended;
    if (name == "C1")
        return Preset::C1;
    if (name == "C2")
        return Preset::C2;
    if (name == "C3")
        return Preset::C3;
    throw badInput(std::string(name), "is no preset", "recommended, C1, C2 or C3");
}

Directions parseDirections(std::string_view name)
{
    if (name == "positive")
        return Directions::Positive;
    if (name == "negative")
        return Directions::Negative;
    if (name == "both")
        return Directions::Both;
    throw badInput(std::string(name), "is no direction", "positive, negative or both");
}

void checkSettings(const ExplainSettings& settings)
{
    checkRange("examples", settings.examples, 1, 100000);
    checkRange("steps", settings.steps, 1, 100000);
    checkRange("learning rate", settings.learningRate, 0, 10, true);
    checkRange("prior weight", settings.priorWeight, 0, 1000);
    if (settings.space == SearchSpace::Input && settings.priorWeight != 0)
        throw badInput("prior weight", "has no part in Eq. 1, which optimises the input", "0",
                       text(settings.priorWeight));
    // What JSON readers hold as a whole number.
    if (settings.seed > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        throw badInput("seed", "is out of range", "0 to 2^63 - 1", std::to_string(settings.seed));
}

} // namespace earshot
