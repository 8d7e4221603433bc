// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/settings.h"

#include "core/nets/excerpt_geometry.h"
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

// What a run keeps of every step: latents, or in the input space log-mels, of which the last step
// alone is enough where that is what shall be chosen.
double keptGigabytes(const ExplainSettings& settings)
{
    constexpr double latentValues = 128;
    constexpr double melValues = ExcerptGeometry::frames * ExcerptGeometry::bands;
    const bool isInput = settings.space == SearchSpace::Input;
    const double rows = settings.examples * (settings.directions == Directions::Both ? 2.0 : 1.0);
    const double steps =
        isInput && settings.choice == StepChoice::Last ? 1.0 : settings.steps + 1.0;
    return rows * steps * (isInput ? melValues : latentValues) * sizeof(float) / 1e9;
}

void checkMemory(const ExplainSettings& settings)
{
    constexpr double mostGigabytes = 16;
    if (const double needed = keptGigabytes(settings); needed > mostGigabytes)
        throw badInput("examples times steps", "need too much memory",
                       "at most 16 GB: fewer of either" +
                           std::string(settings.space == SearchSpace::Input
                                           ? ", or the last step as what is chosen"
                                           : ""),
                       text(needed) + " GB");
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
    checkMemory(settings);
    // What JSON readers hold as a whole number.
    if (settings.seed > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        throw badInput("seed", "is out of range", "0 to 2^63 - 1", std::to_string(settings.seed));
}

} // namespace earshot
