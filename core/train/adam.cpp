// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/adam.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcdiv.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_div.h>
#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sqrt.h>
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
    at::_foreach_lerp_(m_first, gradients, 1 - m_settings.beta1);
    at::_foreach_mul_(m_second, m_settings.beta2);
    at::_foreach_addcmul_(m_second, gradients, gradients, /*value=*/1 - m_settings.beta2);
    std::vector<at::Tensor> roots = at::_foreach_sqrt(m_second);
    at::_foreach_div_(roots, std::sqrt(correction2));
    at::_foreach_add_(roots, m_settings.epsilon);
    at::_foreach_addcdiv_(m_parameters, m_first, roots,
                          /*value=*/-m_settings.learningRate / correction1);
}

} // namespace earshot
