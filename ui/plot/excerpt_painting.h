// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/excerpt_axes.h"

#include <QColor>
#include <QFont>
#include <QRectF>

class QPainter;

namespace earshot {

// Which axes of a picture have numbers; the others keep their tick marks.
enum class AxisLabels
{
    Both,
    LeftOnly,
    BottomOnly,
    None
};
bool hasLeftLabels(AxisLabels labels);
bool hasBottomLabels(AxisLabels labels);

struct AxisStyle
{
    QColor text;
    QColor line;
    QFont font;
};

// Space for the labels and ticks around a picture, in the font's device-independent pixels.
struct AxisMargins
{
    int left;
    int top;
    int right;
    int bottom;
};
AxisMargins axisMargins(AxisLabels labels, const QFont& font);

// Frame, ticks and labels around `area`; used by the window's views and by figures.
void drawExcerptAxes(QPainter& painter, const QRectF& area, const ExcerptRange& range,
                     AxisLabels labels, const AxisStyle& style);
// The line at the excerpt's centre, if the range shows it: light and dark dots, seen on every map.
void drawCentreLine(QPainter& painter, const QRectF& area, const ExcerptRange& range);

// Fine lines through a point that another view's pointer is at.
void drawCrosshair(QPainter& painter, const QRectF& area, const ExcerptRange& range,
                   ExcerptPoint point);
// A light line with dark sides; nothing if the range does not show it.
void drawPlayhead(QPainter& painter, const QRectF& area, const ExcerptRange& range, double seconds);

} // namespace earshot
