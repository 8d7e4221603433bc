// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace earshot {

// The louder of two sounds seems the better one: for fair listening all are played at one level.
inline constexpr double matchedLevelDb = -20; // RMS; 0 dBFS: a full-scale square wave, RMS 1
inline constexpr double matchedPeakDb = -1;   // that no |sample| exceeds; 0 dBFS: 1
inline constexpr double silenceDb = -80;      // RMS below which a sound is left as it is

enum class LevelMatch
{
    Matched,       // plays at matchedLevelDb
    LimitedByPeak, // plays below it: a gain for the level would take its peak above matchedPeakDb
    Silent,        // left as it is: empty, below silenceDb, or with a non-finite sample
};

struct MatchingGain
{
    float gain = 1;    // linear, for playback only
    double gainDb = 0; // the same, in dB
    LevelMatch match = LevelMatch::Silent;
};

// Of one channel, full scale ±1.
MatchingGain matchingGain(std::span<const float> samples);

} // namespace earshot
