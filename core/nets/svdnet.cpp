// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/svdnet.h"

#include "core/nets/initialisation.h"
#include "core/nets/network_parts.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/dropout.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/zeros.h>

#include <cmath>

namespace earshot {

namespace {

// Slope of the LeakyReLU below 0: Lasagne's default, which the original uses.
constexpr double slope = 0.01;
constexpr double dropoutRate = 0.5;

enum class Operation
{
    Convolution,
    Pool,
    Dense
};

struct Layer
{
    const char* name;
    Operation operation;
    std::vector<std::int64_t> shape; // of its output
};

const std::vector<Layer>& network()
{
    static const std::vector<Layer> layers{{"conv1", Operation::Convolution, {64, 113, 78}},
                                           {"conv2", Operation::Convolution, {32, 111, 76}},
                                           {"pool3", Operation::Pool, {32, 37, 25}},
                                           {"conv4", Operation::Convolution, {128, 35, 23}},
                                           {"conv5", Operation::Convolution, {64, 33, 21}},
                                           {"pool6", Operation::Pool, {64, 11, 7}},
                                           {"fc7", Operation::Dense, {256}},
                                           {"fc8", Operation::Dense, {64}},
                                           {"fc9", Operation::Dense, {1}}};
    return layers;
}

bool isLast(const Layer& layer)
{
    return &layer == &network().back();
}

// The layer's own output, before its non-linearity.
at::Tensor apply(const Layer& layer, const Weights& weights, const at::Tensor& input)
{
    const std::string name = layer.name;
    switch (layer.operation) {
    case Operation::Convolution:
        return at::conv2d(input, weights.at(name + ".weight"), weights.at(name + ".bias"));
    case Operation::Pool:
        return at::max_pool2d(input, {3, 3}, {3, 3});
    case Operation::Dense:
        break;
    }
    // fc7's input index is (channel·11 + time)·7 + frequency, whatever the memory layout.
    return dense(weights, name, input);
}

} // namespace

const std::vector<Weights::Shape>& SvdNet::weightShapes()
{
    static const std::vector<Weights::Shape> shapes{
        {"conv1.weight", {64, 1, 3, 3}},   {"conv1.bias", {64}},
        {"conv2.weight", {32, 64, 3, 3}},  {"conv2.bias", {32}},
        {"conv4.weight", {128, 32, 3, 3}}, {"conv4.bias", {128}},
        {"conv5.weight", {64, 128, 3, 3}}, {"conv5.bias", {64}},
        {"fc7.weight", {256, 4928}},       {"fc7.bias", {256}},
        {"fc8.weight", {64, 256}},         {"fc8.bias", {64}},
        {"fc9.weight", {1, 64}},           {"fc9.bias", {1}}};
    return shapes;
}

SvdNet::SvdNet(Weights weights)
    : m_weights(std::move(weights))
{
    makeChannelsLast(m_weights);
}

const std::vector<LayerInfo>& SvdNet::layers() const
{
    static const std::vector<LayerInfo> infos = [] {
        std::vector<LayerInfo> list;
        for (const Layer& layer : network()) {
            const bool pool = layer.operation == Operation::Pool;
            list.push_back({layer.name, layer.shape, pool ? "max_pool" : "linear"});
            if (!pool)
                list.push_back({std::string(layer.name) + ".act", layer.shape,
                                isLast(layer) ? "sigmoid" : "leaky_relu"});
        }
        return list;
    }();
    return infos;
}

std::vector<at::Tensor> SvdNet::activations(const at::Tensor& input,
                                            std::span<const std::string> names) const
{
    TappedTensors tapped(names);
    at::Tensor signal = channelsLast(input);
    for (const Layer& layer : network()) {
        signal = apply(layer, m_weights, signal);
        if (tapped.add(layer.name, signal))
            break;
        if (layer.operation == Operation::Pool)
            continue;
        signal = isLast(layer) ? at::sigmoid(signal) : at::leaky_relu(signal, slope);
        if (tapped.add(std::string(layer.name) + ".act", signal))
            break;
    }
    return tapped.take("SVDNet");
}

void SvdNet::to(at::Device device, at::ScalarType type)
{
    for (auto& entry : m_weights.entries())
        entry.second = channelsLast(entry.second.to(device, type));
}

at::Tensor SvdNet::trainingLogits(const Weights& weights, const at::Tensor& input)
{
    at::Tensor signal = channelsLast(input);
    for (const Layer& layer : network()) {
        if (layer.operation == Operation::Dense)
            signal = at::dropout(signal, dropoutRate, /*train=*/true);
        signal = apply(layer, weights, signal);
        if (layer.operation != Operation::Pool && !isLast(layer))
            signal = at::leaky_relu(signal, slope);
    }
    return signal.squeeze(1);
}

Weights SvdNet::initialWeights(std::uint64_t seed)
{
    Weights weights;
    std::uint64_t stream = 0;
    for (const Weights::Shape& shape : weightShapes()) {
        CounterRandom random(seed, stream++);
        const bool last = shape.name == "fc9.weight";
        const double gain = last ? 1 : std::sqrt(2 / (1 + slope * slope));
        weights.add(shape.name, shape.shape.size() == 1
                                    ? at::zeros(shape.shape, at::kFloat)
                                    : orthogonalTensor(random, shape.shape, gain));
    }
    return weights;
}

} // namespace earshot
