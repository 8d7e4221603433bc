// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/playback_scene.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace earshot {

class OutputStream;
class PlaybackMixer;

// Plays one of several mono sounds (slots) through a sound device, at the device's own rate. Every
// change is heard as a crossfade of 10 ms, without a click.
//
// All functions on one thread, that of the window. None but open() and the destructor waits for the
// device: those fade out first, which takes as long as the device's latency, 1 s at most.
class Player
{
public:
    struct Sound
    {
        std::vector<float> samples; // mono, full scale ±1
        float gain = 1;             // linear
        // Instead of samples, for what is long: made by playableSound() on another thread, for a
        // device of readyHz. Silent on any other.
        PlayableSound ready = nullptr;
        double readyHz = 0;
    };
    // Slot i; null or empty: silence.
    using Sounds = std::vector<std::shared_ptr<const Sound>>;

    struct Status
    {
        bool isPlaying = false;
        // Of the sound handed to the device; it is heard the device's latency (some 10 ms) later.
        double positionSeconds = 0;
        std::size_t slot = 0;
        float peak = 0; // the loudest |sample| since the last call, linear; above 1: clipped
        std::uint64_t endedCount = 0; // how often a sound has played to its end
        std::string problem;          // why the device fell silent; empty: it did not
    };

    // Opens nothing.
    explicit Player(double sampleRateHz = 22050);
    ~Player();
    Player(const Player&) = delete;
    Player& operator=(const Player&) = delete;

    // Empty: the default device. Called again, it goes over to another device (or opens the same
    // one anew) and plays on; if that fails, on the old device if it still can. Error (Failed) with
    // the reason in plain words.
    void open(const std::string& deviceId = {});
    bool isOpen() const { return m_stream != nullptr; }
    // Of the device that is open; empty if none is.
    std::string deviceId() const;
    double deviceRateHz() const; // 0 if none is

    // What follows is kept while no device is open, except play(), which then does nothing.

    // The position stays. A sound (the same object) that was there before goes on untouched, so
    // replacing other slots is not heard. The first call with a sound resamples it.
    void setSounds(Sounds sounds);
    // Both at once, so that no other slot of the new sounds is heard in between.
    void setSounds(Sounds sounds, std::size_t slot);
    // At the same position. Beyond the last: silence.
    void setSlot(std::size_t slot);
    // What is heard is the sound's gain × its slot's gain × volume, each 0 or more. Slots without
    // a gain have 1. Both glide over 10 ms.
    void setGains(std::vector<float> gains);
    void setVolume(float volume);
    // The length of a loop is that of the sound in the slot that is heard. Once, it ends there, and
    // the position goes back to 0.
    void setLoop(LoopMode loop);

    void play();
    void pause();
    // From the beginning; below 0 counts as 0. Beyond the end, a loop wraps and Once ends.
    void seek(double seconds);

    // Made for polling, 30 times a second. Where the device has vanished, this notices, closes it
    // and says so in `problem` until open() succeeds; the position stays.
    Status status();

private:
    using PreparedSound = std::pair<std::shared_ptr<const Sound>, PlayableSound>;

    void openStream(const std::string& deviceId, bool plays);
    void closeStream();
    bool fadesOut();
    void prepareSounds();
    void handOver();
    std::size_t samplesOf(double seconds) const;

    const double m_sampleRateHz;
    Sounds m_sounds;
    std::vector<float> m_gains;
    std::size_t m_slot = 0;
    float m_volume = 1;
    LoopMode m_loop = LoopMode::Once;
    double m_restingSeconds = 0; // the position while no device is open
    std::string m_problem;
    std::uint64_t m_endedBefore = 0; // on the devices before this one

    std::vector<PreparedSound> m_prepared;  // at the device's rate; by slot
    std::unique_ptr<PlaybackMixer> m_mixer; // outlives the stream, which calls it
    std::unique_ptr<OutputStream> m_stream;
};

} // namespace earshot
