// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace earshot {

class Classifier;

// The responses that real music is measured by, in canonical spelling (response_expression.h) and
// the order of the forward pass: of a dense layer every unit, fc8[3], and mean(fc8); of a
// convolution or pool every channel's mean, mean(conv4[12]), and the layer's, mean(conv4).
std::vector<std::string> referencesOf(const Classifier& classifier);

// All of them for a batch: the classifier's own input (after the input map) [N, 1, time, frequency]
// → [N, references]. A row depends on its own input alone.
at::Tensor evaluateReferences(const Classifier& classifier, const at::Tensor& input);

} // namespace earshot
