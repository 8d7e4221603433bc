// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/device.h"
#include "core/train/packed_data.h"
#include "core/train/training_settings.h"
#include "core/util/progress.h"

#include <array>
#include <cstdint>
#include <stop_token>
#include <string_view>

namespace earshot {

// Trains SVDNet, or with the recipe "witness" the small residual network, on the packed training
// split (spectra) and leaves in settings.output:
//   checkpoint.safetensors  everything that resuming needs, atomically: at the start, at least
//                           every two minutes, and at the end;
//   log.csv                 step, seconds, learning_rate, loss (mean in nats since the line
//                           before), and after a validation valid_area, valid_error,
//                           valid_balanced_error (songs), valid_mix_recall,
//                           valid_instrumental_specificity, valid_threshold;
//   a classifier's bundle   of the averaged weights that did best on the validation split, when the
//                           training ends or is stopped. The threshold that the validation split
//                           chose is subtracted from the output's bias: a logit above 0 means
//                           Positive.
// With settings.teachers unlabelled music of the training split takes part, labelled by them.
// "Best" is the largest area under the curve over the validation split. Where the
// validation split has one label alone, the last averaged weights are kept and the bias stays.
// Recipes: classifier_training.h. A resumed training goes on from the checkpoint's step as if it
// had never stopped (to the bit with the same device, number of threads, compute type and number of
// steps). Errors: BadInput for data or settings that cannot be used, or a checkpoint of another
// recipe, seed, training set or teachers; CannotWrite; Failed when the loss is no longer finite
// (the last checkpoint is kept). Runs on the calling thread, which must have called
// prepareWorkerThread().
TrainingResult trainClassifier(const PackedData& data, const TrainingSettings& settings,
                               const Device& device, std::stop_token stop,
                               const ProgressCallback& progress);

// Mean and standard deviation (n − 1) of each mel band over every tenth training excerpt (500
// frames apart) of songs, stems and instrumentals, or of whatever else is labelled where there are
// none of these. Deviations below 0.001 become 0.001. Error (BadInput) if there is no training
// excerpt, or a value is not finite.
struct BandStatistics
{
    std::array<float, 80> mean{};
    std::array<float, 80> std{};
};
BandStatistics bandStatistics(const PackedData& data);

// A recipe's steps, where neither steps nor minutes are given. Error (BadInput) for no recipe.
std::int64_t recipeSteps(std::string_view recipe);

} // namespace earshot
