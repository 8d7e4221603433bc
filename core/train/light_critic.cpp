// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/light_critic.h"

#include "core/util/random.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mean.h>

#include <array>
#include <cmath>

namespace earshot::light_critic {

namespace {

constexpr double leakySlope = 0.2;
constexpr double varianceFloor = 1e-8; // Karras et al. 2018

struct Convolution
{
    const char* weight;
    const char* bias;
    std::array<std::int64_t, 2> padding; // keeps ⌈extent/2⌉
};
constexpr std::array<Convolution, 4> convolutions{{
    {"conv1.weight", "conv1.bias", {2, 4}}, // → [32, 58, 40]
    {"conv2.weight", "conv2.bias", {2, 2}}, // → [64, 29, 20]
    {"conv3.weight", "conv3.bias", {2, 2}}, // → [128, 15, 10]
    {"conv4.weight", "conv4.bias", {2, 2}}, // → [256, 8, 5]
}};

} // namespace

const std::vector<Weights::Shape>& weightShapes()
{
    static const std::vector<Weights::Shape> shapes{
        {"conv1.weight", {32, 1, 5, 9}},    {"conv1.bias", {32}},
        {"conv2.weight", {64, 32, 5, 5}},   {"conv2.bias", {64}},
        {"conv3.weight", {128, 64, 5, 5}},  {"conv3.bias", {128}},
        {"conv4.weight", {256, 128, 5, 5}}, {"conv4.bias", {256}},
        {"fc.weight", {1, 257 * 8 * 5}},    {"fc.bias", {1}},
    };
    return shapes;
}

Weights initialWeights(std::uint64_t seed)
{
    Weights weights;
    std::uint64_t stream = 0;
    for (const Weights::Shape& shape : weightShapes()) {
        at::Tensor tensor = at::empty(shape.shape, at::kFloat);
        const std::span<float> values(tensor.mutable_data_ptr<float>(),
                                      static_cast<std::size_t>(tensor.numel()));
        std::fill(values.begin(), values.end(), 0.0F);
        if (shape.name.ends_with(".weight")) {
            const double fanIn = static_cast<double>(tensor.numel() / tensor.size(0));
            const double gain = shape.name == "fc.weight" ? 1 : 2 / (1 + leakySlope * leakySlope);
            const auto scale = static_cast<float>(std::sqrt(gain / fanIn));
            CounterRandom(seed, stream).fillNormal(values);
            for (float& value : values)
                value *= scale;
        }
        ++stream;
        weights.add(shape.name, tensor);
    }
    return weights;
}

at::Tensor groupDeviation(const at::Tensor& features)
{
    const std::int64_t group = std::min(groupSize, features.size(0));
    const at::Tensor grouped = features.reshape(
        {features.size(0) / group, group, features.size(1), features.size(2), features.size(3)});
    const at::Tensor centred = grouped.sub(grouped.mean(1, /*keepdim=*/true));
    const at::Tensor deviation = centred.square().mean(1).add(varianceFloor).sqrt();
    return deviation
        .mean(at::IntArrayRef{1, 2, 3}) // one number a group
        .reshape({-1, 1, 1, 1, 1})
        .expand({-1, group, 1, features.size(2), features.size(3)})
        .reshape({features.size(0), 1, features.size(2), features.size(3)});
}

at::Tensor score(const Weights& weights, const at::Tensor& input)
{
    at::Tensor x = input.to(weights.at("conv1.weight").scalar_type());
    for (const Convolution& layer : convolutions) {
        x = at::conv2d(x, weights.at(layer.weight), weights.at(layer.bias), /*stride=*/2,
                       layer.padding);
        x = at::leaky_relu(x, leakySlope);
    }
    x = x.to(weights.at("fc.weight").scalar_type());
    x = at::cat({x, groupDeviation(x)}, 1);
    x = at::linear(x.flatten(1), weights.at("fc.weight"), weights.at("fc.bias"));
    return x.squeeze(1);
}

} // namespace earshot::light_critic
