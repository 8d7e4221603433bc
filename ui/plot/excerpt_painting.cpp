// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/excerpt_painting.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr double tickLength = 3;
constexpr double labelGap = 2;
constexpr double timeLabelSpacing = 36;

void drawTimeAxis(QPainter& painter, const QRectF& area, const ExcerptRange& range, bool isLabelled,
                  const AxisStyle& style)
{
    const QFontMetricsF metrics(style.font);
    for (const AxisTick& tick : timeTicks(range, area.width(), timeLabelSpacing)) {
        const double x = area.left() + tick.share * area.width();
        painter.setPen(QPen(style.line, 1));
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + tickLength));
        if (!isLabelled)
            continue;
        const double width = metrics.horizontalAdvance(tick.text);
        const double left = std::clamp(x - width / 2, area.left() - 3,
                                       std::max(area.left() - 3, area.right() - width + 3));
        painter.setPen(style.text);
        painter.drawText(
            QPointF(left, area.bottom() + tickLength + labelGap - 1 + metrics.ascent()), tick.text);
    }
}

void drawFrequencyAxis(QPainter& painter, const QRectF& area, const ExcerptRange& range,
                       bool isLabelled, const AxisStyle& style)
{
    const QFontMetricsF metrics(style.font);
    const double right = area.left() - tickLength - labelGap;
    double highest = area.bottom();
    for (const AxisTick& tick : frequencyTicks(range, area.height(), metrics.height() + 3)) {
        const double y = area.bottom() - tick.share * area.height();
        painter.setPen(QPen(style.line, 1));
        painter.drawLine(QPointF(area.left() - tickLength, y), QPointF(area.left(), y));
        if (!isLabelled)
            continue;
        painter.setPen(style.text);
        painter.drawText(
            QPointF(right - metrics.horizontalAdvance(tick.text), y + metrics.capHeight() / 2),
            tick.text);
        highest = y - metrics.height();
    }
    if (isLabelled && highest > area.top() + metrics.capHeight() / 2) {
        painter.setPen(style.text);
        painter.drawText(
            QPointF(right - metrics.horizontalAdvance("Hz"), area.top() + metrics.capHeight()),
            "Hz");
    }
}

double shareOfTime(const ExcerptRange& range, double seconds)
{
    return (seconds - range.firstSeconds) / (range.lastSeconds - range.firstSeconds);
}

} // namespace

bool hasLeftLabels(AxisLabels labels)
{
    return labels == AxisLabels::Both || labels == AxisLabels::LeftOnly;
}

bool hasBottomLabels(AxisLabels labels)
{
    return labels == AxisLabels::Both || labels == AxisLabels::BottomOnly;
}

AxisMargins axisMargins(AxisLabels labels, const QFont& font)
{
    const QFontMetricsF metrics(font);
    const int ticks = static_cast<int>(tickLength);
    AxisMargins margins{ticks + 2, 2, 3, ticks + 2};
    if (hasLeftLabels(labels))
        margins.left += static_cast<int>(std::ceil(metrics.horizontalAdvance("500") + labelGap));
    if (hasBottomLabels(labels))
        margins.bottom += static_cast<int>(std::ceil(metrics.height()));
    return margins;
}

void drawExcerptAxes(QPainter& painter, const QRectF& area, const ExcerptRange& range,
                     AxisLabels labels, const AxisStyle& style)
{
    painter.setFont(style.font);
    drawTimeAxis(painter, area, range, hasBottomLabels(labels), style);
    drawFrequencyAxis(painter, area, range, hasLeftLabels(labels), style);
    painter.setPen(QPen(style.line, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5));
}

void drawCentreLine(QPainter& painter, const QRectF& area, const ExcerptRange& range)
{
    const double share = shareOfTime(range, ExcerptAxes::centreSeconds());
    if (share < 0 || share > 1)
        return;
    const double x = std::floor(area.left() + share * area.width()) + 0.5;
    QPen pen(QColor(0, 0, 0, 120), 1);
    pen.setDashPattern({2, 4});
    pen.setCapStyle(Qt::FlatCap);
    painter.setPen(pen);
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    pen.setColor(QColor(255, 255, 255, 190));
    pen.setDashOffset(2);
    painter.setPen(pen);
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
}

void drawCrosshair(QPainter& painter, const QRectF& area, const ExcerptRange& range,
                   ExcerptPoint point)
{
    const double across = shareOfTime(range, point.seconds);
    const double up = (point.band - range.firstBand) / (range.lastBand - range.firstBand);
    painter.setPen(QPen(QColor(255, 255, 255, 90), 1));
    if (across >= 0 && across <= 1) {
        const double x = std::floor(area.left() + across * area.width()) + 0.5;
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
    if (up >= 0 && up <= 1) {
        const double y = std::floor(area.bottom() - up * area.height()) + 0.5;
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    }
}

void drawPlayhead(QPainter& painter, const QRectF& area, const ExcerptRange& range, double seconds)
{
    const double share = shareOfTime(range, seconds);
    if (share < 0 || share > 1)
        return;
    const double x = std::clamp(std::floor(area.left() + share * area.width()), area.left() + 1,
                                area.right() - 2);
    painter.fillRect(QRectF(x - 1, area.top(), 3, area.height()), QColor(0, 0, 0, 140));
    painter.fillRect(QRectF(x, area.top(), 1, area.height()), Qt::white);
}

} // namespace earshot
