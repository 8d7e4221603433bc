// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/port_audio.h"

#include <atomic>
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
    // False once the device has stopped by itself, as one does that is unplugged.
    bool isRunning() const;
    // Called after fading out: waits (at most about the latency) until all was heard.
    void drain();

private:
    struct Callbacks; // of PortAudio's types

    PortAudioSession m_session;
    PortAudioSession::Device m_device;
    double m_rateHz = 0;
    unsigned m_channels = 0;
    void* m_stream = nullptr; // PaStream
    PlaybackMixer* m_mixer = nullptr;
    std::atomic<bool> m_hasFinished = false;
};

} // namespace earshot
