// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/corpus/index_file.h"
#include "core/corpus/indexed_real.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace earshot {

class Context;
class Explainer;
class ResponseExpression;

// "WHAT since it was indexed: run 'index' again"
std::string staleText(const std::string& what);

// Says on stderr how many of the index's songs are no longer as they were indexed, if any. Error
// (BadInput) as CorpusIndex.
CorpusIndex openIndex(const Context& context, const std::filesystem::path& path);

// Responses [excerpts] to an index's excerpts. Where they have to be computed from the audio, says
// so and how long it takes, and names what is left out; NaN for the excerpts of that. Empty after a
// stop.
std::vector<float> indexedResponses(const Context& context, const CorpusIndex& index,
                                    const Explainer& explainer,
                                    const ResponseExpression& expression);

// Real music of the user's own, of any expression. Names on stderr what each direction is compared
// with, and why that may say little. Empty after a stop. Error (BadInput) for an index that cannot
// be used.
std::optional<IndexedReal> realFromIndex(const Context& context, const CorpusIndex& index,
                                         const Explainer& explainer,
                                         const ResponseExpression& expression,
                                         Directions directions);

} // namespace earshot
