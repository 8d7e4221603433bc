// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/train/training_pack.h"

#include <cmath>

namespace earshot {

// Singing is loud in low bins, everything else in high ones. The level swings as music's does, so
// that a change of loudness is nothing unheard-of.
inline double toySpectrum(std::size_t frame, std::size_t bin, bool isPositive)
{
    const bool isLoud = isPositive ? bin > 20 && bin < 60 : bin > 150 && bin < 250;
    const double level = std::exp(1.2 * std::sin(0.21 * static_cast<double>(frame)));
    return (isLoud ? 5 : 0.3) * level *
           (1 + 0.3 * std::sin(0.37 * static_cast<double>(frame * (bin + 3))));
}

// One song to learn from and one to validate with.
inline TrainingPack toyMusic()
{
    const auto song = [](const char* split, std::size_t frames) {
        const auto isSung = [](std::size_t frame) { return frame / 150 % 2; };
        return TrainingPack::Entry{
            "song", split, frames,
            [isSung](std::size_t frame) { return static_cast<int>(isSung(frame)); },
            [isSung](std::size_t frame, std::size_t bin) {
                return toySpectrum(frame, bin, isSung(frame) == 1);
            }};
    };
    TrainingPack pack;
    pack.entries = {song("train", 1200), song("valid", 900)};
    return pack;
}

} // namespace earshot
