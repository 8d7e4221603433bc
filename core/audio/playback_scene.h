// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace earshot {

enum class LoopMode
{
    Once, // stops at the end of the sound
    Loop, // goes on at its beginning
};

// Mono at the device's rate, ready to play; shared by scenes, never changed. Null: silence.
using PlayableSound = std::shared_ptr<const std::vector<float>>;

// What can be heard at one time; a whole of its own, so that no half of a change is ever heard.
struct PlaybackScene
{
    struct Slot
    {
        PlayableSound sound;
        float gain = 1; // linear
    };

    // In samples, of slot `index`; of a silent slot, that of the longest sound, so that the place
    // is kept while it is silent. 0: there is nothing to play at all.
    std::size_t length(std::size_t index) const;

    std::vector<Slot> slots;
    std::size_t slot = 0; // the one that is heard; beyond the last: silence
    float volume = 1;     // linear
    LoopMode loop = LoopMode::Once;
};

// The sound at the device's rate: soxr between, non-finite samples as 0, and the outer 5 ms faded
// (raised cosine), so that neither the ends nor the seam of a loop click. Empty: null.
PlayableSound playableSound(std::span<const float> samples, double fromHz, double toHz);

} // namespace earshot
