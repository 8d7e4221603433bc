// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/colour_bar_painting.h"

#include "ui/plot/excerpt_axes.h"

#include <QFontMetricsF>
#include <QImage>
#include <QPainter>
#include <QPolygonF>

#include <cmath>

namespace earshot {

namespace {

constexpr double tickSpacing = 26;

double tickStep(double decibels, double pixels)
{
    for (const double step : {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0})
        if (step / decibels * pixels >= tickSpacing)
            return step;
    return 200;
}

void drawScale(QPainter& painter, const QRect& bar, const QRect& inner, const ColourScale& scale)
{
    QImage image(1, 256, QImage::Format_RGB32);
    for (int i = 0; i < 256; ++i)
        image.setPixel(0, 255 - i, scale.colourAt((i + 0.5) / 256));
    painter.drawImage(inner, image);

    const double middle = bar.left() + colourBarWidth / 2.0, right = bar.left() + colourBarWidth;
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(ColourScale::aboveColour));
    painter.drawPolygon(QPolygonF{QPointF(bar.left(), inner.top() - 1), QPointF(middle, bar.top()),
                                  QPointF(right, inner.top() - 1)});
    if (!scale.isChange())
        return;
    painter.setBrush(QColor(ColourScale::belowColour));
    const double below = inner.top() + inner.height();
    painter.drawPolygon(QPolygonF{QPointF(bar.left(), below + 1),
                                  QPointF(middle, below + colourBarArrowHeight),
                                  QPointF(right, below + 1)});
}

} // namespace

void drawColourBar(QPainter& painter, const QRect& bar, const ColourScale& scale,
                   const AxisStyle& style)
{
    const QRect inner = bar.adjusted(0, colourBarArrowHeight, 0, -colourBarArrowHeight);
    drawScale(painter, bar, inner, scale);
    const double low = scale.low() * decibelsPerLog, high = scale.high() * decibelsPerLog;
    const double step = tickStep(high - low, inner.height());
    const QFontMetricsF metrics(style.font);
    painter.setFont(style.font);
    const double x = bar.left() + colourBarWidth;
    const auto heightOf = [&](double decibels) {
        return inner.top() + (high - decibels) / (high - low) * inner.height();
    };
    // The unit stands above the numbers or, without space there, after the highest.
    const double last = std::floor(high / step + 1e-9);
    const bool isUnitAbove = heightOf(last * step) > bar.top() + 1.5 * metrics.height();
    for (double tick = std::ceil(low / step - 1e-9); tick <= last; ++tick) {
        const double y = heightOf(tick * step);
        painter.setPen(QPen(style.line, 1));
        painter.drawLine(QPointF(x, y), QPointF(x + 3, y));
        QString text = decibelText(tick * step);
        if (tick != last || isUnitAbove)
            text.chop(3);
        if (scale.isChange() && tick > 0)
            text.prepend('+');
        painter.setPen(style.text);
        painter.drawText(QPointF(x + 5, y + metrics.capHeight() / 2), text);
    }
    if (isUnitAbove)
        painter.drawText(QPointF(x + 5, bar.top() + metrics.capHeight()), "dB");
}

} // namespace earshot
