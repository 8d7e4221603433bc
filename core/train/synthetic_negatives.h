// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"
#include "core/util/random.h"

#include <cstddef>

namespace earshot {

// Magnitude spectra [frames, bins] of sound that is certainly no voice, one of: digital silence;
// noise of random level and tilt; one to four steady sines; a steady or slowly gliding stack of
// harmonics with a fixed envelope. Levels between −60 dBFS and 0. Scale: a sine of amplitude 1
// under a window of 1024 samples has the magnitude 256 at its bin. bins ≥ 16.
Matrix<float> syntheticNegative(std::size_t frames, std::size_t bins, CounterRandom& random);

} // namespace earshot
