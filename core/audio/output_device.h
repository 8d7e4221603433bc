// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace earshot {

struct OutputDevice
{
    // The sound system and the device's name ("ALSA: default"), the same in every run as long as
    // the device keeps its name.
    std::string id;
    std::string name; // for people
    double defaultRateHz = 0;
    bool isDefault = false; // at most one is
};

// What sound can be played on; empty where there is no device. While a Player is open, as it was
// when that was opened. Takes up to a second on a system with many devices. Writes nothing to
// stderr. Error (Failed) if the sound systems cannot be asked. Player's thread, or instead of it.
std::vector<OutputDevice> outputDevices();

} // namespace earshot
