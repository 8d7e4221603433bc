// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/device.h"

#include <cstdint>
#include <string_view>

namespace earshot {

enum class GanRecipe
{
    Cpu,   // light critic, non-saturating logistic loss, lazy R1, averaged weights: hours on a CPU
    Paper, // WGAN-GP with Table 2's critic as published: hours on a GPU
    Combined, // Cpu with larger batches, more instrumentals and a weaker R1: minutes on a GPU
};
// "cpu" or empty, "paper", "combined"; else Error (BadInput)
GanRecipe parseGanRecipe(std::string_view text);
std::string_view name(GanRecipe recipe);

// What a recipe fixes. Everything in units u = (log-mel − mean)/std of the training excerpts.
struct GanRecipeSettings
{
    std::int64_t batchSize = 32;
    double learningRate = 2e-4;
    double beta1 = 0;
    double beta2 = 0.99;
    int criticUpdates = 1;    // an iteration
    double r1Gamma = 2;       // R1's γ; 0: no R1
    int r1Interval = 16;      // iterations; its gradient is multiplied by as much
    double penaltyWeight = 0; // of WGAN-GP's gradient penalty; 0: logistic loss
    double averageDecay =
        0.999; // of the averaged generator an iteration, (1 + n)/(10 + n) early on; 0: no average
    int shiftBands = 2;      // both sides of the critic are moved by up to ± so many mel bands …
    double shiftLevel = 0.2; // … and ± so much in u
    double instrumentalWeight = 0.35; // GeneratorDataSettings'
};
GanRecipeSettings recipeSettings(GanRecipe recipe);
// Where neither a number of iterations nor a time is given.
std::int64_t recipeIterations(GanRecipe recipe);

// In what the convolutions compute; weights, moments, losses and R1 are float32 always.
enum class ComputeType
{
    Float32,
    BFloat16
};
// BFloat16 on a CPU that multiplies it natively and for the recipe Cpu; else Float32.
ComputeType fastComputeType(GanRecipe recipe, const Device& device);

} // namespace earshot
