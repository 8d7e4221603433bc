// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/optimiser.h"

#include "core/explain/equations.h"
#include "core/explain/response_evaluation.h"
#include "core/explain/row_blocks.h"
#include "core/nets/excerpt_geometry.h"
#include "core/nets/generator.h"
#include "core/nets/input_map.h"
#include "core/nets/torch_device.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>

namespace earshot {

namespace {

using Clock = std::chrono::steady_clock;

constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
constexpr float explodedResponse = 1e6F;
constexpr std::size_t melSize = ExcerptGeometry::frames * ExcerptGeometry::bands;

float norm(std::span<const float> values)
{
    double squares = 0;
    for (const double value : values)
        squares += value * value;
    return static_cast<float>(std::sqrt(squares));
}

// What all blocks write to. Each block has columns and rows of its own; the mutex makes a snapshot
// consistent.
class Record
{
public:
    Record(const OptimiserTask& task, std::size_t latentSize)
        : m_task(task)
        , m_watchedMels(task.watchedRows.size(), melSize, unknown)
        , m_watchedSteps(task.watchedRows.size(), -1)
    {
        const auto steps = static_cast<std::size_t>(task.steps);
        const std::size_t rows = task.rows.size();
        m_result.stepsDone.assign(rows, -1);
        m_result.responses = Matrix<float>(steps + 1, rows, unknown);
        m_result.gradientNorms = Matrix<float>(steps, rows, unknown);
        m_latentNorms = Matrix<float>(steps + 1, rows, unknown);
        m_result.latents.resize(steps + 1);
        for (std::size_t step = 0; step <= steps; ++step)
            if (task.keptSteps.empty() ||
                std::ranges::binary_search(task.keptSteps, static_cast<int>(step)))
                m_result.latents[step] = Matrix<float>(rows, latentSize, unknown);
    }

    // After `step` updates: the rows' responses and what led to them.
    void store(int step, std::size_t firstRow, std::size_t rows, const float* responses,
               MatrixView<const float> latents, const at::Tensor& mels)
    {
        const auto at = static_cast<std::size_t>(step);
        const std::scoped_lock lock(m_mutex);
        for (std::size_t i = 0; i < rows; ++i) {
            m_result.responses(at, firstRow + i) = responses[i];
            if (m_task.space == SearchSpace::Latent)
                m_latentNorms(at, firstRow + i) = norm(latents.row(i));
            if (!m_result.latents[at].empty())
                std::ranges::copy(latents.row(i), m_result.latents[at].row(firstRow + i).begin());
            m_result.stepsDone[firstRow + i] = step;
        }
        for (std::size_t w = 0; w < m_task.watchedRows.size(); ++w) {
            const std::size_t row = m_task.watchedRows[w];
            if (row < firstRow || row >= firstRow + rows)
                continue;
            const at::Tensor mel =
                mels[static_cast<std::int64_t>(row - firstRow)].detach().to(at::kCPU).contiguous();
            std::copy_n(mel.const_data_ptr<float>(), melSize, m_watchedMels.row(w).begin());
            m_watchedSteps[w] = step;
        }
    }

    void storeGradientNorm(int step, std::size_t row, float norm)
    {
        const std::scoped_lock lock(m_mutex);
        m_result.gradientNorms(static_cast<std::size_t>(step), row) = norm;
    }

    OptimiserSnapshot snapshot()
    {
        const std::scoped_lock lock(m_mutex);
        OptimiserSnapshot snapshot{m_result.stepsDone,
                                   m_result.responses,
                                   m_latentNorms,
                                   m_result.gradientNorms,
                                   m_watchedMels,
                                   m_watchedSteps,
                                   0};
        double done = 0;
        for (const int steps : snapshot.stepsDone)
            done += std::max(0, steps);
        snapshot.fraction = done / (static_cast<double>(m_task.rows.size()) * m_task.steps);
        return snapshot;
    }

    const Trajectories& all() const { return m_result; }
    Trajectories take() { return std::move(m_result); }

private:
    const OptimiserTask& m_task;
    std::mutex m_mutex;
    Trajectories m_result;
    Matrix<float> m_latentNorms;
    Matrix<float> m_watchedMels;
    std::vector<int> m_watchedSteps;
};

// Sends snapshots, never more often than the interval.
class Reporter
{
public:
    Reporter(Record& record, const OptimiserControl& control)
        : m_record(record)
        , m_control(control)
    {
    }
    void reportIfDue()
    {
        const std::chrono::duration<double> interval(m_control.progressIntervalSeconds);
        if (m_control.progress && Clock::now() - m_last >= interval)
            report();
    }
    void report()
    {
        if (!m_control.progress)
            return;
        m_control.progress(m_record.snapshot());
        m_last = Clock::now();
    }

private:
    Record& m_record;
    const OptimiserControl& m_control;
    Clock::time_point m_last = Clock::now();
};

// Rows that advance together: the networks see `padded` rows, of which `rows` are wanted.
class Block
{
public:
    Block(const ResponsePath& path, const OptimiserTask& task, std::size_t firstRow,
          std::size_t rows, std::size_t padded, Record& record)
        : m_path(path)
        , m_task(task)
        , m_firstRow(firstRow)
        , m_rows(rows)
        , m_record(record)
        , m_latents(padded, task.starts.columns())
        , m_first(padded, task.starts.columns())
        , m_second(padded, task.starts.columns())
        , m_gradient(padded, task.starts.columns())
    {
        for (std::size_t i = 0; i < padded; ++i)
            std::ranges::copy(task.starts.row(row(i).start), m_latents.row(i).begin());
    }

