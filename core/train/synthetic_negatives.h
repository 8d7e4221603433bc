// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"
#include "core/util/random.h"

#include <cstddef>

namespace earshot {

// Magnitude spectra [frames, bins] of sound that is certainly no voice, one of: digital silence;
// noise of random tilt; one to four steady sines; a held or gliding saw, square wave or other stack
// of partials; the same as a melody in steps; struck strings, single or in chords, that decay;
// clicks. The sound is made sample by sample and transformed as the packed music was (symmetric
// Hann window of 2·(bins − 1) samples, hop 315/1024 of it), so that nothing but the sound itself
// tells it from music. Its peak lies between −60 dBFS and full scale; a sine of amplitude 1 under a
// window of 1024 samples has the magnitude 256 at its bin. Depends on the arguments alone. frames
// ≥ 1, bins ≥ 16.
Matrix<float> syntheticNegative(std::size_t frames, std::size_t bins, CounterRandom& random);

} // namespace earshot
