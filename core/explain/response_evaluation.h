// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/response_expression.h"

#include <ATen/core/Tensor.h>

namespace earshot {

class Classifier;

// f_a of a batch: the classifier's own input (after the input map) [N, 1, time, frequency] → [N].
// Differentiable in the input, in the input's type. A row depends on its own input alone.
at::Tensor evaluateResponse(const ResponseExpression& expression, const Classifier& classifier,
                            const at::Tensor& input);

} // namespace earshot
