// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/listen/level_matching.h"

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

double linear(double db)
{
    return std::pow(10.0, db / 20);
}

} // namespace

MatchingGain matchingGain(std::span<const float> samples)
{
    double squares = 0;
    double peak = 0;
    for (const double sample : samples) {
        squares += sample * sample;
        peak = std::max(peak, std::abs(sample));
    }
    const double rms =
        samples.empty() ? 0 : std::sqrt(squares / static_cast<double>(samples.size()));
    if (!std::isfinite(rms) || rms < linear(silenceDb))
        return {};
    const double wanted = linear(matchedLevelDb) / rms;
    const double highest = linear(matchedPeakDb) / peak;
    const double gain = std::min(wanted, highest);
    return {static_cast<float>(gain), 20 * std::log10(gain),
            gain < wanted ? LevelMatch::LimitedByPeak : LevelMatch::Matched};
}

} // namespace earshot
