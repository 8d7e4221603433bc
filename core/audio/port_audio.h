// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/output_device.h"

#include <string>
#include <vector>

namespace earshot {

// PortAudio, started for as long as one of these lives; it looks for devices when the first is
// made. All on one thread. Nothing that PortAudio, ALSA or JACK say reaches stderr.
class PortAudioSession
{
public:
    // Error (Failed) with the reason.
    PortAudioSession();
    ~PortAudioSession();
    PortAudioSession(const PortAudioSession&) = delete;
    PortAudioSession& operator=(const PortAudioSession&) = delete;

    struct Device
    {
        OutputDevice device;
        int index = 0; // PortAudio's
        int channels = 0;
        double latencySeconds = 0; // that is safe from gaps
    };

    std::vector<Device> outputDevices() const;
    // An empty id means the default device, or the first where none is. Error (Failed): there is no
    // device at all, or not this one.
    Device outputDevice(const std::string& id) const;
};

// What a PaError means, in words.
std::string portAudioReason(int error);

} // namespace earshot
