// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/device.h"
#include "core/train/packed_data.h"
#include "core/train/training_settings.h"
#include "core/util/progress.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace earshot {

// Trains a generator on the packed training split and leaves in settings.output:
//   checkpoint.safetensors  everything that resuming needs, atomically, once a minute;
//   log.csv                 step, seconds, critic_loss, generator_loss, penalty, real_score,
//                           fake_score: means of the iterations since the line before;
//   a generator's bundle    of the averaged weights, with every checkpoint.
// Recipes: gan_recipe.h. A resumed training goes on from the checkpoint's step as if it had never
// stopped (to the bit with the same device, number of threads and compute type).
// Errors: BadInput for data or settings that cannot be used, or a checkpoint of another recipe,
// seed or data; CannotWrite; Failed when a loss is no longer finite (the last checkpoint is kept).
// Runs on the calling thread, which must have called prepareWorkerThread(); another may draw
// batches.
TrainingResult trainGenerator(const PackedData& data, const TrainingSettings& settings,
                              const Device& device, std::stop_token stop,
                              const ProgressCallback& progress);

// Writes the averaged generator of a checkpoint (of a training that may still be running) as a
// bundle. licence, name: for model.json; empty: as the checkpoint says. Errors: BadInput,
// CannotWrite.
void exportCheckpoint(const std::filesystem::path& checkpoint,
                      const std::filesystem::path& bundleFolder, const std::string& licence = {},
                      const std::string& name = {});

} // namespace earshot
