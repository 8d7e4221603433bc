// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

// A stretch that carries the label, [start, end) in seconds.
struct LabelInterval
{
    double startSeconds = 0;
    double endSeconds = 0;
};

// The stretches of `label` in a label file, ascending, by the file's extension. All are UTF-8 or
// Latin-1. Error (BadInput), naming the line, for a number that is none or an interval that ends
// before it starts.
//   .csv  a table with columns start_s, end_s, label; rows whose label is `label` count
//   .lab  lines "start end label" in seconds, as with Jamendo's songs; rows whose label is `label`
//         count, and "sing" for the label "vocal"
//   .txt  an UltraStar song (ultrastar.h); Error for another label than "vocal"
std::vector<LabelInterval> readLabels(const std::filesystem::path& path, const std::string& label);

// Error (BadInput) if a label belongs to no part of the sound, which then is another one's: it
// starts at the end or later, or reaches more than a second beyond. Encoders cut up to that.
void requireWithin(const std::vector<LabelInterval>& intervals, double seconds,
                   const std::filesystem::path& path);

bool contains(const std::vector<LabelInterval>& intervals, double seconds);

} // namespace earshot
