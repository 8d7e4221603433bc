// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

namespace earshot {

// soxr at its quality "HQ" (librosa: res_type="soxr_hq"). Mono. Returns n · to/from samples,
// rounded to nearest. Error (BadInput) for rates outside [1, 1e6] Hz.
std::vector<float> resample(std::span<const float> samples, double fromHz, double toHz);

} // namespace earshot
