// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/generator.h"
#include "core/nets/weights.h"

#include <cstdint>

namespace earshot {

// The paper's generator (Table 1). Parameters fc, convt1…convt4, conv, with PyTorch's
// names and layouts.
class MusicGenerator : public Generator
{
public:
    static const std::vector<Weights::Shape>& weightShapes();

    explicit MusicGenerator(Weights weights);
    int latentSize() const override { return 128; }
    at::Tensor generate(const at::Tensor& latents) const override;
    void to(at::Device device, at::ScalarType type) override;
    const Weights& weights() const { return m_weights; }

    // The network without limits and crop: [N, 128] → [N, 1, 128, 80]. For training, in
    // standardised units.
    static at::Tensor forward(const Weights& weights, const at::Tensor& latents);
    // He-style normal start, from a counter-based generator.
    static Weights initialWeights(std::uint64_t seed);
    // Turns a network in units u = (x − mean)/std into one in log-mels: conv.weight·std,
    // conv.bias·std + mean.
    static Weights exported(const Weights& weights, double mean, double std);

private:
    Weights m_weights;
};

} // namespace earshot
