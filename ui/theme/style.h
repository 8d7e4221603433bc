// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

class QStyleOptionToolButton;

namespace earshot {

// Fusion with slim scroll bars (a handle on the palette's ground, no arrows), and with the tool
// button of a group that is on in the colour of a selection: Fusion hardly tells it apart on a dark
// ground.
class SlimStyle : public QProxyStyle
{
    Q_OBJECT

public:
    SlimStyle();

    int pixelMetric(PixelMetric metric, const QStyleOption* option,
                    const QWidget* widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option,
                         SubControl subControl, const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                            QPainter* painter, const QWidget* widget) const override;

private:
    void drawChosen(const QStyleOptionToolButton& button, QPainter* painter,
                    const QWidget* widget) const;
};

} // namespace earshot
