// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/weights.h"

#include <cstdint>

namespace earshot {

// The paper's critic (Table 2). Weights conv1…conv4 (kernels 5×80, 5×40, 5×20, 5×10), fc without
// bias.
namespace critic {

const std::vector<Weights::Shape>& weightShapes();
Weights initialWeights(std::uint64_t seed);
// Standardised log-mels u [N, 1, 115, 80] → scores [N]; zero-padded by 6 and 7 frames to 128.
at::Tensor score(const Weights& weights, const at::Tensor& input);

} // namespace critic

} // namespace earshot
