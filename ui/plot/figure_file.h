// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QSize>
#include <QString>

#include <functional>

class QPainter;

namespace earshot {

// A drawing that becomes a file, dark on white.
struct Drawing
{
    QString title;       // of the document
    QString description; // likewise
    QSize size;          // CSS pixels of 1/96 inch
    // In these pixels, onto white.
    std::function<void(QPainter&)> draw;
};

// The ending says what is written: .png (2 pixels a CSS pixel), .svg (text stays text) or .pdf (one
// page of that size). Atomically. Errors: BadInput for another ending; CannotWrite. On any thread
// while a QGuiApplication exists.
void writeDrawing(const Drawing& drawing, const QString& path);

// Of text in drawings. A family that browsers know too: an SVG's text keeps its name.
QFont drawingFont(int pixelSize, QFont::Weight weight = QFont::Normal);

} // namespace earshot
