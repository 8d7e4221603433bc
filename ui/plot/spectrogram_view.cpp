// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/spectrogram_view.h"

#include "ui/plot/axis_font.h"
#include "ui/plot/spectrogram_image.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr double zoomPerStep = 1.25; // of a wheel's notch or a key
constexpr double panPerKey = 0.1;    // of what is seen
constexpr int playheadReach = 3;     // pixels at each side of its middle

} // namespace

SpectrogramView::SpectrogramView(QWidget* parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAttribute(Qt::WA_OpaquePaintEvent, false);
    setAccessibleName("Spectrogram");
    setToolTip(
        "<p>Click to hear it from here; drag it out of the window to save the sound.</p>"
        "<p>Ctrl + wheel zooms time, Ctrl + Shift + wheel zooms frequency, the middle button "
        "moves the picture, a double click shows all of it. On the keyboard: +, −, arrow "
        "keys, 0.</p><p>The dotted line marks the moment that the classifier judges.</p>");
    describe();
}

void SpectrogramView::setSpectrogram(std::span<const float> logMel)
{
    checkExcerptSize(logMel);
    m_logMel.assign(logMel.begin(), logMel.end());
    m_image = {};
    if (QAccessible::isActive())
        describe();
    if (m_pointer)
        Q_EMIT pointed(readoutAt(*m_pointer));
    update();
}

void SpectrogramView::setPlaceholder(const QString& text)
{
    m_placeholder = text;
    describe();
    update();
}

void SpectrogramView::setColours(ColourMap map, ColourRange range)
{
    m_map = map;
    m_colourRange = range;
    m_change.reset();
    updateScale();
}

void SpectrogramView::setChange(ChangeScale scale)
{
    m_change = scale;
    updateScale();
}

void SpectrogramView::updateScale()
{
    const ChangeGround ground = isDark(palette()) ? ChangeGround::Dark : ChangeGround::Light;
    const ColourScale scale =
        m_change ? ColourScale(*m_change, ground) : ColourScale(m_map, m_colourRange);
    if (scale == m_scale)
        return;
    m_scale = scale;
    m_image = {};
    update();
}

void SpectrogramView::setPlayhead(std::optional<double> seconds)
{
    if (m_playhead == seconds)
        return;
    updatePlayhead(m_playhead);
    m_playhead = seconds;
    updatePlayhead(m_playhead);
}

// Only the strip that changes: the playhead moves 30 times a second.
void SpectrogramView::updatePlayhead(std::optional<double> seconds)
{
    if (!seconds)
        return;
    const int x = static_cast<int>(std::floor(xOfSeconds(*seconds)));
    update(x - playheadReach, 0, 2 * playheadReach + 1, height());
}

void SpectrogramView::setCrosshair(std::optional<ExcerptPoint> point)
{
    if (m_crosshair == point)
        return;
    m_crosshair = point;
    update();
}

void SpectrogramView::setAxisLabels(AxisLabels labels)
{
    m_labels = labels;
    m_image = {};
    updateGeometry();
    update();
}

int SpectrogramView::leftMargin() const
{
    return axisMargins(m_labels, axisFont()).left;
}

void SpectrogramView::setRange(const ExcerptRange& range)
{
    const ExcerptRange possible = limited(range);
    if (possible == m_range)
        return;
    m_range = possible;
    m_image = {};
    update();
}

void SpectrogramView::changeRange(const ExcerptRange& range)
{
    const ExcerptRange before = m_range;
    setRange(range);
    if (m_range != before)
        Q_EMIT rangeChanged(m_range);
}

QRect SpectrogramView::pictureRect() const
{
    const AxisMargins margins = axisMargins(m_labels, axisFont());
    return rect().adjusted(margins.left, margins.top, -margins.right, -margins.bottom);
}

