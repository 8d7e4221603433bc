// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/response_expression.h"

#include "core/explain/response_parser.h"

#include <algorithm>
#include <cmath>

namespace earshot {

std::string ResponseTerm::reference() const
{
    std::string place = spelledLayer(layer);
    for (std::size_t i = 0; i < indices.size(); ++i)
        place += (i == 0 ? "[" : ",") + std::to_string(indices[i]);
    if (!indices.empty())
        place += "]";
    switch (kind) {
    case ResponseKind::Unit:
        break;
    case ResponseKind::Mean:
    case ResponseKind::ChannelMean:
        return "mean(" + place + ")";
    case ResponseKind::Norm:
        return "norm(" + place + ")";
    }
    return place;
}

ResponseExpression::ResponseExpression(std::vector<ResponseTerm> terms)
    : m_terms(std::move(terms))
{
    for (const ResponseTerm& term : m_terms)
        if (std::find(m_layers.begin(), m_layers.end(), term.layer) == m_layers.end())
            m_layers.push_back(term.layer);
}

std::string ResponseExpression::canonical() const
{
    std::string text;
    for (const ResponseTerm& term : m_terms) {
        const bool negative = term.coefficient < 0;
        if (text.empty())
            text += negative ? "-" : "";
        else
            text += negative ? " - " : " + ";
        const double size = std::fabs(term.coefficient);
        if (size != 1)
            text += spelledNumber(size) + "*";
        text += term.reference();
    }
    return text;
}

ResponseExpression parseResponse(std::string_view text, std::span<const LayerDescription> layers)
{
    return ResponseExpression(ResponseParser(text, layers).parse());
}

} // namespace earshot
