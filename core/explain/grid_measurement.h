// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/grid_result.h"
#include "core/explain/grid_trajectories.h"

#include <cstddef>
#include <vector>

namespace earshot {

// Starts [first, first + count).
struct StartRange
{
    std::size_t first = 0;
    std::size_t count = 0;
};

// Eq. 3 of one pair by step, over the starts that have all steps; while there are fewer than two of
// them, over those begun, up to the step they have in common.
struct PairCurve
{
    std::vector<std::size_t> starts; // that it is over
    Matrix<float> responses;         // [steps, starts] raw f_a, from the start on
    std::vector<double> distances;   // by step; empty if nothing has begun
    bool isExploded = false;         // one of all the pair's starts has

    int lastStep() const { return static_cast<int>(distances.size()) - 1; } // −1: none
};

PairCurve pairCurve(const GridTrajectories& trajectories, std::size_t pair, StartRange starts,
                    int steps, const SampleMoments& real);

// One setting over the starts whose response is known after setting.steps updates.
GridMeasurement measureSetting(const GridTrajectories& trajectories, const GridSetting& setting,
                               std::size_t pair, StartRange starts, const GridResult& grid);

// Makes result.measurements (without changes and ties) and its matrices of what is known;
// result.settings and realMoments are there. refinedPairs are over settings.refinedExamples starts,
// the others over settings.examples.
void measureGrid(GridResult& result, const GridTrajectories& trajectories,
                 const std::vector<std::size_t>& refinedPairs, std::size_t latentSize);

} // namespace earshot
