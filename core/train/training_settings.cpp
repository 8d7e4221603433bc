// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/training_settings.h"

#include "core/io/safetensors.h"
#include "core/train/checkpoint.h"
#include "core/util/error.h"

namespace earshot {

namespace fs = std::filesystem;

std::string modelName(const TrainingSettings& settings)
{
    if (!settings.name.empty())
        return settings.name;
    const fs::path folder = fs::absolute(settings.output).lexically_normal();
    return (folder.has_filename() ? folder : folder.parent_path()).filename().string();
}

void requireNoTraining(const TrainingSettings& settings)
{
    const fs::path path = settings.output / checkpointFileName;
    std::error_code error;
    if (settings.start != TrainingStart::Fresh || !fs::exists(path, error))
        return;
    std::string found = "a checkpoint that cannot be read";
    try {
        const SafetensorsFile file(path);
        const bool isGenerators = file.metadata().contains("iterations");
        const std::uint64_t steps = metadataInteger(file, isGenerators ? "iterations" : "steps");
        if (steps == 0)
            return; // killed at its very start
        found = "a checkpoint after " + std::to_string(steps) + " steps";
    } catch (const Error&) {
        // Said as it stands above.
    }
    throw badInput(settings.output.string(), "holds a training already",
                   "--resume to go on with it, --restart to begin anew, or another folder", found);
}

} // namespace earshot
