// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/real_responses.h"
#include "core/explain/settings.h"
#include "core/io/json.h"

#include <span>
#include <string>

namespace earshot {

class CorpusIndex;

// SHA-256 of what is indexed: equal for the same files, whatever they are called.
std::string musicSha256(const CorpusIndex& index);

// An index in a record: file, folder, sha256 (of the music), songs, excerpts.
Json indexRecord(const CorpusIndex& index);

// Real music of the user's own for Eq. 3.
struct IndexedReal
{
    RealResponses real;
    Json record; // of the index; beside it, by direction, "top 50 of 31,000, from 9 songs"
};
// From the responses [excerpts] of any expression. Errors as realResponses() (index_ranking.h).
IndexedReal indexedReal(const CorpusIndex& index, std::span<const float> responses,
                        const std::string& expression, Directions directions);

} // namespace earshot
