// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/sparse_filter_bank.h"

#include <algorithm>
#include <cmath>

namespace earshot {

SparseFilterBank::SparseFilterBank(MatrixView<const float> weights)
{
    for (std::size_t band = 0; band < weights.columns(); ++band) {
        std::size_t first = weights.rows();
        std::size_t end = 0;
        for (std::size_t bin = 0; bin < weights.rows(); ++bin)
            if (weights(bin, band) != 0) {
                first = std::min(first, bin);
                end = bin + 1;
            }
        first = std::min(first, end); // a filter without weights
        m_filters.push_back({first, m_weights.size(), end - first});
        for (std::size_t bin = first; bin < end; ++bin)
            m_weights.push_back(weights(bin, band));
        m_usedBins = std::max(m_usedBins, end);
    }
}

void SparseFilterBank::logMel(std::span<const float> magnitudes, double floor,
                              std::span<float> logMel) const
{
    for (std::size_t band = 0; band < m_filters.size(); ++band) {
        const Filter& filter = m_filters[band];
        double sum = 0;
        for (std::size_t i = 0; i < filter.count; ++i)
            sum += m_weights[filter.firstWeight + i] *
                   static_cast<double>(magnitudes[filter.firstBin + i]);
        logMel[band] = static_cast<float>(std::log(std::max(sum, floor)));
    }
}

} // namespace earshot
