// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/colour_scale.h"
#include "ui/plot/excerpt_painting.h"

class QRect;
class QRectF;

namespace earshot {

inline constexpr int colourBarWidth = 12;
inline constexpr int colourBarArrowHeight = 7; // of the two colours outside the scale

// A bar of decibels: the scale between two arrows, numbers at its right.
void drawColourBar(QPainter& painter, const QRect& bar, const ColourScale& scale,
                   const AxisStyle& style);

} // namespace earshot
