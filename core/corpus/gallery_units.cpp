// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/gallery_units.h"

#include "core/explain/response_parser.h"
#include "core/nets/classifier.h"
#include "core/nets/model_bundle.h"

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <algorithm>

namespace earshot {

namespace {

constexpr std::size_t outerLayers = 2;

bool isDense(const LayerInfo& layer)
{
    return layer.shape.size() == 1;
}

} // namespace

GalleryUnits::GalleryUnits(const ClassifierBundle& classifier, Extent extent)
    : m_classifier(classifier)
{
    std::vector<LayerInfo> layers = classifier.classifier->layers();
    std::erase_if(layers, [](const LayerInfo& layer) {
        return layer.name.ends_with(".act") || layer.activation == "max_pool";
    });
    std::ranges::reverse(layers);
    // The outer ones first, all else in its order.
    std::size_t outer = 0;
    for (auto layer = layers.begin(); layer != layers.end() && outer < outerLayers; ++layer)
        if (isDense(*layer))
            std::rotate(layers.begin() + static_cast<std::ptrdiff_t>(outer++), layer, layer + 1);
    if (extent == Extent::Outer)
        layers.resize(outer);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        m_layers.push_back(layers[i].name);
        for (std::int64_t unit = 0; unit < layers[i].units(); ++unit) {
            const std::string text =
                spelledLayer(layers[i].name) + "[" + std::to_string(unit) + "]";
            m_references.push_back(layers[i].isConvolutional() ? "mean(" + text + ")" : text);
        }
        if (i + 1 <= outer)
            m_outerCount = m_references.size();
    }
}

void GalleryUnits::respond(const at::Tensor& logMels, Matrix<float>& responses,
                           std::size_t first) const
{
    const at::NoGradGuard noGradient;
    std::vector<at::Tensor> columns =
        m_classifier.classifier->activations(m_classifier.inputMap->apply(logMels), m_layers);
    for (at::Tensor& layer : columns)
        if (layer.dim() == 4)
            layer = layer.mean(at::IntArrayRef({2, 3}));
    const at::Tensor batch = at::cat(columns, 1).to(at::kCPU, at::kFloat).contiguous();
    const float* values = batch.const_data_ptr<float>();
    for (std::size_t i = 0; i < static_cast<std::size_t>(batch.size(0)); ++i)
        for (std::size_t unit = 0; unit < m_references.size(); ++unit)
            responses(unit, first + i) = *values++;
}

} // namespace earshot
