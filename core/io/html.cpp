// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/html.h"

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace earshot {

HtmlWriter& HtmlWriter::open(std::string_view element, const HtmlAttributes& attributes)
{
    begin(element, attributes);
    m_html += '>';
    m_open.emplace_back(element);
    return *this;
}

HtmlWriter& HtmlWriter::close()
{
    assert(!m_open.empty());
    m_html += "</" + m_open.back() + ">\n";
    m_open.pop_back();
    return *this;
}

HtmlWriter& HtmlWriter::add(std::string_view element, std::string_view content,
                            const HtmlAttributes& attributes)
{
    return open(element, attributes).text(content).close();
}

HtmlWriter& HtmlWriter::addEmpty(std::string_view element, const HtmlAttributes& attributes)
{
    begin(element, attributes);
    m_html += "/>\n";
    return *this;
}

HtmlWriter& HtmlWriter::text(std::string_view content)
{
    m_html += htmlEscaped(content);
    return *this;
}

HtmlWriter& HtmlWriter::append(const HtmlWriter& other)
{
    assert(other.m_open.empty());
    m_html += other.m_html;
    return *this;
}

std::string HtmlWriter::page(std::string_view title, std::string_view style) const
{
    assert(m_open.empty());
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
           "style-src 'unsafe-inline'; img-src data:; media-src data:\"/>\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
           "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>" +
           htmlEscaped(title) + "</title>\n<style>\n" + std::string(style) +
           "</style>\n</head>\n<body>\n" + m_html + "</body>\n</html>\n";
}

void HtmlWriter::begin(std::string_view element, const HtmlAttributes& attributes)
{
    m_html += '<';
    m_html += element;
    for (const auto& [name, value] : attributes) {
        m_html += ' ';
        m_html += name;
        m_html += "=\"" + htmlEscaped(value) + '"';
    }
}

std::string htmlEscaped(std::string_view text)
{
    std::string escaped;
    for (const char letter : text) {
        switch (letter) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&#39;";
            break;
        default: {
            const auto code = static_cast<unsigned char>(letter);
            const bool isControl =
                (code < 0x20 && letter != '\n' && letter != '\t' && letter != '\r') || code == 0x7F;
            escaped += isControl ? std::string("\xEF\xBF\xBD") : std::string(1, letter);
        }
        }
    }
    return escaped;
}

std::string dataUri(std::string_view mediaType, std::span<const std::byte> bytes)
{
    static constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text = "data:" + std::string(mediaType) + ";base64,";
    text.reserve(text.size() + (bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8 | (k < count ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0);
        for (std::size_t k = 0; k < 4; ++k)
            text += k <= count ? letters[group >> (18 - 6 * k) & 63] : '=';
    }
    return text;
}

} // namespace earshot
