// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reproduce_comparison.h"

#include "app/cli/context.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>

namespace earshot {

SearchChoice choiceOf(const SettingsSearch& search)
{
    SearchChoice choice;
    choice.response = search.response;
    choice.settings = search.candidates;
    choice.measured = search.settings[search.chosen].measurement;
    choice.fresh = search.fresh;
    choice.firstFresh = search.firstFresh;
    choice.realMoments = search.realMoments;
    return choice;
}

SearchChoice nothingChosen(const std::string& response)
{
    SearchChoice choice;
    choice.response = response;
    return choice;
}

bool SearchComparison::isAsGood() const
{
    return quick.fresh && wider.fresh && quick.firstFresh == wider.firstFresh &&
           std::isfinite(quick.fresh->measurement.distance) &&
           smallestDifference(quick.fresh->responses, wider.fresh->responses, wider.realMoments,
                              seed) <= 0;
}

std::vector<SearchComparison> compareSearches(ReproduceTask& task,
                                              const std::vector<SearchChoice>& known)
{
    const auto search = [&](const std::string& response, const GridSettings& grid,
                            const char* kind) {
        try {
            return choiceOf(searchSettings(task, response, {grid}, SearchSounds::None, kind));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Failed || task.context.stop().stop_requested())
                throw;
            return nothingChosen(response);
        }
    };
    std::vector<SearchComparison> list;
    for (const ComparedUnit& unit : task.plan.compared) {
        SearchComparison comparison;
        comparison.seed = task.plan.seed;
        comparison.quick = search(unit.response, unit.quick, "quick");
        comparison.wider = unit.wider
                               ? search(unit.response, *unit.wider, "search")
                               : *std::ranges::find(known, unit.response, &SearchChoice::response);
        list.push_back(std::move(comparison));
    }
    return list;
}

double comparisonUpdates(const ReproducePlan& plan)
{
    double updates = 0;
    for (const ComparedUnit& unit : plan.compared)
        updates += searchUpdates({unit.quick}, SearchSounds::None) +
                   (unit.wider ? searchUpdates({*unit.wider}, SearchSounds::None) : 0);
    return updates;
}

} // namespace earshot
