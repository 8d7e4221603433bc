// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QColor>
#include <QIconEngine>

namespace earshot {

// Draws a monochrome SVG, whose colour is written currentColor, in the colour of the icon's mode;
// at every size and pixel ratio from the curves.
class SvgIconEngine : public QIconEngine
{
public:
    struct Colours
    {
        QColor normal;
        QColor on; // of a checked button
        QColor disabled;
        QColor selected;
    };

    SvgIconEngine(QByteArray svg, const Colours& colours);

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    QIconEngine* clone() const override;

private:
    QByteArray m_svg;
    Colours m_colours;
};

} // namespace earshot
