// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explainer.h"
#include "core/explain/optimiser.h"

#include <stop_token>
#include <string>
#include <vector>

namespace earshot {

struct SampleMoments;

// What one explanation is made of; explain()'s implementation. Borrowed.
struct ExplanationTask
{
    const ResponsePath& path;
    const ExplainSettings& settings;
    const RealResponses* real = nullptr; // of the whole expression; nullptr if unknown
};

// Everything of an explanation but its record. Errors: Failed for torch's own.
Explanation runExplanation(const ExplanationTask& task, const ExplainControl& control);

// What Eq. 2 multiplies f_a by: 1, or 1/standard deviation of the real responses, or, where there
// are none, of the responses to 256 generator outputs. 1 if that deviation is 0 or not finite. A
// stop ends it early, with any value.
double responseScale(const ExplanationTask& task, std::stop_token stop = {});

// The steps whose latents are kept: all if there are at most 21, else 21 from the first to the last
// at equal distances, and the chosen ones among them. Ascending.
std::vector<int> pathSteps(int lastStep, const std::vector<int>& chosenSteps);

// The step of the smallest finite distance, the first of equals; lastStep if there is none.
int chooseStep(StepChoice choice, const std::vector<double>& distances, int lastStep);

// Eq. 3 for each of the first `steps` rows of responses [step, row], over the given columns. Empty
// with fewer than two columns or without real responses.
std::vector<double> distancesBySteps(MatrixView<const float> responses,
                                     const std::vector<std::size_t>& columns, std::size_t steps,
                                     const RealResponses* real, Direction direction);
// The same against moments that are known; NaN with fewer than two columns.
std::vector<double> distancesBySteps(MatrixView<const float> responses,
                                     const std::vector<std::size_t>& columns, std::size_t steps,
                                     const SampleMoments& real);

} // namespace earshot
