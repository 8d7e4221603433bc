// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/label_file.h"

#include "core/corpus/label_text.h"
#include "core/corpus/ultrastar.h"
#include "core/io/csv.h"
#include "core/util/error.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// Sorts rows by what they say.
class RowCollector
{
public:
    explicit RowCollector(std::string label)
        : m_label(std::move(label))
    {
    }
    void add(const LabelInterval& interval, std::string_view word, bool isSynonym = false)
    {
        const bool counts = word == m_label || isSynonym;
        (counts ? m_file.intervals : m_file.rest).push_back(interval);
        if (!counts)
            m_others.emplace(word);
    }
    LabelFile take()
    {
        m_file.otherLabels.assign(m_others.begin(), m_others.end());
        return std::move(m_file);
    }

private:
    std::string m_label;
    LabelFile m_file;
    std::set<std::string> m_others;
};

LabelFile readCsv(const fs::path& path, const std::string& label)
{
    const CsvTable table = CsvTable::parse(readText(path), path.string());
    RowCollector rows(label);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const LabelInterval interval{table.number(row, "start_s"), table.number(row, "end_s")};
        if (interval.endSeconds < interval.startSeconds)
            throw badInput(path.string(), "row " + std::to_string(row + 2) + " cannot be used",
                           "an end after the start", table.text(row, "end_s"));
        rows.add(interval, table.text(row, "label"));
    }
    return rows.take();
}

std::string_view takeWord(std::string_view& rest)
{
    constexpr std::string_view blanks = " \t";
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
    const std::string_view word = rest.substr(0, rest.find_first_of(blanks));
    rest.remove_prefix(word.size());
    return word;
}

LabelFile readLab(const fs::path& path, const std::string& label)
{
    const std::string text = readText(path);
    RowCollector rows(label);
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
        rows.add(interval, word, label == "vocal" && word == "sing");
    }
    return rows.take();
}

std::string secondsText(double seconds)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2f s", seconds);
    return text;
}

} // namespace

LabelFile readLabels(const fs::path& path, const std::string& label)
{
    LabelFile file;
    const std::string extension = path.extension().string();
    if (extension == ".lab")
        file = readLab(path, label);
    else if (extension != ".txt")
        file = readCsv(path, label);
    else if (label == "vocal")
        file.intervals = readUltraStar(path).sung;
    else
        throw badInput(path.string(), "says nothing of this label", "'vocal'", "'" + label + "'");
    if (file.intervals.empty() && file.rest.empty() && extension != ".txt")
        throw badInput(path.string(), "holds no labels",
                       "at least one; music without '" + label +
                           "' belongs into a folder of its own, or has rows of another label",
                       "none");
    std::ranges::sort(file.intervals, {}, &LabelInterval::startSeconds);
    return file;
}

void requireWithin(const LabelFile& labels, double seconds, const fs::path& path)
{
    constexpr double toleranceSeconds = 1;
    const auto refuse = [&](const char* what, const LabelInterval& interval) {
        throw badInput(path.string(), what, "labels within " + secondsText(seconds),
                       secondsText(interval.startSeconds) + " to " +
                           secondsText(interval.endSeconds));
    };
    for (const std::vector<LabelInterval>* intervals : {&labels.intervals, &labels.rest})
        for (const LabelInterval& interval : *intervals) {
            if (interval.startSeconds >= seconds ||
                interval.endSeconds > seconds + toleranceSeconds)
                refuse("has a label past the end of the sound", interval);
            if (interval.startSeconds < -toleranceSeconds)
                refuse("has a label before the start of the sound", interval);
        }
}

bool contains(const std::vector<LabelInterval>& intervals, double seconds)
{
    return std::any_of(intervals.begin(), intervals.end(),
                       [seconds](const LabelInterval& interval) {
                           return interval.startSeconds <= seconds && seconds < interval.endSeconds;
                       });
}

} // namespace earshot
