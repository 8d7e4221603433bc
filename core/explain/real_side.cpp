// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/real_side.h"

#include "core/explain/real_responses.h"

#include <cstdio>
#include <set>

namespace earshot {

namespace {

// Beyond these, the extremes are hardly extreme, or speak of a few recordings rather than of music.
constexpr double largestPercentage = 1;
constexpr std::size_t fewestSongs = 5;

std::string countedSongs(std::size_t songs)
{
    return groupedNumber(songs) + (songs == 1 ? " song" : " songs");
}

std::vector<std::string> warningsOf(std::size_t chosen, std::size_t excerpts, std::size_t songs)
{
    std::vector<std::string> list;
    const double percentage =
        excerpts > 0 ? 100 * static_cast<double>(chosen) / static_cast<double>(excerpts) : 0;
    if (percentage > largestPercentage) {
        char text[128];
        std::snprintf(text, sizeof text, "they are %.3g %% of the excerpts (more than 1 %%)",
                      percentage);
        list.emplace_back(text);
    }
    if (songs < fewestSongs)
        list.push_back("they are from " + countedSongs(songs) + " (fewer than 5)");
    return list;
}

} // namespace

RealSide realSide(const RealResponses& real, Direction direction)
{
    const bool isPositive = direction == Direction::Positive;
    RealSide side;
    std::set<std::string> songs;
    for (const RealExcerpt& excerpt : isPositive ? real.highest : real.lowest) {
        side.responses.push_back(excerpt.response);
        songs.insert(excerpt.song);
    }
    side.source = (isPositive ? "top " : "bottom ") + groupedNumber(side.responses.size()) +
                  " of " + groupedNumber(real.excerpts) + ", from " + countedSongs(songs.size());
    side.warnings = warningsOf(side.responses.size(), real.excerpts, songs.size());
    return side;
}

std::string groupedNumber(std::size_t number)
{
    std::string digits = std::to_string(number);
    for (std::size_t i = digits.size(); i > 3;)
        digits.insert(i -= 3, ",");
    return digits;
}

} // namespace earshot
