// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace earshot {

// What can be seen and heard side by side, in the order of the panels and of the keys A, B, C, D.
enum class Cell : std::uint8_t
{
    Negative,
    Start,
    Positive,
    Real
};
inline constexpr std::size_t cellCount = 4;

} // namespace earshot
