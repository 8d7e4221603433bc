// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/statistics.h"
#include "core/io/html.h"
#include "core/util/matrix.h"

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace earshot {

// What a report of sounds and numbers is made of, on core/io's HtmlWriter.

enum class CellKind
{
    Number,
    Text,
    Published, // a number of the paper's
    Sound      // of a file; without one a dash
};

struct ReportCell
{
    std::string text; // of a sound its name, for those who can't see the player
    CellKind kind = CellKind::Number;
    std::filesystem::path sound = {};
    std::string detail = {}; // a smaller line below
};

// With a caption, a header line, and rows whose first cell names the row.
void addTable(HtmlWriter& page, const std::string& caption, const std::vector<std::string>& columns,
              const std::vector<std::vector<ReportCell>>& rows);

// A player of a WAV file that is part of the page: at matched level, as the window plays it.
// Nothing for an empty path. Error (BadInput) for a file that cannot be read.
void addSound(HtmlWriter& page, const std::filesystem::path& file, const std::string& name);
// The same of samples.
void addSound(HtmlWriter& page, std::span<const float> samples, double sampleRateHz,
              const std::string& name);

// A spectrogram [frames·bands] as a picture, in magma from `range.first` to `range.second` (natural
// log-mel). description: for those who can't see it.
void addSpectrogram(HtmlWriter& page, std::span<const float> mel, std::size_t bands,
                    std::pair<double, double> range, const std::string& description);

// A PNG file that is part of the page. Error (BadInput) if it cannot be read.
void addPicture(HtmlWriter& page, const std::filesystem::path& file,
                const std::string& description);

// "1.65", "–" for NaN, "1.2e+05" for what needs it.
std::string numberText(double value, int digits = 2);
// "1.65 (0.90 to 2.31)"
std::string estimateText(const Estimate& estimate, int digits = 2);
// The same with at least two significant digits of the value, down to a millionth: distances of
// responses may be small.
std::string distanceText(const Estimate& distance);

// The style of the page: light and dark by prefers-color-scheme, and printable.
extern const char* const reportStyle;

} // namespace earshot
