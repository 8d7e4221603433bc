// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace earshot {

// Where an excerpt lies.
struct ExcerptPlace
{
    std::size_t song = 0;
    std::size_t firstFrame = 0;
};

// Indices of excerpts, the most extreme response first; of equals the earlier one.
struct ExampleChoice
{
    std::vector<std::size_t> highest;
    std::vector<std::size_t> lowest;
};

// The excerpts with the highest and the lowest responses, at most one of a song in each list and
// none that shares a frame with another of either list; at most `count` in each, fewer if there are
// fewer songs. responses and places are equally long; excerptFrames ≥ 1.
ExampleChoice chooseExamples(std::span<const float> responses, std::span<const ExcerptPlace> places,
                             std::size_t count, std::size_t excerptFrames);

} // namespace earshot
