// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/label_text.h"

#include "core/util/error.h"
#include "core/util/mapped_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace earshot {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

// What Windows-1252 has where Latin-1 has control characters, 0x80 to 0x9F (whatwg.org, Encoding,
// index windows-1252).
constexpr std::array<char16_t, 32> windowsCharacters{
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

// Bytes of the UTF-8 character that begins the text; 0 if none does (RFC 3629, section 4).
std::size_t characterLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xC2 && first < 0xE0   ? 2
                               : first >= 0xE0 && first < 0xF0 ? 3
                               : first >= 0xF0 && first < 0xF5 ? 4
                                                               : 0;
    if (length == 0 || text.size() < length)
        return 0;
    const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (byte(1) < low || byte(1) > high)
        return 0;
    for (std::size_t i = 2; i < length; ++i)
        if (byte(i) < 0x80 || byte(i) > 0xBF)
            return 0;
    return length;
}

void append(std::string& text, char16_t character)
{
    const auto add = [&](unsigned value) { text += static_cast<char>(value); };
    if (character < 0x80) {
        add(character);
    } else if (character < 0x800) {
        add(0xC0U | (character >> 6U));
        add(0x80U | (character & 0x3FU));
    } else {
        add(0xE0U | (character >> 12U));
        add(0x80U | ((character >> 6U) & 0x3FU));
        add(0x80U | (character & 0x3FU));
    }
}

} // namespace

bool isUtf8(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t length = characterLength(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string toUtf8(std::string_view bytes)
{
    if (bytes.starts_with(byteOrderMark))
        bytes.remove_prefix(byteOrderMark.size());
    if (isUtf8(bytes))
        return std::string(bytes);
    std::string text;
    for (const char character : bytes) {
        const auto byte = static_cast<unsigned char>(character);
        append(text, byte >= 0x80 && byte < 0xA0 ? windowsCharacters[byte - 0x80U] : byte);
    }
    return text;
}

std::string readText(const std::filesystem::path& path)
{
    const MappedFile file(path);
    const auto bytes = file.bytes();
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text.find('\0') != std::string_view::npos)
        throw badInput(path.string(), "cannot be read", "text in UTF-8 or Latin-1",
                       text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")
                           ? "UTF-16"
                           : "something else");
    return toUtf8(text);
}

std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
        if (text.starts_with("\r\n"))
            text.remove_prefix(2);
        else if (!text.empty())
            text.remove_prefix(1);
    }
    return lines;
}

double numberIn(std::string_view text, const std::filesystem::path& path, std::size_t line)
{
    std::string digits(text);
    std::ranges::replace(digits, ',', '.');
    double value = 0;
    const char* end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, value);
    if (digits.empty() || result.ec != std::errc() || result.ptr != end || !std::isfinite(value))
        throw badInput(path.string(), "line " + std::to_string(line) + " cannot be read",
                       "a number", "'" + std::string(text) + "'");
    return value;
}

} // namespace earshot
