// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/settings.h"
#include "core/io/json.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace earshot {

// What the paper tunes: one point of the grid.
struct GridSetting
{
    double learningRate = 0;
    double priorWeight = 0;
    int steps = 0;
};

// Everything that decides a grid search, but for models, response and real side. The raw response
// is optimised. A learning rate with a prior weight is a pair: one trajectory for each start.
struct GridSettings
{
    Direction direction = Direction::Positive;
    // Each in the ranges of ExplainSettings, at least one, none twice; at most 1,000 pairs.
    std::vector<double> learningRates{0.1, 0.01, 0.001};
    std::vector<double> priorWeights{0.1, 0.01, 0.001};
    std::vector<int> steps{100, 500, 1000};
    // Last: every number of steps is a setting. SmallestDistance: a pair is one setting, with the
    // step from 1 to the largest number that has the smallest Eq. 3.
    StepChoice choice = StepChoice::Last;
    int examples = 50;        // N, [2, 100000]: Eq. 3 needs a variance
    int refinedPairs = 0;     // the best so many pairs are measured with more examples
    int refinedExamples = 50; // [examples, 100000], where pairs are refined
    int freshExamples = 50;   // starts that the chosen setting is measured again on; 0 or [2, …]
    int freshFrom = 0;        // the first of these is this one, or later if it was searched with
    std::uint64_t seed = 0;   // of the starts and of the draws, below 2^63
};

// Nine pairs, N = 8, 100 steps, the best two pairs refined at N = 50.
GridSettings quickGrid();
// The paper's section 3.4: 27 settings, N = 50.
GridSettings fullGrid();

// Error (BadInput) that names the field, its range and the value; also for more than 16 GB.
void checkGrid(const GridSettings& settings);

// Every member by its name in words; texts, numbers and arrays.
Json gridSettingsJson(const GridSettings& settings);

// The order of pairs: learning rate, then prior weight, as given.
std::size_t pairCount(const GridSettings& settings);
// setting.steps: the largest number.
GridSetting gridPair(const GridSettings& settings, std::size_t pair);
int largestSteps(const GridSettings& settings);
// The steps whose latents a result may need, ascending.
std::vector<int> latentSteps(const GridSettings& settings);
// The first start that is in no measurement but the last one, of fresh starts.
std::size_t firstFreshStart(const GridSettings& settings);

} // namespace earshot
