// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/response_expression.h"
#include "ui/network/unit_rows.h"

#include <vector>

namespace earshot {

inline std::vector<LayerDescription> exampleLayers()
{
    return {{"conv1", {3, 5, 4}, "linear"},   {"conv1.act", {3, 5, 4}, "leaky_relu"},
            {"pool2", {3, 2, 2}, "max_pool"}, {"fc3", {4}, "linear"},
            {"fc3.act", {4}, "relu"},         {"fc4", {1}, "linear"},
            {"fc4.act", {1}, "sigmoid"}};
}

// Rows without real responses, but for fc3: spreads 1, 3, 2 and none; AUC 0.5, 0.6, 0.1 and none.
inline std::vector<LayerRow> exampleRows()
{
    std::vector<LayerRow> rows = networkRows(exampleLayers(), nullptr, "vocal");
    std::vector<UnitRow>& units = rows[2].units;
    const double spreads[] = {1, 3, 2};
    const double aucs[] = {0.5, 0.6, 0.1};
    for (std::size_t i = 0; i < 3; ++i) {
        units[i].state = UnitState::Live;
        units[i].spread = spreads[i];
        units[i].auc = aucs[i];
        units[i].histogram.assign(histogramBins, 0.5F);
    }
    units[3].state = UnitState::Dead;
    units[3].reason = "It answers 0 to every real excerpt.";
    return rows;
}

} // namespace earshot
