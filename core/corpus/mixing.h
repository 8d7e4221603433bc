// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dsp/log_mel.h"
#include "core/train/packed_data.h"

#include <cstddef>
#include <span>
#include <vector>

namespace earshot {

// Mono sound with a label for every frame of the front end.
struct LabelledSound
{
    std::vector<float> samples;
    std::vector<FrameLabel> labels;
};

// Where a solo voice sings, by the RMS of each frame against the 95th percentile of all: within 35
// dB Positive, below 55 dB Negative, unknown between.
std::vector<FrameLabel> labelsOfSoloVoice(std::span<const float> voice,
                                          const FrontEndParameters& frontEnd);

// RMS over the samples that frames labelled Positive cover; 0 if there are none.
double sungRms(std::span<const float> voice, std::span<const FrameLabel> labels,
               const FrontEndParameters& frontEnd);
double rms(std::span<const float> samples);

// voice·gain + backing, as long as the shorter.
std::vector<float> mixed(std::span<const float> voice, double gain, std::span<const float> backing);

double gainOfDecibels(double decibels);

} // namespace earshot