double SpectrogramView::xOfSeconds(double seconds) const
{
    const QRect picture = pictureRect();
    return picture.left() + (seconds - m_range.firstSeconds) /
                                (m_range.lastSeconds - m_range.firstSeconds) * picture.width();
}

double SpectrogramView::secondsOfX(double x) const
{
    const QRect picture = pictureRect();
    return m_range.firstSeconds +
           (x - picture.left()) / picture.width() * (m_range.lastSeconds - m_range.firstSeconds);
}

std::optional<ExcerptPoint> SpectrogramView::pointAt(QPointF position) const
{
    const QRect picture = pictureRect();
    if (!QRectF(picture).contains(position))
        return std::nullopt;
    const double fromBelow = picture.top() + picture.height() - position.y();
    return ExcerptPoint{secondsOfX(position.x()),
                        m_range.firstBand +
                            fromBelow / picture.height() * (m_range.lastBand - m_range.firstBand)};
}

QString SpectrogramView::readoutAt(QPointF position) const
{
    const auto point = pointAt(position);
    if (!point || m_logMel.empty())
        return {};
    const auto cell = [](double value, std::size_t cells) {
        return static_cast<std::size_t>(
            std::clamp(std::floor(value), 0.0, static_cast<double>(cells - 1)));
    };
    const std::size_t frame = cell(ExcerptAxes::frameAt(point->seconds), ExcerptGeometry::frames);
    const std::size_t band = cell(point->band, ExcerptGeometry::bands);
    return readoutText(frame, band, m_logMel[frame * ExcerptGeometry::bands + band],
                       m_change ? ReadoutKind::Change : ReadoutKind::Level);
}

QSize SpectrogramView::sizeHint() const
{
    return {215, 230};
}

QSize SpectrogramView::minimumSizeHint() const
{
    return {120, 110};
}

QFont SpectrogramView::axisFont() const
{
    return smallerFont(font());
}

void SpectrogramView::describe()
{
    if (m_logMel.empty()) {
        setAccessibleDescription(m_placeholder);
        return;
    }
    const auto loudest = static_cast<std::size_t>(
        std::max_element(m_logMel.begin(), m_logMel.end()) - m_logMel.begin());
    setAccessibleDescription("Strongest at " +
                             readoutText(loudest / ExcerptGeometry::bands,
                                         loudest % ExcerptGeometry::bands, m_logMel[loudest],
                                         m_change ? ReadoutKind::Change : ReadoutKind::Level));
}

void SpectrogramView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        updateScale();
    if (event->type() == QEvent::FontChange)
        m_image = {};
    QWidget::changeEvent(event);
}

void SpectrogramView::showPoint(std::optional<QPointF> position)
{
    m_pointer = position;
    const auto point = position ? pointAt(*position) : std::nullopt;
    setCrosshair(point);
    Q_EMIT pointed(position ? readoutAt(*position) : QString());
    Q_EMIT pointerMoved(point);
}

void SpectrogramView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        m_press = event->position().toPoint();
    else if (event->button() == Qt::MiddleButton)
        m_panFrom = event->position().toPoint();
    else
        QWidget::mousePressEvent(event);
}

void SpectrogramView::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint position = event->position().toPoint();
    if (m_panFrom) {
        const QRect picture = pictureRect();
        const double seconds = (m_range.lastSeconds - m_range.firstSeconds) / picture.width() *
                               (m_panFrom->x() - position.x());
        const double bands = (m_range.lastBand - m_range.firstBand) / picture.height() *
                             (position.y() - m_panFrom->y());
        m_panFrom = position;
        changeRange(moved(m_range, seconds, bands));
    } else if (m_press &&
               (position - *m_press).manhattanLength() >= QApplication::startDragDistance()) {
        m_press.reset();
        if (hasSpectrogram())
            Q_EMIT dragStarted();
        return;
    }
    showPoint(event->position());
}

