// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_search.h"

#include "core/explain/grid_batch.h"
#include "core/explain/grid_change.h"
#include "core/explain/grid_identity.h"
#include "core/explain/grid_measurement.h"
#include "core/util/error.h"

#include <chrono>
#include <cmath>
#include <utility>

namespace earshot {

namespace {

using Clock = std::chrono::steady_clock;

// Start by start, so that soon something is known of every pair.
std::vector<GridJob> jobsOf(const std::vector<std::size_t>& pairs, StartRange starts)
{
    std::vector<GridJob> jobs;
    for (std::size_t start = starts.first; start < starts.first + starts.count; ++start)
        for (const std::size_t pair : pairs)
            jobs.emplace_back(pair, start);
    return jobs;
}

GridResult emptyResult(const GridTask& task)
{
    GridResult result;
    result.response = task.path.expression.canonical();
    result.settings = task.settings;
    result.real = task.real;
    result.realMoments = sampleMoments(task.real.responses);
    return result;
}

// One search under way. Each stage returns false after a stop.
class Search
{
public:
    Search(const GridTask& task, const GridControl& control)
        : m_task(task)
        , m_settings(task.settings)
        , m_result(emptyResult(task))
        , m_batch(task.path, m_settings, m_result.realMoments,
                  gridIdentity(task.origin, m_settings, task.real, task.path.device), control)
    {
    }

    GridResult run()
    {
        const Clock::time_point begun = Clock::now();
        bool completed = computeGrid() && refine();
        completed = compare() && completed && measureAgain();
        m_batch.close(completed);
        m_result.end = completed ? RunEnd::Completed : RunEnd::Stopped;
        m_result.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
        return std::move(m_result);
    }

private:
    bool computeGrid();
    bool refine();
    std::vector<std::size_t> bestPairs() const;
    bool compare();
    bool measureAgain();
    void measure(const std::vector<std::size_t>& refinedPairs)
    {
        measureGrid(m_result, m_batch.trajectories(), refinedPairs, m_batch.starts().columns());
    }

    const GridTask& m_task;
    const GridSettings m_settings;
    GridResult m_result;
    GridBatch m_batch;
};

bool Search::computeGrid()
{
    std::vector<std::size_t> pairs;
    for (std::size_t pair = 0; pair < pairCount(m_settings); ++pair)
        pairs.push_back(pair);
    const bool completed =
        m_batch.compute(jobsOf(pairs, {0, static_cast<std::size_t>(m_settings.examples)}),
                        largestSteps(m_settings));
    measure({});
    return completed;
}

// By their best settings.
std::vector<std::size_t> Search::bestPairs() const
{
    std::vector<std::size_t> pairs;
    std::vector<GridMeasurement> left = m_result.measurements;
    while (pairs.size() < static_cast<std::size_t>(m_settings.refinedPairs)) {
        const std::optional<std::size_t> best = bestMeasurement(left);
        if (!best)
            break;
        pairs.push_back(left[*best].pair);
        std::erase_if(left, [&](const GridMeasurement& measurement) {
            return measurement.pair == pairs.back();
        });
    }
    return pairs;
}

bool Search::refine()
{
    const std::vector<std::size_t> pairs = bestPairs();
    if (pairs.empty())
        return true;
    m_batch.enter(GridStage::Refinement);
    const bool completed =
        m_batch.compute(jobsOf(pairs, {0, static_cast<std::size_t>(m_settings.refinedExamples)}),
                        largestSteps(m_settings));
    measure(pairs);
    return completed;
}

bool Search::compare()
{
    m_result.best = bestMeasurement(m_result.measurements);
    if (!m_result.best)
        return true;
    m_batch.enter(GridStage::Comparison);
    markTies(m_result.measurements, m_result.responses.view(), m_result.realMoments,
             m_settings.seed, *m_result.best);
    const bool completed = measureChanges(m_result, m_batch.starts(), m_task.path, m_batch.stop());
    m_result.chosen = chosenMeasurement(m_result.measurements, *m_result.best);
    return completed;
}

bool Search::measureAgain()
{
    if (m_settings.freshExamples == 0 || !m_result.chosen)
        return true;
    const GridMeasurement& chosen = m_result.measurements[*m_result.chosen];
    const int steps = chosen.setting.steps;
    m_batch.enter(GridStage::FreshStarts, static_cast<double>(m_settings.freshExamples) *
                                              (largestSteps(m_settings) - steps));
    const StartRange starts{firstFreshStart(m_settings),
                            static_cast<std::size_t>(m_settings.freshExamples)};
    const std::vector<GridJob> jobs = jobsOf({chosen.pair}, starts);
    const bool completed = m_batch.compute(jobs, steps);
    FreshMeasurement fresh;
    fresh.measurement =
        measureSetting(m_batch.trajectories(), chosen.setting, chosen.pair, starts, m_result);
    for (const GridJob& job : jobs) {
        const auto known = m_batch.trajectories().find(job);
        if (known != m_batch.trajectories().end() && known->second.stepsDone >= steps)
            fresh.responses.push_back(known->second.responses[static_cast<std::size_t>(steps)]);
    }
    if (!fresh.responses.empty())
        m_result.fresh = std::move(fresh);
    return completed;
}

} // namespace

GridResult searchGrid(const GridTask& task, const GridControl& control)
{
    checkGrid(task.settings);
    if (!std::isfinite(sampleMoments(task.real.responses).variance))
        throw badInput("the real side", "cannot be compared with", "two finite responses or more",
                       std::to_string(task.real.responses.size()));
    return Search(task, control).run();
}

} // namespace earshot
