// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/augmentation.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace earshot {

namespace {

// Four neighbours and their weights for a value between the second and the third.
struct Taps
{
    std::array<std::size_t, 4> indices{};
    std::array<float, 4> weights{};
};

// Cubic convolution (Keys, "Cubic convolution interpolation for digital image processing", IEEE
// TASSP 1981) with a = −½, exact for quadratics. Indices are clamped to [0, count).
Taps cubicTaps(double position, std::size_t count)
{
    const double whole = std::floor(position);
    const double t = position - whole;
    Taps taps;
    for (int i = 0; i < 4; ++i)
        taps.indices[static_cast<std::size_t>(i)] = static_cast<std::size_t>(
            std::clamp(whole - 1 + i, 0.0, static_cast<double>(count - 1)));
    taps.weights = {static_cast<float>(((-0.5 * t + 1) * t - 0.5) * t),
                    static_cast<float>((1.5 * t - 2.5) * t * t + 1),
                    static_cast<float>(((-1.5 * t + 2) * t + 0.5) * t),
                    static_cast<float>((0.5 * t - 0.5) * t * t)};
    return taps;
}

double fromDb(double decibels)
{
    return std::pow(10.0, decibels / 20);
}

// What every bin is multiplied by: the Gaussian filter, in decibels, and the loudness.
std::vector<float> binGains(const Augmentation& augmentation, std::size_t bins, double binHz)
{
    std::vector<float> gains(bins);
    for (std::size_t bin = 0; bin < bins; ++bin) {
        const double distance =
            (static_cast<double>(bin) * binHz - augmentation.filterHz) / augmentation.filterWidthHz;
        gains[bin] = static_cast<float>(
            fromDb(augmentation.loudnessDb +
                   augmentation.filterDb * std::exp(-0.5 * distance * distance)));
    }
    return gains;
}

} // namespace

Augmentation drawAugmentation(const AugmentationSettings& settings, CounterRandom& random)
{
    const auto around = [&](double range) { return random.uniform(-range, range); };
    Augmentation result;
    result.stretch = 1 + around(settings.maximumStretch);
    result.pitchShift = 1 + around(settings.maximumPitchShift);
    result.filterDb = around(settings.maximumFilterDb);
    const double octaves = std::log2(settings.maximumFilterHz / settings.minimumFilterHz);
    result.filterHz = settings.minimumFilterHz * std::exp2(octaves * random.uniform());
    const double semitones =
        random.uniform(settings.minimumFilterWidth, settings.maximumFilterWidth);
    result.filterWidthHz = result.filterHz * (std::exp2(semitones / 12) - 1);
    result.loudnessDb = around(settings.maximumLoudnessDb);
    return result;
}

Augmenter::Augmenter(const SparseFilterBank& filters, double binHz, double floor)
    : m_filters(filters)
    , m_binHz(binHz)
    , m_floor(floor)
{
}

std::size_t Augmenter::sourceReach(std::size_t excerptFrames, double stretch)
{
    return static_cast<std::size_t>(std::ceil(static_cast<double>(excerptFrames / 2) / stretch)) +
           2;
}

void Augmenter::apply(MatrixView<const float> magnitudes, std::size_t centre,
                      const Augmentation& augmentation, MatrixView<float> result) const
{
    assert(magnitudes.rows() > 0 && magnitudes.columns() >= m_filters.usedBins());
    assert(result.columns() == m_filters.bands());
    const std::size_t sourceBins = magnitudes.columns();
    const std::size_t bins = m_filters.usedBins();
    const std::vector<float> gains = binGains(augmentation, bins, m_binHz);
    std::vector<Taps> binTaps(bins);
    std::size_t audibleBins = 0; // the others lie above the source's last bin
    for (; audibleBins < bins; ++audibleBins) {
        const double position = static_cast<double>(audibleBins) / augmentation.pitchShift;
        if (position > static_cast<double>(sourceBins - 1))
            break;
        binTaps[audibleBins] = cubicTaps(position, sourceBins);
    }

    std::vector<float> stretched(sourceBins);
    std::vector<float> shifted(bins, 0.0F);
    const auto middle = static_cast<double>(result.rows() / 2);
    for (std::size_t frame = 0; frame < result.rows(); ++frame) {
        const double position = static_cast<double>(centre) +
                                (static_cast<double>(frame) - middle) / augmentation.stretch;
        const Taps taps = cubicTaps(position, magnitudes.rows());
        const std::array<const float*, 4> rows{
            magnitudes.row(taps.indices[0]).data(), magnitudes.row(taps.indices[1]).data(),
            magnitudes.row(taps.indices[2]).data(), magnitudes.row(taps.indices[3]).data()};
        for (std::size_t bin = 0; bin < sourceBins; ++bin)
            stretched[bin] = taps.weights[0] * rows[0][bin] + taps.weights[1] * rows[1][bin] +
                             taps.weights[2] * rows[2][bin] + taps.weights[3] * rows[3][bin];
        for (std::size_t bin = 0; bin < audibleBins; ++bin) {
            const Taps& tap = binTaps[bin];
            const float value = tap.weights[0] * stretched[tap.indices[0]] +
                                tap.weights[1] * stretched[tap.indices[1]] +
                                tap.weights[2] * stretched[tap.indices[2]] +
                                tap.weights[3] * stretched[tap.indices[3]];
            // The cubic overshoots below 0 beside a peak; magnitudes do not.
            shifted[bin] = std::max(value, 0.0F) * gains[bin];
        }
        m_filters.logMel(shifted, m_floor, result.row(frame));
    }
}

} // namespace earshot
