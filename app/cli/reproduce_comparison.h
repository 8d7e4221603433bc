// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/reproduce_search.h"

#include <optional>
#include <string>
#include <vector>

namespace earshot {

// What one search of a unit chose.
struct SearchChoice
{
    std::string response;
    std::size_t settings = 0; // that it chose from
    GridMeasurement measured;
    // On starts that had no part in the choice.
    std::optional<GridMeasurement> fresh;
};
SearchChoice choiceOf(const SettingsSearch& search);

// Does the quick search choose as well as a wider one? Both choices are compared on fresh starts.
struct SearchComparison
{
    SearchChoice quick;
    SearchChoice wider;

    // The quick one's distance is within the interval of the wider one's, or below it. False where
    // either is not known.
    bool isAsGood() const;
};

// known: choices of wider searches that were made already; the others are made now. Each search is
// a part. Those of task.plan.compared, in that order.
std::vector<SearchComparison> compareSearches(ReproduceTask& task,
                                              const std::vector<SearchChoice>& known);
double comparisonUpdates(const ReproducePlan& plan);

} // namespace earshot
