// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"

#include <cstddef>
#include <span>
#include <vector>

namespace earshot {

// A filter bank whose filters cover few neighbouring bins each. Immutable.
class SparseFilterBank
{
public:
    SparseFilterBank() = default;
    // weights: [bins, bands]; finite.
    explicit SparseFilterBank(MatrixView<const float> weights);

    std::size_t bands() const { return m_filters.size(); }
    // Bins above the last one with a weight have no influence.
    std::size_t usedBins() const { return m_usedBins; }
    // log(max(magnitudes · filters, floor)), natural, summed in double. magnitudes: at least
    // usedBins(); logMel: bands(); floor > 0.
    void logMel(std::span<const float> magnitudes, double floor, std::span<float> logMel) const;

private:
    struct Filter
    {
        std::size_t firstBin = 0;
        std::size_t firstWeight = 0;
        std::size_t count = 0;
    };
    std::vector<Filter> m_filters;
    std::vector<double> m_weights;
    std::size_t m_usedBins = 0;
};

} // namespace earshot
