// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/real_responses.h"
#include "core/explain/settings.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace earshot {

class CorpusIndex;

// What follows from an index and the responses [excerpts] of any expression to its excerpts: from
// CorpusIndex::responses(), or from respondToIndexed(), where NaN stands for a song that could not
// be read. Milliseconds; from any thread.

enum class PerSong
{
    Any, // plain ranks, overlapping excerpts included
    One, // at most one a song, so that none overlap
};

enum class Silence
{
    Included,
    LeftOut, // as in Eq. 3
};

struct TopSettings
{
    Direction direction = Direction::Positive; // the highest responses; negative: the lowest
    std::size_t count = 10;
    PerSong perSong = PerSong::Any;
    Silence silence = Silence::Included;
};

struct TopExcerpt
{
    std::size_t excerpt = 0; // in the index
    std::size_t song = 0;
    double timeSeconds = 0; // of its first sample in the song
    float response = 0;
    bool isSilent = false;
};

// The most extreme first, of equals the earlier; fewer than count if there are fewer.
std::vector<TopExcerpt> topExcerpts(const CorpusIndex& index, std::span<const float> responses,
                                    const TopSettings& settings);

// What a bundle knows of its training music, of this music: the distribution of the responses and
// Eq. 3's real side (real_side.h), the 50 highest and lowest without a limit per song, but for
// silence. The area under the curve is NaN: nothing is labelled. Error (BadInput) if all is silent
// or unknown.
RealResponses realResponses(const CorpusIndex& index, std::span<const float> responses,
                            const std::string& expression);

// A response along one song, a value an excerpt.
struct ResponseStrip
{
    std::vector<double> startSeconds;  // of each excerpt's first sample
    std::vector<double> centreSeconds; // of its centre, which the classifier judges
    std::vector<float> responses;      // raw f_a
};
ResponseStrip responseStrip(const CorpusIndex& index, std::span<const float> responses,
                            std::size_t song);

} // namespace earshot
