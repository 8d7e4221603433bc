// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>

namespace earshot {

// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256(std::span<const std::byte> bytes);
// Errors: BadInput if unreadable; Failed on a stop.
std::string sha256OfFile(const std::filesystem::path& path, const std::stop_token& stop = {});

} // namespace earshot
