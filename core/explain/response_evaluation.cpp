// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/response_evaluation.h"

#include "core/nets/classifier.h"

#include <ATen/TensorOperators.h>

#include <algorithm>

namespace earshot {

namespace {

// One reference for every row: [N, …] → [N].
at::Tensor termValue(const ResponseTerm& term, const at::Tensor& activation)
{
    switch (term.kind) {
    case ResponseKind::Unit: {
        at::Tensor value = activation;
        for (const std::int64_t index : term.indices)
            value = value.select(1, index);
        return value;
    }
    case ResponseKind::Mean:
        return activation.flatten(1).mean(1);
    case ResponseKind::ChannelMean:
        return activation.select(1, term.indices.front()).flatten(1).mean(1);
    case ResponseKind::Norm:
        break;
    }
    return activation.flatten(1).norm(2, 1);
}

} // namespace

at::Tensor evaluateResponse(const ResponseExpression& expression, const Classifier& classifier,
                            const at::Tensor& input)
{
    const std::vector<std::string>& layers = expression.layers();
    const std::vector<at::Tensor> activations = classifier.activations(input, layers);
    at::Tensor sum;
    for (const ResponseTerm& term : expression.terms()) {
        const auto layer = std::find(layers.begin(), layers.end(), term.layer);
        const auto index = static_cast<std::size_t>(layer - layers.begin());
        at::Tensor value = termValue(term, activations[index]);
        if (term.coefficient != 1)
            value = value * term.coefficient;
        sum = sum.defined() ? sum + value : value;
    }
    return sum;
}

} // namespace earshot
