// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QWidget>

namespace earshot {

// Peak level from −60 to 0 dBFS, falling slowly, with the highest of the last second held.
class LevelMeter : public QWidget
{
    Q_OBJECT

public:
    explicit LevelMeter(QWidget* parent = nullptr);

    // The peak since the last call, called about 30 times a second; −inf: silence.
    void setLevel(float peakDb);
    float shownDb() const { return m_shownDb; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    float m_shownDb = lowestDb;
    float m_heldDb = lowestDb;
    QElapsedTimer m_sinceHeld;

    static constexpr float lowestDb = -60;
};

} // namespace earshot