void SpectrogramView::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::MiddleButton)
        m_panFrom.reset();
    if (event->button() != Qt::LeftButton || !m_press)
        return;
    m_press.reset();
    Q_EMIT activated();
    if (const auto point = pointAt(event->position()); point && hasSpectrogram())
        Q_EMIT seekRequested(point->seconds);
}

void SpectrogramView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        changeRange({});
}

void SpectrogramView::leaveEvent(QEvent* event)
{
    showPoint(std::nullopt);
    QWidget::leaveEvent(event);
}

void SpectrogramView::wheelEvent(QWheelEvent* event)
{
    const auto point = pointAt(event->position());
    // With Alt or Shift some platforms turn the wheel sideways.
    const int turned =
        event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    if (!point || !(event->modifiers() & Qt::ControlModifier)) {
        event->ignore();
        return;
    }
    const double factor = std::pow(zoomPerStep, -turned / 120.0);
    if (event->modifiers() & Qt::ShiftModifier)
        changeRange(zoomed(m_range, *point, 1, factor));
    else
        changeRange(zoomed(m_range, *point, factor, 1));
    showPoint(event->position());
    event->accept();
}

// While it is zoomed, 0 is this picture's and no shortcut of the window.
bool SpectrogramView::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && m_range != ExcerptRange() &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_0) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void SpectrogramView::keyPressEvent(QKeyEvent* event)
{
    const double seconds = (m_range.lastSeconds - m_range.firstSeconds) * panPerKey;
    const double bands = (m_range.lastBand - m_range.firstBand) * panPerKey;
    const ExcerptPoint middle{(m_range.firstSeconds + m_range.lastSeconds) / 2,
                              (m_range.firstBand + m_range.lastBand) / 2};
    const auto pan = [&](double bySeconds, double byBands) {
        changeRange(moved(m_range, bySeconds, byBands));
    };
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return changeRange(zoomed(m_range, middle, 1 / zoomPerStep, 1 / zoomPerStep));
    case Qt::Key_Minus:
        return changeRange(zoomed(m_range, middle, zoomPerStep, zoomPerStep));
    case Qt::Key_0:
        return changeRange({});
    case Qt::Key_Left:
        return pan(-seconds, 0);
    case Qt::Key_Right:
        return pan(seconds, 0);
    case Qt::Key_Up:
        return pan(0, bands);
    case Qt::Key_Down:
        return pan(0, -bands);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT activated();
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void SpectrogramView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::TextAntialiasing);
    const QRect picture = pictureRect();
    if (picture.width() < 2 || picture.height() < 2)
        return;
    if (hasSpectrogram())
        paintPicture(painter, picture);
    else
        paintPlaceholder(painter, picture);
    QColor line = mutedText(palette());
    line.setAlphaF(0.6F);
    drawExcerptAxes(painter, QRectF(picture), m_range, m_labels,
                    {mutedText(palette()), line, axisFont()});
    if (hasSpectrogram()) {
        if (m_crosshair)
            drawCrosshair(painter, QRectF(picture), m_range, *m_crosshair);
        if (m_playhead)
            drawPlayhead(painter, QRectF(picture), m_range, *m_playhead);
    }
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(picture);
    }
}

void SpectrogramView::paintPicture(QPainter& painter, const QRect& picture)
{
    const QSize pixels = (QSizeF(picture.size()) * devicePixelRatioF()).toSize();
    if (m_image.size() != pixels) {
        m_image = spectrogramImage(m_logMel, m_range, pixels, m_scale);
        m_image.setDevicePixelRatio(devicePixelRatioF());
    }
    painter.drawImage(picture, m_image);
    drawCentreLine(painter, QRectF(picture), m_range);
}

void SpectrogramView::paintPlaceholder(QPainter& painter, const QRect& picture) const
{
    painter.fillRect(picture, palette().color(QPalette::Base));
    painter.setFont(font());
    painter.setPen(mutedText(palette()));
    painter.drawText(picture.adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap,
                     m_placeholder);
}

} // namespace earshot
