// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/html.h"

#include <span>
#include <string>
#include <vector>

namespace earshot {

// One row of a strip chart: a dot a value.
struct StripRow
{
    std::string name;
    std::vector<float> values;
};

// The paper's Figure 2: distributions of responses below each other. quantiles [1001] of real music
// are drawn as a bar from 0.1 to 99.9 % with a thicker one from 25 to 75 %. What lies beyond the
// axis, which fits the music and half its range more, is told in words.
void addStripChart(HtmlWriter& page, std::span<const float> quantiles,
                   const std::vector<StripRow>& rows, const std::string& axis,
                   const std::string& description);

struct ScatterPoint
{
    double x = 0; // above 0: the axis is logarithmic
    double y = 0; // [0, 1]
    std::string name;
    bool isMarked = false;
};

void addScatter(HtmlWriter& page, const std::vector<ScatterPoint>& points, const std::string& xAxis,
                const std::string& yAxis, const std::string& description);

} // namespace earshot
