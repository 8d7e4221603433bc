// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explanation.h"
#include "core/explain/real_responses.h"
#include "core/explain/witness.h"
#include "core/io/json.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace earshot {

// What the command line says of an explanation.
class ExplanationReport
{
public:
    // real: nullptr if nothing is known of real responses. soundless: by direction, why some of its
    // examples have no sound; empty where all have.
    ExplanationReport(const Explanation& explanation, const RealResponses* real, bool stopped,
                      std::map<Direction, std::string> soundless = {});

    // A line an example: responses with percentiles, heard responses in brackets. A line a
    // direction: step, distance, and how many sounds the witness puts on its side.
    std::string text() const;
    Json json() const;
    // In words, empty if all went as it was asked for.
    std::vector<std::string> problems() const;

private:
    // "witness agrees 8 of 8", or, where it was asked something else, "witness hears vocal in 5 of
    // 8"; empty: it was not asked.
    std::string witnessText(const DirectionResult& result, Direction direction) const;
    std::string cell(float response, const std::vector<float>& heard, std::size_t example) const;
    // Of the run and of its sounds; empty: none.
    std::string problemText(const DirectionResult& result, Direction direction) const;
    // Where the last step had to be taken for the nearest; else empty.
    std::string choiceText(const DirectionResult& result) const;
    Json directionJson(const DirectionResult& result, Direction direction) const;

    const Explanation& m_explanation;
    std::optional<WitnessDescription> m_witness;
    const RealResponses* m_real;
    bool m_stopped;
    std::map<Direction, std::string> m_soundless;
};

} // namespace earshot
