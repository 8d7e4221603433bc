// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/App.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace earshot {

// Checks of option values, in the words of the command line's contract: an Error (BadInput) that
// names the option, what is expected and what was found. To be attached with transform(), since
// CLI11 itself would read 010 as 8 and -1 as a large number.

// A decimal number in [low, high].
CLI::Validator wholeNumber(const std::string& option, std::int64_t low, std::int64_t high);
CLI::Validator number(const std::string& option, double low, double high);
// The same where the core checks the range, "1 to 100000"; whole numbers fit an int.
CLI::Validator wholeNumber(const std::string& option, const std::string& range);
CLI::Validator number(const std::string& option, const std::string& range);

// An option whose value is one of the words; shows its default.
CLI::Option* addChoice(CLI::App& command, const std::string& option, std::string& value,
                       const std::vector<std::string>& words, const std::string& description);

// --out: of a FILE or a FOLDER. An empty one would be the folder that the user happens to be in.
CLI::Option* addOutOption(CLI::App& command, std::filesystem::path& out, const char* typeName,
                          const std::string& description);
// --index: music of the user's own instead of the training music.
void addIndexOption(CLI::App& command, std::filesystem::path& index);
// --witness: a bundle, "none", or (empty) the shipped one.
void addWitnessOption(CLI::App& command, std::filesystem::path& witness);

// "A, B or C"
std::string alternatives(const std::vector<std::string>& words);

} // namespace earshot
