// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace earshot {

enum class Direction
{
    Positive,
    Negative
};
enum class Directions
{
    Positive,
    Negative,
    Both
};

enum class ResponseScale
{
    Raw,       // f_a as it is: the paper's
    Deviation, // f_a divided by the standard deviation of the unit's real responses
};

enum class StepChoice
{
    Last,             // the paper's
    SmallestDistance, // the step with the smallest Eq. 3, per direction
};

// What is optimised.
enum class SearchSpace
{
    Latent, // Eq. 2: the generator's latent
    Input,  // Eq. 1: the log-mel itself, from what the generator makes of the same starts
};

// C1…C3: the paper's Table 5.
enum class Preset
{
    Recommended,
    C1,
    C2,
    C3
};

// Everything that decides an optimisation, but for models and response.
struct ExplainSettings
{
    Directions directions = Directions::Both;
    int examples = 8;           // N, [1, 100000] starts
    std::uint64_t seed = 0;     // of the starts, below 2^63
    double learningRate = 0.01; // l_r of Adam, (0, 10]
    double priorWeight = 0.001; // λ of Eq. 2, [0, 1000]; 0 for Eq. 1, which has no prior
    int steps = 100;            // N_t, [1, 100000] updates
    ResponseScale scale = ResponseScale::Deviation;
    StepChoice choice = StepChoice::SmallestDistance;
    SearchSpace space = SearchSpace::Latent;
};

ExplainSettings presetSettings(Preset preset);
// "recommended", "C1", "C2", "C3"; Error (BadInput) otherwise.
Preset parsePreset(std::string_view text);
// "positive", "negative", "both"; Error (BadInput) otherwise.
Directions parseDirections(std::string_view text);
// Error (BadInput) that names the field, its range and the value; also where the latents (in the
// input space the log-mels) of all steps would take more than 16 GB.
void checkSettings(const ExplainSettings& settings);

} // namespace earshot
