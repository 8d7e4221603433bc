// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json_fault.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

namespace earshot {

namespace {

using nlohmann::json;

// Deeper than any document of this project, far shallower than what a stack bears.
constexpr std::size_t maximumDepth = 100;

// Receives the parser's events and stops it at the first fault.
class Checker final : public nlohmann::json_sax<json>
{
public:
    Checker(std::string_view text, std::istream& stream)
        : m_text(text)
        , m_stream(stream)
    {
    }

    const std::optional<JsonFault>& fault() const { return m_fault; }

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return open(); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override
    {
        return m_names.back().insert(name).second ||
               fail(read(), "every name once in an object", "'" + excerpt(name) + "' twice");
    }

    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception& error) override
    {
        // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error …"
        // "[json.exception.out_of_range.406] number overflow parsing '1e999'"
        std::string_view found = error.what();
        found.remove_prefix(std::min(found.size(), found.find("] ") + 2));
        if (found.starts_with("parse error at"))
            found.remove_prefix(std::min(found.size(), found.find(": ") + 2));
        return fail(position, "JSON", excerpt(found));
    }

    // The parser takes a zero byte for the end.
    void checkWholeTextWasRead()
    {
        const std::size_t zero = m_text.find('\0');
        if (zero != m_text.npos)
            fail(zero + 1, "JSON", "a zero byte");
    }

private:
    // Bytes the parser has taken from the stream; tellg() would fail at its end.
    std::size_t read() const
    {
        return static_cast<std::size_t>(
            std::streamoff(m_stream.rdbuf()->pubseekoff(0, std::ios::cur, std::ios::in)));
    }

    bool open()
    {
        m_names.emplace_back();
        return m_names.size() <= maximumDepth ||
               fail(read(), "at most " + std::to_string(maximumDepth) + " levels of nesting",
                    "more");
    }

    bool close()
    {
        m_names.pop_back();
        return true;
    }

    // position: bytes up to and with the last one read.
    bool fail(std::size_t position, std::string expected, std::string found)
    {
        const std::string_view before =
            m_text.substr(0, std::clamp<std::size_t>(position, 1, m_text.size() + 1) - 1);
        const std::size_t lineBreak = before.rfind('\n');
        m_fault = {
            static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
            before.size() - (lineBreak == before.npos ? 0 : lineBreak + 1) + 1,
            std::move(expected),
            std::move(found),
        };
        return false;
    }

    std::string_view m_text;
    std::istream& m_stream;
    std::vector<std::set<std::string>> m_names; // of each open object; an open list has none
    std::optional<JsonFault> m_fault;
};

} // namespace

std::string JsonFault::place() const
{
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

std::optional<JsonFault> faultInJson(std::string_view text)
{
    if (text.empty()) // the library's versions word this differently
        return JsonFault{1, 1, "JSON", "an empty text"};
    std::istringstream stream{std::string(text)};
    Checker checker(text, stream);
    if (json::sax_parse(stream, &checker))
        checker.checkWholeTextWasRead();
    return checker.fault();
}

std::string excerpt(std::string_view text)
{
    constexpr std::size_t part = 98;
    if (text.size() <= 2 * part + 4)
        return std::string(text);
    const auto isInsideCharacter = [&](std::size_t at) { return (text[at] & 0xC0) == 0x80; };
    std::size_t first = part;
    while (first > part - 3 && isInsideCharacter(first))
        --first;
    std::size_t last = text.size() - part;
    while (last < text.size() - part + 3 && isInsideCharacter(last))
        ++last;
    return std::string(text.substr(0, first)) + " … " + std::string(text.substr(last));
}

} // namespace earshot
