// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explanation_run.h"

#include "core/explain/equations.h"
#include "core/explain/forward_passes.h"
#include "core/explain/real_side.h"
#include "core/explain/row_blocks.h"
#include "core/nets/generator.h"
#include "core/util/random.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <set>
#include <stop_token>
#include <utility>

namespace earshot {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t scaleOutputs = 256; // generator outputs whose deviation scales a response
constexpr std::uint64_t scaleSeed = 256;
constexpr int pathLength = 21;

std::vector<Direction> directionsOf(Directions directions)
{
    switch (directions) {
    case Directions::Positive:
        return {Direction::Positive};
    case Directions::Negative:
        return {Direction::Negative};
    case Directions::Both:
        break;
    }
    return {Direction::Positive, Direction::Negative};
}

// One explanation under way: which row of the optimiser belongs to which example and direction.
class Run
{
public:
    Run(const ExplanationTask& task, const ExplainControl& control)
        : m_settings(task.settings)
        , m_task(task)
        , m_control(control)
        , m_directions(directionsOf(task.settings.directions))
        , m_starts(startLatents(m_settings.seed, static_cast<std::size_t>(m_settings.examples),
                                static_cast<std::size_t>(task.path.generator.latentSize())))
    {
        m_optimiserTask.starts = m_starts;
        m_optimiserTask.steps = m_settings.steps;
        m_optimiserTask.space = m_settings.space;
        // After a stop nothing is updated, and the scale does not matter.
        std::stop_source ended;
        const auto end = [&ended] { ended.request_stop(); };
        const std::stop_callback onStop(control.stop, end);
        const std::stop_callback onAbort(control.abort, end);
        m_optimiserTask.responseScale = responseScale(task, ended.get_token());
        if (isInInputSpace())
            startInInputSpace(ended.get_token());
        const auto focus =
            static_cast<std::size_t>(std::clamp(control.focus, 0, m_settings.examples - 1));
        addRows(focus);
        for (std::size_t i = 0; i < m_starts.rows(); ++i)
            if (i != focus)
                addRows(i);
        const auto watched =
            static_cast<std::size_t>(std::clamp(control.watchedExamples, 1, m_settings.examples));
        for (std::size_t i = 0; i < watched * m_directions.size(); ++i)
            m_optimiserTask.watchedRows.push_back(i);
    }

    Explanation explain()
    {
        OptimiserControl control{
            m_control.stop, m_control.abort, {}, m_control.progressIntervalSeconds};
        if (m_control.progress)
            control.progress = [this](const OptimiserSnapshot& snapshot) { report(snapshot); };
        Trajectories trajectories;
        if (m_optimiserTask.starts.rows() == m_starts.rows())
            trajectories = optimise(m_task.path, m_optimiserTask, control);
        else // stopped while the starts were made
            trajectories.stepsDone.assign(m_optimiserTask.rows.size(), -1);
        Explanation explanation;
        explanation.response = m_task.path.expression.canonical();
        explanation.settings = m_settings;
        if (!trajectories.aborted)
            fill(explanation, trajectories);
        // Also where it came while the pictures were made: they may be incomplete.
        if (trajectories.aborted || m_control.abort.stop_requested()) {
            Explanation nothing;
            nothing.end = RunEnd::Aborted;
            return nothing;
        }
        return explanation;
    }

private:
    bool isInInputSpace() const { return m_settings.space == SearchSpace::Input; }
    // A log-mel is 72 latents long: of those only what may be chosen is kept.
    void startInInputSpace(std::stop_token stop)
    {
        m_startMels = generateLogMels(m_task.path.generator, m_task.path.device, m_starts, stop);
        m_optimiserTask.starts = m_startMels;
        if (m_settings.choice == StepChoice::Last)
            m_optimiserTask.keptSteps = {m_settings.steps};
    }
    void addRows(std::size_t example)
    {
        m_order.push_back(example);
        for (const Direction direction : m_directions)
            m_optimiserTask.rows.push_back(
                {example, direction, m_settings.learningRate, m_settings.priorWeight});
    }
    // The row of the optimiser; place: of the example in the order of work.
    std::size_t row(std::size_t place, std::size_t direction) const
    {
        return place * m_directions.size() + direction;
    }
    // Updates that all rows of the example have had.
    int stepsDone(const std::vector<int>& done, std::size_t place) const
    {
        const auto first = done.begin() + static_cast<std::ptrdiff_t>(row(place, 0));
        return *std::min_element(first, first + static_cast<std::ptrdiff_t>(m_directions.size()));
    }

