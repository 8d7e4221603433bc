// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/playback_scene.h"

#include "core/audio/resample.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace earshot {

namespace {

constexpr double edgeSeconds = 0.005; // the shortest fade that is heard as none

void fadeEdges(std::vector<float>& samples, double rateHz)
{
    const std::size_t edge =
        std::min(static_cast<std::size_t>(edgeSeconds * rateHz), samples.size() / 2);
    for (std::size_t i = 0; i < edge; ++i) {
        const double root =
            std::sin(std::numbers::pi / 2 * static_cast<double>(i) / static_cast<double>(edge));
        const auto weight = static_cast<float>(root * root);
        samples[i] *= weight;
        samples[samples.size() - 1 - i] *= weight;
    }
}

} // namespace

std::size_t PlaybackScene::length(std::size_t index) const
{
    if (index < slots.size() && slots[index].sound)
        return slots[index].sound->size();
    std::size_t longest = 0;
    for (const Slot& other : slots)
        longest = std::max(longest, other.sound ? other.sound->size() : 0);
    return longest;
}

PlayableSound playableSound(std::span<const float> samples, double fromHz, double toHz)
{
    std::vector<float> finite(samples.begin(), samples.end());
    for (float& value : finite)
        if (!std::isfinite(value))
            value = 0;
    std::vector<float> result = resample(finite, fromHz, toHz);
    if (result.empty())
        return nullptr;
    fadeEdges(result, toHz);
    return std::make_shared<const std::vector<float>>(std::move(result));
}

} // namespace earshot
