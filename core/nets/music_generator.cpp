// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/music_generator.h"

#include "core/nets/initialisation.h"
#include "core/nets/network_parts.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <numbers>
#include <string>

namespace earshot {

namespace {

// DCGAN's slope; the paper does not say.
constexpr double slope = 0.2;
// Of 128 frames the middle 115 are kept.
constexpr std::int64_t firstFrame = 6;
constexpr std::int64_t keptFrames = 115;
// The front end's magnitude floor, and what no band of samples within ±1 exceeds: a bin's magnitude
// is at most Σ w |cos|, with the window w (numpy.hanning(1024), Σ w = 511.5). That is 2/π Σ w for
// low bins, from the lowest that a filter sees; where few samples a period let it be more (by a
// tenth at a quarter of the sample rate), filters average many bins.
constexpr double quietestMagnitude = 1e-7;
constexpr double loudestMagnitude = 2 / std::numbers::pi * 511.5;

struct Stage
{
    const char* name;
    std::int64_t kernelBands; // k; 5 frames by k bands
};
constexpr Stage stages[] = {{"convt1", 10}, {"convt2", 20}, {"convt3", 20}, {"convt4", 20}};

} // namespace

const std::vector<Weights::Shape>& MusicGenerator::weightShapes()
{
    static const std::vector<Weights::Shape> shapes{
        {"fc.weight", {5120, 128}},          {"fc.bias", {5120}},
        {"convt1.weight", {128, 64, 5, 10}}, {"convt1.bias", {64}},
        {"convt2.weight", {64, 32, 5, 20}},  {"convt2.bias", {32}},
        {"convt3.weight", {32, 16, 5, 20}},  {"convt3.bias", {16}},
        {"convt4.weight", {16, 8, 5, 20}},   {"convt4.bias", {8}},
        {"conv.weight", {1, 8, 5, 5}},       {"conv.bias", {1}}};
    return shapes;
}

MusicGenerator::MusicGenerator(Weights weights)
    : m_weights(std::move(weights))
{
    makeChannelsLast(m_weights);
}

at::Tensor MusicGenerator::forward(const Weights& weights, const at::Tensor& latents)
{
    at::Tensor signal = at::linear(latents, weights.at("fc.weight"), weights.at("fc.bias"));
    signal = channelsLast(at::leaky_relu(signal, slope).view({-1, 128, 8, 5}));
    for (const Stage& stage : stages) {
        const std::string name = stage.name;
        signal =
            at::conv_transpose2d(signal, weights.at(name + ".weight"), weights.at(name + ".bias"),
                                 {2, 2}, {2, stage.kernelBands / 2 - 1}, {1, 0});
        signal = at::leaky_relu(signal, slope);
    }
    return at::conv2d(signal, weights.at("conv.weight"), weights.at("conv.bias"), {1, 1}, {2, 2});
}

at::Tensor MusicGenerator::generate(const at::Tensor& latents) const
{
    static const double quietest = std::log(quietestMagnitude);
    static const double loudest = std::log(loudestMagnitude);
    return at::clamp(forward(m_weights, latents).narrow(2, firstFrame, keptFrames), quietest,
                     loudest);
}

void MusicGenerator::to(at::Device device, at::ScalarType type)
{
    for (auto& entry : m_weights.entries())
        entry.second = channelsLast(entry.second.to(device, type));
}

Weights MusicGenerator::initialWeights(std::uint64_t seed)
{
    Weights weights;
    std::uint64_t stream = 0;
    for (const Weights::Shape& shape : weightShapes()) {
        CounterRandom random(seed, stream++);
        if (shape.shape.size() == 1) {
            weights.add(shape.name, at::zeros(shape.shape, at::kFloat));
            continue;
        }
        // Inputs that reach one output: a transposed convolution of stride 2×2 uses every fourth
        // tap.
        double fan = static_cast<double>(shape.shape[1]);
        if (shape.name.starts_with("convt"))
            fan = static_cast<double>(shape.shape[0] * shape.shape[2] * shape.shape[3]) / 4;
        else if (shape.shape.size() == 4)
            fan = static_cast<double>(shape.shape[1] * shape.shape[2] * shape.shape[3]);
        const double gain = shape.name == "conv.weight" ? 1 : std::sqrt(2 / (1 + slope * slope));
        weights.add(shape.name, normalTensor(random, shape.shape, gain / std::sqrt(fan)));
    }
    return weights;
}

Weights MusicGenerator::exported(const Weights& weights, double mean, double std)
{
    Weights result = weights.to(at::kCPU, at::kFloat);
    result.at("conv.weight") = result.at("conv.weight") * std;
    result.at("conv.bias") = result.at("conv.bias") * std + mean;
    return result;
}

} // namespace earshot
