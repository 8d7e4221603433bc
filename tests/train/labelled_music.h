// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/train/training_pack.h"

namespace earshot {

inline int alwaysPositive(std::size_t)
{
    return 1;
}
inline int alwaysNegative(std::size_t)
{
    return 0;
}

inline double ramp(std::size_t frame, std::size_t column)
{
    return static_cast<double>(frame) + 0.5 * static_cast<double>(column);
}

// Negative, positive from frame 200, negative from 400, unknown from 600.
inline int sections(std::size_t frame)
{
    return frame < 200 ? 0 : frame < 400 ? 1 : frame < 600 ? 0 : -1;
}

// Spectra of every kind and split.
inline TrainingPack music()
{
    TrainingPack pack;
    pack.entries = {{"song", "train", 800, sections, ramp},
                    {"stems", "train", 300, alwaysPositive, ramp},
                    {"mix", "train", 200, alwaysPositive, ramp},
                    {"instrumental", "train", 300, alwaysNegative, ramp},
                    {"unlabelled", "train", 300, [](std::size_t) { return -1; }, ramp},
                    {"song", "valid", 300, alwaysPositive, ramp},
                    {"instrumental", "train", 114, alwaysNegative, ramp}};
    return pack;
}

} // namespace earshot
