// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/label_file.h"

#include "core/io/csv.h"
#include "core/util/error.h"

#include <algorithm>

namespace earshot {

std::vector<LabelInterval> readLabelCsv(const std::filesystem::path& path, const std::string& label)
{
    const CsvTable table = CsvTable::readFile(path);
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
    std::sort(intervals.begin(), intervals.end(),
              [](const LabelInterval& a, const LabelInterval& b) {
                  return a.startSeconds < b.startSeconds;
              });
    return intervals;
}

bool contains(const std::vector<LabelInterval>& intervals, double seconds)
{
    return std::any_of(intervals.begin(), intervals.end(),
                       [seconds](const LabelInterval& interval) {
                           return interval.startSeconds <= seconds && seconds < interval.endSeconds;
                       });
}

} // namespace earshot
