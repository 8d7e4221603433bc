// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace earshot {

// What the paper's section 4.2 says of explanations in words (harmonic content, energy below the
// voice, drum hits), as numbers of a sound. The conventions are librosa's (0.11), at its defaults:
// n_fft = 2048, hop_length = 512, a periodic Hann window, center=True with zeros. NaN where a sound
// has none of a quantity, e.g. everything but the onsets for silence.
struct SoundDescriptors
{
    // Share of the energy (squared magnitudes) in bins below 150 Hz, [0, 1].
    double lowEnergyShare = 0;
    // Energy of the harmonic over that of the percussive part, in dB: librosa.decompose.hpss
    // (Fitzgerald 2010: medians over 31 frames and 31 bins, soft masks of power 2, margin 1).
    double harmonicPercussiveDb = 0;
    // Peaks of the spectral flux: librosa.onset.onset_detect.
    double onsetsPerSecond = 0;
    // Mean over frames with sound of librosa.feature.spectral_centroid, in Hz.
    double centroidHz = 0;
    // Root mean square in dBFS: 0 for a square wave of full scale, −3.01 for a sine.
    double levelDb = 0;
};

// Mono samples, at least one. Some milliseconds for 1.7 s.
SoundDescriptors describeSound(std::span<const float> samples, double sampleRateHz);

} // namespace earshot
