// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/dense_scoring.h"

#include "core/nets/excerpt_geometry.h"
#include "core/util/error.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/max_pool2d.h>

#include <algorithm>
#include <array>
#include <string>

namespace earshot {

namespace {

constexpr double slope = 0.01;
// Excerpts at once: bounds memory to some 25 MB, and what a stop waits for.
constexpr std::size_t chunkExcerpts = 1000;

at::Tensor convolved(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                     std::int64_t timeDilation)
{
    const std::array<std::int64_t, 2> dilation{timeDilation, 1};
    const at::Tensor output = at::conv2d(input, weight, bias, /*stride=*/at::IntArrayRef(1),
                                         /*padding=*/at::IntArrayRef(0), dilation);
    return at::leaky_relu(output, slope);
}

at::Tensor convolved(const at::Tensor& input, const Weights& weights, const std::string& layer,
                     std::int64_t timeDilation)
{
    return convolved(input, weights.at(layer + ".weight"), weights.at(layer + ".bias"),
                     timeDilation);
}

// As the network's pools in frequency; in time one result a frame, over frames `dilation` apart.
at::Tensor pooled(const at::Tensor& input, std::int64_t dilation)
{
    return at::max_pool2d(input, {3, 3}, {1, 3}, {0, 0}, {dilation, 1});
}

// [1, 1, frames, 80] → [frames − 114].
at::Tensor logits(const Weights& weights, const at::Tensor& input)
{
    at::Tensor signal = convolved(convolved(input, weights, "conv1", 1), weights, "conv2", 1);
    signal = pooled(signal, 1); // from here on a step of the network is 3 frames
    signal = convolved(convolved(signal, weights, "conv4", 3), weights, "conv5", 3);
    signal = pooled(signal, 3); // and from here on 9
    const at::Tensor kernel =
        weights.at("fc7.weight").view({256, 64, 11, 7}).contiguous(at::MemoryFormat::ChannelsLast);
    signal = convolved(signal, kernel, weights.at("fc7.bias"), 9);
    signal = signal.flatten(2).squeeze(0).transpose(0, 1);
    signal = at::linear(signal, weights.at("fc8.weight"), weights.at("fc8.bias"));
    signal = at::leaky_relu(signal, slope);
    return at::linear(signal, weights.at("fc9.weight"), weights.at("fc9.bias")).flatten();
}

} // namespace

std::vector<float> everyFrameLogits(const SvdNet& network, const InputMap& inputMap,
                                    MatrixView<const float> logMels, const std::stop_token& stop)
{
    constexpr std::size_t margin = ExcerptGeometry::frames - 1;
    if (logMels.rows() <= margin || logMels.columns() != ExcerptGeometry::bands)
        throw badInput("log-mel spectrogram", "is too short or has the wrong bands",
                       "at least 115 frames of 80",
                       std::to_string(logMels.rows()) + " of " + std::to_string(logMels.columns()));
    const at::NoGradGuard noGradient;
    const at::Device device = network.weights().entries().front().second.device();
    std::vector<float> result;
    for (std::size_t first = 0; first + margin < logMels.rows() && !stop.stop_requested();
         first += chunkExcerpts) {
        const std::size_t frames = std::min(chunkExcerpts + margin, logMels.rows() - first);
        at::Tensor input = at::empty(
            {1, 1, static_cast<std::int64_t>(frames), ExcerptGeometry::bands}, at::kFloat);
        std::copy_n(logMels.row(first).data(), frames * ExcerptGeometry::bands,
                    input.mutable_data_ptr<float>());
        const at::Tensor values =
            logits(network.weights(),
                   inputMap.apply(input.to(device)).contiguous(at::MemoryFormat::ChannelsLast))
                .to(at::kCPU, at::kFloat)
                .contiguous();
        result.insert(result.end(), values.const_data_ptr<float>(),
                      values.const_data_ptr<float>() + values.numel());
    }
    return result;
}

} // namespace earshot
