// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/gan_training.h"

#include "core/nets/critic.h"
#include "core/nets/music_generator.h"
#include "core/nets/torch_device.h"
#include "core/train/gan_losses.h"
#include "core/train/light_critic.h"
#include "core/util/error.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace earshot {

namespace {

// Of the generator's 128 frames the first 6 and last 7 are cut off (Table 1).
constexpr std::int64_t firstKeptFrame = 6;

// Another key for the critic's start than for the generator's, and for training than for both.
constexpr std::uint64_t criticSeedOffset = 0x9E3779B97F4A7C15U;
constexpr std::uint64_t trainingSeedOffset = 0xC2B2AE3D27D4EB4FU;

const std::vector<Weights::Shape>& criticShapes(GanRecipe recipe)
{
    return recipe != GanRecipe::Paper ? light_critic::weightShapes() : critic::weightShapes();
}

Weights criticStart(GanRecipe recipe, std::uint64_t seed)
{
    return recipe != GanRecipe::Paper ? light_critic::initialWeights(seed)
                                      : critic::initialWeights(seed);
}

// Kernels channels-last, as the convolutions want them; a leaf that is trained.
at::Tensor parameter(const at::Tensor& tensor, const at::Device& device)
{
    at::Tensor copy = tensor.detach().to(device, at::kFloat, /*non_blocking=*/false, /*copy=*/true);
    if (copy.dim() == 4)
        copy = copy.contiguous(at::MemoryFormat::ChannelsLast);
    return copy.requires_grad_(true);
}

Weights parameters(const Weights& weights, const at::Device& device)
{
    Weights result;
    for (const auto& [name, tensor] : weights.entries())
        result.add(name, parameter(tensor, device));
    return result;
}

Weights copies(const Weights& weights)
{
    Weights result;
    for (const auto& [name, tensor] : weights.entries())
        result.add(name, tensor.detach().clone());
    return result;
}

// Differentiable copies to compute with.
Weights inComputeType(const Weights& weights, ComputeType type, bool (*converts)(std::string_view))
{
    if (type == ComputeType::Float32)
        return weights;
    Weights result;
    for (const auto& [name, tensor] : weights.entries())
        result.add(name, converts(name) ? tensor.to(at::kBFloat16) : tensor);
    return result;
}

bool isAny(std::string_view)
{
    return true;
}

bool isConvolution(std::string_view name)
{
    return name.starts_with("conv");
}

void checkFinite(double value, std::string_view what, std::int64_t iteration)
{
    if (!std::isfinite(value))
        throw Error(ErrorKind::Failed, std::string(what),
                    "is no longer finite at iteration " + std::to_string(iteration));
}

std::vector<at::Tensor> gradients(const at::Tensor& loss, const Weights& weights)
{
    return torch::autograd::grad({loss}, weights.tensors());
}

} // namespace

GanTraining::GanTraining(GanRecipe recipe, const GanRecipeSettings& settings, std::uint64_t seed,
                         const Device& device, ComputeType computeType)
    : m_recipe(recipe)
    , m_settings(settings)
    , m_device(torchDevice(device))
    , m_computeType(computeType)
    , m_batches(settings, seed + trainingSeedOffset, m_device,
                device.isCuda || device.threads > 1 ? GanBatches::Drawing::Ahead
                                                    : GanBatches::Drawing::WhenAsked)
    , m_generator(parameters(MusicGenerator::initialWeights(seed), m_device))
    , m_critic(parameters(criticStart(recipe, seed + criticSeedOffset), m_device))
    , m_average(copies(m_generator))
    , m_generatorOptimiser(m_generator.tensors(), AdamSettings{m_settings.learningRate,
                                                               m_settings.beta1, m_settings.beta2})
    , m_criticOptimiser(m_critic.tensors(),
                        AdamSettings{m_settings.learningRate, m_settings.beta1, m_settings.beta2})
{
    // Every iteration has the same shapes: what each kernel costs is worth trying once.
    if (device.isCuda)
        at::globalContext().setBenchmarkCuDNN(true);
}

at::Tensor GanTraining::generate(const at::Tensor& latents) const
{
    const Weights weights = inComputeType(m_generator, m_computeType, isAny);
    const at::Tensor frames = MusicGenerator::forward(
        weights, latents.to(weights.entries().front().second.scalar_type()));
    return frames.slice(2, firstKeptFrame, firstKeptFrame + std::int64_t{ExcerptGeometry::frames})
        .to(at::kFloat);
}

