// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/example_choice.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

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

// Several lists that are filled at once.
class SharedLists
{
public:
    SharedLists(std::span<const std::vector<std::size_t>> lists,
                std::span<const ExcerptPlace> places, std::size_t count)
        : m_places(places)
        , m_count(count)
        , m_users(places.size())
        , m_songs(lists.size())
        , m_chosen(lists.size())
    {
        for (std::size_t list = 0; list < lists.size(); ++list)
            for (const std::size_t excerpt : lists[list])
                m_users[excerpt].push_back(list);
    }

    bool hasUse(std::size_t list, std::size_t excerpt) const
    {
        return m_chosen[list].size() < m_count && !m_songs[list].contains(m_places[excerpt].song);
    }
    std::size_t gain(std::size_t excerpt) const
    {
        return static_cast<std::size_t>(std::ranges::count_if(
            m_users[excerpt], [&](std::size_t l) { return hasUse(l, excerpt); }));
    }
    void take(std::size_t list, std::size_t excerpt)
    {
        m_chosen[list].insert(excerpt);
        m_songs[list].insert(m_places[excerpt].song);
    }
    void takeWhereverUseful(std::size_t excerpt)
    {
        for (const std::size_t list : m_users[excerpt])
            if (hasUse(list, excerpt))
                take(list, excerpt);
    }
    const std::set<std::size_t>& chosen(std::size_t list) const { return m_chosen[list]; }

private:
    std::span<const ExcerptPlace> m_places;
    std::size_t m_count;
    std::vector<std::vector<std::size_t>> m_users; // by excerpt: the lists it may stand in
    std::vector<std::set<std::size_t>> m_songs;    // by list
    std::vector<std::set<std::size_t>> m_chosen;   // by list
};

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

std::vector<std::size_t> candidatesOf(std::span<const float> responses,
                                      std::span<const ExcerptPlace> places, Direction direction,
                                      std::size_t pool, std::size_t songs,
                                      std::span<const std::size_t> taken, std::size_t excerptFrames)
{
    const auto isBefore = [&](std::size_t a, std::size_t b) {
        return direction == Direction::Positive ? responses[a] > responses[b]
                                                : responses[a] < responses[b];
    };
    const auto isRankedBefore = [&](std::size_t a, std::size_t b) {
        return isBefore(a, b) || (!isBefore(b, a) && a < b);
    };
    const auto isFree = [&](std::size_t excerpt) {
        return std::ranges::none_of(taken, [&](std::size_t other) {
            return overlap(places[excerpt], places[other], excerptFrames);
        });
    };
    std::vector<std::size_t> ranked;
    for (std::size_t i = 0; i < places.size(); ++i)
        if (isFree(i))
            ranked.push_back(i);
    const auto last = ranked.begin() + static_cast<std::ptrdiff_t>(std::min(pool, ranked.size()));
    std::ranges::partial_sort(ranked, last, isRankedBefore);
    std::vector<std::size_t> candidates(ranked.begin(), last);
    for (const std::size_t excerpt : bestOfSongs(places, songs, isBefore, isFree))
        candidates.push_back(excerpt);
    std::ranges::sort(candidates, isRankedBefore);
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    return candidates;
}

std::vector<std::vector<std::size_t>> chooseShared(std::span<const std::vector<std::size_t>> lists,
                                                   std::span<const ExcerptPlace> places,
                                                   std::span<const std::size_t> shared,
                                                   std::size_t count)
{
    SharedLists sharing(lists, places, count);
    const std::set<std::size_t> ready(shared.begin(), shared.end());
    for (std::size_t list = 0; list < lists.size(); ++list)
        for (const std::size_t excerpt : lists[list])
            if (ready.contains(excerpt) && sharing.hasUse(list, excerpt))
                sharing.take(list, excerpt);
    while (true) {
        std::size_t best = 0;
        std::size_t bestGain = 0;
        for (std::size_t excerpt = 0; excerpt < places.size(); ++excerpt)
            if (const std::size_t gain = sharing.gain(excerpt); gain > bestGain) {
                best = excerpt;
                bestGain = gain;
            }
        if (bestGain == 0)
            break;
        sharing.takeWhereverUseful(best);
    }
    std::vector<std::vector<std::size_t>> chosen(lists.size());
    for (std::size_t list = 0; list < lists.size(); ++list)
        std::ranges::copy_if(lists[list], std::back_inserter(chosen[list]),
                             [&](std::size_t e) { return sharing.chosen(list).contains(e); });
    return chosen;
}

} // namespace earshot
