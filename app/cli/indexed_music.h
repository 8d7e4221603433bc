// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/corpus/indexed_real.h"

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

// Real music of the user's own, of any expression. Names on stderr what each direction is compared
// with, and why that may say little. Empty after a stop. Error (BadInput) for an index that cannot
// be used.
std::optional<IndexedReal> realFromIndex(const Context& context, const std::filesystem::path& index,
                                         const Explainer& explainer,
                                         const ResponseExpression& expression,
                                         Directions directions);

} // namespace earshot
