// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/witness.h"

#include "core/explain/explainer.h"

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr const char* key = "witness";

// The output neuron alone, before or after its sigmoid, which keeps its side of one half.
bool isOutput(const ResponseExpression& response, const std::string& outputLayer)
{
    if (response.terms().size() != 1 || outputLayer.empty())
        return false;
    const ResponseTerm& term = response.terms().front();
    return term.kind == ResponseKind::Unit && term.coefficient > 0 &&
           (term.layer == outputLayer || term.layer == outputLayer + ".act");
}

} // namespace

WitnessDescription describeWitness(const Explainer& explainer, const ResponseExpression& response,
                                   const Explainer& witness)
{
    const ModelDescription& model = witness.classifier();
    return {model.name, model.sha256, model.label,
            isOutput(response, explainer.outputLayer()) &&
                model.label == explainer.classifier().label};
}

void recordWitness(const WitnessDescription& witness, Explanation& explanation)
{
    explanation.record.set(key, Json::object({{"name", witness.name},
                                              {"sha256", witness.sha256},
                                              {"label", witness.label},
                                              {"same_question", witness.isSameQuestion}}));
}

std::optional<WitnessDescription> witnessOf(const Explanation& explanation)
{
    if (!explanation.record.contains(key))
        return std::nullopt;
    const Json record = explanation.record.at(key);
    return WitnessDescription{record.text("name"), record.text("sha256"), record.text("label"),
                              record.boolean("same_question")};
}

std::size_t countOnSide(std::span<const float> logits, Direction direction)
{
    return static_cast<std::size_t>(std::ranges::count_if(logits, [&](float logit) {
        return direction == Direction::Positive ? logit > 0 : logit < 0;
    }));
}

std::size_t countHeard(std::span<const float> logits)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(logits, [](float logit) { return !std::isnan(logit); }));
}

std::string onSideText(std::span<const float> logits, Direction direction)
{
    const std::size_t heard = countHeard(logits);
    std::string text =
        std::to_string(countOnSide(logits, direction)) + " of " + std::to_string(heard);
    if (heard < logits.size())
        text += " heard (" + std::to_string(logits.size() - heard) + " of " +
                std::to_string(logits.size()) + " could not become sound)";
    return text;
}

} // namespace earshot
