// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/waveform_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr double keySeconds = 0.1;
constexpr double corner = 4;

} // namespace

WaveformView::WaveformView(QWidget* parent)
    : QWidget(parent)
    , m_colour(Qt::gray)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::IBeamCursor);
    setAccessibleName("Waveform");
    setToolTip(
        "<b>Waveform</b>: the sound of the chosen cell as it is played, from full scale below "
        "to full scale above. Click or drag to go there; left and right arrows go by a tenth of a "
        "second.");
}

void WaveformView::setWaveform(std::span<const float> samples, double rateHz)
{
    m_samples.assign(samples.begin(), samples.end());
    m_rateHz = rateHz;
    makeEnvelope();
    update();
}

void WaveformView::setGain(double gainDb)
{
    if (gainDb == m_gainDb)
        return;
    m_gainDb = gainDb;
    update();
}

void WaveformView::setPlayhead(double seconds)
{
    if (seconds == m_playheadSeconds)
        return;
    // 30 times a second: only what changes is drawn again.
    const auto strip = [this](double x) { return QRect(static_cast<int>(x) - 3, 0, 7, height()); };
    update(strip(xOf(m_playheadSeconds)));
    m_playheadSeconds = seconds;
    update(strip(xOf(m_playheadSeconds)));
}

void WaveformView::setColour(const QColor& colour)
{
    m_colour = colour;
    update();
}

void WaveformView::setPlaceholder(const QString& text)
{
    m_placeholder = text;
    setAccessibleDescription(text);
    update();
}

double WaveformView::durationSeconds() const
{
    return static_cast<double>(m_samples.size()) / m_rateHz;
}

QSize WaveformView::sizeHint() const
{
    return {320, 48};
}

QSize WaveformView::minimumSizeHint() const
{
    return {120, 48};
}

void WaveformView::makeEnvelope()
{
    m_envelope.clear();
    if (m_samples.empty() || width() <= 0)
        return;
    const auto pixels = static_cast<std::size_t>(width());
    m_envelope.reserve(pixels);
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
        const std::size_t begin = std::min(pixel * m_samples.size() / pixels, m_samples.size() - 1);
        const std::size_t end =
            std::clamp((pixel + 1) * m_samples.size() / pixels, begin + 1, m_samples.size());
        const auto [lowest, highest] =
            std::minmax_element(m_samples.begin() + static_cast<std::ptrdiff_t>(begin),
                                m_samples.begin() + static_cast<std::ptrdiff_t>(end));
        m_envelope.emplace_back(*lowest, *highest);
    }
}

double WaveformView::xOf(double seconds) const
{
    return durationSeconds() > 0 ? seconds / durationSeconds() * width() : 0;
}

void WaveformView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(palette().color(hasFocus() ? QPalette::Highlight : QPalette::Mid));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRoundedRect(frame, corner, corner);
    if (m_envelope.empty() || !isEnabled()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect().adjusted(12, 0, -12, 0),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, m_placeholder);
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    const double middle = height() / 2.0;
    const double fullScale = middle - 3;
    const double gain = std::pow(10.0, m_gainDb / 20);
    const auto yOf = [&](float sample) {
        return middle - std::clamp(gain * static_cast<double>(sample), -1.0, 1.0) * fullScale;
    };
    for (std::size_t x = 2; x + 2 < m_envelope.size(); ++x) {
        const auto [lowest, highest] = m_envelope[x];
        const double top = yOf(highest);
        const double bottom = yOf(lowest);
        painter.fillRect(QRectF(static_cast<double>(x), top, 1, std::max(1.0, bottom - top)),
                         m_colour);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const double playhead = std::clamp(xOf(m_playheadSeconds), 1.0, width() - 1.0);
    painter.setPen(QPen(palette().color(QPalette::Text), 1.5));
    painter.drawLine(QPointF(playhead, 1), QPointF(playhead, height() - 1));
}

void WaveformView::resizeEvent(QResizeEvent*)
{
    makeEnvelope();
}

void WaveformView::seekTo(double x)
{
    if (!m_samples.empty())
        Q_EMIT seekRequested(std::clamp(x / std::max(1, width()), 0.0, 1.0) * durationSeconds());
}

void WaveformView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        seekTo(event->position().x());
}

void WaveformView::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton)
        seekTo(event->position().x());
}

void WaveformView::keyPressEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_Left && event->key() != Qt::Key_Right) {
        QWidget::keyPressEvent(event);
        return;
    }
    const double seconds =
        m_playheadSeconds + (event->key() == Qt::Key_Right ? keySeconds : -keySeconds);
    seekTo(xOf(seconds));
}

} // namespace earshot
