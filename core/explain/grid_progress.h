// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/grid_settings.h"
#include "core/util/matrix.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace earshot {

// What a search is at.
enum class GridStage
{
    Grid,       // every pair
    Refinement, // the best pairs, with more starts
    Comparison, // the changes of what is tied
    FreshStarts // the chosen setting, again
};

// How far one pair has come.
struct GridPairProgress
{
    int examples = 0; // that the distances are over: the finished ones, else those begun
    bool isExploded = false;
    std::vector<double> distances; // Eq. 3 by step, up to the one the examples have in common
    Matrix<float> responses;       // [steps, examples] raw f_a: what the distances are of
};

// Immutable; owned by the receiver.
struct GridProgress
{
    GridStage stage = GridStage::Grid;
    double fraction = 0; // [0, 1] of all updates
    std::optional<double> secondsLeft;
    std::vector<GridPairProgress> pairs; // in the order of gridPair()
};

struct GridControl
{
    std::stop_token stop; // ends after the step in hand and keeps what is known
    // On the thread that called, at most every progressIntervalSeconds, and at the end.
    std::function<void(const GridProgress&)> progress;
    double progressIntervalSeconds = 0.1;
    // A file that the search goes on from, if it is there, and leaves its trajectories in while it
    // runs and at its end, completed or stopped: whoever has kept the result removes it. After an
    // error it is what was last written while it ran. Empty: none.
    std::filesystem::path checkpoint;
    double checkpointIntervalSeconds = 20;
};

} // namespace earshot