    void report(const OptimiserSnapshot& snapshot) const;
    std::vector<double> meanGradientNorms(const Matrix<float>& norms, std::size_t direction) const;
    void fill(Explanation& explanation, const Trajectories& trajectories) const;
    DirectionResult directionResult(const Trajectories& trajectories,
                                    const std::vector<std::size_t>& places, std::size_t direction,
                                    int lastStep) const;
    void fillPath(DirectionResult& result, const Trajectories& trajectories,
                  const std::vector<std::size_t>& rows) const;
    std::string problem(const Trajectories& trajectories, const std::vector<std::size_t>& rows,
                        int lastStep) const;

    const ExplainSettings m_settings;
    const ExplanationTask& m_task;
    const ExplainControl& m_control;
    std::vector<Direction> m_directions;
    Matrix<float> m_starts;
    Matrix<float> m_startMels; // of Eq. 1
    OptimiserTask m_optimiserTask;
    std::vector<std::size_t> m_order; // examples in the order of work
    Clock::time_point m_begun = Clock::now();
};

std::vector<double> Run::meanGradientNorms(const Matrix<float>& norms, std::size_t direction) const
{
    std::vector<double> means;
    for (std::size_t step = 0; step < norms.rows(); ++step) {
        double sum = 0;
        int count = 0;
        for (std::size_t place = 0; place < m_order.size(); ++place) {
            const float norm = norms(step, row(place, direction));
            if (std::isnan(norm))
                continue;
            sum += static_cast<double>(norm);
            ++count;
        }
        if (count == 0)
            break;
        means.push_back(sum / count);
    }
    return means;
}

void Run::report(const OptimiserSnapshot& snapshot) const
{
    ExplainProgress progress;
    progress.fraction = snapshot.fraction;
    if (snapshot.fraction > 0) {
        const double seconds = std::chrono::duration<double>(Clock::now() - m_begun).count();
        progress.secondsLeft = seconds * (1 - snapshot.fraction) / snapshot.fraction;
    }
    std::vector<std::size_t> finished; // places
    int commonSteps = m_settings.steps;
    for (std::size_t place = 0; place < m_order.size(); ++place) {
        const int done = stepsDone(snapshot.stepsDone, place);
        commonSteps = std::min(commonSteps, done);
        if (done == m_settings.steps)
            finished.push_back(place);
    }
    progress.finishedExamples = static_cast<int>(finished.size());
    const std::size_t rows = snapshot.stepsDone.size();
    const bool allTogether = blockRows(m_task.path.device, rows) >= rows;
    for (std::size_t d = 0; d < m_directions.size(); ++d) {
        DirectionProgress& direction = progress.directions[m_directions[d]];
        direction.stepsDone.resize(m_order.size());
        direction.responses = Matrix<float>(snapshot.responses.rows(), m_order.size());
        direction.latentNorms = direction.responses;
        std::vector<std::size_t> compared;
        for (std::size_t place = 0; place < m_order.size(); ++place) {
            direction.stepsDone[m_order[place]] = snapshot.stepsDone[row(place, d)];
            for (std::size_t step = 0; step < snapshot.responses.rows(); ++step) {
                direction.responses(step, m_order[place]) = snapshot.responses(step, row(place, d));
                direction.latentNorms(step, m_order[place]) =
                    snapshot.latentNorms(step, row(place, d));
            }
            if (allTogether)
                compared.push_back(row(place, d));
        }
        if (!allTogether)
            for (const std::size_t place : finished)
                compared.push_back(row(place, d));
        direction.gradientNorms = meanGradientNorms(snapshot.gradientNorms, d);
        const int steps = allTogether ? commonSteps : m_settings.steps;
        direction.distances =
            distancesBySteps(snapshot.responses, compared, static_cast<std::size_t>(steps + 1),
                             m_task.real, m_directions[d]);
        for (std::size_t w = d; w < snapshot.watchedSteps.size(); w += m_directions.size()) {
            if (snapshot.watchedSteps[w] < 0)
                continue;
            const std::span<const float> mel = snapshot.watchedMels.row(w);
            direction.mels.push_back({static_cast<int>(m_order[w / m_directions.size()]),
                                      snapshot.watchedSteps[w],
                                      {mel.begin(), mel.end()}});
        }
    }
    m_control.progress(progress);
}

void Run::fill(Explanation& explanation, const Trajectories& trajectories) const
{
    // After a stop: what was finished, else what was begun, up to the step all of it has reached.
    std::vector<std::size_t> finished;
    std::vector<std::size_t> begun;
    int commonSteps = m_settings.steps;
    for (std::size_t place = 0; place < m_order.size(); ++place) {
        const int done = stepsDone(trajectories.stepsDone, place);
        if (done == m_settings.steps)
            finished.push_back(place);
        if (done >= 0) {
            begun.push_back(place);
            commonSteps = std::min(commonSteps, done);
        }
    }
    if (finished.size() < m_order.size())
        explanation.end = RunEnd::Stopped;
    if (isInInputSpace() && finished.empty())
        return; // nothing of those begun was kept
    std::vector<std::size_t> places = finished.empty() ? begun : finished;
    const int lastStep = finished.empty() ? commonSteps : m_settings.steps;
    std::sort(places.begin(), places.end(),
              [&](std::size_t a, std::size_t b) { return m_order[a] < m_order[b]; });
    explanation.startLatents = Matrix<float>(places.size(), m_starts.columns());
    for (std::size_t i = 0; i < places.size(); ++i) {
        explanation.examples.push_back(static_cast<int>(m_order[places[i]]));
        std::ranges::copy(m_starts.row(m_order[places[i]]),
                          explanation.startLatents.row(i).begin());
    }
    const Generator& generator = m_task.path.generator;
    const Device& device = m_task.path.device;
    explanation.startMels =
        generateLogMels(generator, device, explanation.startLatents, m_control.abort);
    std::vector<int> chosen;
    for (std::size_t d = 0; d < m_directions.size(); ++d) {
        DirectionResult result = directionResult(trajectories, places, d, lastStep);
        if (isInInputSpace())
            result.mels = std::exchange(result.latents, {});
        else
            result.mels = generateLogMels(generator, device, result.latents, m_control.abort);
        chosen.push_back(result.chosenStep);
        explanation.directions.emplace(m_directions[d], std::move(result));
    }
    if (isInInputSpace())
        return;
    for (std::size_t d = 0; d < m_directions.size(); ++d) {
        DirectionResult& result = explanation.directions.at(m_directions[d]);
        result.pathSteps = pathSteps(lastStep, chosen);
        std::vector<std::size_t> rows;
        for (const std::size_t place : places)
            rows.push_back(row(place, d));
        fillPath(result, trajectories, rows);
    }
}

DirectionResult Run::directionResult(const Trajectories& trajectories,
                                     const std::vector<std::size_t>& places, std::size_t direction,
                                     int lastStep) const
{
    std::vector<std::size_t> rows;
    for (const std::size_t place : places)
        rows.push_back(row(place, direction));
    const auto steps = static_cast<std::size_t>(lastStep) + 1;
    DirectionResult result;
    result.responses = Matrix<float>(steps, rows.size());
    for (std::size_t step = 0; step < steps; ++step) {
        double norms = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            result.responses(step, i) = trajectories.responses(step, rows[i]);
            if (step + 1 < steps)
                norms += trajectories.gradientNorms(step, rows[i]);
        }
        if (step + 1 < steps)
            result.gradientNorms.push_back(norms / static_cast<double>(rows.size()));
    }
    result.distances =
        distancesBySteps(trajectories.responses, rows, steps, m_task.real, m_directions[direction]);
    result.chosenStep = chooseStep(m_settings.choice, result.distances, lastStep);
    const Matrix<float>& latents =
        trajectories.latents[static_cast<std::size_t>(result.chosenStep)];
    result.latents = Matrix<float>(rows.size(), latents.columns());
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::ranges::copy(latents.row(rows[i]), result.latents.row(i).begin());
    result.problem = problem(trajectories, rows, lastStep);
    return result;
}

