// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/response_parser.h"

#include "core/util/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace earshot {

namespace {

// Deeper nesting is refused, so that no input exhausts the stack.
constexpr int maximumDepth = 50;

bool isLetter(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           character == '_';
}

bool isDigit(char character)
{
    return character >= '0' && character <= '9';
}

bool isNameCharacter(char character)
{
    return isLetter(character) || isDigit(character) || character == '.';
}

char lower(char character)
{
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                : character;
}

// Levenshtein distance, upper and lower case alike.
std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

std::string extents(const std::vector<std::int64_t>& shape)
{
    std::string text;
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i == 0 ? "" : "×") + std::to_string(shape[i]);
    return text;
}

void scale(std::vector<ResponseTerm>& terms, double factor)
{
    for (ResponseTerm& term : terms)
        term.coefficient *= factor;
}

// Equal references become one term; those that cancel out vanish.
std::vector<ResponseTerm> merged(const std::vector<ResponseTerm>& terms)
{
    std::vector<ResponseTerm> result;
    for (const ResponseTerm& term : terms) {
        const auto same =
            std::find_if(result.begin(), result.end(), [&](const ResponseTerm& other) {
                return other.reference() == term.reference();
            });
        if (same == result.end())
            result.push_back(term);
        else
            same->coefficient += term.coefficient;
    }
    std::erase_if(result, [](const ResponseTerm& term) { return term.coefficient == 0; });
    return result;
}

} // namespace

std::string spelledLayer(std::string_view name)
{
    if (!name.empty() && isLetter(name.front()) &&
        std::all_of(name.begin(), name.end(), isNameCharacter))
        return std::string(name);
    std::string quoted = "\"";
    for (const char character : name) {
        if (character == '"' || character == '\\')
            quoted += '\\';
        quoted += character;
    }
    return quoted + '"';
}

std::string spelledNumber(double value)
{
    char buffer[32];
    const std::to_chars_result end = std::to_chars(buffer, buffer + sizeof buffer, value);
    return std::string(buffer, end.ptr);
}

std::vector<ResponseTerm> ResponseParser::parse()
{
    if (peek() == '\0' && m_position == m_text.size())
        fail(m_position, "is empty", "a response such as fc9[0]");
    const Linear whole = sum();
    if (peek() != '\0' || m_position < m_text.size()) // a zero byte is no end
        fail(m_position, "cannot be read", "+, -, *, / or the end", found());
    if (whole.terms.empty())
        fail(0, "has no response in it", "a unit such as fc9[0]", "a number");
    if (!std::isfinite(whole.constant))
        fail(0, "has a factor that is too large", "finite numbers");
    if (whole.constant != 0)
        fail(0, "has a constant in it, which changes no explanation", "the same without it",
             spelledNumber(whole.constant));
    std::vector<ResponseTerm> terms = merged(whole.terms);
    if (terms.empty())
        fail(0, "is always 0", "terms that do not cancel out");
    for (const ResponseTerm& term : terms)
        if (!std::isfinite(term.coefficient))
            fail(0, "has a factor that is too large", "finite numbers");
    return terms;
}

ResponseParser::Linear ResponseParser::sum()
{
    if (++m_depth > maximumDepth)
        fail(m_position, "is nested too deeply", "at most 50 levels");
    Linear total;
    double sign = accept('-') ? -1 : 1;
    if (sign > 0)
        accept('+');
    while (true) {
        Linear next = product();
        scale(next.terms, sign);
        total.constant += sign * next.constant;
        total.terms.insert(total.terms.end(), next.terms.begin(), next.terms.end());
        if (accept('+'))
            sign = 1;
        else if (accept('-'))
            sign = -1;
        else
            break;
    }
    --m_depth;
    return total;
}

ResponseParser::Linear ResponseParser::product()
{
    Linear total = factor();
    while (peek() == '*' || peek() == '/') {
        const bool divides = accept('/');
        if (!divides)
            accept('*');
        peek();
        const std::size_t position = m_position;
        Linear next = factor();
        if (divides && !next.terms.empty())
            fail(position, "divides by a response", "a number after /");
        if (divides && next.constant == 0)
            fail(position, "divides by 0", "another number");
        if (!total.terms.empty() && !next.terms.empty())
            fail(position, "multiplies two responses", "a number on one side of *");
        if (next.terms.empty()) {
            // Divided itself, not multiplied by a rounded reciprocal: 3/10 is 0.3.
            const auto apply = [&](double& value) {
                value = divides ? value / next.constant : value * next.constant;
            };
            for (ResponseTerm& term : total.terms)
                apply(term.coefficient);
            apply(total.constant);
        } else {
            scale(next.terms, total.constant);
            next.constant *= total.constant;
            total = std::move(next);
        }
    }
    return total;
}

