// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/colour_scale.h"
#include "ui/values.h"

#include <QSize>
#include <QString>
#include <QStringList>

#include <vector>

namespace earshot {

struct FigureCell
{
    std::vector<float> logMel; // [115·80] natural log-mel, time-major; empty: left blank
    QString caption;           // "+6.31 · p99.2"
};

struct FigureRow
{
    Cell cell = Cell::Start; // gives the title's colour
    QString title;           // "Positive"
    std::vector<FigureCell> cells;
};

// The paper's Figure 4 for one unit, or a part of it, with everything needed to make it again.
struct FigureContent
{
    QString title;       // the unit: "fc9[0]"
    QStringList details; // models with hashes, settings; a line each, wrapped
    std::vector<FigureRow> rows;
    QStringList columns; // above the columns, "example 1"; may be empty
    QString footnote;    // attributions; wrapped; may be empty
    ColourScale scale;
    int magnification = 1; // of the pictures, not of the text
};

// More columns than this are left out.
inline constexpr std::size_t mostFigureColumns = 6;

// In CSS pixels of 1/96 inch: the size of the SVG and the PDF page; the PNG has twice as many.
QSize figureSize(const FigureContent& content);

// Dark on white. The ending says what is written: .png (2 pixels a CSS pixel), .svg (text stays
// text; nothing is drawn outside the axes, as it could not be clipped) or .pdf. Atomically.
// Errors: BadInput for another ending, or a spectrogram of another size; CannotWrite. May
// run on any thread while a QGuiApplication exists; takes some tenths of a second.
void renderFigure(const FigureContent& content, const QString& path);

} // namespace earshot
