// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/csv.h"
#include "ui/plot/distribution_figure.h"
#include "ui/plot/figure.h"

namespace earshot {

// What `earshot-cli reproduce` wrote as figure2.csv (distribution, index, response) and figure3.csv
// (frame, band, then NAME_ROW: log-mels). Numbers that are not finite are left out, or their
// picture is. Errors: BadInput naming the line or the column.
bool isFigure2(const CsvTable& table);
DistributionFigure figure2Content(const CsvTable& table);
bool isFigure3(const CsvTable& table);
FigureContent figure3Content(const CsvTable& table, ColourMap map, ColourRange range);

} // namespace earshot
