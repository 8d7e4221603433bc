// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/random.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace earshot {

// float32 on the CPU, drawn from a counter-based generator.
at::Tensor normalTensor(CounterRandom& random, const std::vector<std::int64_t>& shape,
                        double standardDeviation);

// Orthogonal (Saxe et al. 2014): the tensor as a matrix [first extent, the rest] has orthonormal
// rows (or columns, if there are fewer), times gain. torch.nn.init.orthogonal_.
at::Tensor orthogonalTensor(CounterRandom& random, const std::vector<std::int64_t>& shape,
                            double gain);

} // namespace earshot
