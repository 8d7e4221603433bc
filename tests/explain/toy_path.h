// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/optimiser.h"
#include "tests/support/toy_networks.h"

#include <string_view>
#include <utility>
#include <vector>

namespace earshot {

inline std::vector<LayerDescription> describedLayers(const Classifier& classifier)
{
    std::vector<LayerDescription> list;
    for (const LayerInfo& layer : classifier.layers())
        list.push_back({layer.name, layer.shape, layer.activation});
    return list;
}

// Everything between a latent and a response of the toy networks.
class ToyPath
{
public:
    // classified, generated: called before every pass of that network.
    explicit ToyPath(std::string_view response, int threads = 1,
                     std::function<void()> classified = {}, std::function<void()> generated = {})
        : m_generator(std::move(generated))
        , m_classifier(std::move(classified))
        , m_expression(parseResponse(response, describedLayers(m_classifier)))
        , m_path{m_generator, m_inputMap, m_classifier, m_expression, {false, "CPU", threads}}
    {
    }
    ToyPath(const ToyPath&) = delete;
    ToyPath& operator=(const ToyPath&) = delete;

    const ResponsePath& path() const { return m_path; }

private:
    ToyGenerator m_generator;
    ToyInputMap m_inputMap;
    ToyClassifier m_classifier;
    ResponseExpression m_expression;
    ResponsePath m_path;
};

} // namespace earshot
