// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"
#include "core/util/random.h"

#include <cstddef>

namespace earshot {

// Sound that is certainly no voice.
enum class MadeSound
{
    Silence,     // digital
    Noise,       // of random tilt, white to brown and beyond
    Sines,       // one to four, steady
    HeldTone,    // a saw, a square wave or another stack of partials, steady or gliding slowly
    Melody,      // the same in steps
    StruckNotes, // strings, singly or in chords, that decay
    Clicks       // single samples or short bursts
};

// Its magnitude spectra [frames, bins]. The sound is made sample by sample and transformed as the
// packed music was (symmetric Hann window of 2·(bins − 1) samples, hop 315/1024 of it), so that
// nothing but the sound itself tells it from music. Its peak lies between −60 dBFS and full scale;
// a sine of amplitude 1 under a window of 1024 samples has the magnitude 256 at its bin. Depends on
// the arguments alone. frames ≥ 1, bins ≥ 64.
Matrix<float> syntheticNegative(MadeSound kind, std::size_t frames, std::size_t bins,
                                CounterRandom& random);
// Of a random kind.
Matrix<float> syntheticNegative(std::size_t frames, std::size_t bins, CounterRandom& random);

} // namespace earshot