void Run::fillPath(DirectionResult& result, const Trajectories& trajectories,
                   const std::vector<std::size_t>& rows) const
{
    for (const int step : result.pathSteps) {
        const Matrix<float>& latents = trajectories.latents[static_cast<std::size_t>(step)];
        Matrix<float>& kept = result.path.emplace_back(rows.size(), latents.columns());
        for (std::size_t i = 0; i < rows.size(); ++i)
            std::ranges::copy(latents.row(rows[i]), kept.row(i).begin());
    }
}

std::string Run::problem(const Trajectories& trajectories, const std::vector<std::size_t>& rows,
                         int lastStep) const
{
    const auto steps = static_cast<std::size_t>(lastStep);
    for (std::size_t step = 0; step <= steps; ++step)
        for (const std::size_t row : rows) {
            const float response = trajectories.responses(step, row);
            if (hasExploded(response))
                return "exploded: after " + std::to_string(step) +
                       (step == 1 ? " update" : " updates") + " the response is " +
                       (std::isfinite(response) ? "beyond a million" : "not finite") +
                       (step == 0 ? "" : "; use a smaller learning rate");
        }
    const bool dead = steps > 0 && std::all_of(rows.begin(), rows.end(), [&](std::size_t row) {
                          return trajectories.gradientNorms(0, row) == 0;
                      });
    if (!dead)
        return {};
    const bool zero = std::all_of(rows.begin(), rows.end(), [&](std::size_t row) {
        return trajectories.responses(0, row) == 0;
    });
    const std::string starts =
        rows.size() == 1 ? "its only start" : "all " + std::to_string(rows.size()) + " starts";
    const std::string text =
        zero ? "this response is 0 for " + starts : "this response's gradient is 0 for " + starts;
    for (const std::string& layer : m_task.path.expression.layers())
        if (layer.ends_with(".act"))
            return text + ": use the pre-activation, " + layer.substr(0, layer.size() - 4);
    return text + ": nothing can be explained";
}

} // namespace

