// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/input_map.h"
#include "core/nets/svdnet.h"
#include "core/util/matrix.h"

#include <stop_token>
#include <vector>

namespace earshot {

// Logits of all excerpts one frame apart, as many as frames − 114: the same numbers as one excerpt
// at a time, but every convolution is computed once a frame instead of once an excerpt, about 50
// times as fast. Where an excerpt's pooling would skip frames, later layers are dilated instead
// (Giusti et al., "Fast image scanning with deep max-pooling convolutional neural networks", ICIP
// 2013). logMels: [frames, 80], natural; at least 115 frames, else Error (BadInput). Computed where
// the network's weights are. Fewer after a stop.
std::vector<float> everyFrameLogits(const SvdNet& network, const InputMap& inputMap,
                                    MatrixView<const float> logMels,
                                    const std::stop_token& stop = {});

} // namespace earshot
