// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explanation.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace earshot {

class Explainer;
class ResponseExpression;

// The second classifier whose opinion an explanation holds, as its record says:
//   witness  {name, sha256, label, same_question}
struct WitnessDescription
{
    std::string name;
    std::string sha256;
    std::string label; // what its logit is above 0 for: "vocal"
    // The response is the classifier's own output, and both were trained to find the same: then a
    // logit above 0 agrees with a positive explanation, one below 0 with a negative one. Of any
    // other response the witness only says whether it hears the label.
    bool isSameQuestion = false;
};

// Of a witness asked about a response of the explainer's classifier.
WitnessDescription describeWitness(const Explainer& explainer, const ResponseExpression& response,
                                   const Explainer& witness);

void recordWitness(const WitnessDescription& witness, Explanation& explanation);
// Empty: none was asked. Error (BadInput) for a damaged record.
std::optional<WitnessDescription> witnessOf(const Explanation& explanation);

// How many logits lie on the direction's side of 0; NaN lies on neither.
std::size_t countOnSide(std::span<const float> logits, Direction direction);
// How many sounds there were to be asked about: of those that could not be made it has NaN.
std::size_t countHeard(std::span<const float> logits);
// "3 of 4", or "2 of 2 heard (2 of 4 could not become sound)".
std::string onSideText(std::span<const float> logits, Direction direction);

} // namespace earshot
