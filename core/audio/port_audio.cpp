// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/port_audio.h"

#include "core/util/error.h"

#include <portaudio.h>

#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>
#include <mutex>

namespace earshot {

namespace {

void ignoreAlsaMessage(const char*, int, const char*, int, const char*, ...) {}

void ignoreJackMessage(const char*) {}

// A function of a library that PortAudio may have been built with; null without it.
template <typename Function>
Function* loadedFunction(const char* name)
{
    return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

// Both libraries write dozens of lines to stderr for every device that is not there, and JACK's
// starts a server that nobody asked for. What matters comes back as an error code.
void quietenSoundLibraries()
{
    setenv("JACK_NO_START_SERVER", "1", 0);
    using AlsaHandler = void(const char*, int, const char*, int, const char*, ...);
    using JackHandler = void(const char*);
    if (auto* set = loadedFunction<int(AlsaHandler*)>("snd_lib_error_set_handler"))
        set(ignoreAlsaMessage);
    for (const char* name : {"jack_set_error_function", "jack_set_info_function"})
        if (auto* set = loadedFunction<void(JackHandler*)>(name))
            set(ignoreJackMessage);
}

// Device::hangsWith of those that do.
std::vector<std::string>& hiddenDevices()
{
    static std::vector<std::string> hidden;
    return hidden;
}

bool isHidden(const PortAudioSession::Device& device)
{
    const std::vector<std::string>& hidden = hiddenDevices();
    return std::find(hidden.begin(), hidden.end(), device.hangsWith) != hidden.end();
}

} // namespace

std::string portAudioReason(int error)
{
    switch (error) {
    case paDeviceUnavailable:
        return "another program may be using it, or it was unplugged";
    case paUnanticipatedHostError: {
        const PaHostErrorInfo* info = Pa_GetLastHostErrorInfo();
        if (info != nullptr && info->errorText != nullptr && *info->errorText != '\0')
            return info->errorText;
        break;
    }
    default:
        break;
    }
    return Pa_GetErrorText(error);
}

PortAudioSession::PortAudioSession()
{
    static std::once_flag once;
    std::call_once(once, quietenSoundLibraries);
    const PaError error = Pa_Initialize();
    if (error != paNoError)
        throw Error(ErrorKind::Failed, "", "sound cannot be played: " + portAudioReason(error));
}

PortAudioSession::~PortAudioSession()
{
    Pa_Terminate();
}

std::vector<PortAudioSession::Device> PortAudioSession::outputDevices() const
{
    std::vector<Device> devices;
    const PaDeviceIndex defaultIndex = Pa_GetDefaultOutputDevice();
    for (PaDeviceIndex index = 0; index < Pa_GetDeviceCount(); ++index) {
        const PaDeviceInfo* info = Pa_GetDeviceInfo(index);
        if (info == nullptr || info->maxOutputChannels < 1)
            continue;
        const PaHostApiInfo* system = Pa_GetHostApiInfo(info->hostApi);
        Device found;
        found.index = index;
        found.channels = info->maxOutputChannels;
        found.latencySeconds = info->defaultHighOutputLatency;
        found.device.name = info->name;
        found.device.id = (system != nullptr ? std::string(system->name) + ": " : "") + info->name;
        found.device.defaultRateHz = info->defaultSampleRate;
        found.device.isDefault = index == defaultIndex;
        // Two alike, in the order in which the system lists them.
        const auto alike = std::count_if(devices.begin(), devices.end(), [&](const Device& other) {
            return other.device.name == found.device.name &&
                   other.device.id.starts_with(found.device.id);
        });
        if (alike > 0)
            found.device.id += " #" + std::to_string(alike + 1);
        const bool isJack = system != nullptr && system->type == paJACK;
        found.hangsWith = isJack ? system->name : found.device.id;
        devices.push_back(found);
    }
    std::erase_if(devices, isHidden);
    return devices;
}

void PortAudioSession::hideDevice(const Device& device)
{
    hiddenDevices().push_back(device.hangsWith);
}

PortAudioSession::Device PortAudioSession::outputDevice(const std::string& id) const
{
    const std::vector<Device> devices = outputDevices();
    if (devices.empty())
        throw Error(ErrorKind::Failed, "", "no sound device was found");
    auto found = std::find_if(devices.begin(), devices.end(), [&id](const Device& device) {
        return id.empty() ? device.device.isDefault : device.device.id == id;
    });
    if (found == devices.end() && id.empty())
        found = devices.begin();
    if (found == devices.end())
        throw Error(ErrorKind::Failed, id, "is not connected");
    return *found;
}

} // namespace earshot
