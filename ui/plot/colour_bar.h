// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/colour_scale.h"

#include <QWidget>

#include <optional>

namespace earshot {

// The key to the colours of the views beside it, in decibels, with the two colours of what lies
// outside. Its bar is as high as the picture of a SpectrogramView of the same height that has
// numbers below.
class ColourBar : public QWidget
{
    Q_OBJECT

public:
    explicit ColourBar(QWidget* parent = nullptr);

    void setColours(ColourMap map, ColourRange range);
    void setChange(ChangeScale scale);

    QRect barRect() const;
    // "−32 dB" for a height in the widget; empty beside the bar.
    QString readoutAt(QPointF position) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    // Clicked, or asked for by the menu key or Return: the place for a menu of maps.
    void menuRequested(QPoint globalPosition);

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;

private:
    void updateScale();

    ColourMap m_map = ColourMap::Magma;
    ColourRange m_range;
    std::optional<ChangeScale> m_change;
    ColourScale m_scale;
};

} // namespace earshot
