// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/level_meter.h"

#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace earshot {

namespace {

constexpr float fallDb = 0.8F; // a call: about 24 dB a second
constexpr qint64 holdMilliseconds = 1000;
constexpr float hotDb = -1; // level matching keeps below it

} // namespace

LevelMeter::LevelMeter(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName("Level");
    setToolTip(
        "<b>Level</b> of what is played: the peak from −60 dBFS on the left to 0 dBFS, full scale, "
        "on the right. The line is the highest of the last second.");
    m_sinceHeld.start();
}

void LevelMeter::setLevel(float peakDb)
{
    const float limited = std::clamp(peakDb, lowestDb, 0.0F);
    const float shown = std::max(limited, std::max(lowestDb, m_shownDb - fallDb));
    float held = m_heldDb;
    if (limited >= held || m_sinceHeld.elapsed() > holdMilliseconds) {
        held = limited;
        m_sinceHeld.restart();
    }
    if (shown == m_shownDb && held == m_heldDb)
        return;
    m_shownDb = shown;
    m_heldDb = held;
    update();
}

QSize LevelMeter::sizeHint() const
{
    return {120, 8};
}

QSize LevelMeter::minimumSizeHint() const
{
    return {48, 8};
}

void LevelMeter::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto xOf = [this](float db) { return (db - lowestDb) / -lowestDb * width(); };
    painter.fillRect(rect(), palette().color(QPalette::Mid));
    if (!isEnabled())
        return;
    const QColor level = cellColour(Cell::Real, palette());
    painter.fillRect(QRectF(0, 0, xOf(std::min(m_shownDb, hotDb)), height()), level);
    if (m_shownDb > hotDb)
        painter.fillRect(QRectF(xOf(hotDb), 0, xOf(m_shownDb) - xOf(hotDb), height()),
                         errorText(palette()));
    if (m_heldDb > lowestDb)
        painter.fillRect(QRectF(xOf(m_heldDb) - 2, 0, 2, height()),
                         m_heldDb > hotDb ? errorText(palette())
                                          : palette().color(QPalette::WindowText));
}

} // namespace earshot
