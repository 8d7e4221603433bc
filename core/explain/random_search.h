// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/optimiser.h"
#include "core/util/matrix.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

namespace earshot {

// A control for Eq. 2: what the generator makes anyway, without any gradient. An update costs a
// pass forward and one of the same work backward, so that N examples of `steps` updates are worth
// N·steps·2 draws.
struct RandomSearchSettings
{
    std::size_t draws = 0; // at least one
    std::size_t kept = 0;  // at least one
    std::uint64_t seed = 0;
    Direction direction = Direction::Positive;
};

struct RandomSearchResult
{
    std::size_t draws = 0;        // done: fewer after a stop
    Matrix<float> latents;        // [kept or fewer, latent size], the most extreme response first
    Matrix<float> mels;           // [as many, 115·80] natural log-mels
    std::vector<float> responses; // [as many] raw f_a
};

// Draws latents from the prior, none of which is a start of the same seed, and keeps those with the
// highest (negative: the lowest) finite response; of equal ones the first drawn. The result depends
// on the settings alone. progress: on the calling thread. Errors: Failed for torch's own.
RandomSearchResult searchRandomly(const ResponsePath& path, const RandomSearchSettings& settings,
                                  std::stop_token stop = {},
                                  const std::function<void(std::size_t drawn)>& progress = {});

} // namespace earshot
