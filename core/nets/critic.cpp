// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/critic.h"

#include "core/nets/initialisation.h"

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <string>

namespace earshot::critic {

namespace {

constexpr double slope = 0.2; // DCGAN's; the paper does not say

struct Stage
{
    const char* name;
    std::int64_t kernelBands; // 5 frames by k bands
};
constexpr Stage stages[] = {{"conv1", 80}, {"conv2", 40}, {"conv3", 20}, {"conv4", 10}};

} // namespace

const std::vector<Weights::Shape>& weightShapes()
{
    static const std::vector<Weights::Shape> shapes{{"conv1.weight", {32, 1, 5, 80}},
                                                    {"conv1.bias", {32}},
                                                    {"conv2.weight", {64, 32, 5, 40}},
                                                    {"conv2.bias", {64}},
                                                    {"conv3.weight", {128, 64, 5, 20}},
                                                    {"conv3.bias", {128}},
                                                    {"conv4.weight", {256, 128, 5, 10}},
                                                    {"conv4.bias", {256}},
                                                    {"fc.weight", {1, 10240}}};
    return shapes;
}

Weights initialWeights(std::uint64_t seed)
{
    Weights weights;
    std::uint64_t stream = 0;
    for (const Weights::Shape& shape : weightShapes()) {
        CounterRandom random(seed, stream++);
        if (shape.shape.size() == 1) {
            weights.add(shape.name, at::zeros(shape.shape, at::kFloat));
            continue;
        }
        double fan = static_cast<double>(shape.shape[1]);
        if (shape.shape.size() == 4)
            fan *= static_cast<double>(shape.shape[2] * shape.shape[3]);
        const double gain = shape.name == "fc.weight" ? 1 : std::sqrt(2 / (1 + slope * slope));
        weights.add(shape.name, normalTensor(random, shape.shape, gain / std::sqrt(fan)));
    }
    return weights;
}

at::Tensor score(const Weights& weights, const at::Tensor& input)
{
    // 6 frames before and 7 after make 128; the bands stay 80.
    at::Tensor signal = at::constant_pad_nd(input, {0, 0, 6, 7});
    signal = signal.contiguous(at::MemoryFormat::ChannelsLast);
    for (const Stage& stage : stages) {
        const std::string name = stage.name;
        signal = at::conv2d(signal, weights.at(name + ".weight"), weights.at(name + ".bias"),
                            {2, 2}, {2, stage.kernelBands / 2 - 1});
        signal = at::leaky_relu(signal, slope);
    }
    return at::linear(signal.flatten(1), weights.at("fc.weight")).squeeze(1);
}

} // namespace earshot::critic
