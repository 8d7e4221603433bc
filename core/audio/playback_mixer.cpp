// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/playback_mixer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace earshot {

namespace {

// Of a packed request, from the lowest bit: position, plays, transportCount, seekCount.
constexpr int playsBit = 40;
constexpr int transportBit = 41;
constexpr int seekBit = 52;
constexpr std::uint64_t maximumPosition = (std::uint64_t(1) << playsBit) - 1;
constexpr std::uint64_t transportMask = (std::uint64_t(1) << (seekBit - transportBit)) - 1;

static_assert(std::atomic<float>::is_always_lock_free);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

} // namespace

PlaybackMixer::Request PlaybackMixer::Request::unpack(std::uint64_t bits)
{
    Request request;
    request.seekCount = bits >> seekBit;
    request.transportCount = bits >> transportBit & transportMask;
    request.plays = (bits >> playsBit & 1) != 0;
    request.position = bits & maximumPosition;
    return request;
}

std::uint64_t PlaybackMixer::Request::pack() const
{
    return seekCount << seekBit | (transportCount & transportMask) << transportBit |
           std::uint64_t(plays ? 1 : 0) << playsBit | position;
}

void PlaybackMixer::Glide::jumpTo(float value)
{
    m_value = m_target = value;
    m_samplesLeft = 0;
}

void PlaybackMixer::Glide::glideTo(float value, std::size_t samples)
{
    if (value == m_target)
        return;
    m_target = value;
    m_step = (m_target - m_value) / static_cast<float>(samples);
    m_samplesLeft = samples;
}

float PlaybackMixer::Glide::next()
{
    const float value = m_value;
    if (m_samplesLeft > 0)
        m_value = --m_samplesLeft == 0 ? m_target : m_value + m_step;
    return value;
}

float PlaybackMixer::Voice::next()
{
    if (scene == nullptr)
        return 0;
    const float value = (sound != nullptr ? (*sound)[position] : 0.0F) * gain.next();
    if (++position == length) {
        position = 0;
        if (!loops)
            scene = nullptr;
    }
    return value;
}

PlaybackMixer::PlaybackMixer(double rateHz)
    : m_fadeSamples(std::max<std::size_t>(static_cast<std::size_t>(fadeSeconds * rateHz), 1))
{
    setScene({});
    m_adopted = m_scene.load();
}

void PlaybackMixer::setScene(PlaybackScene scene)
{
    const std::uint64_t number = m_scenes.empty() ? 0 : m_scenes.back()->number + 1;
    m_scenes.emplace_back(new NumberedScene{std::move(scene), number});
    m_scene.store(m_scenes.back().get(), std::memory_order_release);
    freeUnusedScenes();
}

void PlaybackMixer::freeUnusedScenes()
{
    const std::uint64_t oldest = m_oldestScene.load(std::memory_order_acquire);
    while (m_scenes.front()->number < oldest)
        m_scenes.pop_front();
}

void PlaybackMixer::play()
{
    requestTransport(true);
}

void PlaybackMixer::pause()
{
    requestTransport(false);
}

void PlaybackMixer::requestTransport(bool plays)
{
    Request request = Request::unpack(m_request.load());
    ++request.transportCount;
    request.plays = plays;
    m_request.store(request.pack(), std::memory_order_release);
}

void PlaybackMixer::seek(std::size_t position)
{
    Request request = Request::unpack(m_request.load());
    ++request.seekCount;
    request.position = std::min<std::uint64_t>(position, maximumPosition);
    m_request.store(request.pack(), std::memory_order_release);
}

PlaybackMixer::State PlaybackMixer::state()
{
    freeUnusedScenes();
    const Request request = Request::unpack(m_request.load());
    const Request taken = Request::unpack(m_taken.load(std::memory_order_acquire));
    const bool isTransportTaken = taken.transportCount == request.transportCount;
    const bool isSeekTaken = taken.seekCount == request.seekCount;
    State state;
    state.isPlaying = isTransportTaken ? taken.plays : request.plays;
    state.position = isSeekTaken ? taken.position : request.position;
    state.isSilent = isTransportTaken && m_isSilent.load();
    state.peak = m_peak.exchange(0);
    state.endedCount = m_endedCount.load();
    return state;
}

