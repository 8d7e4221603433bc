// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/grid/grid_values.h"

#include <cmath>

namespace earshot {

PlaceView viewOf(const GridContent& content, const SettingPlace& place)
{
    const PairSteps& pair = content.pairs.at(place.pair);
    PlaceView view;
    view.examples = pair.examples;
    const auto step = static_cast<std::size_t>(place.step);
    if (step < pair.distances.size() && std::isfinite(pair.distances[step]))
        view.distance = pair.distances[step];
    const bool isKnown = !std::isnan(view.distance);
    view.state = pair.state;
    if (place.step >= pair.explodedStep)
        view.state = SettingState::Exploded;
    else if (pair.state == SettingState::Exploded) // later
        view.state = isKnown ? SettingState::Known : SettingState::Waiting;
    for (const SettingRow& row : content.rows)
        if (row.pair == place.pair && row.steps == place.step)
            view.mark = row.mark;
    return view;
}

QString stateText(SettingState state)
{
    switch (state) {
    case SettingState::Waiting:
        return "waiting";
    case SettingState::Running:
        return "running";
    case SettingState::Known:
        return "ok";
    case SettingState::Exploded:
        return "exploded";
    case SettingState::Dead:
        return "dead";
    case SettingState::Stopped:
        break;
    }
    return "stopped";
}

QString markText(SettingMark mark, bool isRunning)
{
    switch (mark) {
    case SettingMark::None:
        return {};
    case SettingMark::Tied:
        return "tie";
    case SettingMark::Best:
        break;
    }
    return isRunning ? "best so far" : "best";
}

} // namespace earshot
