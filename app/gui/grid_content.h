// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/grid/grid_values.h"
#include "ui/plot/distributions_view.h"

#include <optional>

namespace earshot {

struct GridProgress;
struct GridResult;
struct GridSettings;
struct RealResponses;

// What the panel shows of a search that runs: what is best so far, and no response yet.
GridContent gridContent(const GridSettings& settings, const GridProgress* progress);
// Of one that has ended.
GridContent gridContent(const GridResult& result);

// While a search runs: the real responses, and of the pair at a place those known so far.
// `progress` and `real` may be null.
Distributions gridDistributions(const GridSettings& settings, const GridProgress* progress,
                                const std::optional<SettingPlace>& place,
                                const RealResponses* real);
// The responses of one pair after so many steps, beside the real ones that they were compared with.
Distributions gridDistributions(const GridResult& result, const SettingPlace& place,
                                const RealResponses* real);

} // namespace earshot
