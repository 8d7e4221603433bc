// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/adam.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>

#include <cassert>
#include <cmath>

namespace earshot {

Adam::Adam(std::vector<at::Tensor> parameters, const AdamSettings& settings)
    : m_parameters(std::move(parameters))
    , m_settings(settings)
{
    const at::NoGradGuard noGradient;
    for (const at::Tensor& parameter : m_parameters) {
        m_first.push_back(at::zeros_like(parameter.detach()));
        m_second.push_back(at::zeros_like(parameter.detach()));
    }
}

void Adam::step(const std::vector<at::Tensor>& gradients)
{
    assert(gradients.size() == m_parameters.size());
    const at::NoGradGuard noGradient;
    ++m_steps;
    const auto steps = static_cast<double>(m_steps);
    const double correction1 = 1 - std::pow(m_settings.beta1, steps);
    const double correction2 = 1 - std::pow(m_settings.beta2, steps);
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        const at::Tensor& gradient = gradients[i];
        m_first[i].lerp_(gradient, 1 - m_settings.beta1);
        m_second[i]
            .mul_(m_settings.beta2)
            .addcmul_(gradient, gradient, /*value=*/1 - m_settings.beta2);
        const at::Tensor root =
            m_second[i].sqrt().div_(std::sqrt(correction2)).add_(m_settings.epsilon);
        m_parameters[i].addcdiv_(m_first[i], root,
                                 /*value=*/-m_settings.learningRate / correction1);
    }
}

} // namespace earshot
