// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/classifier.h"
#include "core/nets/weights.h"

#include <cstdint>

namespace earshot {

// SVDNet (Schlüter & Grill 2015; the paper's Table 4). Input [N, 1, 115, 80], standardised.
// Tensors that can be tapped, in order: conv1, conv1.act, conv2, conv2.act, pool3, conv4,
// conv4.act, conv5, conv5.act, pool6, fc7, fc7.act, fc8, fc8.act, fc9, fc9.act. `layer` is before
// its non-linearity (LeakyReLU 0.01, slope as Lasagne's default), fc9.act is the sigmoid.
class SvdNet : public Classifier
{
public:
    static const std::vector<Weights::Shape>& weightShapes();

    explicit SvdNet(Weights weights);
    const std::vector<LayerInfo>& layers() const override;
    std::vector<at::Tensor> activations(const at::Tensor& input,
                                        std::span<const std::string> names) const override;
    void to(at::Device device, at::ScalarType type) override;
    const Weights& weights() const { return m_weights; }

    // For training: logits [N] with dropout 0.5 before each dense layer, drawn from torch's
    // generator.
    static at::Tensor trainingLogits(const Weights& weights, const at::Tensor& input);
    // Orthogonal initialisation (Saxe et al. 2014), gain √(2/(1 + 0.01²)), last layer 1; biases 0;
    // from a counter-based generator.
    static Weights initialWeights(std::uint64_t seed);

private:
    Weights m_weights;
};

} // namespace earshot
