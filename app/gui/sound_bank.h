// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/models.h"

#include <QObject>

#include <array>
#include <compare>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace earshot {

class BackgroundQueue;

// A spectrogram made into sound, and what the classifier says of the sound.
struct CellSound
{
    std::vector<float> samples; // [36,934] mono at 22,050 Hz
    double heard = std::numeric_limits<double>::quiet_NaN();
};

// Makes sounds from spectrograms in the background and remembers them. GUI thread.
class SoundBank : public QObject
{
    Q_OBJECT

public:
    // Of so many, starts and both explanations are remembered together.
    static constexpr std::size_t mostExamples = 200;

    explicit SoundBank(QObject* parent = nullptr);

    // Whose answers are asked for and looked up from now on: another one hears something else.
    void setClassifier(const std::string& sha256) { m_classifier = sha256; }
    // logMel: [115·80] natural log-mels. null: not made yet.
    std::shared_ptr<const CellSound> find(const std::string& response,
                                          std::span<const float> logMel) const;
    enum class Urgency
    {
        Now,  // it is looked at
        Later // it may be needed; makes way for everything else
    };
    // Emits made(). The last request is worked on first, and replaces a waiting one of the same
    // purpose. A spectrogram that cannot be sound is answered with a silent one.
    void request(Urgency urgency, const std::string& purpose,
                 const std::shared_ptr<const Models>& models, const std::string& response,
                 std::span<const float> logMel);
    // Made elsewhere.
    void insert(const std::string& response, std::span<const float> logMel,
                std::vector<float> samples, double heard);

Q_SIGNALS:
    void made();
    void failed(const QString& what);

private:
    struct Key
    {
        std::string classifier;
        std::string response;
        std::uint64_t hash = 0; // of the spectrogram
        auto operator<=>(const Key&) const = default;
    };
    Key keyOf(const std::string& response, std::span<const float> logMel) const;
    void put(const Key& key, std::shared_ptr<const CellSound> sound);

    std::string m_classifier;
    std::map<Key, std::shared_ptr<const CellSound>> m_sounds;
    std::deque<Key> m_order; // the oldest first
    // By purpose: waiting, or being made.
    using Requested = std::map<std::string, Key>;
    Requested m_requestedNow;
    Requested m_requestedLater;
    BackgroundQueue* queueOf(Urgency urgency, const std::string& purpose);

    // Both explanations of a start are waited for at once.
    std::array<BackgroundQueue*, 2> m_now;
    std::map<std::string, BackgroundQueue*> m_queueOfPurpose; // of m_now
    BackgroundQueue* m_later;
};

} // namespace earshot
