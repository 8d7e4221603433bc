// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/network_parts.h"

#include "core/util/error.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>

namespace earshot {

at::Tensor channelsLast(const at::Tensor& tensor)
{
    return tensor.dim() == 4 ? tensor.contiguous(at::MemoryFormat::ChannelsLast) : tensor;
}

void makeChannelsLast(Weights& weights)
{
    for (auto& entry : weights.entries())
        entry.second = channelsLast(entry.second.detach());
}

at::Tensor dense(const Weights& weights, const std::string& name, const at::Tensor& input)
{
    const at::Tensor& weight = weights.at(name + ".weight");
    // A single output is a product of matrix and vector, which rounds a row by its place in the
    // batch; explanations need each row's bits to be its own.
    if (weight.size(0) == 1)
        return (input * weight).sum(1, /*keepdim=*/true) + weights.at(name + ".bias");
    return at::linear(input.flatten(1), weight, weights.at(name + ".bias"));
}

TappedTensors::TappedTensors(std::span<const std::string> names)
    : m_names(names)
    , m_tensors(names.size())
    , m_left(names.size())
{
}

bool TappedTensors::add(const std::string& name, const at::Tensor& tensor)
{
    for (std::size_t i = 0; i < m_names.size(); ++i)
        if (m_names[i] == name) {
            m_tensors[i] = tensor;
            --m_left;
        }
    return m_left == 0;
}

std::vector<at::Tensor> TappedTensors::take(const std::string& network)
{
    for (std::size_t i = 0; i < m_names.size(); ++i)
        if (!m_tensors[i].defined())
            throw badInput(m_names[i], "is no layer of " + network);
    return std::move(m_tensors);
}

} // namespace earshot
