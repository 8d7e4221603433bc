// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/grid_progress.h"
#include "core/explain/grid_result.h"
#include "core/explain/optimiser.h"

namespace earshot {

// What a grid search is made of. Borrowed.
struct GridTask
{
    const ResponsePath& path;
    const GridSettings& settings;
    const RealSide& real;
    Json origin; // an object: models, response and whatever else must be the same to go on
};

// Automatic selection (the paper's section 2.4): optimises every pair of learning rate and prior
// weight from the same starts, start by start, as one batch of rows of the optimiser, whose
// trajectories' checkpoints are the numbers of steps; on a CPU each is what explain() gives for
// that setting alone, bit for bit. Then refines the best pairs with more starts, chooses among the
// ties, and measures the chosen setting again on fresh starts.
// After a stop the result is what is known so far (without changes, the chosen one is the best); it
// ends after the step in hand. Everything but result.record is set. Synchronous; several threads
// may call it at once, with different checkpoints. Errors: BadInput for the settings, a real side
// of fewer than two responses, and a checkpoint that cannot be gone on from; CannotWrite;
// Failed for torch's own.
GridResult searchGrid(const GridTask& task, const GridControl& control = {});

} // namespace earshot
