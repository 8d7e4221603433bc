// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/gan_recipe.h"

#include "core/util/error.h"

#include <string>

namespace earshot {

GanRecipe parseGanRecipe(std::string_view text)
{
    if (text.empty() || text == "cpu")
        return GanRecipe::Cpu;
    if (text == "paper")
        return GanRecipe::Paper;
    if (text == "combined")
        return GanRecipe::Combined;
    throw badInput(std::string(text), "is not a recipe for a generator", "cpu, paper or combined");
}

std::string_view name(GanRecipe recipe)
{
    switch (recipe) {
    case GanRecipe::Cpu:
        return "cpu";
    case GanRecipe::Paper:
        return "paper";
    case GanRecipe::Combined:
        return "combined";
    }
    return {};
}

GanRecipeSettings recipeSettings(GanRecipe recipe)
{
    GanRecipeSettings settings;
    if (recipe == GanRecipe::Paper) {
        settings.batchSize = 16;
        settings.learningRate = 1e-4;
        settings.beta2 = 0.9; // Gulrajani et al. 2017; the paper does not say
        settings.criticUpdates = 5;
        settings.r1Gamma = 0;
        settings.penaltyWeight = 10;
        settings.averageDecay = 0;
        settings.shiftBands = 0;
        settings.shiftLevel = 0;
    }
    if (recipe == GanRecipe::Combined) {
        settings.batchSize = 128;
        settings.r1Gamma = 0.2;
        settings.instrumentalWeight = 0.64;
    }
    return settings;
}

std::int64_t recipeIterations(GanRecipe recipe)
{
    return recipe == GanRecipe::Paper ? 600000 : 40000; // the paper's
}

ComputeType fastComputeType(GanRecipe recipe, const Device& device)
{
    const bool usesBFloat16 = recipe == GanRecipe::Cpu && !device.isCuda && hasFastBfloat16();
    return usesBFloat16 ? ComputeType::BFloat16 : ComputeType::Float32;
}

} // namespace earshot
