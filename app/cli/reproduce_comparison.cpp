// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reproduce_comparison.h"

#include "app/cli/context.h"
#include "core/util/error.h"

#include <algorithm>

namespace earshot {

SearchChoice choiceOf(const SettingsSearch& search)
{
    SearchChoice choice;
    choice.response = search.response;
    choice.settings = search.candidates;
    choice.measured = search.settings[search.chosen].measurement;
    if (search.fresh)
        choice.fresh = search.fresh->measurement;
    return choice;
}

bool SearchComparison::isAsGood() const
{
    return quick.fresh && wider.fresh && quick.fresh->distance <= wider.fresh->interval.high;
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
            SearchChoice nothing; // that could be chosen
            nothing.response = response;
            return nothing;
        }
    };
    std::vector<SearchComparison> list;
    for (const ComparedUnit& unit : task.plan.compared) {
        SearchComparison comparison;
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
