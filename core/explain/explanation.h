// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/settings.h"
#include "core/io/json.h"
#include "core/util/matrix.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace earshot {

// How a run ended. Aborted: nothing was kept, the explanation is empty.
enum class RunEnd
{
    Completed,
    Stopped,
    Aborted
};

// One direction of an explanation. Rows of matrices are examples unless said otherwise.
struct DirectionResult
{
    Matrix<float> latents; // [N, 128] at chosenStep; empty in the input space (Eq. 1)
    Matrix<float> mels;    // [N, 115·80] natural log-mels at chosenStep, time-major
    // [steps + 1, N] raw f_a; row t: after t updates; fewer after a stop
    Matrix<float> responses;
    // [K] ascending, the same in both directions: first, last and both chosen steps among them.
    // Empty in the input space, whose path is not kept.
    std::vector<int> pathSteps;
    std::vector<Matrix<float>> path; // K × [N, 128]
    // Eq. 3 by step, [responses.rows()]; empty without real responses or with N < 2
    std::vector<double> distances;
    // Mean over examples of ‖∇_z f_a‖ (of Eq. 1 ‖∇_x f_a‖) by step, [responses.rows() − 1]
    std::vector<double> gradientNorms;
    int chosenStep = 0;
    std::vector<float> heard; // [N] response of the resynthesised sound; empty until measured
    // [N] what a second classifier, the witness, answers to the same sound: its logit, whatever the
    // response; empty until asked
    std::vector<float> witness;
    // Empty, or why there is nothing to see: "this unit is 0 for all 8 starts: use its
    // pre-activation"
    std::string problem;
};

// A finished (or stopped) explanation: everything that result.earshot holds.
struct Explanation
{
    std::string response; // the expression, in canonical spelling
    ExplainSettings settings;
    RunEnd end = RunEnd::Completed;
    std::vector<int> examples;  // [N] the starts' indices; all of settings.examples unless stopped
    Matrix<float> startLatents; // [N, 128]
    Matrix<float> startMels;    // [N, 115·80]
    std::vector<float> startHeard;
    std::vector<float> startWitness;
    std::map<Direction, DirectionResult> directions;
    // models' SHA-256, response, seed, settings, device, versions, Eq. 3 by step, percentiles, the
    // witness
    Json record;
};

enum class ResultDetail
{
    Whole,  // everything, in float32
    Compact // latents in float16 and no log-mels, a tenth of the size: Explainer::restoreMels
};

// result.earshot, one safetensors file; atomically. A compact one is read without log-mels
// (startMels and mels are empty). Errors: CannotWrite; BadInput on reading, and for a compact one
// of the input space, whose log-mels no generator makes again.
void writeExplanation(const Explanation& explanation, const std::filesystem::path& path,
                      ResultDetail detail = ResultDetail::Whole);
Explanation readExplanation(const std::filesystem::path& path);

} // namespace earshot
