// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/playback_mixer.h"

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <numbers>
#include <vector>

namespace earshot {

// At this rate a fade takes 10 samples.
constexpr double exampleRateHz = 1000;
constexpr std::size_t exampleFade = 10;

inline PlayableSound constantSound(std::size_t length, float value)
{
    return std::make_shared<const std::vector<float>>(length, value);
}

// first, first + 1, …: tells where it is.
inline PlayableSound countingSound(std::size_t length, float first)
{
    std::vector<float> samples(length);
    for (std::size_t i = 0; i < length; ++i)
        samples[i] = first + static_cast<float>(i);
    return std::make_shared<const std::vector<float>>(std::move(samples));
}

inline PlaybackScene sceneOf(std::initializer_list<PlayableSound> sounds,
                             LoopMode loop = LoopMode::Loop, std::size_t slot = 0)
{
    PlaybackScene scene;
    for (const PlayableSound& sound : sounds)
        scene.slots.push_back({sound, 1});
    scene.slot = slot;
    scene.loop = loop;
    return scene;
}

inline std::vector<float> rendered(PlaybackMixer& mixer, std::size_t frames)
{
    std::vector<float> samples(frames);
    mixer.render(samples, 1);
    return samples;
}

// Of what comes and of what goes, k samples after a change.
inline double fadeIn(std::size_t k)
{
    return std::sin(std::numbers::pi / 2 * static_cast<double>(k) / exampleFade);
}

inline double fadeOut(std::size_t k)
{
    return std::cos(std::numbers::pi / 2 * static_cast<double>(k) / exampleFade);
}

} // namespace earshot
