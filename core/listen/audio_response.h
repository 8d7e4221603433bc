// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dsp/log_mel.h"
#include "core/util/progress.h"

#include <filesystem>
#include <stop_token>
#include <string_view>
#include <vector>

namespace earshot {

class Explainer;

// A response along a sound: one value an excerpt of 115 frames.
struct ResponseCurve
{
    std::vector<double> startSeconds;  // of each excerpt's first sample
    std::vector<double> centreSeconds; // of its centre, which the classifier judges
    std::vector<float> responses;      // raw f_a; fewer than the times after a stop
};

// Excerpts every hopFrames (≥ 1) of an audio file. Error (BadInput): the file, the expression, or a
// sound shorter than an excerpt.
ResponseCurve respondToAudio(const Explainer& explainer, const std::filesystem::path& audio,
                             std::string_view response, std::size_t hopFrames,
                             const FrontEndParameters& frontEnd, std::stop_token stop = {},
                             const ProgressCallback& progress = {});

} // namespace earshot
