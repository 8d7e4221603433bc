// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace earshot {

// What the classifier sees at once (section 3.1 of the paper).
struct ExcerptGeometry
{
    static constexpr std::size_t frames = 115;
    static constexpr std::size_t bands = 80;
    static constexpr std::size_t centre = 57; // the frame that is judged
    static constexpr std::size_t hop = 50;    // between the excerpts of an evaluation, in frames
};

} // namespace earshot
