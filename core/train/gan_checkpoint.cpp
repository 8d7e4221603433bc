// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/gan_checkpoint.h"

#include "core/nets/model_bundle.h"
#include "core/nets/music_generator.h"
#include "core/train/checkpoint.h"
#include "core/train/gan_trainer.h"
#include "core/util/error.h"

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr const char* checkpointFormat = "earshot-gan-1";

} // namespace

GanCheckpointInfo readGanCheckpointInfo(const SafetensorsFile& file)
{
    if (const std::string& format = file.metadataValue("format"); format != checkpointFormat)
        throw badInput(file.path().string(), "is not a generator's checkpoint", checkpointFormat,
                       format);
    GanCheckpointInfo info;
    info.recipe = parseGanRecipe(file.metadataValue("recipe"));
    info.seed = metadataInteger(file, "seed");
    info.iterations = static_cast<std::int64_t>(metadataInteger(file, "iterations"));
    info.seconds = metadataNumber(file, "seconds");
    info.mean = metadataNumber(file, "mean");
    info.std = metadataNumber(file, "std");
    if (info.std <= 0)
        throw badInput(file.path().string(), "has unusable metadata 'std'", "above 0",
                       file.metadataValue("std"));
    info.licence = file.metadataValue("licence");
    info.name = file.metadataValue("name");
    return info;
}

void writeGanCheckpoint(const fs::path& path, const GanTraining& training,
                        const GanCheckpointInfo& info)
{
    training.state().write(path, {{"format", checkpointFormat},
                                  {"recipe", std::string(name(info.recipe))},
                                  {"seed", std::to_string(info.seed)},
                                  {"iterations", std::to_string(training.iterations())},
                                  {"seconds", exactText(info.seconds)},
                                  {"mean", exactText(info.mean)},
                                  {"std", exactText(info.std)},
                                  {"licence", info.licence},
                                  {"name", info.name}});
}

void writeGeneratorBundle(const fs::path& folder, const GanCheckpointInfo& info,
                          const Weights& average)
{
    BundleInfo bundle;
    bundle.folder = folder;
    bundle.kind = "generator";
    bundle.architecture = "music-generator";
    bundle.name = info.name;
    bundle.licence = info.licence;
    bundle.manifest = Json::object();
    bundle.manifest.set("training", Json::object({{"recipe", std::string(name(info.recipe))},
                                                  {"iterations", info.iterations},
                                                  {"minutes", info.seconds / 60},
                                                  {"seed", static_cast<std::int64_t>(info.seed)},
                                                  {"mean", info.mean},
                                                  {"std", info.std}}));
    writeBundle(bundle,
                MusicGenerator::exported(average.to(at::kCPU, at::kFloat), info.mean, info.std));
}

void exportCheckpoint(const fs::path& checkpoint, const fs::path& bundleFolder,
                      const std::string& licence, const std::string& name)
{
    const SafetensorsFile file(checkpoint);
    GanCheckpointInfo info = readGanCheckpointInfo(file);
    if (!licence.empty())
        info.licence = licence;
    if (!name.empty())
        info.name = name;
    const Weights state = Weights::read(file, GanTraining::stateShapes(info.recipe));
    Weights average;
    for (const Weights::Shape& shape : MusicGenerator::weightShapes())
        average.add(shape.name, state.at("average." + shape.name));
    writeGeneratorBundle(bundleFolder, info, average);
}

} // namespace earshot
