// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/json.h"
#include "core/train/packed_data.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace earshot {

// Probabilities [low, high) that a classifier gave, the last bin with 1, against what was there.
struct CalibrationBin
{
    double low = 0;
    double high = 0;
    std::size_t count = 0;
    double probability = 0;   // mean of those given; NaN for an empty bin
    double positiveShare = 0; // of those judged; NaN for an empty bin
};

// How far a classifier's probabilities can be taken at their word: the reliability curve and what
// is commonly told of it.
struct Calibration
{
    std::vector<CalibrationBin> bins;
    // Mean over all judged of |probability − positiveShare| of their bin (Naeini et al., AAAI 2015;
    // Guo et al., ICML 2017). NaN for none.
    double expectedError = 0;
    double brierScore = 0; // mean of (probability − label)² (Brier 1950)

    Json json() const;
    std::string markdown() const; // a table
};

// Of logits, whose probabilities are their logistic function; unknown labels are left out. logits
// and labels have one length; bins ≥ 1. Error (BadInput) for a NaN.
Calibration calibrationOf(std::span<const float> logits, std::span<const FrameLabel> labels,
                          std::size_t bins = 10);

} // namespace earshot
