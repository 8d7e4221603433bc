// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/weights.h"

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace earshot {

// What the classifiers of this folder are made of.

// Kernels and activations [N, channel, time, frequency] as the convolutions want them in memory;
// others stay as they are.
at::Tensor channelsLast(const at::Tensor& tensor);
// All of them, detached.
void makeChannelsLast(Weights& weights);

// A layer's own output before its non-linearity, with the weights `name`.weight and `name`.bias.
// input [N, …] is flattened in the order channel, time, frequency; that of a layer with a single
// output is [N, inputs] already. Each row's bits are its own.
at::Tensor dense(const Weights& weights, const std::string& name, const at::Tensor& input);

// Gathers the tensors that a forward pass was asked for.
class TappedTensors
{
public:
    // Borrows the names.
    explicit TappedTensors(std::span<const std::string> names);
    // To be called for every tensor on the way; true: all are there, the pass may end.
    bool add(const std::string& name, const at::Tensor& tensor);
    // In the order of the names. Error (BadInput) naming the first that was not on the way through
    // `network`.
    std::vector<at::Tensor> take(const std::string& network);

private:
    std::span<const std::string> m_names;
    std::vector<at::Tensor> m_tensors;
    std::size_t m_left;
};

} // namespace earshot
