// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/grid/grid_values.h"

#include <limits>

namespace earshot {

// Two learning rates × three prior weights, four steps. Pair 0 falls to 0.5 at step 3, pair 1
// explodes at step 2, pair 2 is dead, pair 3 runs, pair 4 waits, pair 5 rises from 2 to 200.
inline GridContent exampleGrid()
{
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    GridContent grid;
    grid.learningRates = {0.1, 0.01};
    grid.priorWeights = {0.1, 0.01, 0.001};
    grid.steps = 4;
    grid.pairs.resize(6);
    grid.pairs[0] = {8, SettingState::Known, 1000, {50, 20, 5, 0.5, 1}};
    grid.pairs[1] = {8, SettingState::Exploded, 2, {50, 100, none, none, none}};
    grid.pairs[2] = {8, SettingState::Dead, 1000, {50, 50, 50, 50, 50}};
    grid.pairs[3] = {2, SettingState::Running, 1000, {50, 40, 30}};
    grid.pairs[5] = {8, SettingState::Known, 1000, {50, 2, 20, 60, 200}};
    grid.rows = {
        {0, 3, 8, 1.5, 0.5, 0.3, 0.9, SettingState::Known, SettingMark::Best},
        {1, 4, 8, none, none, none, none, SettingState::Exploded, SettingMark::None},
        {2, 4, 8, 0, 50, 50, 50, SettingState::Dead, SettingMark::None},
        {3, 2, 2, none, 30, none, none, SettingState::Running, SettingMark::None},
        {4, 0, 0, none, none, none, none, SettingState::Waiting, SettingMark::None},
        {5, 1, 8, -2.5, 2, 0.8, 12.5, SettingState::Known, SettingMark::Tied},
    };
    return grid;
}

} // namespace earshot
