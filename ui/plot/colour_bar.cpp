// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/colour_bar.h"

#include "ui/plot/axis_font.h"
#include "ui/plot/excerpt_axes.h"
#include "ui/plot/excerpt_painting.h"
#include "ui/theme/theme.h"

#include <QContextMenuEvent>
#include <QFontMetricsF>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPolygonF>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

namespace earshot {

namespace {

constexpr int barWidth = 12;
constexpr int left = 3;
constexpr int arrowHeight = 7;
constexpr double tickSpacing = 26;

double tickStep(double decibels, double pixels)
{
    for (const double step : {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0})
        if (step / decibels * pixels >= tickSpacing)
            return step;
    return 200;
}

} // namespace

ColourBar::ColourBar(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    setAccessibleName("Colour scale");
    updateScale();
}

void ColourBar::setColours(ColourMap map, ColourRange range)
{
    m_map = map;
    m_range = range;
    m_change.reset();
    updateScale();
}

void ColourBar::setChange(ChangeScale scale)
{
    m_change = scale;
    updateScale();
}

void ColourBar::updateScale()
{
    const ChangeGround ground = isDark(palette()) ? ChangeGround::Dark : ChangeGround::Light;
    m_scale = m_change ? ColourScale(*m_change, ground) : ColourScale(m_map, m_range);
    setAccessibleDescription("From " + decibelText(m_scale.low() * decibelsPerLog) + " to " +
                             decibelText(m_scale.high() * decibelsPerLog));
    update();
}

QRect ColourBar::barRect() const
{
    const AxisMargins margins = axisMargins(AxisLabels::BottomOnly, smallerFont(font()));
    return {left, margins.top, barWidth, height() - margins.top - margins.bottom};
}

QString ColourBar::readoutAt(QPointF position) const
{
    const QRect inner = barRect().adjusted(0, arrowHeight, 0, -arrowHeight);
    if (!QRectF(inner).contains(position))
        return {};
    const double share = (inner.top() + inner.height() - position.y()) / inner.height();
    return decibelText((m_scale.low() + share * (m_scale.high() - m_scale.low())) * decibelsPerLog);
}

QSize ColourBar::sizeHint() const
{
    const QFontMetricsF metrics(smallerFont(font()));
    return {left + barWidth + 6 + static_cast<int>(std::ceil(metrics.horizontalAdvance("−100"))),
            230};
}

QSize ColourBar::minimumSizeHint() const
{
    return {sizeHint().width(), 110};
}

bool ColourBar::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString readout = readoutAt(help->pos());
    QToolTip::showText(help->globalPos(),
                       QString(m_change
                                   ? "<p>%1Change of level against the start: orange is louder, "
                                     "blue is quieter.</p>"
                                   : "<p>%1Level of each mel band, the same scale for all "
                                     "pictures.</p>")
                               .arg(readout.isEmpty() ? QString() : "<b>" + readout + "</b> · ") +
                           "<p>Bright blue lies below the scale, bright green above it. Click to "
                           "choose the colours.</p>",
                       this);
    return true;
}

void ColourBar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        updateScale();
    QWidget::changeEvent(event);
}

void ColourBar::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        Q_EMIT menuRequested(event->globalPosition().toPoint());
}

void ColourBar::contextMenuEvent(QContextMenuEvent* event)
{
    Q_EMIT menuRequested(event->globalPos());
}

void ColourBar::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        Q_EMIT menuRequested(mapToGlobal(barRect().center()));
    else
        QWidget::keyPressEvent(event);
}

void ColourBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRect bar = barRect();
    if (bar.height() < 4 * arrowHeight)
        return;
    paintBar(painter, bar);
    paintTicks(painter, bar);
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(bar).adjusted(-2, -1, 2, 1));
    }
}

void ColourBar::paintBar(QPainter& painter, const QRect& bar) const
{
    const QRect inner = bar.adjusted(0, arrowHeight, 0, -arrowHeight);
    QImage image(1, 256, QImage::Format_RGB32);
    for (int i = 0; i < 256; ++i)
        image.setPixel(0, 255 - i, m_scale.colourAt((i + 0.5) / 256));
    painter.drawImage(inner, image);

    const double middle = bar.left() + barWidth / 2.0, right = bar.left() + barWidth;
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(ColourScale::aboveColour));
    painter.drawPolygon(QPolygonF{QPointF(bar.left(), inner.top() - 1), QPointF(middle, bar.top()),
                                  QPointF(right, inner.top() - 1)});
    painter.setBrush(QColor(ColourScale::belowColour));
    const double below = inner.top() + inner.height();
    painter.drawPolygon(QPolygonF{QPointF(bar.left(), below + 1),
                                  QPointF(middle, below + arrowHeight), QPointF(right, below + 1)});
}

void ColourBar::paintTicks(QPainter& painter, const QRect& bar) const
{
    const QRect inner = bar.adjusted(0, arrowHeight, 0, -arrowHeight);
    const double low = m_scale.low() * decibelsPerLog, high = m_scale.high() * decibelsPerLog;
    const double step = tickStep(high - low, inner.height());
    const QFont small = smallerFont(font());
    const QFontMetricsF metrics(small);
    painter.setFont(small);
    const double x = bar.left() + barWidth;
    QColor line = mutedText(palette());
    line.setAlphaF(0.6F);
    double highest = bar.bottom();
    for (double decibels = std::ceil(low / step) * step; decibels <= high + 1e-9;
         decibels += step) {
        const double y = inner.top() + (high - decibels) / (high - low) * inner.height();
        painter.setPen(QPen(line, 1));
        painter.drawLine(QPointF(x, y), QPointF(x + 3, y));
        QString text = decibelText(decibels).chopped(3);
        if (m_change && decibels > 0.5)
            text.prepend('+');
        painter.setPen(mutedText(palette()));
        painter.drawText(QPointF(x + 5, y + metrics.capHeight() / 2), text);
        highest = y - metrics.capHeight() / 2;
    }
    if (highest > bar.top() + metrics.height()) {
        painter.setPen(mutedText(palette()));
        painter.drawText(QPointF(x + 5, bar.top() + metrics.capHeight()), "dB");
    }
}

} // namespace earshot
