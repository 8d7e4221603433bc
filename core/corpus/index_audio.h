// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/progress.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace earshot {

class CorpusIndex;
class Explainer;
class ResponseExpression;

struct AudioControl
{
    std::stop_token stop;
    ProgressCallback progress;
    // Once, soon after the beginning: how long all of it will take.
    std::function<void(double seconds)> estimated;
    // For each song that is no longer as it was indexed.
    std::function<void(const std::string& problem)> leftOut;
};

// Responses [excerpts] of any expression to an index's excerpts, at once where the index holds
// them, else computed from the audio; there NaN for the excerpts of songs that vanished, changed or
// cannot be read. Synchronous; the callbacks come on the calling thread. Empty after a stop. Error
// (BadInput) for an index of another classifier.
std::vector<float> respondToIndexed(const CorpusIndex& index, const Explainer& explainer,
                                    const ResponseExpression& expression,
                                    const AudioControl& control = {});

} // namespace earshot
