// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/grid_settings.h"
#include "core/io/json.h"
#include "core/util/error.h"
#include "core/util/matrix.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

namespace earshot {

// What is known of one start under one pair.
struct GridTrajectory
{
    int stepsDone = -1;
    bool finished = false;        // has all the steps it was to have
    std::vector<float> responses; // [stepsDone + 1] raw f_a, after so many updates
    float startGradient = 0;      // ‖∇_z f_a‖ at the start; NaN before the first update
    // [K, latent size] after each of latentSteps(settings) up to stepsDone; empty while it moves.
    Matrix<float> latents;
};

// By pair and start.
using GridTrajectories = std::map<std::pair<std::size_t, std::size_t>, GridTrajectory>;

// The finished trajectories, at least one, in one safetensors file, replaced atomically: a killed
// search loses what it had begun and what was finished since. identity: an object, all of which
// must be equal for a search that goes on from here. Error (CannotWrite).
void writeGridCheckpoint(const std::filesystem::path& path, const Json& identity,
                         const GridSettings& settings, const GridTrajectories& trajectories);

// Nothing if there is no such file. Error (BadInput) for a file that is damaged, or of another
// identity: then it names the members that differ.
GridTrajectories readGridCheckpoint(const std::filesystem::path& path, const Json& identity,
                                    const GridSettings& settings, std::size_t latentSize);

// The same failure; of one to write, on a full disk, it adds that what the checkpoint holds, if
// there is one, is kept.
Error withCheckpoint(const Error& error, const std::filesystem::path& checkpoint);

} // namespace earshot
