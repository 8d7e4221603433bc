// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/generator_data.h"
#include "core/util/matrix.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace earshot {

// Which real excerpts are compared with.
enum class RealSet
{
    Training,
    HeldOut, // validation and test split together
    Validation,
    Test
};

std::string_view name(RealSet set); // as the splits', and "heldout"

// The recordings of a set with at least 115 frames, as indices into PackedData::recordings().
struct RealMusic
{
    std::vector<std::size_t> songs; // with singing: songs and stems
    std::vector<std::size_t> instrumentals;
};
RealMusic realMusic(const PackedData& data, RealSet set);

// `count` excerpts, the first half of songs with singing (songs and stems), the other of
// instrumentals; in each half equal shares a recording, spread over it at random, overlapping where
// it is short. Depends on the arguments alone. Error (BadInput) if either half has no recording of
// at least 115 frames.
std::vector<GeneratorData::Excerpt> selectRealExcerpts(const PackedData& data, RealSet set,
                                                       std::size_t count, std::uint64_t seed);
// Their natural log-mels, [n, 115·80], time-major.
Matrix<float> realMels(const PackedData& data, std::span<const GeneratorData::Excerpt> excerpts);

} // namespace earshot
