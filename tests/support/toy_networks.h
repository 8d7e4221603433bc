// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/classifier.h"
#include "core/nets/generator.h"
#include "core/nets/input_map.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/zeros.h>

#include <functional>
#include <string>
#include <vector>

namespace earshot {

// Networks whose every response is known by hand: the first four values of a log-mel are the
// latent, and the classifier's layers are simple functions of them.

class ToyGenerator : public Generator
{
public:
    static constexpr std::int64_t size = 4;

    explicit ToyGenerator(std::function<void()> called = {})
        : m_called(std::move(called))
    {
    }
    int latentSize() const override { return size; }
    at::Tensor generate(const at::Tensor& latents) const override
    {
        if (m_called)
            m_called();
        const std::int64_t rows = latents.size(0);
        return at::cat({latents, at::zeros({rows, 115 * 80 - size})}, 1).view({rows, 1, 115, 80});
    }
    void to(at::Device, at::ScalarType) override {}

private:
    std::function<void()> m_called; // before every pass, on the thread that computes
};

class ToyInputMap : public InputMap
{
public:
    std::string kind() const override { return "toy"; }
    at::Tensor apply(const at::Tensor& logMels) const override { return logMels; }
    void to(at::Device, at::ScalarType) override {}
};

// z being the latent:
//   value [4]      z, of gradient 1
//   gate [4]       1e5·z², and gate.act its sigmoid, which is 1, of gradient 0
//   silent.act [4] 0·z
//   flat [1]       7, whatever the input, without a gradient at all
//   steep [4]      1e7·z, beyond what a response can be
//   map [2, 1, 2]  z as two channels of two bands
class ToyClassifier : public Classifier
{
public:
    explicit ToyClassifier(std::function<void()> called = {})
        : m_called(std::move(called))
    {
    }
    const std::vector<LayerInfo>& layers() const override
    {
        static const std::vector<LayerInfo> list{
            {"value", {4}, "linear"},    {"gate", {4}, "linear"}, {"gate.act", {4}, "sigmoid"},
            {"silent.act", {4}, "relu"}, {"flat", {1}, "linear"}, {"steep", {4}, "linear"},
            {"map", {2, 1, 2}, "linear"}};
        return list;
    }
    std::vector<at::Tensor> activations(const at::Tensor& input,
                                        std::span<const std::string> names) const override
    {
        if (m_called)
            m_called();
        const at::Tensor value = input.flatten(1).narrow(1, 0, 4);
        std::vector<at::Tensor> list;
        for (const std::string& name : names)
            list.push_back(layer(name, value));
        return list;
    }
    void to(at::Device, at::ScalarType) override {}

private:
    static at::Tensor layer(const std::string& name, const at::Tensor& value)
    {
        if (name == "gate")
            return value * value * 1e5;
        if (name == "gate.act")
            return at::sigmoid(value * value * 1e5);
        if (name == "silent.act")
            return value * 0;
        if (name == "flat")
            return at::full({value.size(0), 1}, 7.0, value.options());
        if (name == "steep")
            return value * 1e7;
        if (name == "map")
            return value.view({-1, 2, 1, 2});
        return value;
    }

    std::function<void()> m_called; // before every pass, on the thread that computes
};

} // namespace earshot
