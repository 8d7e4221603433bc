// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/reference_responses.h"

#include "core/explain/response_parser.h"
#include "core/nets/classifier.h"

#include <ATen/ops/cat.h>

namespace earshot {

std::vector<std::string> referencesOf(const Classifier& classifier)
{
    std::vector<std::string> references;
    for (const LayerInfo& layer : classifier.layers()) {
        const std::string name = spelledLayer(layer.name);
        for (std::int64_t unit = 0; unit < layer.units(); ++unit) {
            const std::string text = name + "[" + std::to_string(unit) + "]";
            references.push_back(layer.isConvolutional() ? "mean(" + text + ")" : text);
        }
        references.push_back("mean(" + name + ")");
    }
    return references;
}

at::Tensor evaluateReferences(const Classifier& classifier, const at::Tensor& input)
{
    const std::vector<LayerInfo>& layers = classifier.layers();
    std::vector<std::string> names;
    for (const LayerInfo& layer : layers)
        names.push_back(layer.name);
    const std::vector<at::Tensor> activations = classifier.activations(input, names);
    std::vector<at::Tensor> columns;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const at::Tensor units = layers[i].isConvolutional()
                                     ? activations[i].mean(at::IntArrayRef({2, 3}))
                                     : activations[i];
        columns.push_back(units);
        // Channels are equally large: the mean of their means is the mean of all elements.
        columns.push_back(units.mean(at::IntArrayRef({1}), /*keepdim=*/true));
    }
    return at::cat(columns, 1);
}

} // namespace earshot
