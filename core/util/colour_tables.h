// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

namespace earshot {

// 0xRRGGBB, from the lowest value to the highest.
using ColourTable = std::array<std::uint32_t, 256>;

extern const ColourTable magmaTable;
extern const ColourTable viridisTable;
extern const ColourTable cividisTable;

} // namespace earshot
