// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/settings.h"

#include <string>
#include <vector>

namespace earshot {

struct RealResponses;

// The real side of Eq. 3 for one direction, whatever music it was measured on: the 50 highest
// (positive) or lowest (negative) real responses, without a limit per song.
struct RealSide
{
    std::vector<float> responses; // raw f_a, the most extreme first; fewer than 50 of tiny music
    std::string source;           // "top 50 of 31,000, from 9 songs"; "bottom 50 of …"
    // Why they say little, in words: more than 1 % of all excerpts, or from fewer than 5 songs.
    std::vector<std::string> warnings;
};

// Of a bundle's real responses, or an index's.
RealSide realSide(const RealResponses& real, Direction direction);

// 31000 → "31,000"
std::string groupedNumber(std::size_t number);

} // namespace earshot
