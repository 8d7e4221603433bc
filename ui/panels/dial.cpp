// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/dial.h"

#include "ui/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QTimer>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace earshot {

namespace {

constexpr double trackY = 27;
constexpr double trackHeight = 4;
constexpr double handleRadius = 7;
constexpr double leastTickDistance = 4;
constexpr int widgetHeight = 56;
constexpr int pageSteps = 5;
constexpr int wheelNotch = 120;
constexpr int wheelRestMilliseconds = 250;

const QString lessText = "less";
const QString moreText = "more";

int last(const std::vector<int>& steps)
{
    return steps.empty() ? 0 : static_cast<int>(steps.size()) - 1;
}

// How far along its half of the track a stored step lies, [0, 1].
double shareOf(const std::vector<int>& steps, int index)
{
    return steps.size() < 2 || steps.back() <= 0
               ? 0
               : static_cast<double>(steps[static_cast<std::size_t>(index)]) / steps.back();
}

} // namespace

Dial::Dial(QWidget* parent)
    : QAbstractSlider(parent)
    , m_wheelRest(new QTimer(this))
{
    setOrientation(Qt::Horizontal);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setSingleStep(1);
    setPageStep(pageSteps);
    setAccessibleName("Dial from less to more");
    setToolTip("Goes along the optimisation: from the start to the right, the response rises "
               "(<i>more</i>); to the left, it falls (<i>less</i>).<br>Drag, or arrow keys, Page "
               "Up and Down, Home and End. The ticks are stored steps, the triangles the steps "
               "that were chosen as explanations.");
    m_wheelRest->setSingleShot(true);
    m_wheelRest->setInterval(wheelRestMilliseconds);
    connect(m_wheelRest, &QTimer::timeout, this, &Dial::release);
    setRange(0, 0);
    setEnabled(false);
}

void Dial::setScale(std::optional<DialScale> scale)
{
    if (scale == m_scale)
        return; // what is being dragged goes on
    m_scale = std::move(scale);
    m_isDragging = false;
    m_hasMoved = false;
    setRange(m_scale ? -last(m_scale->negativeSteps) : 0,
             m_scale ? last(m_scale->positiveSteps) : 0);
    if (!m_scale)
        setValue(0);
    setEnabled(m_scale.has_value());
    update();
}

void Dial::setPosition(int position)
{
    setValue(position);
    update();
}

void Dial::setText(const QString& text)
{
    m_text = text;
    setAccessibleDescription(text);
    update();
}

QSize Dial::sizeHint() const
{
    return {480, widgetHeight};
}

QSize Dial::minimumSizeHint() const
{
    return {240, widgetHeight};
}

Dial::Track Dial::track() const
{
    const int margin = std::max(fontMetrics().horizontalAdvance(lessText),
                                fontMetrics().horizontalAdvance(moreText)) +
                       24;
    return {static_cast<double>(margin), static_cast<double>(width() - margin), trackY};
}

double Dial::xOf(int position) const
{
    const Track line = track();
    if (!m_scale || position == 0)
        return line.centre();
    const double half = (line.right - line.left) / 2;
    return position < 0 ? line.centre() - half * shareOf(m_scale->negativeSteps, -position)
                        : line.centre() + half * shareOf(m_scale->positiveSteps, position);
}

int Dial::positionAt(double x) const
{
    int nearest = 0;
    for (int position = minimum(); position <= maximum(); ++position)
        if (std::abs(xOf(position) - x) < std::abs(xOf(nearest) - x))
            nearest = position;
    return nearest;
}

void Dial::moveTo(int position)
{
    position = std::clamp(position, minimum(), maximum());
    if (position == value())
        return;
    setValue(position);
    update();
    m_hasMoved = true;
    Q_EMIT moved(position);
}

void Dial::release()
{
    m_wheelRest->stop();
    if (!std::exchange(m_hasMoved, false))
        return;
    Q_EMIT released(value());
}

void Dial::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_scale)
        return;
    m_isDragging = true;
    moveTo(positionAt(event->position().x()));
    update();
}

void Dial::mouseMoveEvent(QMouseEvent* event)
{
    if (m_isDragging)
        moveTo(positionAt(event->position().x()));
}

void Dial::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !std::exchange(m_isDragging, false))
        return;
    release();
    update();
}

void Dial::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Down:
        return moveTo(value() - singleStep());
    case Qt::Key_Right:
    case Qt::Key_Up:
        return moveTo(value() + singleStep());
    case Qt::Key_PageDown:
        return moveTo(value() - pageStep());
    case Qt::Key_PageUp:
        return moveTo(value() + pageStep());
    case Qt::Key_Home:
        return moveTo(minimum());
    case Qt::Key_End:
        return moveTo(maximum());
    default:
        event->ignore();
    }
}

void Dial::keyReleaseEvent(QKeyEvent* event)
{
    if (!event->isAutoRepeat() && !m_isDragging)
        release();
    event->ignore();
}

void Dial::focusOutEvent(QFocusEvent* event)
{
    if (!m_isDragging)
        release();
    QAbstractSlider::focusOutEvent(event);
}

void Dial::wheelEvent(QWheelEvent* event)
{
    // Touch pads send parts of a notch.
    m_wheelAngle +=
        event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    const int notches = m_wheelAngle / wheelNotch;
    m_wheelAngle -= notches * wheelNotch;
    moveTo(value() + notches);
    if (m_hasMoved)
        m_wheelRest->start();
    event->accept();
}

