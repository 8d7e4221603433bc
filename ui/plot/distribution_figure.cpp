// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/distribution_figure.h"

#include "ui/plot/distribution_shapes.h"
#include "ui/plot/figure_file.h"
#include "ui/plot/plot_style.h"
#include "ui/theme/theme.h"

#include <QLocale>
#include <QPainter>
#include <QPalette>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr int width = 720;
constexpr int margin = 16;
constexpr int nameWidth = 120;
constexpr int numbersWidth = 150;
constexpr int titleHeight = 26;
constexpr int detailHeight = 14;
constexpr int rowHeight = 52;
constexpr int curveHeight = 34; // above the base line
constexpr int markHeight = 5;   // below
constexpr int axisHeight = 42;
constexpr int histogramBins = 90;
constexpr int ticks = 8;

QString numberText(double value, int decimals)
{
    return QString::number(value, 'f', decimals).replace('-', QChar(0x2212));
}

// What of a row is drawn where.
class Axis
{
public:
    Axis(const std::vector<float>& realQuantiles, int top, int bottom)
        : m_top(top)
        , m_bottom(bottom)
    {
        const double low = realQuantiles.front(), high = realQuantiles.back();
        const double beyond = std::max(1e-6, (high - low) / 2);
        m_range = {low - beyond, high + beyond};
    }
    double x(double response) const
    {
        return left() + (response - m_range.lower) / m_range.size() * (right() - left());
    }
    bool holds(double response) const { return m_range.contains(response); }
    const QCPRange& range() const { return m_range; }
    int top() const { return m_top; }
    int bottom() const { return m_bottom; }
    static int left() { return margin + nameWidth; }
    static int right() { return width - margin - numbersWidth; }

private:
    QCPRange m_range;
    int m_top;
    int m_bottom;
};

struct Beyond
{
    std::size_t count = 0;
    float farthest = 0;
};

Beyond beyondAxis(const std::vector<float>& responses, const Axis& axis)
{
    Beyond beyond;
    for (const float response : responses) {
        if (!std::isfinite(response) || axis.holds(response))
            continue;
        ++beyond.count;
        if (std::abs(response) > std::abs(beyond.farthest))
            beyond.farthest = response;
    }
    return beyond;
}

void drawAxis(QPainter& painter, const QString& name, const Axis& axis)
{
    const QColor muted(90, 94, 100), line(120, 124, 130), grid(228, 230, 233);
    NumberTicker ticker;
    ticker.setTickCount(ticks);
    QVector<double> places;
    QVector<QString> labels;
    ticker.generate(axis.range(), QLocale::c(), 'g', 6, places, nullptr, &labels);
    painter.setFont(drawingFont(10));
    for (qsizetype i = 0; i < places.size(); ++i) {
        if (!axis.holds(places[i]))
            continue;
        const double x = axis.x(places[i]);
        painter.setPen(grid);
        painter.drawLine(QPointF(x, axis.top()), QPointF(x, axis.bottom()));
        painter.setPen(muted);
        painter.drawText(QRectF(x - 40, axis.bottom() + 4, 80, 14), Qt::AlignHCenter, labels[i]);
    }
    painter.setPen(line);
    painter.drawLine(axis.left(), axis.bottom(), axis.right(), axis.bottom());
    painter.setPen(muted);
    painter.drawText(QRectF(axis.left(), axis.bottom() + 20, axis.right() - axis.left(), 16),
                     Qt::AlignHCenter, name);
}

