// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <utility>

namespace earshot {

// 0xRRGGBB, from the lowest value to the highest.
using ColourTable = std::array<std::uint32_t, 256>;

extern const ColourTable magmaTable;
extern const ColourTable viridisTable;
extern const ColourTable cividisTable;

// What pictures of music show, low and high: natural log-mel from its 0.1 % quantile (low) to its
// 99.9 % (high), but not more than the upper 80 dB of that (librosa's top_db): digital silence lies
// far below.
std::pair<double, double> pictureRange(double low, double high);

} // namespace earshot
