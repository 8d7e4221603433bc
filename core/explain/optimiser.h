// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/response_expression.h"
#include "core/explain/settings.h"
#include "core/nets/device.h"
#include "core/util/matrix.h"

#include <cstddef>
#include <functional>
#include <stop_token>
#include <vector>

namespace earshot {

class Classifier;
class Generator;
class InputMap;

// What stands between a latent and a response. Borrowed; the networks lie on `device`, float32.
struct ResponsePath
{
    const Generator& generator;
    const InputMap& inputMap;
    const Classifier& classifier;
    const ResponseExpression& expression;
    Device device;
};

// One latent that is optimised; of Eq. 1, one log-mel.
struct OptimiserRow
{
    std::size_t start = 0; // row of OptimiserTask::starts
    Direction direction = Direction::Positive;
    double learningRate = 0;
    double priorWeight = 0;
};

struct OptimiserTask
{
    SearchSpace space = SearchSpace::Latent;
    // [S, latent size]; in the input space log-mels [S, 115·80], natural logarithm; borrowed
    MatrixView<const float> starts;
    // In the order of work: blocks of blockRows() are computed together, to their last step, before
    // later rows begin.
    std::vector<OptimiserRow> rows;
    int steps = 0;
    double responseScale = 1;             // f_a is multiplied by this in Eq. 2
    std::vector<std::size_t> watchedRows; // whose spectrogram the snapshots hold
    std::vector<int> keptSteps;           // ascending; whose latents are kept; empty: all
};

// How far an optimisation has come; a copy, owned by the receiver.
struct OptimiserSnapshot
{
    std::vector<int> stepsDone; // [rows] updates done; −1: its start's response is not known yet
    Matrix<float> responses;    // [steps + 1, rows] raw f_a; NaN beyond stepsDone
    Matrix<float> latentNorms;  // [steps + 1, rows] ‖z‖; likewise; NaN in the input space
    Matrix<float> gradientNorms; // [steps, rows] ‖∇_z f_a‖ before update t + 1; NaN: not known yet
    Matrix<float> watchedMels;     // [watched rows, 115·80], of the latest response; NaN before
    std::vector<int> watchedSteps; // [watched rows] the step the spectrogram belongs to; −1 before
    double fraction = 0;           // of all updates
};

struct Trajectories;

struct OptimiserControl
{
    std::stop_token stop;  // ends after the step in hand and keeps the result
    std::stop_token abort; // ends after the step in hand; the result is empty
    // Called on the thread that called optimise(), never more often than the interval, and once at
    // the end.
    std::function<void(const OptimiserSnapshot&)> progress;
    double progressIntervalSeconds = 0.1;
    // Rows [first, first + count) have reached their last step. Called on a thread that computes,
    // from several at once; only these rows of `all` may be read, and only during the call.
    std::function<void(const Trajectories& all, std::size_t first, std::size_t count)> finished;
};

// Everything that happened, by step. Row r is valid up to stepsDone[r].
struct Trajectories
{
    std::vector<int> stepsDone;  // [rows] updates done; −1: never begun
    Matrix<float> responses;     // [steps + 1, rows] raw f_a; step t: after t updates
    Matrix<float> gradientNorms; // [steps, rows] ‖∇_z f_a‖, raw, before update t + 1
    // steps + 1 times [rows, latent size]; empty if not kept. In the input space log-mels, and
    // ∇_x instead of ∇_z.
    std::vector<Matrix<float>> latents;
    bool aborted = false;
};

// Not finite, or beyond a million: no response of a network that is still within its range.
bool hasExploded(float response);

// Maximises Eq. 2, in the input space Eq. 1, for every row by Adam. Synchronous; several threads
// may call it at once. On a CPU blocks of exactly two rows run on device.threads threads, each
// computing alone: a row's result is the same, bit for bit, whatever its neighbours, the order, the
// number of rows and of threads. A row that is not finite any more goes on without touching others.
// If a stop was requested before anything was known, the first block's starts are still evaluated.
// Errors: Failed for torch's own (out of memory).
Trajectories optimise(const ResponsePath& path, const OptimiserTask& task,
                      const OptimiserControl& control = {});

} // namespace earshot
