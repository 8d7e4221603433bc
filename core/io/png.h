// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace earshot {

using RgbColour = std::array<std::uint8_t, 3>;

// A small picture as a PNG file (ISO/IEC 15948): 8 bits a pixel into a palette, not compressed.
// pixels: [height, width] from the upper left, at least one, each below palette.size(), which is at
// most 256.
std::vector<std::byte> indexedPng(MatrixView<const std::uint8_t> pixels,
                                  std::span<const RgbColour> palette);

} // namespace earshot
