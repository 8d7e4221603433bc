// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/index_ranking.h"

#include "core/corpus/index_file.h"
#include "core/train/real_response_collection.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>

namespace earshot {

std::vector<TopExcerpt> topExcerpts(const CorpusIndex& index, std::span<const float> responses,
                                    const TopSettings& settings)
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < responses.size(); ++i)
        if (!std::isnan(responses[i]) &&
            (settings.silence == Silence::Included || !index.isSilent(i)))
            order.push_back(i);
    const bool isPositive = settings.direction == Direction::Positive;
    const auto isBefore = [&](std::size_t a, std::size_t b) {
        if (responses[a] != responses[b])
            return isPositive ? responses[a] > responses[b] : responses[a] < responses[b];
        return a < b;
    };
    const bool isPlain = settings.perSong == PerSong::Any;
    const std::size_t sorted = isPlain ? std::min(settings.count, order.size()) : order.size();
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(sorted),
                      order.end(), isBefore);
    std::vector<bool> isTaken(index.songs().size());
    std::vector<TopExcerpt> top;
    for (std::size_t i = 0; i < sorted && top.size() < settings.count; ++i) {
        const std::size_t excerpt = order[i];
        const std::size_t song = index.songOf(excerpt);
        if (!isPlain && isTaken[song])
            continue;
        isTaken[song] = true;
        top.push_back({excerpt, song, index.timeSeconds(excerpt), responses[excerpt],
                       index.isSilent(excerpt)});
    }
    return top;
}

RealResponses realResponses(const CorpusIndex& index, std::span<const float> responses,
                            const std::string& expression)
{
    std::vector<std::string> songs;
    for (const IndexedSong& song : index.songs())
        songs.push_back(song.name);
    std::vector<float> values;
    std::vector<RealExcerptPlace> places;
    for (std::size_t i = 0; i < responses.size(); ++i) {
        if (std::isnan(responses[i]) || index.isSilent(i))
            continue;
        values.push_back(responses[i]);
        places.push_back({index.songOf(i), index.timeSeconds(i), FrameLabel::Unknown});
    }
    if (values.empty())
        throw badInput(index.path().string(), "says nothing of " + expression,
                       "excerpts that are not silent", "none");
    return summariseResponses(expression, values, places, songs);
}

ResponseStrip responseStrip(const CorpusIndex& index, std::span<const float> responses,
                            std::size_t song)
{
    const IndexedSong& place = index.songs()[song];
    const std::span<const float> values = responses.subspan(place.firstExcerpt, place.excerpts);
    ResponseStrip strip;
    strip.responses.assign(values.begin(), values.end());
    for (std::size_t i = 0; i < values.size(); ++i) {
        strip.startSeconds.push_back(excerptStartSeconds(i));
        strip.centreSeconds.push_back(excerptCentreSeconds(i));
    }
    return strip;
}

} // namespace earshot
