// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/colour_bar.h"

#include "ui/plot/axis_font.h"
#include "ui/plot/colour_bar_painting.h"
#include "ui/plot/excerpt_axes.h"
#include "ui/plot/excerpt_painting.h"
#include "ui/theme/theme.h"

#include <QContextMenuEvent>
#include <QFontMetricsF>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace earshot {

namespace {

constexpr int left = 3;

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
    return {left, margins.top, colourBarWidth, height() - margins.top - margins.bottom};
}

QString ColourBar::readoutAt(QPointF position) const
{
    const QRect inner = barRect().adjusted(0, colourBarArrowHeight, 0, -colourBarArrowHeight);
    if (!QRectF(inner).contains(position))
        return {};
    const double share = (inner.top() + inner.height() - position.y()) / inner.height();
    return decibelText((m_scale.low() + share * (m_scale.high() - m_scale.low())) * decibelsPerLog);
}

QSize ColourBar::sizeHint() const
{
    const QFontMetricsF metrics(smallerFont(font()));
    return {left + colourBarWidth + 6 +
                static_cast<int>(std::ceil(metrics.horizontalAdvance("+20 dB"))),
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
                           (m_change ? "<p>Bright blue lies below the scale, bright green above "
                                       "it. "
                                     : "<p>Bright green lies above the scale; what is softer than "
                                       "its end is as dark. ") +
                           "Click to choose the colours.</p>",
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
    if (bar.height() < 4 * colourBarArrowHeight)
        return;
    QColor line = mutedText(palette());
    line.setAlphaF(0.6F);
    drawColourBar(painter, bar, m_scale, {mutedText(palette()), line, smallerFont(font())});
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(bar).adjusted(-2, -1, 2, 1));
    }
}

} // namespace earshot
