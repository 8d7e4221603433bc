// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explanation.h"
#include "core/explain/real_responses.h"
#include "core/io/json.h"

#include <string>
#include <vector>

namespace earshot {

// What the command line says of an explanation.
class ExplanationReport
{
public:
    // real: nullptr if nothing is known of real responses.
    ExplanationReport(const Explanation& explanation, const RealResponses* real, bool stopped);

    // A line an example: responses with percentiles, heard responses in brackets.
    std::string text() const;
    Json json() const;
    // In words, empty if all went well.
    std::vector<std::string> problems() const;

private:
    std::string cell(float response, const std::vector<float>& heard, std::size_t example) const;
    Json directionJson(const DirectionResult& result) const;

    const Explanation& m_explanation;
    const RealResponses* m_real;
    bool m_stopped;
};

} // namespace earshot
