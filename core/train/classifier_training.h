// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/classifier_architecture.h"
#include "core/nets/device.h"
#include "core/nets/weights.h"
#include "core/train/adam.h"
#include "core/train/batch_loader.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

// What a recipe for a classifier fixes.
struct ClassifierRecipe
{
    std::string name;
    std::string architecture = "svdnet";
    std::int64_t steps = 12000; // where neither steps nor minutes are given
    BatchSettings batch;
    double learningRate = 1e-3;     // its highest value
    std::int64_t warmUpSteps = 100; // from 0, linearly
    double averageDecay = 0.998;    // of the averaged weights a step, (1 + n)/(10 + n) early on
    std::int64_t validationSteps = 400;
    std::int64_t logSteps = 20;
};

// "standard": everything above. "quick": the same in 1,200 steps. "witness": the small residual
// network, in 6,000. Empty: "standard". Error (BadInput) for another name.
ClassifierRecipe classifierRecipe(std::string_view name);

// learningRate × warm-up × ½(1 + cos π·done), done: share of the whole training, [0, 1].
double scheduledLearningRate(const ClassifierRecipe& recipe, std::int64_t step, double done);

// A classifier under training: weights, Adam, averaged weights, and one step of it. What dropout
// draws in step i depends on (seed, i) alone. Weights are float32; on a CPU that multiplies
// bfloat16 natively the passes run in bfloat16. Not thread-safe.
class ClassifierTraining
{
public:
    // mean, std [80]: of the training excerpts' log-mels.
    ClassifierTraining(const ClassifierRecipe& recipe, std::uint64_t seed, const Device& device,
                       at::ScalarType computeType, const at::Tensor& mean, const at::Tensor& std);

    // One update on the batch of step steps(); the mean loss in nats, after Error (Failed) if it is
    // not finite.
    double step(const TrainingBatch& batch, double learningRate);
    std::int64_t steps() const { return m_optimiser.steps(); }

    const ClassifierArchitecture& architecture() const { return m_architecture; }

    // Logits [N] of the averaged weights for log-mels [N, 1, 115, 80] on the device.
    at::Tensor averagedLogits(const at::Tensor& logMels) const;

    // The averaged weights with input.mean and input.std, on the CPU: a bundle's.
    Weights exported() const;
    // Everything that step() depends on, on the CPU, contiguous; and back.
    Weights state() const;
    std::vector<Weights::Shape> stateShapes() const;
    // state: as state() gave it, with any others beside.
    void restore(const Weights& state, std::int64_t steps);

private:
    at::Tensor standardised(const at::Tensor& logMels) const;

    ClassifierRecipe m_recipe;
    const ClassifierArchitecture& m_architecture;
    std::uint64_t m_seed;
    at::Device m_device;
    at::ScalarType m_computeType;
    at::Tensor m_mean;
    at::Tensor m_std;
    Weights m_weights;
    Weights m_average;
    Adam m_optimiser;
};

} // namespace earshot