at::Tensor GanTraining::score(const at::Tensor& input, ComputeType computeType) const
{
    if (m_recipe == GanRecipe::Paper)
        return critic::score(m_critic, input);
    return light_critic::score(inComputeType(m_critic, computeType, isConvolution), input);
}

at::Tensor GanTraining::seen(const at::Tensor& batch, const GanBatch& drawn) const
{
    if (m_settings.shiftBands == 0 && m_settings.shiftLevel == 0)
        return batch;
    return gan::shifted(batch, drawn.bands, drawn.levels);
}

void GanTraining::updateCritic(const GanBatch& batch, const at::Tensor& fake, StepTensors& step)
{
    const at::Tensor real = seen(batch.real, batch);
    const at::Tensor seenFake = seen(fake.detach(), batch);
    // Both sides in one pass; groups of the deviation never mix them, as the batch size is a
    // multiple of a group.
    const at::Tensor scores = score(at::cat({real, seenFake}), m_computeType);
    const at::Tensor realScores = scores.slice(0, 0, real.size(0));
    const at::Tensor fakeScores = scores.slice(0, real.size(0));
    const bool isWasserstein = m_settings.penaltyWeight > 0;
    const at::Tensor loss = isWasserstein ? gan::wassersteinCriticLoss(realScores, fakeScores)
                                          : gan::logisticCriticLoss(realScores, fakeScores);
    step.criticLoss = loss.detach();
    step.realScore = realScores.detach().mean();
    step.fakeScore = fakeScores.detach().mean();
    std::vector<at::Tensor> total = gradients(loss, m_critic);

    // The penalties differentiate twice, in float32: in bfloat16 that is no faster worth
    // mentioning.
    at::Tensor penalty;
    double multiple = 1;
    if (isWasserstein) {
        const at::Tensor points = gan::interpolated(real, seenFake, batch.mix);
        penalty = gan::gradientPenalty(score(points, ComputeType::Float32), points,
                                       m_settings.penaltyWeight);
    } else if (m_settings.r1Gamma > 0 && m_iterations % m_settings.r1Interval == 0) {
        const at::Tensor points = real.detach().requires_grad_(true);
        penalty = gan::r1Penalty(score(points, ComputeType::Float32), points, m_settings.r1Gamma);
        multiple = m_settings.r1Interval;
    }
    if (penalty.defined()) {
        step.penalty = penalty.detach();
        const std::vector<at::Tensor> extra =
            torch::autograd::grad({penalty}, m_critic.tensors(), {}, /*retain_graph=*/std::nullopt,
                                  /*create_graph=*/false, /*allow_unused=*/true);
        for (std::size_t i = 0; i < total.size(); ++i)
            if (extra[i].defined()) // the last bias has no part in an input gradient
                total[i].add_(extra[i], multiple);
    }
    m_criticOptimiser.step(total);
}

void GanTraining::updateGenerator(const GanBatch& batch, const at::Tensor& fake, StepTensors& step)
{
    const at::Tensor scores = score(seen(fake, batch), m_computeType);
    const at::Tensor loss = m_settings.penaltyWeight > 0 ? gan::wassersteinGeneratorLoss(scores)
                                                         : gan::logisticGeneratorLoss(scores);
    step.generatorLoss = loss.detach();
    m_generatorOptimiser.step(gradients(loss, m_generator));
    updateAverage();
}

void GanTraining::updateAverage()
{
    const at::NoGradGuard noGradient;
    const auto done = static_cast<double>(m_iterations);
    const double decay = std::min(m_settings.averageDecay, (1 + done) / (10 + done));
    at::_foreach_lerp_(m_average.tensors(), m_generator.tensors(), 1 - decay);
}

GanStep GanTraining::iterate(const GeneratorData& data)
{
    StepTensors step;
    const GanIterationBatches batches = m_batches.draw(data, m_iterations);
    at::Tensor fake;
    for (const GanBatch& batch : batches.critic) {
        // The last critic update shares its fakes with the generator's: one forward pass less.
        if (&batch == &batches.critic.back()) {
            fake = generate(batches.generator.latents);
        } else {
            const at::NoGradGuard noGradient;
            fake = generate(batch.latents);
        }
        updateCritic(batch, fake, step);
    }
    updateGenerator(batches.generator, fake, step);
    const GanStep numbers = fetch(step);
    ++m_iterations;
    return numbers;
}

