// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <span>
#include <vector>

namespace earshot {

// soxr at its quality "HQ" (librosa: res_type="soxr_hq"), mono, a piece at a time: the pieces
// together make the same samples as the whole at once. Not thread-safe.
class Resampler
{
public:
    // Error (BadInput) for rates outside [1, 1e6] Hz.
    Resampler(double fromHz, double toHz);
    ~Resampler();
    Resampler(const Resampler&) = delete;
    Resampler& operator=(const Resampler&) = delete;

    // Append to `made` what is known after these samples, and after the last ones.
    void push(std::span<const float> samples, std::vector<float>& made);
    void finish(std::vector<float>& made);

private:
    struct Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

// The whole at once: n · to/from samples, rounded to nearest. Errors as Resampler.
std::vector<float> resample(std::span<const float> samples, double fromHz, double toHz);

} // namespace earshot