    // Computes the response after `step` updates and, unless it is the last step, its gradient.
    void evaluate(int step)
    {
        const bool last = step == m_task.steps;
        const at::AutoGradMode gradients(!last);
        at::Tensor latents = at::empty({static_cast<std::int64_t>(m_latents.rows()),
                                        static_cast<std::int64_t>(m_latents.columns())},
                                       at::kFloat);
        std::ranges::copy(m_latents.values(), latents.mutable_data_ptr<float>());
        latents = latents.to(torchDevice(m_path.device)).requires_grad_(!last);
        const at::Tensor mels =
            m_task.space == SearchSpace::Latent
                ? m_path.generator.generate(latents)
                : latents.view({-1, 1, ExcerptGeometry::frames, ExcerptGeometry::bands});
        const at::Tensor responses =
            evaluateResponse(m_path.expression, m_path.classifier, m_path.inputMap.apply(mels));
        const at::Tensor values = responses.detach().to(at::kCPU).contiguous();
        m_record.store(step, m_firstRow, m_rows, values.const_data_ptr<float>(), m_latents, mels);
        if (last)
            return;
        // Losses are summed, so that a row's gradient is its own.
        at::Tensor gradient;
        if (responses.requires_grad())
            gradient = torch::autograd::grad({responses.sum()}, {latents}, {}, std::nullopt, false,
                                             /*allow_unused=*/true)
                           .front();
        if (!gradient.defined()) { // a response that does not depend on its input
            std::ranges::fill(m_gradient.values(), 0.0F);
            return;
        }
        const at::Tensor onCpu = gradient.to(at::kCPU).contiguous();
        std::copy_n(onCpu.const_data_ptr<float>(), m_gradient.size(), m_gradient.data());
    }

    // Update number `step`, from 1, by the gradient of the evaluation before.
    void update(int step)
    {
        std::vector<float> objectiveGradient(m_latents.columns());
        for (std::size_t i = 0; i < m_latents.rows(); ++i) {
            const OptimiserRow& settings = row(i);
            if (i < m_rows)
                m_record.storeGradientNorm(step - 1, m_firstRow + i, norm(m_gradient.row(i)));
            if (m_task.space == SearchSpace::Latent)
                latentObjectiveGradient(m_gradient.row(i), m_latents.row(i), settings.direction,
                                        m_task.responseScale, settings.priorWeight,
                                        objectiveGradient);
            else
                inputObjectiveGradient(m_gradient.row(i), settings.direction, m_task.responseScale,
                                       objectiveGradient);
            adamAscent(objectiveGradient, step, settings.learningRate,
                       {m_first.row(i), m_second.row(i)}, m_latents.row(i));
        }
    }

private:
    // Padding repeats the last row.
    const OptimiserRow& row(std::size_t i) const
    {
        return m_task.rows[m_firstRow + std::min(i, m_rows - 1)];
    }

    const ResponsePath& m_path;
    const OptimiserTask& m_task;
    std::size_t m_firstRow;
    std::size_t m_rows;
    Record& m_record;
    Matrix<float> m_latents; // log-mels in the input space
    Matrix<float> m_first;   // Adam's moments
    Matrix<float> m_second;
    Matrix<float> m_gradient;
};

} // namespace

bool hasExploded(float response)
{
    return !(std::fabs(response) <= explodedResponse); // NaN too
}

Trajectories optimise(const ResponsePath& path, const OptimiserTask& task,
                      const OptimiserControl& control)
{
    if (task.rows.empty())
        return {};
    Record record(task, task.starts.columns());
    Reporter reporter(record, control);
    const auto ended = [&] {
        return control.stop.stop_requested() || control.abort.stop_requested();
    };
    const std::size_t together = blockRows(path.device, task.rows.size());
    const std::size_t blocks = (task.rows.size() + together - 1) / together;
    const auto runBlock = [&](std::size_t index) {
        // Something is known after a stop, however early: the first block's starts.
        if ((index > 0 && ended()) || control.abort.stop_requested())
            return;
        const std::size_t first = index * together;
        const std::size_t rows = std::min(together, task.rows.size() - first);
        Block block(path, task, first, rows, path.device.isCuda ? rows : together, record);
        block.evaluate(0);
        int step = 0;
        while (step < task.steps && !ended()) {
            block.update(++step);
            block.evaluate(step);
        }
        if (control.finished && step == task.steps)
            control.finished(record.all(), first, rows);
    };
    translateTorchErrors("torch", [&] {
        forEachBlock(
            path.device, blocks, runBlock, {}, [&] { reporter.reportIfDue(); },
            control.progressIntervalSeconds);
    });
    reporter.report();
    if (!control.abort.stop_requested())
        return record.take();
    Trajectories nothing;
    nothing.aborted = true;
    return nothing;
}

} // namespace earshot
