// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace earshot {

// What stands between generator and classifier: differentiable, named in the classifier's
// model.json.
class InputMap
{
public:
    virtual ~InputMap() = default;
    virtual std::string kind() const = 0; // "standardise"
    // Log-mels [N, 1, 115, 80], natural logarithm → the classifier's input.
    virtual at::Tensor apply(const at::Tensor& logMels) const = 0;
    virtual void to(at::Device device, at::ScalarType type) = 0;
};

// (x − mean)/std for each mel band, by the training set's mean and standard deviation (n − 1).
class Standardise : public InputMap
{
public:
    // mean, std: [80] float32; std > 0.
    Standardise(at::Tensor mean, at::Tensor std);
    std::string kind() const override { return "standardise"; }
    at::Tensor apply(const at::Tensor& logMels) const override;
    void to(at::Device device, at::ScalarType type) override;

private:
    at::Tensor m_mean;
    at::Tensor m_std;
};

} // namespace earshot