// All numbers in one transfer: each would wait for a GPU's queue to run dry.
GanStep GanTraining::fetch(const StepTensors& step)
{
    std::vector<at::Tensor> tensors{step.criticLoss, step.realScore, step.fakeScore,
                                    step.generatorLoss};
    if (step.penalty.defined())
        tensors.push_back(step.penalty);
    const at::Tensor values = at::stack(tensors).to(at::kCPU, at::kDouble);
    const double* value = values.const_data_ptr<double>();
    GanStep numbers;
    numbers.criticLoss = value[0];
    numbers.realScore = value[1];
    numbers.fakeScore = value[2];
    numbers.generatorLoss = value[3];
    if (step.penalty.defined())
        m_lastPenalty = value[4];
    numbers.penalty = m_lastPenalty;
    // In the order of computing: what comes after is only infected.
    checkFinite(numbers.criticLoss, "the critic's loss", m_iterations);
    if (step.penalty.defined())
        checkFinite(numbers.penalty, "the critic's penalty", m_iterations);
    checkFinite(numbers.generatorLoss, "the generator's loss", m_iterations);
    return numbers;
}

Weights GanTraining::state() const
{
    Weights state;
    const auto add = [&](std::string_view prefix, const Weights& weights,
                         const std::vector<at::Tensor>& tensors) {
        for (std::size_t i = 0; i < tensors.size(); ++i)
            state.add(std::string(prefix) + weights.entries()[i].first,
                      tensors[i]
                          .detach()
                          .to(at::kCPU, at::kFloat, /*non_blocking=*/false, /*copy=*/true)
                          .contiguous());
    };
    add("generator.", m_generator, m_generator.tensors());
    add("average.", m_average, m_average.tensors());
    add("generator_moment1.", m_generator, m_generatorOptimiser.firstMoments());
    add("generator_moment2.", m_generator, m_generatorOptimiser.secondMoments());
    add("critic.", m_critic, m_critic.tensors());
    add("critic_moment1.", m_critic, m_criticOptimiser.firstMoments());
    add("critic_moment2.", m_critic, m_criticOptimiser.secondMoments());
    return state;
}

void GanTraining::restore(const Weights& state, std::int64_t iterations)
{
    const at::NoGradGuard noGradient;
    const auto take = [&](std::string_view prefix, const Weights& weights,
                          const std::vector<at::Tensor>& tensors) {
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const std::string key = std::string(prefix) + weights.entries()[i].first;
            const at::Tensor& saved = state.at(key);
            if (saved.sizes() != tensors[i].sizes())
                throw badInput(key, "has the wrong shape for this recipe");
            tensors[i].copy_(saved);
        }
    };
    take("generator.", m_generator, m_generator.tensors());
    take("average.", m_average, m_average.tensors());
    take("generator_moment1.", m_generator, m_generatorOptimiser.firstMoments());
    take("generator_moment2.", m_generator, m_generatorOptimiser.secondMoments());
    take("critic.", m_critic, m_critic.tensors());
    take("critic_moment1.", m_critic, m_criticOptimiser.firstMoments());
    take("critic_moment2.", m_critic, m_criticOptimiser.secondMoments());
    m_generatorOptimiser.setSteps(iterations);
    m_criticOptimiser.setSteps(iterations * m_settings.criticUpdates);
    m_iterations = iterations;
    m_lastPenalty = std::numeric_limits<double>::quiet_NaN();
}

std::vector<Weights::Shape> GanTraining::stateShapes(GanRecipe recipe)
{
    std::vector<Weights::Shape> shapes;
    const auto add = [&](std::string_view prefix, const std::vector<Weights::Shape>& of) {
        for (const Weights::Shape& shape : of)
            shapes.push_back({std::string(prefix) + shape.name, shape.shape});
    };
    for (const std::string_view prefix :
         {"generator.", "average.", "generator_moment1.", "generator_moment2."})
        add(prefix, MusicGenerator::weightShapes());
    for (const std::string_view prefix : {"critic.", "critic_moment1.", "critic_moment2."})
        add(prefix, criticShapes(recipe));
    return shapes;
}

} // namespace earshot
