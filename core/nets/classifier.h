// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace earshot {

// One tensor of a network that can be tapped.
struct LayerInfo
{
    std::string name; // "fc8": the layer's own output; "fc8.act": after the non-linearity
    std::vector<std::int64_t> shape; // without the batch: [units] or [channels, time, frequency]
    std::string activation; // how this tensor came to be: "linear", "leaky_relu", "sigmoid",
                            // "max_pool", "sum"

    std::int64_t units() const
    {
        return shape.front();
    } // neurons of a dense layer, channels of a convolution
    bool isConvolutional() const { return shape.size() == 3; }
};

// A trained classifier whose named inner tensors can be read. The optimiser knows no other face of
// a network. Implementations are immutable after loading and may be used from several threads at
// once.
class Classifier
{
public:
    virtual ~Classifier() = default;

    // In the order of the forward pass.
    virtual const std::vector<LayerInfo>& layers() const = 0;

    // The named tensors for a batch of the classifier's own input (after the input map), [N, 1,
    // time, frequency], in the order of names; the forward pass ends at the last of them.
    // Differentiable in the input; weights need no gradient. Names must come from layers(): checked
    // before, by the expression.
    virtual std::vector<at::Tensor> activations(const at::Tensor& input,
                                                std::span<const std::string> names) const = 0;

    // Moves the weights; used by the facade, by training and by tests in float64.
    virtual void to(at::Device device, at::ScalarType type) = 0;
};

// What the classifier answers before its sigmoid: the name of its last linear layer of one unit;
// "" if it has none.
std::string outputLayerOf(const Classifier& classifier);

} // namespace earshot
