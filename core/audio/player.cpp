// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/player.h"

#include "core/audio/output_stream.h"
#include "core/audio/playback_mixer.h"
#include "core/util/error.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

namespace earshot {

namespace {

// A device that takes longer hangs, or is gone without saying so.
constexpr std::chrono::seconds longestFadeOut(1);

float usableGain(float gain)
{
    return std::isfinite(gain) && gain > 0 ? gain : 0;
}

} // namespace

Player::Player(double sampleRateHz)
    : m_sampleRateHz(sampleRateHz)
{
}

Player::~Player()
{
    closeStream();
}

void Player::open(const std::string& deviceId)
{
    const bool plays = status().isPlaying;
    const std::string before = this->deviceId();
    // The old device first: the new one may be the same hardware, and PortAudio looks for devices
    // anew only when nothing is open.
    closeStream();
    try {
        openStream(deviceId, plays);
    } catch (const Error&) {
        if (!before.empty()) {
            try {
                openStream(before, plays);
            } catch (const Error& second) {
                m_problem = second.what();
            }
        }
        throw;
    }
}

void Player::openStream(const std::string& deviceId, bool plays)
{
    auto stream = std::make_unique<OutputStream>(deviceId);
    auto mixer = std::make_unique<PlaybackMixer>(stream->rateHz());
    stream->start(*mixer);
    m_mixer = std::move(mixer);
    m_stream = std::move(stream);
    m_problem.clear();
    prepareSounds();
    handOver();
    m_mixer->seek(samplesOf(m_restingSeconds));
    if (plays)
        m_mixer->play();
}

void Player::closeStream()
{
    if (!m_stream)
        return;
    const bool answers = m_stream->hasFinished() || fadesOut();
    const PlaybackMixer::State state = m_mixer->state();
    m_restingSeconds = static_cast<double>(state.position) / m_stream->rateHz();
    m_endedBefore += state.endedCount;
    if (answers)
        m_stream.reset();
    else
        OutputStream::abandon(std::move(m_stream), std::move(m_mixer));
    m_mixer.reset();
    m_prepared.clear();
}

bool Player::fadesOut()
{
    m_mixer->pause();
    const auto end = std::chrono::steady_clock::now() + longestFadeOut;
    while (!m_mixer->state().isSilent) {
        if (m_stream->hasFinished())
            return true;
        if (std::chrono::steady_clock::now() > end || m_stream->hangs())
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    m_stream->drain();
    return true;
}

std::string Player::deviceId() const
{
    return m_stream ? m_stream->device().id : std::string();
}

double Player::deviceRateHz() const
{
    return m_stream ? m_stream->rateHz() : 0;
}

void Player::setSounds(Sounds sounds)
{
    setSounds(std::move(sounds), m_slot);
}

void Player::setSounds(Sounds sounds, std::size_t slot)
{
    m_sounds = std::move(sounds);
    m_slot = slot;
    prepareSounds();
    handOver();
}

void Player::setSlot(std::size_t slot)
{
    m_slot = slot;
    handOver();
}

void Player::setGains(std::vector<float> gains)
{
    m_gains = std::move(gains);
    handOver();
}

void Player::setVolume(float volume)
{
    m_volume = usableGain(volume);
    handOver();
}

void Player::setLoop(LoopMode loop)
{
    m_loop = loop;
    handOver();
}

void Player::prepareSounds()
{
    if (!m_stream)
        return;
    std::vector<PreparedSound> prepared;
    for (const std::shared_ptr<const Sound>& sound : m_sounds) {
        const auto isIt = [&sound](const PreparedSound& known) { return known.first == sound; };
        auto known = std::find_if(m_prepared.begin(), m_prepared.end(), isIt);
        if (known == m_prepared.end()) {
            PlayableSound playable;
            if (sound && sound->ready)
                playable = sound->readyHz == m_stream->rateHz() ? sound->ready : nullptr;
            else if (sound)
                playable = playableSound(sound->samples, m_sampleRateHz, m_stream->rateHz());
            prepared.emplace_back(sound, std::move(playable));
        } else {
            prepared.push_back(*known);
        }
    }
    m_prepared = std::move(prepared);
}

void Player::handOver()
{
    if (!m_mixer)
        return;
    PlaybackScene scene;
    for (std::size_t i = 0; i < m_prepared.size(); ++i) {
        const float slotGain = i < m_gains.size() ? usableGain(m_gains[i]) : 1;
        const float ownGain = m_prepared[i].first ? usableGain(m_prepared[i].first->gain) : 1;
        scene.slots.push_back({m_prepared[i].second, ownGain * slotGain});
    }
    scene.slot = m_slot;
    scene.volume = m_volume;
    scene.loop = m_loop;
    m_mixer->setScene(std::move(scene));
}

void Player::play()
{
    if (m_mixer)
        m_mixer->play();
}

void Player::pause()
{
    if (m_mixer)
        m_mixer->pause();
}

void Player::seek(double seconds)
{
    const double usable = std::isfinite(seconds) ? std::max(seconds, 0.0) : 0;
    if (m_mixer)
        m_mixer->seek(samplesOf(usable));
    else
        m_restingSeconds = usable;
}

std::size_t Player::samplesOf(double seconds) const
{
    constexpr double longestSeconds = 1e6;
    return static_cast<std::size_t>(
        std::llround(std::min(seconds, longestSeconds) * m_stream->rateHz()));
}

Player::Status Player::status()
{
    if (m_stream && (m_stream->hasFinished() || m_stream->hangs())) {
        const std::string name = m_stream->device().name;
        const bool hangs = !m_stream->hasFinished();
        closeStream();
        m_problem = "the sound device '" + name + "' " +
                    (hangs ? "does not answer any more; it can be used again after a restart"
                           : "has stopped; it may have been unplugged");
    }
    Status status;
    status.slot = m_slot;
    status.problem = m_problem;
    status.positionSeconds = m_restingSeconds;
    status.endedCount = m_endedBefore;
    if (m_mixer) {
        const PlaybackMixer::State state = m_mixer->state();
        status.isPlaying = state.isPlaying;
        status.positionSeconds = static_cast<double>(state.position) / m_stream->rateHz();
        status.peak = state.peak;
        status.endedCount += state.endedCount;
    }
    return status;
}

} // namespace earshot
