// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/output_device.h"

#include <string>
#include <vector>

namespace earshot {

// PortAudio, started for as long as one of these lives; it looks for devices when the first is
// made, which can take a second. On one thread at a time. Nothing that PortAudio, ALSA or JACK say
// reaches stderr.
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
        std::string hangsWith;     // all devices with the same hang together
        double latencySeconds = 0; // that is safe from gaps
    };

    // Without those that are hidden.
    std::vector<Device> outputDevices() const;
    // An empty id means the default device, or the first where none is. Error (Failed): there is no
    // device at all, or not this one.
    Device outputDevice(const std::string& id) const;
    // Of a device that hangs: for the rest of the program. Of JACK all devices, since PortAudio
    // ends the program where another is opened after its server has ended.
    static void hideDevice(const Device& device);
};

// What a PaError means, in words.
std::string portAudioReason(int error);

} // namespace earshot
