// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/colour_scale.h"
#include "ui/values.h"

#include <QImage>
#include <QString>

#include <vector>

class QPainter;
class QRect;
class QWidget;

namespace earshot {

enum class ThumbnailState
{
    Running, // the optimisation goes on
    Final
};

// A small picture of an excerpt.
struct Thumbnail
{
    std::vector<float> logMel; // [115·80] natural log-mel, time-major; empty: still to come
    QString caption;           // its response
    ThumbnailState state = ThumbnailState::Running;
    QImage image; // in device pixels; null: to be drawn again
};

// Draws it and keeps the image. Dotted edges until it is final: grey while there is nothing, in the
// row's colour while it runs.
void drawThumbnail(QPainter& painter, const QRect& rect, Thumbnail& thumbnail, Cell row,
                   const ColourScale& scale, const QWidget& widget);

} // namespace earshot
