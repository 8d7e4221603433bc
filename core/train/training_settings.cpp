// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/training_settings.h"

#include "core/io/safetensors.h"
#include "core/train/checkpoint.h"
#include "core/util/error.h"

namespace earshot {

namespace fs = std::filesystem;

namespace {

// "a checkpoint after 20 steps"; empty: after none.
std::string checkpointText(const fs::path& path)
{
    try {
        const SafetensorsFile file(path);
        const bool isGenerators = file.metadata().contains("iterations");
        const std::uint64_t steps = metadataInteger(file, isGenerators ? "iterations" : "steps");
        return steps == 0 ? "" : "a checkpoint after " + std::to_string(steps) + " steps";
    } catch (const Error&) {
        return "a checkpoint that cannot be read";
    }
}

} // namespace

std::string modelName(const TrainingSettings& settings)
{
    if (!settings.name.empty())
        return settings.name;
    const fs::path folder = fs::absolute(settings.output).lexically_normal();
    return (folder.has_filename() ? folder : folder.parent_path()).filename().string();
}

void checkStart(const TrainingSettings& settings)
{
    const fs::path& folder = settings.output;
    const auto holds = [&](const char* file) {
        std::error_code error;
        return fs::exists(folder / file, error);
    };
    const bool hasCheckpoint = holds(checkpointFileName);
    const bool hasModel = holds("model.json") || holds("weights.safetensors");
    const std::string others = "--restart to begin anew, or another folder";
    if (settings.start == TrainingStart::Resume && !hasCheckpoint) {
        if (!hasModel)
            throw badInput(folder.string(), "holds nothing to go on from: leave --resume out");
        throw badInput(folder.string(), "holds nothing to go on from", others,
                       "a model without a checkpoint");
    }
    if (settings.start != TrainingStart::Fresh || (!hasCheckpoint && !hasModel))
        return;
    std::string found = "a model without a checkpoint";
    if (hasCheckpoint)
        found = checkpointText(folder / checkpointFileName);
    if (found.empty() && !hasModel)
        return; // killed at its very start
    throw badInput(folder.string(), "holds a training already",
                   (hasCheckpoint ? "--resume to go on with it, " : "") + others,
                   found.empty() ? "a model and a checkpoint after 0 steps" : found);
}

} // namespace earshot
