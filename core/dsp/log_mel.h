// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace earshot {

// The constants of the paper's front end (section 3.1, footnotes 2 and 3;
// github.com/f0k/ismir2015).
struct FrontEndParameters
{
    double sampleRateHz = 22050;
    std::size_t fftSize = 1024;   // librosa: n_fft
    std::size_t hopSamples = 315; // librosa: hop_length; 70 frames a second
    std::size_t melBands = 80;    // librosa: n_mels
    double minimumHz = 27.5;      // librosa: fmin
    double maximumHz = 8000;      // librosa: fmax
    double magnitudeFloor = 1e-7; // log(max(x, floor)), natural logarithm
    std::size_t excerptFrames = 115;
    std::size_t excerptHopFrames = 50;

    std::size_t bins() const { return fftSize / 2 + 1; }
    // 1 + ⌊(samples − fftSize)/hop⌋; 0 if shorter than one frame.
    std::size_t framesOf(std::size_t samples) const;
    // Samples that exactly `frames` frames cover: (frames − 1)·hop + fftSize; 36,934 for an
    // excerpt.
    std::size_t samplesOf(std::size_t frames) const;
};

// [bins, melBands] triangular filters, equally spaced in mel(f) = 1127 ln(1 + f/700), each with sum
// 1 (as in the original; not Slaney's: the peaks lie on the mel points, the sides on FFT bins).
Matrix<float> melFilterBank(const FrontEndParameters& parameters);

// log(max(magnitudes · filterBank, floor)). magnitudes [frames, bins] → [frames, melBands];
// computed in double, stored as float32.
Matrix<float> logMelOfMagnitudes(MatrixView<const float> magnitudes,
                                 const FrontEndParameters& parameters);

// |STFT| of mono samples at sampleRateHz: [frames, bins], no padding, symmetric Hann window, double
// precision stored as float32. No rows if shorter than one frame.
Matrix<float> stftMagnitudes(std::span<const float> samples, const FrontEndParameters& parameters);

// Both steps: [frames, melBands].
Matrix<float> logMel(std::span<const float> samples, const FrontEndParameters& parameters);

// Samples may be finite and yet too large for a spectrogram. Error (BadInput) that names their file
// if a log-mel is not finite.
void requireFinite(MatrixView<const float> logMels, const std::filesystem::path& sound);

} // namespace earshot
