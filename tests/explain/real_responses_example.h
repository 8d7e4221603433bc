// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/real_responses.h"

#include <cstddef>

namespace earshot {

// Responses spread evenly over [lowest, lowest + 10]: quantile k is lowest + k/100, the 50 highest
// are 0.01 apart, and so are the 50 lowest.
inline RealResponses realExample(float lowest)
{
    RealResponses real;
    real.mean = lowest + 5;
    real.standardDeviation = 3;
    real.auc = 0.75;
    real.zeroShare = 0.125;
    real.excerpts = 1001;
    real.songs = 4;
    for (std::size_t i = 0; i < 1001; ++i)
        real.quantiles.push_back(lowest + static_cast<float>(i) / 100);
    for (std::size_t i = 0; i < 50; ++i) {
        const std::string song = "song " + std::to_string(i % 3);
        real.highest.push_back({real.quantiles[1000 - i], song, 2.5 * static_cast<double>(i)});
        real.lowest.push_back({real.quantiles[i], song, 100});
    }
    return real;
}

} // namespace earshot
