// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/safetensors.h"
#include "core/train/gan_training.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace earshot {

// What a checkpoint holds beside tensors.
struct GanCheckpointInfo
{
    GanRecipe recipe = GanRecipe::Cpu;
    std::uint64_t seed = 0;
    std::int64_t iterations = 0;
    double seconds = 0; // of training
    double mean = 0;
    double std = 1;
    std::string licence;
    std::string name;
};

// A generator's checkpoint: GanTraining::state() and its information as metadata, atomically. Error
// (CannotWrite).
void writeGanCheckpoint(const std::filesystem::path& path, const GanTraining& training,
                        const GanCheckpointInfo& info);
// Error (BadInput) if it is not one.
GanCheckpointInfo readGanCheckpointInfo(const SafetensorsFile& file);

// A generator's bundle of an averaged generator in units u. Error (CannotWrite).
void writeGeneratorBundle(const std::filesystem::path& folder, const GanCheckpointInfo& info,
                          const Weights& average);

} // namespace earshot
