// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace earshot {

struct JsonFault
{
    std::size_t line = 1;   // from 1
    std::size_t column = 1; // from 1, in bytes
    std::string expected;
    std::string found;

    std::string place() const; // "line 2, column 7"
};

// The first reason not to use text as JSON; empty if there is none. Stricter than the JSON library,
// which keeps the last of two values of one name, and whose copies and output recurse, so that a
// deeply nested document would overflow the stack.
std::optional<JsonFault> faultInJson(std::string_view text);

// At most 200 bytes of a text for an error message, the middle left out.
std::string excerpt(std::string_view text);

} // namespace earshot