void Dial::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::EnabledChange)
        update();
    QAbstractSlider::changeEvent(event);
}

void Dial::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    drawTrack(painter);
    drawTicks(painter);
    if (isEnabled())
        drawHandle(painter);
    drawTexts(painter);
}

// Both halves faint, and full from the start to the handle.
void Dial::drawTrack(QPainter& painter) const
{
    const Track line = track();
    const auto bar = [&](double from, double to, const QColor& colour) {
        QPainterPath path;
        path.addRoundedRect(QRectF(from, line.y - trackHeight / 2, to - from, trackHeight),
                            trackHeight / 2, trackHeight / 2);
        painter.fillPath(path, colour);
    };
    const QColor quiet = palette().color(QPalette::Mid);
    const auto half = [&](Cell cell, bool exists) {
        QColor colour = isEnabled() && exists ? cellColour(cell, palette()) : quiet;
        if (isEnabled() && exists)
            colour.setAlphaF(0.35f);
        return colour;
    };
    bar(line.left, line.centre(), half(Cell::Negative, minimum() < 0));
    bar(line.centre(), line.right, half(Cell::Positive, maximum() > 0));
    if (!isEnabled())
        return;
    if (value() < 0)
        bar(xOf(value()), line.centre(), cellColour(Cell::Negative, palette()));
    else if (value() > 0)
        bar(line.centre(), xOf(value()), cellColour(Cell::Positive, palette()));
}

void Dial::drawTicks(QPainter& painter) const
{
    const Track line = track();
    const QColor quiet = mutedText(palette());
    painter.setPen(QPen(
        palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::WindowText),
        1.5));
    painter.drawLine(QPointF(line.centre(), line.y - 8), QPointF(line.centre(), line.y + 8));
    if (!m_scale)
        return;
    QColor tick = quiet;
    tick.setAlphaF(0.6f);
    painter.setPen(QPen(tick, 1));
    for (const int direction : {-1, 1}) {
        double drawn = line.centre();
        for (int position = direction; position >= minimum() && position <= maximum();
             position += direction) {
            const double x = xOf(position);
            if (std::abs(x - drawn) < leastTickDistance)
                continue;
            painter.drawLine(QPointF(x, line.y + 5), QPointF(x, line.y + 8));
            drawn = x;
        }
    }
    const auto marker = [&](const std::vector<int>& steps, int chosen, int direction, Cell cell) {
        const auto found = std::find(steps.begin(), steps.end(), chosen);
        if (found == steps.end() || chosen == 0)
            return;
        const double x = xOf(direction * static_cast<int>(found - steps.begin()));
        QPainterPath triangle(QPointF(x, line.y - 9));
        triangle.lineTo(x - 4.5, line.y - 16);
        triangle.lineTo(x + 4.5, line.y - 16);
        triangle.closeSubpath();
        painter.fillPath(triangle, cellColour(cell, palette()));
    };
    marker(m_scale->negativeSteps, m_scale->negativeChosen, -1, Cell::Negative);
    marker(m_scale->positiveSteps, m_scale->positiveChosen, 1, Cell::Positive);
}

void Dial::drawHandle(QPainter& painter) const
{
    const QPointF centre(xOf(value()), track().y);
    const Cell cell = value() < 0 ? Cell::Negative : value() > 0 ? Cell::Positive : Cell::Start;
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(centre, handleRadius + 3, handleRadius + 3);
    }
    painter.setPen(QPen(palette().color(QPalette::Window), 2));
    painter.setBrush(cellColour(cell, palette()));
    const double radius = m_isDragging ? handleRadius + 1 : handleRadius;
    painter.drawEllipse(centre, radius, radius);
}

void Dial::drawTexts(QPainter& painter) const
{
    const Track line = track();
    const int textHeight = fontMetrics().height();
    const double top = line.y - textHeight / 2.0;
    painter.setPen(isEnabled() ? cellColour(Cell::Negative, palette()) : mutedText(palette()));
    painter.drawText(QRectF(0, top, line.left - 12, textHeight), Qt::AlignRight | Qt::AlignVCenter,
                     lessText);
    painter.setPen(isEnabled() ? cellColour(Cell::Positive, palette()) : mutedText(palette()));
    painter.drawText(QRectF(line.right + 12, top, width() - line.right - 12, textHeight),
                     Qt::AlignLeft | Qt::AlignVCenter, moreText);
    painter.setPen(mutedText(palette()));
    painter.drawText(QRectF(line.centre() - 60, 0, 120, line.y - 10),
                     Qt::AlignHCenter | Qt::AlignVCenter, "start");

    // The live text goes with the handle, as far as the widget is wide.
    const double textWidth = fontMetrics().horizontalAdvance(m_text) + 2;
    const double left =
        std::clamp(xOf(value()) - textWidth / 2, 0.0, std::max(0.0, width() - textWidth));
    painter.setPen(isEnabled() ? palette().color(QPalette::WindowText) : mutedText(palette()));
    painter.drawText(
        QRectF(left, line.y + 11, std::min<double>(textWidth, width()), textHeight + 2),
        Qt::AlignLeft | Qt::AlignVCenter,
        fontMetrics().elidedText(m_text, Qt::ElideRight, width()));
}

} // namespace earshot
