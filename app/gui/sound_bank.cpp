// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/sound_bank.h"

#include "app/gui/background_queue.h"
#include "core/dsp/log_mel.h"
#include "core/dsp/resynthesis.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>
#include <utility>

namespace earshot {

namespace {

// 150 kB each. The rest is for real excerpts.
constexpr std::size_t capacity = 3 * SoundBank::mostExamples + 100;

bool canBeSound(std::span<const float> logMel)
{
    return std::ranges::all_of(
        logMel, [](float value) { return std::isfinite(value) && value <= loudestLogMel; });
}

CellSound makeSound(const Models& models, const std::string& response,
                    const std::vector<float>& mel, const std::stop_token& stop)
{
    const FrontEndParameters frontEnd;
    CellSound sound;
    if (!canBeSound(mel)) {
        sound.samples.assign(frontEnd.samplesOf(frontEnd.excerptFrames), 0.0F);
        return sound;
    }
    sound.samples = resynthesise({mel.data(), frontEnd.excerptFrames, frontEnd.melBands}, frontEnd,
                                 resynthesisDefaults(ResynthesisMethod::Joint), stop);
    if (stop.stop_requested())
        return sound;
    const Matrix<float> analysed = logMel(sound.samples, frontEnd);
    const ResponseExpression expression = models.explainer->parse(response);
    sound.heard =
        models.explainer->responses({analysed.data(), 1, analysed.size()}, expression).front();
    return sound;
}

} // namespace

SoundBank::SoundBank(QObject* parent)
    : QObject(parent)
    , m_now{new BackgroundQueue(this), new BackgroundQueue(this)}
    , m_later(new BackgroundQueue(this, BackgroundQueue::Importance::Idle))
{
    const auto connectQueue = [this](BackgroundQueue* queue, Requested& requested) {
        connect(queue, &BackgroundQueue::failed, this, [this, &requested](const QString& what) {
            requested.clear(); // whatever it was may be asked for again
            Q_EMIT failed(what);
        });
    };
    for (BackgroundQueue* queue : m_now)
        connectQueue(queue, m_requestedNow);
    connectQueue(m_later, m_requestedLater);
}

// Purposes take turns, and keep their queue: there a new request replaces a waiting one.
BackgroundQueue* SoundBank::queueOf(Urgency urgency, const std::string& purpose)
{
    if (urgency == Urgency::Later)
        return m_later;
    const auto [place, isNew] = m_queueOfPurpose.try_emplace(purpose, nullptr);
    if (isNew)
        place->second = m_now[m_queueOfPurpose.size() % m_now.size()];
    return place->second;
}

SoundBank::Key SoundBank::keyOf(const std::string& response, std::span<const float> logMel) const
{
    const std::string_view bytes(reinterpret_cast<const char*>(logMel.data()), logMel.size_bytes());
    return {m_classifier, response, std::hash<std::string_view>()(bytes)};
}

std::shared_ptr<const CellSound> SoundBank::find(const std::string& response,
                                                 std::span<const float> logMel) const
{
    const auto found = m_sounds.find(keyOf(response, logMel));
    return found == m_sounds.end() ? nullptr : found->second;
}

void SoundBank::request(Urgency urgency, const std::string& purpose,
                        const std::shared_ptr<const Models>& models, const std::string& response,
                        std::span<const float> logMel)
{
    const Key key = keyOf(response, logMel);
    Requested& requested = urgency == Urgency::Now ? m_requestedNow : m_requestedLater;
    for (const auto& [other, earlier] : requested)
        if (earlier == key)
            return;
    requested[purpose] = key;
    queueOf(urgency, purpose)
        ->post(purpose, [this, key, models, &requested,
                         copy = std::vector<float>(logMel.begin(), logMel.end())](
                            std::stop_token stop) {
            auto sound =
                std::make_shared<const CellSound>(makeSound(*models, key.response, copy, stop));
            return [this, key, sound, &requested] {
                std::erase_if(requested, [&](const auto& entry) { return entry.second == key; });
                put(key, sound);
                Q_EMIT made();
            };
        });
}

void SoundBank::insert(const std::string& response, std::span<const float> logMel,
                       std::vector<float> samples, double heard)
{
    put(keyOf(response, logMel),
        std::make_shared<const CellSound>(CellSound{std::move(samples), heard}));
}

void SoundBank::put(const Key& key, std::shared_ptr<const CellSound> sound)
{
    if (m_sounds.insert_or_assign(key, std::move(sound)).second)
        m_order.push_back(key);
    if (m_order.size() > capacity) {
        m_sounds.erase(m_order.front());
        m_order.pop_front();
    }
}

} // namespace earshot