Matrix<float> startLatents(std::uint64_t seed, std::size_t examples, std::size_t latentSize)
{
    Matrix<float> starts(examples, latentSize);
    for (std::size_t i = 0; i < examples; ++i)
        CounterRandom(seed, i).fillNormal(starts.row(i));
    return starts;
}

double responseScale(const ExplanationTask& task, std::stop_token stop)
{
    if (task.settings.scale == ResponseScale::Raw)
        return 1;
    double deviation = 0;
    if (task.real != nullptr) {
        deviation = task.real->standardDeviation;
    } else {
        const ResponsePath& path = task.path;
        const Matrix<float> latents = startLatents(
            scaleSeed, scaleOutputs, static_cast<std::size_t>(path.generator.latentSize()));
        const Matrix<float> mels = generateLogMels(path.generator, path.device, latents, stop);
        const std::vector<float> responses = evaluateResponses(
            path.inputMap, path.classifier, path.expression, path.device, mels, std::move(stop));
        deviation = std::sqrt(sampleMoments(responses).variance);
    }
    return std::isfinite(deviation) && std::isfinite(1 / deviation) ? 1 / deviation : 1;
}

std::vector<int> pathSteps(int lastStep, const std::vector<int>& chosenSteps)
{
    std::set<int> steps(chosenSteps.begin(), chosenSteps.end());
    const int count = std::min(pathLength, lastStep + 1);
    for (int i = 0; i < count; ++i)
        steps.insert(count == 1 ? 0
                                : static_cast<int>(std::lround(static_cast<double>(i) * lastStep /
                                                               (count - 1))));
    return {steps.begin(), steps.end()};
}

int chooseStep(StepChoice choice, const std::vector<double>& distances, int lastStep)
{
    int best = lastStep;
    double smallest = std::numeric_limits<double>::infinity();
    if (choice == StepChoice::SmallestDistance)
        for (std::size_t step = 0; step < distances.size(); ++step)
            if (distances[step] < smallest) {
                smallest = distances[step];
                best = static_cast<int>(step);
            }
    return best;
}

std::vector<double> distancesBySteps(MatrixView<const float> responses,
                                     const std::vector<std::size_t>& columns, std::size_t steps,
                                     const RealResponses* real, Direction direction)
{
    if (real == nullptr || columns.size() < 2)
        return {};
    return distancesBySteps(responses, columns, steps,
                            sampleMoments(realSide(*real, direction).responses));
}

std::vector<double> distancesBySteps(MatrixView<const float> responses,
                                     const std::vector<std::size_t>& columns, std::size_t steps,
                                     const SampleMoments& real)
{
    std::vector<double> distances;
    std::vector<float> generated(columns.size());
    for (std::size_t step = 0; step < steps; ++step) {
        for (std::size_t i = 0; i < columns.size(); ++i)
            generated[i] = responses(step, columns[i]);
        distances.push_back(frechetDistance(real, sampleMoments(generated)));
    }
    return distances;
}

Explanation runExplanation(const ExplanationTask& task, const ExplainControl& control)
{
    return Run(task, control).explain();
}

} // namespace earshot
