// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/classifier_training.h"

#include "core/nets/excerpt_geometry.h"
#include "core/util/error.h"

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/from_blob.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace earshot {

namespace {

// Torch's generator is seeded before every step, so that dropout follows from the step alone.
constexpr std::uint64_t dropoutSeedOffset = 0xD6E8FEB86659FD93U;

// Kernels channels-last, as the convolutions want them; a leaf of its own.
Weights parameters(const Weights& weights, const at::Device& device)
{
    Weights result;
    for (const auto& [name, tensor] : weights.entries()) {
        at::Tensor copy =
            tensor.detach().to(device, at::kFloat, /*non_blocking=*/false, /*copy=*/true);
        if (copy.dim() == 4)
            copy = copy.contiguous(at::MemoryFormat::ChannelsLast);
        result.add(name, copy);
    }
    return result;
}

// Differentiable copies to compute with.
Weights converted(const Weights& weights, at::ScalarType type)
{
    if (type == at::kFloat)
        return weights;
    Weights result;
    for (const auto& [name, tensor] : weights.entries())
        result.add(name, tensor.to(type));
    return result;
}

at::Tensor onCpu(const at::Tensor& tensor)
{
    return tensor.detach().to(at::kCPU, at::kFloat).contiguous().clone();
}

constexpr std::array<const char*, 4> statePrefixes{"weights.", "average.", "moment1.", "moment2."};

} // namespace

ClassifierRecipe classifierRecipe(std::string_view name)
{
    ClassifierRecipe recipe;
    recipe.name = name.empty() ? "standard" : std::string(name);
    if (recipe.name == "quick") {
        recipe.steps = 1200;
    } else if (recipe.name == "witness") {
        recipe.architecture = "residual-net";
        recipe.steps = 6000;
    } else if (recipe.name != "standard") {
        throw badInput(recipe.name, "is not a recipe for a classifier",
                       "standard, quick or witness");
    }
    return recipe;
}

double scheduledLearningRate(const ClassifierRecipe& recipe, std::int64_t step, double done)
{
    const double warmUp =
        std::min(1.0, static_cast<double>(step + 1) / static_cast<double>(recipe.warmUpSteps + 1));
    return recipe.learningRate * warmUp * 0.5 *
           (1 + std::cos(std::numbers::pi * std::clamp(done, 0.0, 1.0)));
}

ClassifierTraining::ClassifierTraining(const ClassifierRecipe& recipe, std::uint64_t seed,
                                       const Device& device, at::ScalarType computeType,
                                       const at::Tensor& mean, const at::Tensor& std)
    : m_recipe(recipe)
    , m_architecture(*findClassifierArchitecture(recipe.architecture))
    , m_seed(seed)
    , m_device(device.isCuda ? at::kCUDA : at::kCPU)
    , m_computeType(computeType)
    , m_mean(mean.to(m_device))
    , m_std(std.to(m_device))
    , m_weights(parameters(m_architecture.initialWeights(seed), m_device))
    , m_average(parameters(m_weights, m_device))
    , m_optimiser(m_weights.tensors(), AdamSettings{recipe.learningRate})
{
    for (auto& [name, tensor] : m_weights.entries())
        tensor.set_requires_grad(true);
}

at::Tensor ClassifierTraining::standardised(const at::Tensor& logMels) const
{
    return (logMels - m_mean) / m_std;
}

double ClassifierTraining::step(const TrainingBatch& batch, double learningRate)
{
    const auto count = static_cast<std::int64_t>(batch.labels.size());
    const std::vector<std::int64_t> shape{count, 1, ExcerptGeometry::frames,
                                          ExcerptGeometry::bands};
    // Torch only reads them.
    const at::Tensor logMels =
        at::from_blob(const_cast<float*>(batch.logMels.data()), shape, at::kFloat).to(m_device);
    const at::Tensor labels =
        at::from_blob(const_cast<float*>(batch.labels.data()), {count}, at::kFloat).to(m_device);

    at::manual_seed(m_seed + dropoutSeedOffset + static_cast<std::uint64_t>(steps()));
    const at::Tensor input =
        standardised(logMels).contiguous(at::MemoryFormat::ChannelsLast).to(m_computeType);
    const at::Tensor logits =
        m_architecture.trainingLogits(converted(m_weights, m_computeType), input).to(at::kFloat);
    const at::Tensor loss = at::binary_cross_entropy_with_logits(logits, labels);
    const auto value = loss.detach().item<double>();
    if (!std::isfinite(value))
        throw Error(ErrorKind::Failed, "training loss",
                    "is not finite in step " + std::to_string(steps()), "a number",
                    std::isnan(value) ? "NaN" : "infinity");
    m_optimiser.setLearningRate(learningRate);
    m_optimiser.step(torch::autograd::grad({loss}, m_weights.tensors()));

    const at::NoGradGuard noGradient;
    const auto done = static_cast<double>(steps());
    const double decay = std::min(m_recipe.averageDecay, (1 + done) / (10 + done));
    for (std::size_t i = 0; i < m_average.entries().size(); ++i)
        m_average.entries()[i].second.lerp_(m_weights.entries()[i].second, 1 - decay);
    return value;
}

at::Tensor ClassifierTraining::averagedLogits(const at::Tensor& logMels) const
{
    const at::NoGradGuard noGradient;
    const std::unique_ptr<Classifier> network =
        m_architecture.make(converted(m_average, m_computeType));
    const std::array<std::string, 1> names{m_architecture.output};
    return network->activations(standardised(logMels).to(m_computeType), names)
        .front()
        .flatten()
        .to(at::kFloat);
}

Weights ClassifierTraining::exported() const
{
    Weights result;
    for (const auto& [name, tensor] : m_average.entries())
        result.add(name, onCpu(tensor));
    result.add("input.mean", onCpu(m_mean));
    result.add("input.std", onCpu(m_std));
    return result;
}

Weights ClassifierTraining::state() const
{
    Weights result;
    const auto& entries = m_weights.entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        result.add("weights." + entries[i].first, onCpu(entries[i].second));
        result.add("average." + entries[i].first, onCpu(m_average.entries()[i].second));
        result.add("moment1." + entries[i].first, onCpu(m_optimiser.firstMoments()[i]));
        result.add("moment2." + entries[i].first, onCpu(m_optimiser.secondMoments()[i]));
    }
    return result;
}

std::vector<Weights::Shape> ClassifierTraining::stateShapes() const
{
    std::vector<Weights::Shape> shapes;
    for (const Weights::Shape& shape : m_architecture.weightShapes())
        for (const char* prefix : statePrefixes)
            shapes.push_back({prefix + shape.name, shape.shape});
    return shapes;
}

void ClassifierTraining::restore(const Weights& state, std::int64_t steps)
{
    const at::NoGradGuard noGradient;
    for (std::size_t i = 0; i < m_weights.entries().size(); ++i) {
        auto& [name, tensor] = m_weights.entries()[i];
        tensor.copy_(state.at("weights." + name));
        m_average.entries()[i].second.copy_(state.at("average." + name));
        m_optimiser.firstMoments()[i].copy_(state.at("moment1." + name));
        m_optimiser.secondMoments()[i].copy_(state.at("moment2." + name));
    }
    m_optimiser.setSteps(steps);
}

} // namespace earshot
