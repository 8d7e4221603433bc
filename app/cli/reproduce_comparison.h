// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/reproduce_search.h"

#include <cstdint>
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
    std::optional<FreshMeasurement> fresh;
    std::size_t firstFresh = 0; // the first of those starts
    SampleMoments realMoments;
};
SearchChoice choiceOf(const SettingsSearch& search);
// Of a search in which every setting exploded, or of a dead response.
SearchChoice nothingChosen(const std::string& response);

// Does the quick search choose as well as a wider one? Both choices are compared on the same fresh
// starts.
struct SearchComparison
{
    SearchChoice quick;
    SearchChoice wider;
    std::uint64_t seed = 0; // of the bootstrap

    // The rule of ties (grid_uncertainty.h): the quick one's choice is nearer, or cannot be told
    // from the wider one's. False where either is not known, or other starts are its fresh ones.
    bool isAsGood() const;
};

// known: choices of wider searches that were made already; the others are made now. Each search is
// a part. Those of task.plan.compared, in that order.
std::vector<SearchComparison> compareSearches(ReproduceTask& task,
                                              const std::vector<SearchChoice>& known);
double comparisonUpdates(const ReproducePlan& plan);

} // namespace earshot
