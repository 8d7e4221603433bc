// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/options.h"

#include "core/util/error.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <system_error>

namespace earshot {

namespace {

std::string shortText(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

// Empty if the text is no number at all; overflow is one that is out of range.
template <typename Number>
std::optional<std::errc> parse(const std::string& text, Number& value)
{
    const char* end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || last != end || error == std::errc::invalid_argument)
        return std::nullopt;
    return error;
}

std::int64_t parsedWhole(const std::string& option, const std::string& text,
                         const std::string& range)
{
    std::int64_t value = 0;
    const std::optional<std::errc> error = parse(text, value);
    if (!error)
        throw badInput(option, "is not a whole number", range, "'" + text + "'");
    if (*error != std::errc())
        throw badInput(option, "is out of range", range, text);
    return value;
}

double parsedNumber(const std::string& option, const std::string& text, const std::string& range)
{
    double value = 0;
    const std::optional<std::errc> error = parse(text, value);
    if (!error)
        throw badInput(option, "is not a number", range, "'" + text + "'");
    if (*error != std::errc())
        throw badInput(option, "is out of range", range, text);
    return value;
}

} // namespace

CLI::Validator wholeNumber(const std::string& option, std::int64_t low, std::int64_t high)
{
    const std::string range = std::to_string(low) + " to " + std::to_string(high);
    return CLI::Validator(
        [=](std::string& text) {
            const std::int64_t value = parsedWhole(option, text, range);
            if (value < low || value > high)
                throw badInput(option, "is out of range", range, text);
            text = std::to_string(value);
            return std::string();
        },
        std::to_string(low) + ".." + std::to_string(high));
}

CLI::Validator wholeNumber(const std::string& option, const std::string& range)
{
    return CLI::Validator(
        [=](std::string& text) {
            const std::int64_t value = parsedWhole(option, text, range);
            if (value != static_cast<int>(value))
                throw badInput(option, "is out of range", range, text);
            text = std::to_string(value);
            return std::string();
        },
        "");
}

CLI::Validator number(const std::string& option, double low, double high)
{
    const std::string range = shortText(low) + " to " + shortText(high);
    return CLI::Validator(
        [=](std::string& text) {
            const double value = parsedNumber(option, text, range);
            if (!(value >= low && value <= high)) // NaN fails
                throw badInput(option, "is out of range", range, text);
            return std::string();
        },
        shortText(low) + ".." + shortText(high));
}

CLI::Validator number(const std::string& option, const std::string& range)
{
    return CLI::Validator(
        [=](std::string& text) {
            parsedNumber(option, text, range);
            return std::string();
        },
        "");
}

CLI::Option* addChoice(CLI::App& command, const std::string& option, std::string& value,
                       const std::vector<std::string>& words, const std::string& description)
{
    std::string list;
    for (const std::string& word : words)
        list += (list.empty() ? "" : "|") + word;
    return command.add_option(option, value, description)
        ->type_name(list)
        ->transform(CLI::Validator(
            [=](std::string& text) {
                if (std::ranges::find(words, text) == words.end())
                    throw badInput(option, "is unknown", alternatives(words), "'" + text + "'");
                return std::string();
            },
            ""))
        ->capture_default_str();
}

CLI::Option* addOutOption(CLI::App& command, std::filesystem::path& out, const char* typeName,
                          const std::string& description)
{
    const std::string expected = std::string(typeName) == "FOLDER" ? "a folder" : "a file";
    return command.add_option("--out", out, description)
        ->type_name(typeName)
        ->transform(CLI::Validator(
            [=](std::string& text) {
                if (text.empty())
                    throw badInput("--out", "is empty", expected, "''");
                return std::string();
            },
            ""));
}

void addIndexOption(CLI::App& command, std::filesystem::path& index)
{
    command
        .add_option("--index", index,
                    "Compare with music of your own, indexed by 'index', instead of the "
                    "classifier's training music")
        ->type_name("FILE");
}

void addWitnessOption(CLI::App& command, std::filesystem::path& witness)
{
    command
        .add_option(
            "--witness", witness,
            "A second classifier's bundle, asked about the sounds; 'none' for no second opinion "
            "(default: the shipped witness)")
        ->type_name("FOLDER");
}

std::string alternatives(const std::vector<std::string>& words)
{
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 < words.size() ? ", " : " or ") + words[i];
    return text;
}

} // namespace earshot
