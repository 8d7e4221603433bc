// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dsp/fft.h"
#include "core/util/matrix.h"

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace earshot {

// numpy.hanning(size): symmetric, both ends 0.
std::vector<double> symmetricHann(std::size_t size);

// Short-time Fourier transform without padding (librosa: center=False) and its inverse. One object
// serves one thread at a time.
class Stft
{
public:
    // Symmetric Hann window of fftSize. Error (BadInput) as RealFft, and for no hop.
    Stft(std::size_t fftSize, std::size_t hopSamples);

    std::size_t bins() const { return m_fft.bins(); }
    std::size_t framesOf(std::size_t samples) const;
    std::size_t samplesOf(std::size_t frames) const;

    // [frames, bins]; samples after the last whole frame are left out.
    Matrix<std::complex<double>> forward(std::span<const double> samples);
    // |forward| as float32, without keeping the complex values.
    Matrix<float> magnitudes(std::span<const float> samples);
    // Weighted overlap-add (Griffin & Lim 1984, equation 6): samplesOf(frames) samples. Without
    // padding the squared windows sum to almost nothing at both ends; the divisor is at least 0.01
    // of its interior value, and the outer 64 samples are limited to the peak of the others.
    // Error (BadInput) for another number of bins.
    std::vector<double> inverse(MatrixView<const std::complex<double>> spectrogram);

private:
    RealFft m_fft;
    std::size_t m_hop;
    std::vector<double> m_window;
};

} // namespace earshot
