// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/grid_search.h"
#include "tests/explain/toy_path.h"

#include <cstring>
#include <span>
#include <vector>

namespace earshot {

// Four settings of value[0] from three starts, without a prior: after t updates value[0] is z0 + lr
// · t. Two fresh starts.
inline GridSettings toyGrid()
{
    GridSettings settings;
    settings.learningRates = {0.5, 0.25};
    settings.priorWeights = {0};
    settings.steps = {4, 8};
    settings.examples = 3;
    settings.freshExamples = 2;
    settings.seed = 11;
    return settings;
}

// Responses of mean 3 and variance 1.
inline RealSide toyReal()
{
    return {{2, 3, 4}, "three numbers", {}};
}

inline GridResult toySearch(const ToyPath& toy, const GridSettings& settings,
                            const GridControl& control = {})
{
    const RealSide real = toyReal();
    return searchGrid({toy.path(), settings, real, Json::object({{"response", "toy"}})}, control);
}

// To the bit, NaN included.
inline bool hasSameBits(std::span<const float> a, std::span<const float> b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

} // namespace earshot
