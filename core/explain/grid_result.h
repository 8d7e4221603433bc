// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/equations.h"
#include "core/explain/explanation.h"
#include "core/explain/grid_settings.h"
#include "core/explain/grid_uncertainty.h"
#include "core/explain/real_side.h"
#include "core/io/json.h"
#include "core/util/matrix.h"

#include <cstddef>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

enum class GridState
{
    Ok,
    Exploded, // a response was not finite, or beyond a million, at or before the setting's step
    Dead,     // the response's own gradient is 0 for every start
    Stopped,  // fewer examples than were asked for
};

std::string_view name(GridState state); // "ok", "exploded", "dead", "stopped"

// One setting over its examples. Numbers are NaN where there are too few, or one is not finite.
struct GridMeasurement
{
    GridSetting setting; // with StepChoice::SmallestDistance the step chosen for the pair
    std::size_t pair = 0;
    int examples = 0;                                           // known at the setting's step
    SampleMoments moments;                                      // of their raw responses
    double distance = std::numeric_limits<double>::quiet_NaN(); // Eq. 3
    DistanceInterval interval;
    GridState state = GridState::Stopped;
    // Mean over examples of the root mean square difference between the log-mels of explanation
    // and start, natural logarithm: what can be seen and heard of the change. NaN: not measured.
    double change = std::numeric_limits<double>::quiet_NaN();
    bool isRefined = false; // one of the best pairs, with more examples than the others
    bool isTied = false;    // cannot be told from the best: see markTies
};

// The chosen setting on starts that had no part in its choice.
struct FreshMeasurement
{
    GridMeasurement measurement;
    std::vector<float> responses; // [examples]; those known after a stop
};

// Rows of matrices are measurements; N is the largest number of examples. NaN where nothing is
// known.
struct GridResult
{
    std::string response; // canonical
    GridSettings settings;
    RealSide real;
    SampleMoments realMoments;
    RunEnd end = RunEnd::Completed;
    // By learning rate, prior weight and (with StepChoice::Last) steps as given.
    std::vector<GridMeasurement> measurements;
    Matrix<float> responses; // [settings, N] raw f_a; column i: start i
    Matrix<float> latents;   // [settings · N, latent size]
    Matrix<float> curves;    // [pairs · (T + 1), N] raw f_a by step, row 0 of each pair the start
    std::optional<std::size_t> best;   // smallest distance; empty if none is known
    std::optional<std::size_t> chosen; // of those tied with it the one with the smallest change
    std::optional<FreshMeasurement> fresh;
    double seconds = 0; // of work, in this run
    // sha256, models, response, seed, settings, device, versions, end, real side, choice
    Json record;
};

inline constexpr const char* gridFormat = "earshot-grid-1"; // of grid.earshot

// grid.csv and grid.earshot in a folder: both are written before either replaces an older one.
// Returns their paths. CSV: direction, learning_rate, prior_weight, steps, examples, mean,
// variance, real_mean, real_variance, frechet_distance, distance_low, distance_high, state, a row a
// measurement. safetensors, all float32: responses [settings, N], latents [settings, N, latent
// size], real_responses [50], changes [settings], responses_by_step [pairs, T + 1, N], and, where
// measured, fresh_responses. Error (CannotWrite).
std::vector<std::filesystem::path> writeGrid(const GridResult& result,
                                             const std::filesystem::path& folder);

} // namespace earshot
