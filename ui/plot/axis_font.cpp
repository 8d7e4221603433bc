// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/axis_font.h"

#include <algorithm>
#include <cmath>

namespace earshot {

QFont smallerFont(QFont font, double share)
{
    constexpr double smallestPoints = 6.5;
    constexpr int smallestPixels = 9;
    if (font.pointSizeF() > 0)
        font.setPointSizeF(std::max(smallestPoints, font.pointSizeF() * share));
    else
        font.setPixelSize(
            std::max(smallestPixels, static_cast<int>(std::lround(font.pixelSize() * share))));
    return font;
}

} // namespace earshot
