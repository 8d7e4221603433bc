// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace earshot {

using HtmlAttributes = std::vector<std::pair<std::string_view, std::string>>;

// Builds HTML and the SVG inside it: elements that are nested and closed, texts and attribute
// values that are escaped. Names of elements and attributes are the program's own.
class HtmlWriter
{
public:
    // An element that holds what comes until its close().
    HtmlWriter& open(std::string_view element, const HtmlAttributes& attributes = {});
    HtmlWriter& close(); // the innermost
    // An element of one text.
    HtmlWriter& add(std::string_view element, std::string_view text,
                    const HtmlAttributes& attributes = {});
    // One that holds nothing: img, line, rect.
    HtmlWriter& addEmpty(std::string_view element, const HtmlAttributes& attributes);
    HtmlWriter& text(std::string_view text);
    // What another writer built, all of it closed.
    HtmlWriter& append(const HtmlWriter& other);

    const std::string& html() const { return m_html; }
    // A whole page without anything from elsewhere: a policy forbids the network. style: CSS.
    // Everything must be closed.
    std::string page(std::string_view title, std::string_view style) const;

private:
    void begin(std::string_view element, const HtmlAttributes& attributes);

    std::string m_html;
    std::vector<std::string> m_open;
};

// & < > " ' as entities; control characters, which no page may hold, as U+FFFD.
std::string htmlEscaped(std::string_view text);

// "data:audio/wav;base64,…" (RFC 2397).
std::string dataUri(std::string_view mediaType, std::span<const std::byte> bytes);

} // namespace earshot
