// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/playback_scene.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>

namespace earshot {

// Makes the samples that a device plays, and knows no device.
//
// Two threads: the owner's, which says what shall be heard, and the device's, which calls render()
// and nothing else. Neither ever waits for the other: a scene is handed over through one atomic
// pointer, and the owner frees it once the device's thread has said that it is done with it.
//
// Whatever changes what is heard (play, pause, seek, another slot, another sound) is an equal-power
// crossfade between what was heard and what shall be heard, silence included. A change that arrives
// during a crossfade waits until it is over; of several, the last counts.
class PlaybackMixer
{
public:
    static constexpr double fadeSeconds = 0.010;

    struct State
    {
        bool isPlaying = false;
        bool isSilent = true;         // nothing sounds any more, and no request is waiting
        std::size_t position = 0;     // in samples
        float peak = 0;               // |sample| since the last call of state(), linear
        std::uint64_t endedCount = 0; // how often a sound has played to its end
    };

    // Plays nothing, at position 0.
    explicit PlaybackMixer(double rateHz);
    PlaybackMixer(const PlaybackMixer&) = delete;
    PlaybackMixer& operator=(const PlaybackMixer&) = delete;

    // Owner's thread. A request counts at once for state(), and is heard a few milliseconds later.

    // The position stays. Sounds that go on in the slot that is heard go on without a crossfade;
    // gains and volume glide. A position beyond the end of a sound wraps in a loop, else it ends.
    void setScene(PlaybackScene scene);
    // From the position, from 0 at the end. Does nothing where there is nothing to play.
    void play();
    // Keeps the position.
    void pause();
    // position: in samples; beyond the end as setScene.
    void seek(std::size_t position);
    State state();
    // Scenes that are held: handed over and not freed yet, the one that counts included.
    std::size_t sceneCount() const { return m_scenes.size(); }

    // Device's thread. Fills frames × channels interleaved samples, every channel alike; |sample|
    // can exceed 1 where sounds or volume do. Neither allocates, locks, logs nor throws.
    void render(std::span<float> interleaved, std::size_t channels) noexcept;

private:
    struct NumberedScene
    {
        PlaybackScene scene;
        std::uint64_t number = 0;
    };

    // What the owner asks for. The counts tell a new request from one that was taken; they wrap.
    struct Request
    {
        static Request unpack(std::uint64_t bits);
        std::uint64_t pack() const;

        std::uint64_t seekCount = 0;      // 12 bits
        std::uint64_t transportCount = 0; // 11 bits
        bool plays = false;
        std::uint64_t position = 0; // 40 bits: 265 days at 48 kHz
    };

    // A value that glides linearly to its target over one fade.
    class Glide
    {
    public:
        void jumpTo(float value);
        void glideTo(float value, std::size_t samples);
        float next();

    private:
        float m_value = 1;
        float m_target = 1;
        float m_step = 0;
        std::size_t m_samplesLeft = 0;
    };

    // One thing that sounds; without a scene it is silence, that of pause.
    struct Voice
    {
        const NumberedScene* scene = nullptr;
        const std::vector<float>* sound = nullptr; // null: a silent slot
        std::size_t length = 0;
        std::size_t position = 0;
        bool loops = false;
        Glide gain;

        // Returns what sounds at the position and moves on; an ended voice has lost its scene.
        float next();
    };

    void freeUnusedScenes();
    void requestTransport(bool plays);
    void takeRequests();
    Voice voiceOf(const NumberedScene& scene, std::size_t position) const;
    float nextSample();
    void endSound();
    void publish(float peak);

    const std::size_t m_fadeSamples;

    // The owner's.
    std::deque<std::unique_ptr<const NumberedScene>> m_scenes; // ascending numbers

    // Written by the owner. The request is one packed Request: no half of it is ever taken.
    std::atomic<const NumberedScene*> m_scene = nullptr;
    std::atomic<std::uint64_t> m_request = 0;

    // What the device's thread says.
    std::atomic<std::uint64_t> m_oldestScene = 0; // the lowest number it may still read
    std::atomic<std::uint64_t> m_taken = 0;       // the last request, but as it plays and where
    std::atomic<bool> m_isSilent = true;
    std::atomic<float> m_peak = 0;
    std::atomic<std::uint64_t> m_endedCount = 0;

    // The device's thread's own.
    const NumberedScene* m_adopted = nullptr;
    Voice m_current;
    Voice m_outgoing;
    std::size_t m_fadeSamplesLeft = 0;
    Glide m_volume;
    bool m_isPlaying = false;
    std::size_t m_restingPosition = 0; // where it does not play
    Request m_lastRequest;
};

} // namespace earshot
