// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/mixing.h"

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

// Relative to the loud frames: held notes fade by some 20 dB, rooms and breaths lie below 50 dB.
constexpr double sungDecibels = -35;
constexpr double silentDecibels = -55;
constexpr double loudQuantile = 0.95;

} // namespace

double rms(std::span<const float> samples)
{
    double energy = 0;
    for (const float sample : samples)
        energy += static_cast<double>(sample) * sample;
    return samples.empty() ? 0 : std::sqrt(energy / static_cast<double>(samples.size()));
}

double gainOfDecibels(double decibels)
{
    return std::pow(10, decibels / 20);
}

std::vector<FrameLabel> labelsOfSoloVoice(std::span<const float> voice,
                                          const FrontEndParameters& frontEnd)
{
    std::vector<double> levels(frontEnd.framesOf(voice.size()));
    for (std::size_t frame = 0; frame < levels.size(); ++frame)
        levels[frame] = rms(voice.subspan(frame * frontEnd.hopSamples, frontEnd.fftSize));
    std::vector<double> sorted = levels;
    std::sort(sorted.begin(), sorted.end());
    const double loud = sorted.empty()
                            ? 0
                            : sorted[static_cast<std::size_t>(
                                  loudQuantile * static_cast<double>(sorted.size() - 1))];
    std::vector<FrameLabel> labels;
    for (const double level : levels) {
        if (level <= loud * gainOfDecibels(silentDecibels))
            labels.push_back(FrameLabel::Negative);
        else
            labels.push_back(level >= loud * gainOfDecibels(sungDecibels) ? FrameLabel::Positive
                                                                          : FrameLabel::Unknown);
    }
    return labels;
}

double sungRms(std::span<const float> voice, std::span<const FrameLabel> labels,
               const FrontEndParameters& frontEnd)
{
    std::vector<bool> sung(voice.size());
    for (std::size_t frame = 0; frame < labels.size(); ++frame)
        if (labels[frame] == FrameLabel::Positive)
            std::fill_n(sung.begin() + static_cast<std::ptrdiff_t>(frame * frontEnd.hopSamples),
                        frontEnd.fftSize, true);
    std::vector<float> samples;
    for (std::size_t i = 0; i < voice.size(); ++i)
        if (sung[i])
            samples.push_back(voice[i]);
    return rms(samples);
}

std::vector<float> mixed(std::span<const float> voice, double gain, std::span<const float> backing)
{
    std::vector<float> sum(std::min(voice.size(), backing.size()));
    for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i] = static_cast<float>(gain * voice[i] + backing[i]);
    return sum;
}

} // namespace earshot
