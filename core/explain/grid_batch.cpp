// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_batch.h"

#include "core/explain/explainer.h"
#include "core/explain/grid_measurement.h"
#include "core/explain/row_blocks.h"
#include "core/nets/generator.h"
#include "core/util/error.h"

#include <algorithm>

namespace earshot {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point time)
{
    return std::chrono::duration<double>(Clock::now() - time).count();
}

} // namespace

GridBatch::GridBatch(const ResponsePath& path, const GridSettings& settings,
                     const SampleMoments& real, Json identity, const GridControl& control)
    : m_path(path)
    , m_settings(settings)
    , m_real(real)
    , m_control(control)
    , m_identity(std::move(identity))
    , m_starts(
          startLatents(settings.seed,
                       firstFreshStart(settings) + static_cast<std::size_t>(settings.freshExamples),
                       static_cast<std::size_t>(path.generator.latentSize())))
    , m_keptSteps(latentSteps(settings))
    , m_totalUpdates(gridUpdates(settings))
    , m_begun(Clock::now())
    , m_onStop(control.stop, [this] { m_stop.request_stop(); })
{
    if (!control.checkpoint.empty())
        m_trajectories =
            readGridCheckpoint(control.checkpoint, m_identity, settings, m_starts.columns());
    m_updatesBefore = updatesDone();
}

// What is not known yet of the jobs.
bool GridBatch::compute(const std::vector<GridJob>& wanted, int steps)
{
    std::vector<GridJob> jobs;
    for (const GridJob& job : wanted) {
        const auto known = m_trajectories.find(job);
        if (known == m_trajectories.end() || known->second.stepsDone < steps)
            jobs.push_back(job);
    }
    if (jobs.empty())
        return true;
    OptimiserTask task;
    task.starts = m_starts;
    task.steps = steps;
    for (const int step : m_keptSteps)
        if (step <= steps)
            task.keptSteps.push_back(step);
    for (const auto& [pair, start] : jobs) {
        const GridSetting setting = gridPair(m_settings, pair);
        task.rows.push_back(
            {start, m_settings.direction, setting.learningRate, setting.priorWeight});
    }
    OptimiserControl control;
    control.stop = m_stop.get_token();
    control.progressIntervalSeconds = m_control.progressIntervalSeconds;
    control.progress = [&](const OptimiserSnapshot& snapshot) { follow(jobs, snapshot); };
    control.finished = [&](const Trajectories& all, std::size_t first, std::size_t count) {
        // A block at once: a checkpoint with half of it would save no evaluation.
        const std::scoped_lock lock(m_mutex);
        for (std::size_t row = first; row < first + count; ++row)
            store(jobs[row], all, row, true);
    };
    const Trajectories all = optimise(m_path, task, control);
    if (m_failure)
        std::rethrow_exception(m_failure);
    for (std::size_t row = 0; row < jobs.size(); ++row)
        if (all.stepsDone[row] >= 0 && all.stepsDone[row] < steps)
            store(jobs[row], all, row, false);
    return !m_stop.stop_requested();
}

void GridBatch::store(const GridJob& job, const Trajectories& all, std::size_t row, bool finished)
{
    GridTrajectory known;
    known.stepsDone = all.stepsDone[row];
    known.finished = finished;
    known.responses.reserve(static_cast<std::size_t>(known.stepsDone) + 1);
    for (int step = 0; step <= known.stepsDone; ++step)
        known.responses.push_back(all.responses(static_cast<std::size_t>(step), row));
    known.startGradient = all.gradientNorms(0, row);
    std::vector<float> latents;
    for (const int step : m_keptSteps)
        if (step <= known.stepsDone) {
            const std::span<const float> latent =
                all.latents[static_cast<std::size_t>(step)].row(row);
            latents.insert(latents.end(), latent.begin(), latent.end());
        }
    const std::size_t kept = latents.size() / m_starts.columns();
    known.latents = Matrix<float>(std::move(latents), kept, m_starts.columns());
    m_trajectories[job] = std::move(known);
}

void GridBatch::follow(std::span<const GridJob> jobs, const OptimiserSnapshot& snapshot)
{
    if (m_failure)
        return;
    try {
        followRows(jobs, snapshot);
        if (!m_control.checkpoint.empty() &&
            (!m_written || secondsSince(*m_written) >= m_control.checkpointIntervalSeconds))
            writeCheckpoint();
        report();
    } catch (...) {
        m_failure = std::current_exception();
        m_stop.request_stop();
    }
}

