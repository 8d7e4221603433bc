// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/residual_net.h"

#include "core/nets/initialisation.h"
#include "core/nets/network_parts.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/dropout.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <functional>
#include <map>

namespace earshot {

namespace {

constexpr double slope = 0.01;
constexpr double dropoutRate = 0.5;

enum class Operation
{
    Convolution, // padded by half its kernel
    Sum,
    Dense
};

enum class NonLinearity
{
    None,
    LeakyRelu,
    Sigmoid
};

struct Layer
{
    std::string name;
    Operation operation;
    std::string input;               // "" is the network's
    std::vector<std::int64_t> shape; // of its output
    NonLinearity after = NonLinearity::LeakyRelu;
    std::int64_t kernel = 3;
    std::int64_t stride = 1;
    std::string addend = {}; // of a sum
};

using enum Operation;
using enum NonLinearity;

const std::vector<Layer>& network()
{
    static const std::vector<Layer> layers{
        {"conv1", Convolution, "", {24, 58, 40}, LeakyRelu, 5, 2},
        {"conv2", Convolution, "conv1.act", {24, 58, 40}},
        {"conv3", Convolution, "conv2.act", {24, 58, 40}, None},
        {"sum3", Sum, "conv1.act", {24, 58, 40}, LeakyRelu, 0, 1, "conv3"},
        {"conv4", Convolution, "sum3.act", {48, 29, 20}, LeakyRelu, 3, 2},
        {"conv5", Convolution, "conv4.act", {48, 29, 20}, None},
        {"skip5", Convolution, "sum3.act", {48, 29, 20}, None, 1, 2},
        {"sum5", Sum, "skip5", {48, 29, 20}, LeakyRelu, 0, 1, "conv5"},
        {"conv6", Convolution, "sum5.act", {96, 15, 10}, LeakyRelu, 3, 2},
        {"conv7", Convolution, "conv6.act", {96, 15, 10}, None},
        {"skip7", Convolution, "sum5.act", {96, 15, 10}, None, 1, 2},
        {"sum7", Sum, "skip7", {96, 15, 10}, LeakyRelu, 0, 1, "conv7"},
        {"conv8", Convolution, "sum7.act", {192, 8, 5}, LeakyRelu, 3, 2},
        {"conv9", Convolution, "conv8.act", {192, 8, 5}, None},
        {"skip9", Convolution, "sum7.act", {192, 8, 5}, None, 1, 2},
        {"sum9", Sum, "skip9", {192, 8, 5}, LeakyRelu, 0, 1, "conv9"},
        {"fc10", Dense, "sum9.act", {64}},
        {"fc11", Dense, "fc10.act", {1}, Sigmoid}};
    return layers;
}

// The last convolution of a block, which is added to its skip.
bool isLastOfBlock(const std::string& layer)
{
    for (const Layer& other : network())
        if (other.addend == layer)
            return true;
    return false;
}

enum class Pass
{
    Training, // with dropout
    Evaluation
};

// Told of every tensor on the way, in order; true ends the pass.
using Visitor = std::function<bool(const std::string& name, const at::Tensor& tensor)>;

void forward(const Weights& weights, const at::Tensor& input, Pass pass, const Visitor& visitor)
{
    std::map<std::string, at::Tensor> tensors{{"", channelsLast(input)}};
    for (const Layer& layer : network()) {
        at::Tensor signal = tensors.at(layer.input);
        if (layer.operation == Convolution) {
            const std::int64_t padding = layer.kernel / 2;
            signal = at::conv2d(signal, weights.at(layer.name + ".weight"),
                                weights.at(layer.name + ".bias"), {layer.stride, layer.stride},
                                {padding, padding});
        } else if (layer.operation == Sum) {
            signal = signal + tensors.at(layer.addend);
        } else {
            if (pass == Pass::Training)
                signal = at::dropout(signal, dropoutRate, /*train=*/true);
            signal = dense(weights, layer.name, signal);
        }
        if (visitor(layer.name, signal))
            return;
        tensors[layer.name] = signal;
        if (layer.after == None)
            continue;
        signal = layer.after == Sigmoid ? at::sigmoid(signal) : at::leaky_relu(signal, slope);
        if (visitor(layer.name + ".act", signal))
            return;
        tensors[layer.name + ".act"] = signal;
    }
}

std::vector<Weights::Shape> shapesOf(const std::vector<Layer>& layers)
{
    std::vector<Weights::Shape> shapes;
    std::map<std::string, std::vector<std::int64_t>> outputs{{"", {1, 115, 80}}};
    for (const Layer& layer : layers) {
        outputs[layer.name] = layer.shape;
        outputs[layer.name + ".act"] = layer.shape;
        const std::vector<std::int64_t>& input = outputs.at(layer.input);
        if (layer.operation == Sum)
            continue;
        std::vector<std::int64_t> shape{layer.shape.front(), input.front()};
        if (layer.operation == Convolution)
            shape.insert(shape.end(), {layer.kernel, layer.kernel});
        else
            for (std::size_t i = 1; i < input.size(); ++i)
                shape[1] *= input[i];
        shapes.push_back({layer.name + ".weight", shape});
        shapes.push_back({layer.name + ".bias", {layer.shape.front()}});
    }
    return shapes;
}

} // namespace

const std::vector<Weights::Shape>& ResidualNet::weightShapes()
{
    static const std::vector<Weights::Shape> shapes = shapesOf(network());
    return shapes;
}

ResidualNet::ResidualNet(Weights weights)
    : m_weights(std::move(weights))
{
    makeChannelsLast(m_weights);
}

const std::vector<LayerInfo>& ResidualNet::layers() const
{
    static const std::vector<LayerInfo> infos = [] {
        std::vector<LayerInfo> list;
        for (const Layer& layer : network()) {
            list.push_back({layer.name, layer.shape, layer.operation == Sum ? "sum" : "linear"});
            if (layer.after != None)
                list.push_back({layer.name + ".act", layer.shape,
                                layer.after == Sigmoid ? "sigmoid" : "leaky_relu"});
        }
        return list;
    }();
    return infos;
}

std::vector<at::Tensor> ResidualNet::activations(const at::Tensor& input,
                                                 std::span<const std::string> names) const
{
    TappedTensors tapped(names);
    forward(m_weights, input, Pass::Evaluation,
            [&](const std::string& name, const at::Tensor& tensor) {
                return tapped.add(name, tensor);
            });
    return tapped.take("the residual network");
}

void ResidualNet::to(at::Device device, at::ScalarType type)
{
    for (auto& entry : m_weights.entries())
        entry.second = channelsLast(entry.second.to(device, type));
}

at::Tensor ResidualNet::trainingLogits(const Weights& weights, const at::Tensor& input)
{
    at::Tensor logits;
    forward(weights, input, Pass::Training, [&](const std::string& name, const at::Tensor& tensor) {
        logits = tensor;
        return name == network().back().name;
    });
    return logits.squeeze(1);
}

Weights ResidualNet::initialWeights(std::uint64_t seed)
{
    Weights weights;
    std::uint64_t stream = 0;
    for (const Weights::Shape& shape : weightShapes()) {
        CounterRandom random(seed, stream++);
        const std::string layer = shape.name.substr(0, shape.name.find('.'));
        if (shape.shape.size() == 1 || isLastOfBlock(layer)) {
            weights.add(shape.name, at::zeros(shape.shape, at::kFloat));
            continue;
        }
        const bool isLinear = layer == network().back().name || layer.starts_with("skip");
        const double gain = isLinear ? 1 : std::sqrt(2 / (1 + slope * slope));
        weights.add(shape.name, orthogonalTensor(random, shape.shape, gain));
    }
    return weights;
}

} // namespace earshot
