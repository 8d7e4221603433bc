// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/settings.h"

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

// Which excerpts may stand in a list, the most extreme response first (of equals the earlier one):
// the `pool` most extreme ones, and of each of the `songs` best songs its best one, so that there
// is a choice of songs. None that shares a frame with one of `taken`. direction: of the list.
std::vector<std::size_t> candidatesOf(std::span<const float> responses,
                                      std::span<const ExcerptPlace> places, Direction direction,
                                      std::size_t pool, std::size_t songs,
                                      std::span<const std::size_t> taken,
                                      std::size_t excerptFrames);

// Lists that share excerpts: from each list's candidates `count` (fewer if their songs are fewer),
// at most one of a song, in their order. Those of `shared` are taken first; then, again and again,
// the excerpt that the largest number of lists still has use for (the greedy heuristic for set
// cover: Chvátal, Mathematics of Operations Research, 1979).
std::vector<std::vector<std::size_t>> chooseShared(std::span<const std::vector<std::size_t>> lists,
                                                   std::span<const ExcerptPlace> places,
                                                   std::span<const std::size_t> shared,
                                                   std::size_t count);

} // namespace earshot
