// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/classifier.h"
#include "core/nets/weights.h"

#include <cstdint>

namespace earshot {

// A small residual network (He et al. 2016) without normalisation, so that it does the same in
// training and afterwards: the witness, which gives a second opinion on what moves SVDNet, and
// should share none of its blind spots by construction. It strides where SVDNet pools, pads where
// it crops, and costs a third of its multiplications. Input [N, 1, 115, 80], standardised.
//   conv1            5×5, stride 2
//   conv2, conv3     3×3; sum3 = conv1.act + conv3
//   conv4, conv5     3×3, the first of stride 2; skip5: 1×1, stride 2; sum5 = skip5 + conv5
//   conv6 … sum7, conv8 … sum9   likewise
//   fc10, fc11
// with 24-48-96-192 channels, LeakyReLU 0.01 after conv1, the first convolution of each block, each
// sum and fc10, and the sigmoid after fc11: fc11[0] is the logit. Tensors that can be tapped: all
// of these, in this order, and with .act those after a non-linearity.
class ResidualNet : public Classifier
{
public:
    static const std::vector<Weights::Shape>& weightShapes();

    explicit ResidualNet(Weights weights);
    const std::vector<LayerInfo>& layers() const override;
    std::vector<at::Tensor> activations(const at::Tensor& input,
                                        std::span<const std::string> names) const override;
    void to(at::Device device, at::ScalarType type) override;

    // For training: logits [N] with dropout 0.5 before each dense layer, drawn from torch's
    // generator.
    static at::Tensor trainingLogits(const Weights& weights, const at::Tensor& input);
    // Orthogonal, gain √(2/(1 + 0.01²)), 1 for skips and the last layer; the last convolution of
    // each block starts at 0, so that every block begins as its skip (Zhang et al. 2019, "Fixup
    // initialization"); biases 0; from a counter-based generator.
    static Weights initialWeights(std::uint64_t seed);

private:
    Weights m_weights;
};

} // namespace earshot
