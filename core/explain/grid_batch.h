// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/equations.h"
#include "core/explain/grid_progress.h"
#include "core/explain/grid_trajectories.h"
#include "core/explain/optimiser.h"
#include "core/io/json.h"
#include "core/util/matrix.h"

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

namespace earshot {

using GridJob = std::pair<std::size_t, std::size_t>; // pair and start

// The trajectories of a grid search as rows of the optimiser: computes those that are wanted and
// not known, reports, and keeps the checkpoint. Used on one thread.
class GridBatch
{
public:
    // Borrows all; reads the checkpoint, if there is one. identity: as writeGridCheckpoint's.
    // Errors: BadInput for a checkpoint that cannot be gone on from.
    GridBatch(const ResponsePath& path, const GridSettings& settings, const SampleMoments& real,
              Json identity, const GridControl& control);

    // False after a stop.
    // Errors: CannotWrite for the checkpoint; Failed for torch's own; those of the progress
    // callback. The rows in hand end their step first.
    bool compute(const std::vector<GridJob>& wanted, int steps);
    // Reports `stage` from now on, of which updates there are so many less than were expected.
    void enter(GridStage stage, double updatesSaved = 0);
    // The last report and checkpoint. A completed search does not fail for want of the latter.
    void close(bool isCompleted);

    const GridTrajectories& trajectories() const { return m_trajectories; }
    const Matrix<float>& starts() const { return m_starts; } // with the fresh ones
    std::stop_token stop() const { return m_stop.get_token(); }

private:
    void store(const GridJob& job, const Trajectories& all, std::size_t row, bool finished);
    void follow(std::span<const GridJob> jobs, const OptimiserSnapshot& snapshot);
    void followRows(std::span<const GridJob> jobs, const OptimiserSnapshot& snapshot);
    void writeCheckpoint();
    void report();
    double updatesDone() const;

    const ResponsePath& m_path;
    const GridSettings& m_settings;
    const SampleMoments& m_real;
    const GridControl& m_control;
    const Json m_identity;
    const Matrix<float> m_starts;
    const std::vector<int> m_keptSteps;
    std::mutex m_mutex; // guards the trajectories while rows are computed
    GridTrajectories m_trajectories;
    GridStage m_stage = GridStage::Grid;
    double m_totalUpdates = 0;
    double m_updatesBefore = 0; // those of the checkpoint
    std::chrono::steady_clock::time_point m_begun;
    std::optional<std::chrono::steady_clock::time_point> m_written; // the checkpoint
    std::exception_ptr m_failure; // of the progress callback: the step in hand ends first
    std::stop_source m_stop;      // the caller's, or after a failure
    std::stop_callback<std::function<void()>> m_onStop;
};

// Updates of one row that a search takes at most, if nothing is known yet.
double gridUpdates(const GridSettings& settings);

// How many seconds the search will take, from the time that a few steps of a few rows take now.
// Errors: Failed for torch's own.
double expectedGridSeconds(const ResponsePath& path, const GridSettings& settings);

} // namespace earshot