void PlaybackMixer::render(std::span<float> interleaved, std::size_t channels) noexcept
{
    const std::size_t frames = interleaved.size() / channels;
    float* out = interleaved.data();
    float peak = 0;
    bool mayTake = true;
    for (std::size_t frame = 0; frame < frames; ++frame) {
        if (m_fadeSamplesLeft == 0 && std::exchange(mayTake, false))
            takeRequests();
        const float value = nextSample();
        peak = std::max(peak, std::abs(value));
        out = std::fill_n(out, channels, value);
    }
    publish(peak);
}

PlaybackMixer::Voice PlaybackMixer::voiceOf(const NumberedScene& scene, std::size_t position) const
{
    const std::size_t slot = scene.scene.slot;
    Voice voice;
    voice.scene = &scene;
    voice.length = scene.scene.length(slot);
    voice.position = position;
    voice.loops = scene.scene.loop == LoopMode::Loop;
    const bool exists = slot < scene.scene.slots.size();
    voice.sound = exists ? scene.scene.slots[slot].sound.get() : nullptr;
    voice.gain.jumpTo(exists ? scene.scene.slots[slot].gain : 1);
    return voice;
}

void PlaybackMixer::takeRequests()
{
    // The scene last: whoever changes it and then plays or seeks never hears the old one there.
    const Request request = Request::unpack(m_request.load(std::memory_order_acquire));
    m_adopted = m_scene.load(std::memory_order_acquire);
    const PlaybackScene& scene = m_adopted->scene;
    const std::size_t length = scene.length(scene.slot);
    const bool seeks = request.seekCount != m_lastRequest.seekCount;
    const bool wasPlaying = m_isPlaying;
    if (request.transportCount != m_lastRequest.transportCount)
        m_isPlaying = request.plays;
    m_lastRequest = request;

    std::size_t position = wasPlaying ? m_current.position : m_restingPosition;
    if (seeks)
        position = std::min<std::size_t>(request.position, length);
    if (length == 0) {
        m_isPlaying = false;
        position = 0;
    }
    m_restingPosition = position;
    if (m_isPlaying && position >= length) {
        const bool wraps = wasPlaying && scene.loop == LoopMode::Loop;
        position = wraps ? position % length : 0;
        if (wasPlaying && !wraps)
            endSound();
    }

    Voice next;
    if (m_isPlaying)
        next = voiceOf(*m_adopted, position);
    const bool goesOn = m_isPlaying && wasPlaying && !seeks && next.sound == m_current.sound &&
                        position == m_current.position;
    if (goesOn) {
        // The gain glides on from where it is.
        const float gain = next.gain.next();
        next.gain = m_current.gain;
        next.gain.glideTo(gain, m_fadeSamples);
        m_current = next;
    } else if (next.scene != nullptr || m_current.scene != nullptr) {
        m_outgoing = std::exchange(m_current, next);
        m_fadeSamplesLeft = m_fadeSamples;
    }
    if (wasPlaying)
        m_volume.glideTo(scene.volume, m_fadeSamples);
    else
        m_volume.jumpTo(scene.volume);
}

float PlaybackMixer::nextSample()
{
    const bool wasSounding = m_current.scene != nullptr;
    float value = m_current.next();
    if (wasSounding && m_current.scene == nullptr)
        endSound();
    if (m_fadeSamplesLeft > 0) {
        const double angle = std::numbers::pi / 2 *
                             static_cast<double>(m_fadeSamples - m_fadeSamplesLeft) /
                             static_cast<double>(m_fadeSamples);
        value = static_cast<float>(std::sin(angle)) * value +
                static_cast<float>(std::cos(angle)) * m_outgoing.next();
        if (--m_fadeSamplesLeft == 0)
            m_outgoing = {};
    }
    return value * m_volume.next();
}

void PlaybackMixer::endSound()
{
    m_isPlaying = false;
    m_restingPosition = 0;
    m_endedCount.fetch_add(1);
}

void PlaybackMixer::publish(float peak)
{
    const NumberedScene* oldest = m_outgoing.scene != nullptr ? m_outgoing.scene : m_adopted;
    m_oldestScene.store(oldest->number, std::memory_order_release);
    m_isSilent.store(m_current.scene == nullptr && m_fadeSamplesLeft == 0);
    Request taken = m_lastRequest;
    taken.plays = m_isPlaying;
    taken.position = m_isPlaying ? m_current.position : m_restingPosition;
    m_taken.store(taken.pack(), std::memory_order_release);
    float loudest = m_peak.load();
    while (peak > loudest && !m_peak.compare_exchange_weak(loudest, peak)) {
    }
}

} // namespace earshot
