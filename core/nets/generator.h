// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

namespace earshot {

// A trained generator f_g: latents → log-mel spectrograms. Immutable after loading; may be used
// from several threads at once.
class Generator
{
public:
    virtual ~Generator() = default;
    virtual int latentSize() const = 0; // 128
    // [N, latentSize] → [N, 1, 115, 80] natural log-mels, from the front end's floor, log 1e-7, to
    // log 325.6, which no band of a sound within full scale exceeds. Differentiable in the latents.
    virtual at::Tensor generate(const at::Tensor& latents) const = 0;
    virtual void to(at::Device device, at::ScalarType type) = 0;
};

} // namespace earshot
