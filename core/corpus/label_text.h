// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

// Whole characters, none of them longer than it need be (RFC 3629).
bool isUtf8(std::string_view text);

// UTF-8 without a byte order mark, of bytes that are UTF-8 or else Windows-1252 (Latin-1 and the
// typographer's characters), as old song files are.
std::string toUtf8(std::string_view bytes);

// A text file so read. Error (BadInput): missing, or UTF-16, or no text at all.
std::string readText(const std::filesystem::path& path);

// Lines without their ends, whatever these are.
std::vector<std::string_view> linesOf(std::string_view text);

// A finite decimal number that fills the text, with a point or a comma. Error (BadInput) naming
// file and line.
double numberIn(std::string_view text, const std::filesystem::path& path, std::size_t line);

} // namespace earshot
