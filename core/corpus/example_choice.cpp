// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/example_choice.h"

#include <algorithm>
#include <map>

namespace earshot {

namespace {

bool overlap(const ExcerptPlace& a, const ExcerptPlace& b, std::size_t excerptFrames)
{
    const std::size_t distance =
        std::max(a.firstFrame, b.firstFrame) - std::min(a.firstFrame, b.firstFrame);
    return a.song == b.song && distance < excerptFrames;
}

// isBefore(a, b): excerpt a's response is more extreme. isFree(a): it may be chosen.
template <typename Before, typename Free>
std::vector<std::size_t> bestOfSongs(std::span<const ExcerptPlace> places, std::size_t count,
                                     Before isBefore, Free isFree)
{
    std::map<std::size_t, std::size_t> best; // by song
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (!isFree(i))
            continue;
        const auto [entry, isFirst] = best.emplace(places[i].song, i);
        if (!isFirst && isBefore(i, entry->second))
            entry->second = i;
    }
    std::vector<std::size_t> chosen;
    for (const auto& [song, excerpt] : best)
        chosen.push_back(excerpt);
    std::ranges::sort(chosen, [&](std::size_t a, std::size_t b) {
        return isBefore(a, b) || (!isBefore(b, a) && a < b);
    });
    chosen.resize(std::min(count, chosen.size()));
    return chosen;
}

} // namespace

ExampleChoice chooseExamples(std::span<const float> responses, std::span<const ExcerptPlace> places,
                             std::size_t count, std::size_t excerptFrames)
{
    ExampleChoice choice;
    choice.highest = bestOfSongs(
        places, count, [&](std::size_t a, std::size_t b) { return responses[a] > responses[b]; },
        [](std::size_t) { return true; });
    choice.lowest = bestOfSongs(
        places, count, [&](std::size_t a, std::size_t b) { return responses[a] < responses[b]; },
        [&](std::size_t i) {
            return std::ranges::none_of(choice.highest, [&](std::size_t high) {
                return overlap(places[i], places[high], excerptFrames);
            });
        });
    return choice;
}

} // namespace earshot
