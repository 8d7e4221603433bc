// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/colour_scale.h"
#include "ui/plot/excerpt_axes.h"

#include <QImage>
#include <QSize>

#include <span>

namespace earshot {

// The range of an excerpt in exactly `pixels` device pixels, high bands on top. Each pixel shows
// the mean of the log-mels that it covers: small pictures are averaged, large ones show the cells.
// Before the first frame's middle and after the last one's those two frames go on to the excerpt's
// ends. logMel: [115·80], time-major. Null for an empty size. 0.2 ms for 200×200 pixels.
QImage spectrogramImage(std::span<const float> logMel, const ExcerptRange& range, QSize pixels,
                        const ColourScale& scale);

// Error (BadInput) unless there are 115·80 values, or none.
void checkExcerptSize(std::span<const float> logMel);

} // namespace earshot
