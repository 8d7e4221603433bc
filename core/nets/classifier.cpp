// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/classifier.h"

#include <algorithm>

namespace earshot {

std::string outputLayerOf(const Classifier& classifier)
{
    const std::vector<LayerInfo>& layers = classifier.layers();
    const auto output = std::find_if(layers.rbegin(), layers.rend(), [](const LayerInfo& layer) {
        return layer.activation == "linear" && layer.shape == std::vector<std::int64_t>{1};
    });
    return output == layers.rend() ? std::string() : output->name;
}

} // namespace earshot
