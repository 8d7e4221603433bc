// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace earshot {

// One channel as a WAV file of 16 bits in memory, for pages that hold their sounds: what every
// browser plays. Clipped to full scale; a sample that is not finite is 0.
std::vector<std::byte> wavBytes(std::span<const float> samples, std::uint32_t sampleRateHz);

} // namespace earshot
