// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explanation.h"
#include "core/explain/real_responses.h"
#include "ui/plot/figure.h"

namespace earshot {

// The paper's Figure 4 for a result. real: nullptr if nothing is known of real responses.
FigureContent figureContent(const Explanation& explanation, const RealResponses* real,
                            ColourMap map, ColourRange range);

// RealResponsesFile::pictureRange(); the default where nothing is known of real music.
ColourRange colourRange(const RealResponsesFile* real);

} // namespace earshot