ResponseParser::Linear ResponseParser::factor()
{
    const char next = peek();
    if (next == '(')
        return parenthesised();
    if (next == '-')
        return negated();
    if (isDigit(next) || next == '.')
        return number();
    return reference();
}

ResponseParser::Linear ResponseParser::negated()
{
    if (++m_depth > maximumDepth)
        fail(m_position, "is nested too deeply", "at most 50 levels");
    accept('-');
    Linear value = factor();
    scale(value.terms, -1);
    value.constant = -value.constant;
    --m_depth;
    return value;
}

ResponseParser::Linear ResponseParser::parenthesised()
{
    accept('(');
    Linear inner = sum();
    expect(')', "to close the parenthesis");
    return inner;
}

ResponseParser::Linear ResponseParser::number()
{
    double value = 0;
    const char* first = m_text.data() + m_position;
    const auto [end, error] = std::from_chars(first, m_text.data() + m_text.size(), value);
    if (error != std::errc{} || !std::isfinite(value))
        fail(m_position, "cannot be read", "a finite number", found());
    m_position += static_cast<std::size_t>(end - first);
    return {value, {}};
}

ResponseParser::Linear ResponseParser::reference()
{
    const Name name = layerName();
    if (!name.isQuoted && peek() == '(') {
        if (name.text == "mean" || name.text == "norm")
            return function(name.text);
        fail(name.position, "names an unknown function", "mean or norm", name.text);
    }
    return unit(name);
}

ResponseParser::Linear ResponseParser::function(std::string_view name)
{
    expect('(', "");
    peek();
    const Name argument = layerName();
    const LayerDescription& described = layer(argument);
    ResponseTerm term{1, ResponseKind::Mean, described.name, {}};
    if (name == "norm")
        term.kind = ResponseKind::Norm;
    if (peek() == '[') {
        const std::size_t position = m_position;
        const std::vector<Index> given = indices();
        if (name == "norm")
            fail(position, "takes the norm of a part of a layer",
                 "norm(" + spelledLayer(described.name) + ")");
        if (given.size() != 1)
            fail(position, "takes the mean of a single value",
                 "mean(" + spelledLayer(described.name) + "[channel])",
                 std::to_string(given.size()) + " indices");
        checkIndex(described, 0, given[0]);
        term.indices = {given[0].value};
        // A dense unit is a single value, and so its own mean.
        term.kind = described.isConvolutional() ? ResponseKind::ChannelMean : ResponseKind::Unit;
    }
    expect(')', "to close " + std::string(name));
    return {0, {std::move(term)}};
}

ResponseParser::Linear ResponseParser::unit(const Name& name)
{
    const LayerDescription& described = layer(name);
    const std::string spelled = spelledLayer(described.name);
    if (peek() != '[') {
        std::string example =
            described.isConvolutional() ? "mean(" + spelled + "[0])" : spelled + "[0]";
        fail(m_position, "does not say which unit of " + spelled,
             example + ", mean(" + spelled + ") or norm(" + spelled + ")", found());
    }
    const std::size_t position = m_position;
    const std::vector<Index> given = indices();
    const std::size_t rank = described.shape.size();
    if (given.size() != rank) {
        const std::string first = std::to_string(given[0].value);
        std::string expected = spelled + "[" + first + "]";
        if (described.isConvolutional()) {
            expected = spelled + "[channel,time,frequency]";
            if (given.size() == 1)
                expected = "mean(" + spelled + "[" + first + "]) or " + spelled + "[" + first +
                           ",time,frequency]";
        }
        fail(position,
             spelled + (rank == 1 ? " has units of one index"
                                  : " is a convolution of " + extents(described.shape)),
             expected, std::to_string(given.size()) + (given.size() == 1 ? " index" : " indices"));
    }
    ResponseTerm term{1, ResponseKind::Unit, described.name, {}};
    for (std::size_t axis = 0; axis < rank; ++axis) {
        checkIndex(described, axis, given[axis]);
        term.indices.push_back(given[axis].value);
    }
    return {0, {std::move(term)}};
}

