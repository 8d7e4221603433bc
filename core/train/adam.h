// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace earshot {

// Defaults are PyTorch's.
struct AdamSettings
{
    double learningRate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
};

// Adam (Kingma & Ba 2015) as torch.optim.Adam: both moments are corrected for their start at 0, no
// weight decay, epsilon is added to the corrected root. Parameters are changed in place. Not
// thread-safe.
class Adam
{
public:
    // The tensors are shared with the caller, never copied; moments start at 0 on their device.
    Adam(std::vector<at::Tensor> parameters, const AdamSettings& settings);

    // One update; gradients in the order and shapes of the parameters.
    void step(const std::vector<at::Tensor>& gradients);

    void setLearningRate(double learningRate) { m_settings.learningRate = learningRate; }

    // For checkpoints. The moments may be overwritten in place.
    std::int64_t steps() const { return m_steps; }
    void setSteps(std::int64_t steps) { m_steps = steps; }
    std::vector<at::Tensor>& firstMoments() { return m_first; }
    std::vector<at::Tensor>& secondMoments() { return m_second; }
    const std::vector<at::Tensor>& firstMoments() const { return m_first; }
    const std::vector<at::Tensor>& secondMoments() const { return m_second; }

private:
    std::vector<at::Tensor> m_parameters;
    AdamSettings m_settings;
    std::int64_t m_steps = 0;
    std::vector<at::Tensor> m_first;
    std::vector<at::Tensor> m_second;
};

} // namespace earshot
