// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dsp/log_mel.h"

#include <cstddef>
#include <span>
#include <vector>

namespace earshot {

// The filter bank with only its non-zero weights: most of [bins, bands] is zero.
class MelFilterBank
{
public:
    // Error (BadInput) for frequencies beyond the FFT's, or so many bands that one is empty.
    explicit MelFilterBank(const FrontEndParameters& parameters);

    struct Band
    {
        std::size_t firstBin;
        std::vector<double> weights; // sum 1
    };
    const std::vector<Band>& bands() const { return m_bands; }
    std::size_t bins() const { return m_bins; }
    // mel[b] = Σ weights · magnitudes. magnitudes: [bins], mel: [bands].
    void apply(std::span<const double> magnitudes, std::span<double> mel) const;

private:
    std::size_t m_bins;
    std::vector<Band> m_bands;
};

} // namespace earshot
