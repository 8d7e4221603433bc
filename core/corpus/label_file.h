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

// What a label file says of one label.
struct LabelFile
{
    std::vector<LabelInterval> intervals; // of the label, ascending
    std::vector<LabelInterval> rest;      // of other labels, as they stand there
    std::vector<std::string> otherLabels; // these, each once, in alphabetical order
};

// Of a label file, by its extension. All are UTF-8 or Latin-1. Error (BadInput), naming the line,
// for a number that is none or an interval that ends before it starts, and for a file without any,
// but an UltraStar song that ends without notes: an instrumental.
//   .csv  a table with columns start_s, end_s, label
//   .lab  lines "start end label" in seconds, as with Jamendo's songs; "sing" counts as "vocal"
//   .txt  an UltraStar song (ultrastar.h); Error for another label than "vocal"
LabelFile readLabels(const std::filesystem::path& path, const std::string& label);

// Error (BadInput) if a label, of whatever name, belongs to no part of the sound, which then is
// another one's: it starts at the end or later, or reaches more than a second beyond either end.
// Encoders cut up to that.
void requireWithin(const LabelFile& labels, double seconds, const std::filesystem::path& path);

bool contains(const std::vector<LabelInterval>& intervals, double seconds);

} // namespace earshot
