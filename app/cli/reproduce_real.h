// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/reproduce_task.h"
#include "core/explain/settings.h"

#include <string>
#include <vector>

namespace earshot {

// The sound of a real excerpt, and whose it is.
struct RealClip
{
    std::vector<float> samples; // [36,934] at 22,050 Hz
    float response = 0;         // of the trained classifier to it, as stored
    std::string song;           // "Artist: Title", or a file's name
    std::string licence;        // empty where it is not known: music of the user's own
    double timeSeconds = 0;
};

// Of a unit's most exciting (positive) or least exciting excerpts at most eight, one a song: clips
// of the bundle's gallery, or, with an index, of the user's own music, whose files are read. None
// where the bundle has no gallery of this unit. Errors: BadInput for a damaged clip; Failed after a
// stop.
std::vector<RealClip> realClips(const ReproduceTask& task, const std::string& response,
                                Direction direction);

inline constexpr std::size_t mostRealClips = 8; // as many as a gallery has

// What identifies them in a part's settings: song and hash of the samples of each.
Json clipsJson(const std::vector<RealClip>& clips);

// [N, 115·80] natural log-mels.
Matrix<float> logMelsOf(const std::vector<RealClip>& clips, const FrontEndParameters& frontEnd);

} // namespace earshot
