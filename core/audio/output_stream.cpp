// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/output_stream.h"

#include "core/audio/playback_mixer.h"
#include "core/util/error.h"

#include <portaudio.h>

#include <algorithm>
#include <array>

namespace earshot {

namespace {

// Some hundred times as long as any device takes between two blocks; one over the air may take
// seconds before the first.
constexpr std::chrono::seconds longestPause(2);
constexpr std::chrono::seconds longestStart(10);

} // namespace

struct OutputStream::Callbacks
{
    static int render(const void*, void* output, unsigned long frames,
                      const PaStreamCallbackTimeInfo*, PaStreamCallbackFlags, void* user) noexcept
    {
        auto* stream = static_cast<OutputStream*>(user);
        stream->m_blockCount.fetch_add(1, std::memory_order_relaxed);
        stream->m_mixer->render({static_cast<float*>(output), frames * stream->m_channels},
                                stream->m_channels);
        return paContinue;
    }

    static void finished(void* user) noexcept
    {
        static_cast<OutputStream*>(user)->m_hasFinished.store(true);
    }
};

OutputStream::OutputStream(const std::string& deviceId)
    : m_device(m_session.outputDevice(deviceId))
{
    m_channels = static_cast<unsigned>(std::min(m_device.channels, 2));
    PaStreamParameters parameters{};
    parameters.device = m_device.index;
    parameters.channelCount = static_cast<int>(m_channels);
    parameters.sampleFormat = paFloat32;
    parameters.suggestedLatency = m_device.latencySeconds;
    PaError error = paNoError;
    // Some devices take no rate but one of these, whatever they say.
    for (const double rateHz : std::array{m_device.device.defaultRateHz, 48000.0, 44100.0}) {
        error = Pa_OpenStream(&m_stream, nullptr, &parameters, rateHz, paFramesPerBufferUnspecified,
                              paNoFlag, &Callbacks::render, this);
        if (error == paNoError) {
            const PaStreamInfo* info = Pa_GetStreamInfo(m_stream);
            m_rateHz = info != nullptr ? info->sampleRate : rateHz;
            break;
        }
        if (error != paInvalidSampleRate)
            break;
    }
    if (error != paNoError)
        throw Error(ErrorKind::Failed, m_device.device.name,
                    "cannot be opened: " + portAudioReason(error));
    Pa_SetStreamFinishedCallback(m_stream, &Callbacks::finished);
}

OutputStream::~OutputStream()
{
    Pa_AbortStream(m_stream);
    Pa_CloseStream(m_stream);
}

void OutputStream::start(PlaybackMixer& mixer)
{
    m_mixer = &mixer;
    m_knownSince = std::chrono::steady_clock::now();
    const PaError error = Pa_StartStream(m_stream);
    if (error != paNoError)
        throw Error(ErrorKind::Failed, m_device.device.name,
                    "cannot play: " + portAudioReason(error));
}

bool OutputStream::hasFinished() const
{
    // Not Pa_IsStreamActive: with JACK that is false, too, where closing would wait for ten
    // minutes.
    return m_hasFinished.load();
}

bool OutputStream::hangs()
{
    const auto now = std::chrono::steady_clock::now();
    const std::uint64_t count = m_blockCount.load(std::memory_order_relaxed);
    if (count != m_knownBlockCount) {
        m_knownBlockCount = count;
        m_knownSince = now;
    }
    return now - m_knownSince > (count == 0 ? longestStart : longestPause);
}

void OutputStream::abandon(std::unique_ptr<OutputStream> stream,
                           std::unique_ptr<PlaybackMixer> mixer)
{
    PortAudioSession::hideDevice(stream->m_device);
    // Not lost: PortAudio still knows the one, and that one the other.
    static_cast<void>(stream.release());
    static_cast<void>(mixer.release());
}

void OutputStream::drain()
{
    Pa_StopStream(m_stream);
}

} // namespace earshot
