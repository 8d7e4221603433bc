// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/port_audio.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace earshot {

class PlaybackMixer;

// One output device, open at its own rate; plays what a mixer makes. All on the owner's thread.
class OutputStream
{
public:
    // An empty id means the default device. Plays nothing yet. Error (Failed) with the reason.
    explicit OutputStream(const std::string& deviceId);
    // Stops at once; what was not heard yet is lost.
    ~OutputStream();
    OutputStream(const OutputStream&) = delete;
    OutputStream& operator=(const OutputStream&) = delete;

    const OutputDevice& device() const { return m_device.device; }
    double rateHz() const { return m_rateHz; }

    // The device's thread calls mixer.render() from now on until this is destroyed; the mixer must
    // live as long. Once. Error (Failed) with the reason.
    void start(PlaybackMixer& mixer);
    // It has stopped by itself, as one does that is unplugged.
    bool hasFinished() const;
    // It has not stopped, yet asked for no samples for 2 s, as JACK's do whose server has ended.
    bool hangs();
    // Called after fading out: waits (at most about the latency) until all was heard.
    void drain();
    // For a device that hangs: PortAudio would wait for it, for minutes or for ever. Its stream and
    // mixer are left as they are for the rest of the program, since its thread may come back, and
    // the device is not listed any more.
    static void abandon(std::unique_ptr<OutputStream> stream, std::unique_ptr<PlaybackMixer> mixer);

private:
    struct Callbacks; // of PortAudio's types

    PortAudioSession m_session;
    PortAudioSession::Device m_device;
    double m_rateHz = 0;
    unsigned m_channels = 0;
    void* m_stream = nullptr; // PaStream
    PlaybackMixer* m_mixer = nullptr;
    std::atomic<bool> m_hasFinished = false;
    std::atomic<std::uint64_t> m_blockCount = 0; // that the device has asked for
    std::uint64_t m_knownBlockCount = 0;
    std::chrono::steady_clock::time_point m_knownSince;
};

} // namespace earshot
