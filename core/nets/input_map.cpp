// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/input_map.h"

#include "core/util/error.h"

#include <ATen/TensorOperators.h>

#include <utility>

namespace earshot {

Standardise::Standardise(at::Tensor mean, at::Tensor std)
    : m_mean(std::move(mean))
    , m_std(std::move(std))
{
    if (m_mean.dim() != 1 || m_std.dim() != 1 || m_mean.size(0) != m_std.size(0))
        throw badInput("input map 'standardise'", "cannot be used", "mean and std of one length");
    if (!(m_std > 0).all().item<bool>())
        throw badInput("input map 'standardise'", "cannot be used", "standard deviations above 0");
}

at::Tensor Standardise::apply(const at::Tensor& logMels) const
{
    return (logMels - m_mean) / m_std;
}

void Standardise::to(at::Device device, at::ScalarType type)
{
    m_mean = m_mean.to(device, type);
    m_std = m_std.to(device, type);
}

} // namespace earshot
