// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace earshot {

// A stretch that carries the label, [start, end) in seconds.
struct LabelInterval
{
    double startSeconds = 0;
    double endSeconds = 0;
};

// A CSV with columns start_s, end_s, label; rows whose label is `label` count. Ascending. Error
// (BadInput) for an interval that ends before it starts.
std::vector<LabelInterval> readLabelCsv(const std::filesystem::path& path,
                                        const std::string& label);

bool contains(const std::vector<LabelInterval>& intervals, double seconds);

} // namespace earshot
