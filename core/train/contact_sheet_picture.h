// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace earshot {

struct ContactSheet;

// A contact sheet to look at: eight excerpts a line, the generated ones in the left half and the
// real ones in the right. One pixel a frame and band, the lowest band at the bottom of each.
struct ContactSheetLayout
{
    static constexpr std::size_t columns = 8;      // of each half
    static constexpr std::size_t gap = 4;          // pixels between excerpts
    static constexpr std::size_t wideGap = 24;     // between the halves
    static constexpr std::uint8_t gapColour = 255; // of the palette; levels are 0 to 254
};

// [height, width] indices of the palette. One scale for both halves: pictureRange() of the real
// values, its low end level 0 and its high end 254; what lies beyond is cut off, what isn't finite
// is 0.
// sheet: at least one excerpt.
Matrix<std::uint8_t> contactSheetPixels(const ContactSheet& sheet);

// The same as a PNG file: magma, and white gaps.
std::vector<std::byte> contactSheetPng(const ContactSheet& sheet);

} // namespace earshot
