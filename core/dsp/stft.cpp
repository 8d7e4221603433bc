// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dsp/stft.h"

#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace earshot {

namespace {

// Least divisor of the overlap-add, as a part of the interior sum of squared windows.
constexpr double smallestDivisor = 0.01;
// Samples at each end that may not exceed the peak of the others.
constexpr std::size_t guardedSamples = 64;

void limitEnds(std::vector<double>& samples)
{
    if (samples.size() <= 2 * guardedSamples)
        return;
    const auto first = samples.begin() + guardedSamples;
    const auto last = samples.end() - guardedSamples;
    double peak = 0;
    for (auto sample = first; sample != last; ++sample)
        peak = std::max(peak, std::abs(*sample));
    const auto limit = [peak](double& sample) { sample = std::clamp(sample, -peak, peak); };
    std::for_each(samples.begin(), first, limit);
    std::for_each(last, samples.end(), limit);
}

} // namespace

std::vector<double> symmetricHann(std::size_t size)
{
    std::vector<double> window(size, 1);
    for (std::size_t i = 0; size > 1 && i < size; ++i)
        window[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) /
                                         static_cast<double>(size - 1));
    return window;
}

Stft::Stft(std::size_t fftSize, std::size_t hopSamples)
    : m_fft(fftSize)
    , m_hop(hopSamples)
    , m_window(symmetricHann(fftSize))
{
    if (hopSamples == 0)
        throw badInput("STFT hop", "cannot be used", "at least 1 sample", "0");
}

std::size_t Stft::framesOf(std::size_t samples) const
{
    return samples < m_fft.size() ? 0 : 1 + (samples - m_fft.size()) / m_hop;
}

std::size_t Stft::samplesOf(std::size_t frames) const
{
    return frames == 0 ? 0 : (frames - 1) * m_hop + m_fft.size();
}

Matrix<std::complex<double>> Stft::forward(std::span<const double> samples)
{
    Matrix<std::complex<double>> result(framesOf(samples.size()), bins());
    for (std::size_t frame = 0; frame < result.rows(); ++frame) {
        for (std::size_t i = 0; i < m_window.size(); ++i)
            m_fft.time()[i] = samples[frame * m_hop + i] * m_window[i];
        m_fft.forward();
        std::ranges::copy(m_fft.spectrum(), result.row(frame).begin());
    }
    return result;
}

Matrix<float> Stft::magnitudes(std::span<const float> samples)
{
    Matrix<float> result(framesOf(samples.size()), bins());
    for (std::size_t frame = 0; frame < result.rows(); ++frame) {
        for (std::size_t i = 0; i < m_window.size(); ++i)
            m_fft.time()[i] = samples[frame * m_hop + i] * m_window[i];
        m_fft.forward();
        for (std::size_t bin = 0; bin < bins(); ++bin) {
            const std::complex<double> value = m_fft.spectrum()[bin];
            result(frame, bin) = static_cast<float>(std::sqrt(std::norm(value)));
        }
    }
    return result;
}

std::vector<double> Stft::inverse(MatrixView<const std::complex<double>> spectrogram)
{
    if (spectrogram.columns() != bins())
        throw badInput("spectrogram", "cannot be inverted", std::to_string(bins()) + " bins",
                       std::to_string(spectrogram.columns()));
    std::vector<double> samples(samplesOf(spectrogram.rows()));
    std::vector<double> divisor(samples.size());
    for (std::size_t frame = 0; frame < spectrogram.rows(); ++frame) {
        std::ranges::copy(spectrogram.row(frame), m_fft.spectrum().begin());
        m_fft.inverse();
        for (std::size_t i = 0; i < m_window.size(); ++i) {
            samples[frame * m_hop + i] += m_fft.time()[i] * m_window[i];
            divisor[frame * m_hop + i] += m_window[i] * m_window[i];
        }
    }
    // The interior value: what overlapping windows sum to on average.
    double energy = 0;
    for (const double value : m_window)
        energy += value * value;
    const double least = smallestDivisor * energy / static_cast<double>(m_hop);
    for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i] /= std::max(divisor[i], least);
    limitEnds(samples);
    return samples;
}

} // namespace earshot
