// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/weights.h"

#include <cstdint>

namespace earshot {

// The critic of the recipes cpu and combined, which a CPU can finish: four 5×5 convolutions of
// stride 2 (the first 5×9) with 32-64-128-256 channels and LeakyReLU 0.2, the standard deviation
// over groups of examples as one more channel (Karras et al. 2018, section 3), and a dense layer. A
// third of Table 2's multiplications. Weights conv1…conv4 with bias, fc [1, 10280] with bias;
// kernels are [out, in, time, frequency].
namespace light_critic {

// Examples that share one standard deviation; a batch must be a multiple of it, or smaller than it.
inline constexpr std::int64_t groupSize = 8;

const std::vector<Weights::Shape>& weightShapes();
// Normal with variance 2/(1 + 0.2²)/fan-in, the last layer 1/fan-in; biases 0; from a counter-based
// generator.
Weights initialWeights(std::uint64_t seed);
// u [N, 1, 115, 80] → float32 or float64 scores [N]. The convolutions run in the type of
// conv1.weight, the rest in fc.weight's.
at::Tensor score(const Weights& weights, const at::Tensor& input);
// [N, C, T, F] → [N, 1, T, F]: for each group of consecutive examples one number, the mean over C,
// T and F of √(variance over the group + 1e-8), variance divided by n.
at::Tensor groupDeviation(const at::Tensor& features);

} // namespace light_critic

} // namespace earshot
