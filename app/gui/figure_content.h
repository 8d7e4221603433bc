// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explanation.h"
#include "core/explain/real_responses.h"
#include "ui/plot/figure.h"

namespace earshot {

class Session;
struct CellView;

// The paper's Figure 4 for a result. real: nullptr if nothing is known of real responses.
FigureContent figureContent(const Explanation& explanation, const RealResponses* real,
                            ColourMap map, ColourRange range);

// One panel of the window, with what belongs to it, in the colours of the paper's figure.
FigureContent cellFigure(const Session& session, const CellView& view, Cell cell,
                         const QString& caption);

// Wide enough for nearly all of the differences of log-mels, none of which is empty, in steps that
// keep it from flickering.
ChangeScale changeScaleOf(const std::vector<std::vector<float>>& differences);

// RealResponsesFile::pictureRange(); the default where nothing is known of real music.
ColourRange colourRange(const RealResponsesFile* real);

} // namespace earshot