ResponseParser::Name ResponseParser::layerName()
{
    Name name;
    const char first = peek();
    name.position = m_position;
    if (first == '"') {
        name.isQuoted = true;
        for (++m_position; m_position < m_text.size() && m_text[m_position] != '"'; ++m_position) {
            if (m_text[m_position] == '\\' && m_position + 1 < m_text.size())
                ++m_position;
            name.text += m_text[m_position];
        }
        if (m_position >= m_text.size())
            fail(name.position, "has a quoted name without an end", "a closing \"");
        ++m_position;
        return name;
    }
    if (!isLetter(first))
        fail(m_position, "cannot be read", "a layer, mean(…), norm(…) or a number", found());
    while (m_position < m_text.size() && isNameCharacter(m_text[m_position]))
        name.text += m_text[m_position++];
    return name;
}

std::vector<ResponseParser::Index> ResponseParser::indices()
{
    expect('[', "");
    std::vector<Index> list{index()};
    while (accept(','))
        list.push_back(index());
    expect(']', "after the index");
    return list;
}

ResponseParser::Index ResponseParser::index()
{
    if (!isDigit(peek()))
        fail(m_position, "cannot be read", "an index (0, 1, 2, …)", found());
    Index result;
    result.position = m_position;
    const char* first = m_text.data() + m_position;
    const auto [end, error] = std::from_chars(first, m_text.data() + m_text.size(), result.value);
    if (error != std::errc{})
        result.value = std::numeric_limits<std::int64_t>::max();
    m_position += static_cast<std::size_t>(end - first);
    return result;
}

const LayerDescription& ResponseParser::layer(const Name& name) const
{
    const LayerDescription* nearest = nullptr;
    std::size_t smallest = 0;
    for (const LayerDescription& candidate : m_layers) {
        const std::size_t distance = editDistance(candidate.name, name.text);
        if (distance == 0 && candidate.name == name.text)
            return candidate;
        if (nearest == nullptr || distance < smallest) {
            nearest = &candidate;
            smallest = distance;
        }
    }
    fail(name.position, "names an unknown layer",
         nearest == nullptr ? "a layer of the classifier"
                            : spelledLayer(nearest->name) + " or another of its layers",
         spelledLayer(name.text));
}

void ResponseParser::checkIndex(const LayerDescription& layer, std::size_t axis,
                                const Index& index) const
{
    const std::int64_t extent = layer.shape[axis];
    if (index.value < extent)
        return;
    const char* const axes[] = {"channel", "time", "frequency"};
    const std::string what = layer.isConvolutional() ? axes[axis] : "unit";
    fail(index.position, "asks for a " + what + " that " + spelledLayer(layer.name) + " has not",
         extent == 1 ? "0, the only one" : "0 to " + std::to_string(extent - 1),
         index.value == std::numeric_limits<std::int64_t>::max() ? "a larger number"
                                                                 : std::to_string(index.value));
}

void ResponseParser::skipSpaces()
{
    while (m_position < m_text.size() &&
           std::string_view(" \t\r\n").find(m_text[m_position]) != std::string_view::npos)
        ++m_position;
}

char ResponseParser::peek()
{
    skipSpaces();
    return m_position < m_text.size() ? m_text[m_position] : '\0';
}

bool ResponseParser::accept(char symbol)
{
    if (peek() != symbol)
        return false;
    ++m_position;
    return true;
}

void ResponseParser::expect(char symbol, std::string_view purpose)
{
    if (!accept(symbol))
        fail(m_position, "cannot be read",
             std::string("'") + symbol + "'" + (purpose.empty() ? "" : " ") + std::string(purpose),
             found());
}

std::string ResponseParser::found()
{
    if (peek() == '\0')
        return m_position < m_text.size() ? "a zero byte" : "the end";
    // All bytes of a UTF-8 character together.
    std::size_t end = m_position + 1;
    while (end < m_text.size() && (static_cast<unsigned char>(m_text[end]) & 0xC0U) == 0x80U)
        ++end;
    return "'" + std::string(m_text.substr(m_position, end - m_position)) + "'";
}

void ResponseParser::fail(std::size_t position, std::string what, std::string expected,
                          std::string found) const
{
    const auto isFirstByte = [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    };
    const auto characters = std::count_if(
        m_text.begin(),
        m_text.begin() + static_cast<std::ptrdiff_t>(std::min(position, m_text.size())),
        isFirstByte);
    throw badInput(std::string(m_text),
                   what + " (at character " + std::to_string(characters + 1) + ")",
                   std::move(expected), std::move(found));
}

} // namespace earshot