// The part of it that lies on the axis, down to the base line.
void drawShape(QPainter& painter, const DensityShape& shape, const Axis& axis, double base,
               const QColor& colour)
{
    QPolygonF polygon;
    for (std::size_t i = 0; i < shape.positions.size(); ++i) {
        if (!axis.holds(shape.positions[i]))
            continue;
        const QPointF point(axis.x(shape.positions[i]), base - curveHeight * shape.heights[i]);
        if (polygon.isEmpty())
            polygon << QPointF(point.x(), base);
        polygon << point;
    }
    if (polygon.isEmpty())
        return;
    polygon << QPointF(polygon.last().x(), base);
    QColor ground = colour;
    ground.setAlphaF(0.25F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    painter.drawPolygon(polygon);
    painter.setPen(QPen(colour, 1.2));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(polygon.mid(1, polygon.size() - 2));
}

void drawNames(QPainter& painter, const QString& name, const QStringList& numbers, double base)
{
    painter.setFont(drawingFont(11, QFont::DemiBold));
    painter.setPen(Qt::black);
    painter.drawText(QRectF(margin, base - 28, nameWidth - 12, 32),
                     Qt::AlignRight | Qt::AlignBottom | Qt::TextWordWrap, name);
    painter.setFont(drawingFont(10));
    painter.setPen(QColor(90, 94, 100));
    painter.drawText(QRectF(Axis::right() + 10, base - 28, numbersWidth - 10, 32),
                     Qt::AlignLeft | Qt::AlignBottom, numbers.join('\n'));
}

void drawRow(QPainter& painter, const DistributionRow& row, const Axis& axis, double base)
{
    const QColor colour = cellColour(row.cell, QPalette(QColor(Qt::white), QColor(Qt::white)));
    drawShape(painter, gaussianShape(row.responses), axis, base, colour);
    QColor mark = colour;
    mark.setAlphaF(0.6F);
    painter.setPen(QPen(mark, 1));
    for (const float response : row.responses)
        if (axis.holds(response))
            painter.drawLine(QPointF(axis.x(response), base + 1),
                             QPointF(axis.x(response), base + 1 + markHeight));
    QStringList texts;
    if (const Spread spread = spreadOf(row.responses); spread.count > 0)
        texts += QString("mean %1, s.d. %2")
                     .arg(numberText(spread.mean, 1), numberText(spread.deviation, 1));
    if (const Beyond beyond = beyondAxis(row.responses, axis); beyond.count > 0)
        texts += QString("%1 beyond, to %2").arg(beyond.count).arg(numberText(beyond.farthest, 0));
    drawNames(painter, row.name, texts, base);
}

void drawFigure(QPainter& painter, const DistributionFigure& content, int top, int bottom)
{
    painter.setPen(Qt::black);
    painter.setFont(drawingFont(15, QFont::DemiBold));
    const QRectF head(margin, margin, width - 2 * margin, top - margin);
    painter.drawText(head, Qt::AlignLeft | Qt::AlignTop, content.title);
    painter.setFont(drawingFont(10));
    painter.setPen(QColor(90, 94, 100));
    painter.drawText(head.adjusted(0, titleHeight, 0, 0), Qt::AlignLeft | Qt::AlignTop,
                     content.details.join('\n'));
    const Axis axis(content.realQuantiles, top, bottom);
    drawAxis(painter, content.axis, axis);
    double base = top + rowHeight - markHeight - 2;
    drawShape(
        painter,
        quantileShape(content.realQuantiles, axis.range().lower, axis.range().upper, histogramBins),
        axis, base, QColor(110, 114, 120));
    drawNames(painter, "all real music", {}, base);
    for (const DistributionRow& row : content.rows) {
        base += rowHeight;
        drawRow(painter, row, axis, base);
    }
}

int topOf(const DistributionFigure& content)
{
    return margin + titleHeight + detailHeight * static_cast<int>(content.details.size());
}

} // namespace

QSize figureSize(const DistributionFigure& content)
{
    return {width, topOf(content) + rowHeight * static_cast<int>(content.rows.size() + 1) +
                       axisHeight + margin};
}

void renderFigure(const DistributionFigure& content, const QString& path)
{
    const QSize size = figureSize(content);
    writeDrawing({content.title, content.details.join('\n'), size,
                  [&](QPainter& painter) {
                      drawFigure(painter, content, topOf(content),
                                 size.height() - axisHeight - margin);
                  }},
                 path);
}

} // namespace earshot
