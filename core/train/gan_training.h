// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/device.h"
#include "core/nets/weights.h"
#include "core/train/adam.h"
#include "core/train/gan_batches.h"
#include "core/train/gan_recipe.h"
#include "core/train/generator_data.h"

#include <cstdint>
#include <limits>

namespace earshot {

// One iteration's numbers.
struct GanStep
{
    double criticLoss = 0;
    double generatorLoss = 0;
    double penalty = 0; // R1 (the latest, not multiplied by its interval; NaN before) or WGAN-GP's
    double realScore = 0; // mean score of the critic's real examples
    double fakeScore = 0;
};

// The state of an adversarial training, and one iteration of it. What iteration i draws (excerpts,
// latents, shifts) depends on (seed, i) alone. Not thread-safe.
class GanTraining
{
public:
    // settings: recipeSettings(recipe), or others for an experiment.
    GanTraining(GanRecipe recipe, const GanRecipeSettings& settings, std::uint64_t seed,
                const Device& device, ComputeType computeType);

    // Error (Failed) if a loss is no longer finite; the weights are spoilt then. The data must stay
    // as it is until the training ends: its next batches may be drawn already.
    GanStep iterate(const GeneratorData& data);

    std::int64_t iterations() const { return m_iterations; }
    GanRecipe recipe() const { return m_recipe; }
    const GanRecipeSettings& settings() const { return m_settings; }
    const Weights& generator() const { return m_generator; }
    const Weights& critic() const { return m_critic; }
    const Weights& average() const { return m_average; } // what is exported

    // Everything that iterate() depends on, as named tensors on the CPU, contiguous; and back.
    Weights state() const;
    // Error (BadInput) if a tensor is missing or has another shape.
    void restore(const Weights& state, std::int64_t iterations);
    static std::vector<Weights::Shape> stateShapes(GanRecipe recipe);

private:
    // One iteration's numbers where they were computed.
    struct StepTensors
    {
        at::Tensor criticLoss;
        at::Tensor generatorLoss;
        at::Tensor penalty; // undefined where none was due
        at::Tensor realScore;
        at::Tensor fakeScore;
    };
    GanStep fetch(const StepTensors& step);
    at::Tensor generate(const at::Tensor& latents) const;
    at::Tensor score(const at::Tensor& input, ComputeType computeType) const;
    at::Tensor seen(const at::Tensor& batch, const GanBatch& drawn) const;
    void updateCritic(const GanBatch& batch, const at::Tensor& fake, StepTensors& step);
    void updateGenerator(const GanBatch& batch, const at::Tensor& fake, StepTensors& step);
    void updateAverage();

    GanRecipe m_recipe;
    GanRecipeSettings m_settings;
    at::Device m_device;
    ComputeType m_computeType;
    GanBatches m_batches;
    std::int64_t m_iterations = 0;
    double m_lastPenalty = std::numeric_limits<double>::quiet_NaN(); // unknown after a restore
    Weights m_generator;
    Weights m_critic;
    Weights m_average;
    Adam m_generatorOptimiser;
    Adam m_criticOptimiser;
};

} // namespace earshot
