// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/real_responses.h"
#include "core/explain/settings.h"
#include "core/io/json.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace earshot {

class Context;
class CorpusIndex;
class Explainer;
class ResponseExpression;

// Responses [excerpts] to an index's excerpts. Where they have to be computed from the audio, says
// so and how long it takes, and names what is left out; NaN for the excerpts of that. Empty after a
// stop.
std::vector<float> indexedResponses(const Context& context, const CorpusIndex& index,
                                    const Explainer& explainer,
                                    const ResponseExpression& expression);

// An index in a record: file, folder, numbers.
Json indexRecord(const CorpusIndex& index);

// Real music of the user's own for Eq. 3.
struct IndexedReal
{
    RealResponses real;
    Json record; // of the index; beside it, by direction, "top 50 of 31,000, from 9 songs"
};
// Of any expression. Names on stderr what each direction is compared with, and why that may say
// little. Empty after a stop. Error (BadInput) for an index that cannot be used.
std::optional<IndexedReal> realFromIndex(const Context& context, const std::filesystem::path& index,
                                         const Explainer& explainer,
                                         const ResponseExpression& expression,
                                         Directions directions);

} // namespace earshot
