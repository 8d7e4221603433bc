// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/values.h"

#include <QSize>
#include <QString>
#include <QStringList>

#include <vector>

namespace earshot {

struct DistributionRow
{
    QString name;
    Cell cell = Cell::Start; // gives the colour
    std::vector<float> responses;
};

// The paper's Figure 2 with real numbers, one distribution below the other.
struct DistributionFigure
{
    QString title;
    QStringList details;              // a line each
    QString axis;                     // "response fc9[0]"
    std::vector<float> realQuantiles; // equally spaced, ascending: all real excerpts; not empty
    std::vector<DistributionRow> rows;
};

QSize figureSize(const DistributionFigure& content);

// All real excerpts as a histogram; of every row the Gaussian that Eq. 3 compares, as far as it has
// one, a mark for each response, and mean and deviation in numbers. The axis reaches half the real
// ones' range beyond them: what lies farther is counted at the row's end. Written as
// figure_file.h says.
void renderFigure(const DistributionFigure& content, const QString& path);

} // namespace earshot
