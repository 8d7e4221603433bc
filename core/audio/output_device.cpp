// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/output_device.h"

#include "core/audio/port_audio.h"

namespace earshot {

std::vector<OutputDevice> outputDevices()
{
    const PortAudioSession session;
    std::vector<OutputDevice> devices;
    for (const PortAudioSession::Device& device : session.outputDevices())
        devices.push_back(device.device);
    return devices;
}

} // namespace earshot