// The responses of rows under way, for the report.
void GridBatch::followRows(std::span<const GridJob> jobs, const OptimiserSnapshot& snapshot)
{
    const std::scoped_lock lock(m_mutex);
    for (std::size_t row = 0; row < jobs.size(); ++row) {
        GridTrajectory& known = m_trajectories[jobs[row]];
        if (known.finished)
            continue;
        for (int step = known.stepsDone + 1; step <= snapshot.stepsDone[row]; ++step)
            known.responses.push_back(snapshot.responses(static_cast<std::size_t>(step), row));
        known.stepsDone = std::max(known.stepsDone, snapshot.stepsDone[row]);
    }
}

void GridBatch::writeCheckpoint()
{
    GridTrajectories finished;
    {
        const std::scoped_lock lock(m_mutex);
        for (const auto& [job, known] : m_trajectories)
            if (known.finished)
                finished.emplace(job, known);
    }
    if (finished.empty())
        return;
    writeGridCheckpoint(m_control.checkpoint, m_identity, m_settings, finished);
    m_written = Clock::now();
}

void GridBatch::report()
{
    if (!m_control.progress)
        return;
    GridProgress progress;
    progress.stage = m_stage;
    {
        const std::scoped_lock lock(m_mutex);
        const double done = updatesDone();
        progress.fraction = m_totalUpdates > 0 ? done / m_totalUpdates : 1;
        if (done > m_updatesBefore)
            progress.secondsLeft =
                secondsSince(m_begun) / (done - m_updatesBefore) * (m_totalUpdates - done);
        for (std::size_t pair = 0; pair < pairCount(m_settings); ++pair) {
            PairCurve curve = pairCurve(m_trajectories, pair, {0, firstFreshStart(m_settings)},
                                        largestSteps(m_settings), m_real);
            progress.pairs.push_back({static_cast<int>(curve.starts.size()), curve.isExploded,
                                      std::move(curve.distances), std::move(curve.responses)});
        }
    }
    m_control.progress(progress);
}

double GridBatch::updatesDone() const
{
    double done = 0;
    for (const auto& [job, known] : m_trajectories)
        done += std::max(0, known.stepsDone);
    return done;
}

void GridBatch::enter(GridStage stage, double updatesSaved)
{
    m_stage = stage;
    m_totalUpdates -= updatesSaved;
    report();
}

void GridBatch::close(bool isCompleted)
{
    report();
    if (m_control.checkpoint.empty())
        return;
    try {
        writeCheckpoint();
    } catch (const Error& error) {
        if (!isCompleted || error.kind() != ErrorKind::CannotWrite)
            throw;
    }
}

double gridUpdates(const GridSettings& settings)
{
    const double pairs = static_cast<double>(pairCount(settings));
    const double refined = std::min(pairs, static_cast<double>(settings.refinedPairs));
    return largestSteps(settings) *
           (pairs * settings.examples +
            refined * (static_cast<double>(firstFreshStart(settings)) - settings.examples) +
            settings.freshExamples);
}

double expectedGridSeconds(const ResponsePath& path, const GridSettings& settings)
{
    constexpr int steps = 4;
    const std::size_t atOnce =
        path.device.isCuda ? 1 : static_cast<std::size_t>(path.device.threads);
    const std::size_t rows =
        atOnce *
        blockRows(path.device, static_cast<std::size_t>(settings.examples) * pairCount(settings));
    const Matrix<float> starts =
        startLatents(settings.seed, rows, static_cast<std::size_t>(path.generator.latentSize()));
    const GridSetting setting = gridPair(settings, 0);
    OptimiserTask task;
    task.starts = starts;
    for (std::size_t row = 0; row < rows; ++row)
        task.rows.push_back({row, settings.direction, setting.learningRate, setting.priorWeight});
    task.steps = 1;
    optimise(path, task); // the first pass of a network takes longer
    task.steps = steps;
    const Clock::time_point begun = Clock::now();
    optimise(path, task);
    // The response after the last update costs about half an update.
    const double secondsPerUpdate =
        secondsSince(begun) / ((steps + 0.5) * static_cast<double>(rows));
    return gridUpdates(settings) * secondsPerUpdate;
}

} // namespace earshot
