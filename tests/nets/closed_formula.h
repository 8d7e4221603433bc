// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/weights.h"

#include <ATen/ops/empty.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace earshot {

// filled() of tests/data/networks_reference.py: x/2^31 − 1 times scale, x being i and number, mixed
// in 32-bit arithmetic.
inline at::Tensor filled(const std::vector<std::int64_t>& shape, std::uint32_t number, double scale)
{
    at::Tensor tensor = at::empty(shape, at::kFloat);
    float* values = tensor.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < tensor.numel(); ++i) {
        std::uint32_t x = static_cast<std::uint32_t>(i) * 2654435761U + number * 40503U;
        x ^= x >> 16;
        x *= 2246822519U;
        x ^= x >> 13;
        values[i] = static_cast<float>((x / 2147483648.0 - 1) * scale);
    }
    return tensor;
}

// fill() of the same script: parameter k, counted from 1, weights of variance 2/fan-in.
inline Weights filledWeights(const std::vector<Weights::Shape>& shapes)
{
    Weights weights;
    std::uint32_t number = 0;
    for (const auto& [name, shape] : shapes) {
        double scale = 0.1;
        if (shape.size() > 1) {
            double fan = name.starts_with("convt") ? static_cast<double>(shape[0]) / 4
                                                   : static_cast<double>(shape[1]);
            for (std::size_t i = 2; i < shape.size(); ++i)
                fan *= static_cast<double>(shape[i]);
            scale = std::sqrt(6 / fan);
        }
        weights.add(name, filled(shape, ++number, scale));
    }
    return weights;
}

} // namespace earshot
