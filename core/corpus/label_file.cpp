// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/label_file.h"

#include "core/corpus/label_text.h"
#include "core/corpus/ultrastar.h"
#include "core/io/csv.h"
#include "core/util/error.h"

#include <algorithm>
#include <cstdio>

namespace earshot {

namespace fs = std::filesystem;

namespace {

std::vector<LabelInterval> readCsv(const fs::path& path, const std::string& label)
{
    const CsvTable table = CsvTable::parse(readText(path), path.string());
    std::vector<LabelInterval> intervals;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (table.text(row, "label") != label)
            continue;
        const LabelInterval interval{table.number(row, "start_s"), table.number(row, "end_s")};
        if (interval.endSeconds < interval.startSeconds)
            throw badInput(path.string(), "row " + std::to_string(row + 2) + " cannot be used",
                           "an end after the start", table.text(row, "end_s"));
        intervals.push_back(interval);
    }
    return intervals;
}

std::string_view takeWord(std::string_view& rest)
{
    constexpr std::string_view blanks = " \t";
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
    const std::string_view word = rest.substr(0, rest.find_first_of(blanks));
    rest.remove_prefix(word.size());
    return word;
}

std::vector<LabelInterval> readLab(const fs::path& path, const std::string& label)
{
    const std::string text = readText(path);
    std::vector<LabelInterval> intervals;
    std::size_t number = 0;
    for (const std::string_view line : linesOf(text)) {
        ++number;
        std::string_view rest = line;
        const std::string_view start = takeWord(rest);
        if (start.empty())
            continue;
        const std::string_view end = takeWord(rest);
        const std::string_view word = takeWord(rest);
        const LabelInterval interval{numberIn(start, path, number), numberIn(end, path, number)};
        if (word.empty() || interval.endSeconds < interval.startSeconds)
            throw badInput(path.string(), "line " + std::to_string(number) + " cannot be used",
                           "a start, an end after it, and a label", "'" + std::string(line) + "'");
        if (word == label || (label == "vocal" && word == "sing"))
            intervals.push_back(interval);
    }
    return intervals;
}

std::string secondsText(double seconds)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2f s", seconds);
    return text;
}

} // namespace

std::vector<LabelInterval> readLabels(const fs::path& path, const std::string& label)
{
    std::vector<LabelInterval> intervals;
    const std::string extension = path.extension().string();
    if (extension == ".lab")
        intervals = readLab(path, label);
    else if (extension != ".txt")
        intervals = readCsv(path, label);
    else if (label == "vocal")
        intervals = readUltraStar(path).sung;
    else
        throw badInput(path.string(), "says nothing of this label", "'vocal'", "'" + label + "'");
    std::ranges::sort(intervals, {}, &LabelInterval::startSeconds);
    return intervals;
}

void requireWithin(const std::vector<LabelInterval>& intervals, double seconds,
                   const fs::path& path)
{
    constexpr double toleranceSeconds = 1;
    for (const LabelInterval& interval : intervals)
        if (interval.startSeconds >= seconds || interval.endSeconds > seconds + toleranceSeconds)
            throw badInput(path.string(), "has a label past the end of the sound",
                           "labels within " + secondsText(seconds),
                           secondsText(interval.startSeconds) + " to " +
                               secondsText(interval.endSeconds));
}

bool contains(const std::vector<LabelInterval>& intervals, double seconds)
{
    return std::any_of(intervals.begin(), intervals.end(),
                       [seconds](const LabelInterval& interval) {
                           return interval.startSeconds <= seconds && seconds < interval.endSeconds;
                       });
}

} // namespace earshot
