// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/corpus/index_file.h"
#include "core/corpus/index_ranking.h"
#include "core/corpus/indexed_real.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace earshot {

class Explainer;

// Music of the user's own with the responses of a classifier to it, shared with the workers.
// Immutable.
struct OwnMusic
{
    // Some milliseconds. Errors (BadInput): see CorpusIndex; also for another classifier's.
    OwnMusic(const std::filesystem::path& file, const std::string& classifierSha256);

    CorpusIndex index;
    std::string sha256; // musicSha256()
};

// What is shown of one response.
struct MusicResponses
{
    std::shared_ptr<const OwnMusic> music;
    std::string response;                             // canonical
    std::vector<float> values;                        // [excerpts] raw; empty: not in the index
    std::optional<RealResponses> real;                // nothing: not in it, or all is silent
    std::map<Direction, std::vector<TopExcerpt>> top; // at most one a song, silence left out
};
// Milliseconds for hours of music. Error (BadInput) for a damaged index.
MusicResponses musicResponses(const std::shared_ptr<const OwnMusic>& music,
                              const Explainer& explainer, const std::string& response);

// Eq. 3's real side of a run, with what its record says of it. Nothing: not in the index.
std::optional<IndexedReal> realOf(const OwnMusic& music, const Explainer& explainer,
                                  const std::string& response, Directions directions);

} // namespace earshot
