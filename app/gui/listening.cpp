// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/listening.h"

#include "app/gui/focus.h"
#include "app/gui/mailbox.h"
#include "app/gui/song_loader.h"
#include "core/audio/port_audio.h"
#include "core/listen/level_matching.h"
#include "core/util/error.h"

#include <QScopeGuard>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace earshot {

namespace {

constexpr double sampleRateHz = 22050;
constexpr std::size_t rowSlot = cellCount; // after the cells' slots
constexpr std::size_t songSlot = rowSlot + 1;
constexpr double rowGapSeconds = 0.15;
constexpr int tickMilliseconds = 33;
constexpr int longestRestTicks = 60;

float linear(double decibels)
{
    return static_cast<float>(std::pow(10, decibels / 20));
}

} // namespace

Listening::Listening(Session& session, Focus& focus, SoundBank& sounds, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_focus(focus)
    , m_bank(sounds)
    , m_player(sampleRateHz)
    , m_news(new Mailbox(this))
    , m_timer(new QTimer(this))
{
    m_player.setVolume(static_cast<float>(m_volume));
    m_player.setLoop(LoopMode::Loop);
    m_timer->setInterval(tickMilliseconds);
    connect(m_timer, &QTimer::timeout, this, &Listening::tick);
    connect(&focus, &Focus::cellsChanged, this, &Listening::refresh);
}

Listening::~Listening() = default;

void Listening::openDevice(const std::string& id)
{
    try {
        // What has been found is known for as long as this lives.
        std::unique_ptr<const PortAudioSession> known;
        if (m_soundSystems.valid())
            known = m_soundSystems.get();
        m_devices = outputDevices();
        m_player.open(id);
        setProblem({});
    } catch (const Error& error) {
        setProblem(QString::fromUtf8(error.what()));
    }
    // A song is loaded for one rate.
    if (m_song && m_song->sound->readyHz != deviceRateHz())
        setCell(m_cell);
    Q_EMIT changed();
}

void Listening::openDeviceSoon(const std::string& id)
{
    m_firstDevice = id;
    m_soundSystems = std::async(std::launch::async, [this] {
        const auto tell = qScopeGuard([this] {
            m_news->post([this] {
                if (m_soundSystems.valid()) // nobody could not wait
                    ensureDevice();
            });
        });
        return std::make_unique<const PortAudioSession>();
    });
}

void Listening::ensureDevice()
{
    if (m_player.isOpen())
        return;
    const std::string wanted = std::exchange(m_firstDevice, {});
    openDevice(wanted);
    if (!m_player.isOpen() && !wanted.empty())
        openDevice({});
}

void Listening::setProblem(const QString& problem)
{
    if (problem == m_problem)
        return;
    m_problem = problem;
    Q_EMIT problemChanged();
}

bool Listening::isAvailable(Cell cell) const
{
    return m_sounds[static_cast<std::size_t>(cell)] != nullptr;
}

const std::vector<float>& Listening::samples() const
{
    static const std::vector<float> none;
    if (m_source == Source::Song)
        return m_song->outline;
    const SoundPointer& sound =
        m_source == Source::Row ? m_rowSound : m_sounds[static_cast<std::size_t>(m_cell)];
    return sound ? sound->samples : none;
}

double Listening::samplesRateHz() const
{
    return m_source == Source::Song ? PlayableSong::outlineRateHz : sampleRateHz;
}

// By slot. A song that is not what is heard is none of them: silent slots are as long as the
// longest sound.
Player::Sounds Listening::sounds() const
{
    Player::Sounds sounds(m_sounds.begin(), m_sounds.end());
    if (m_rowSound || m_song)
        sounds.push_back(m_rowSound);
    if (m_song)
        sounds.push_back(m_song->sound);
    return sounds;
}

// The same object as before if the samples are the same: it plays on untouched.
Listening::SoundPointer Listening::soundOf(const std::vector<float>& samples,
                                           SoundPointer before) const
{
    if (before && before->samples == samples)
        return before;
    return std::make_shared<const Player::Sound>(Player::Sound{samples});
}

void Listening::refresh()
{
    bool isChanged = false;
    for (std::size_t place = 0; place < cellCount; ++place) {
        const CellView& view = m_focus.cell(static_cast<Cell>(place));
        SoundPointer sound;
        if (view.real != nullptr && m_isOriginal)
            sound = soundOf(view.real->samples, m_sounds[place]);
        else if (view.sound)
            sound = soundOf(view.sound->samples, m_sounds[place]);
        // While a new sound is made, the old one is no longer what is seen.
        isChanged = isChanged || sound != m_sounds[place];
        m_sounds[place] = sound;
        m_gainsDb[place] = sound ? matchingGain(sound->samples).gainDb : 0;
    }
    if (!isChanged)
        return;
    applyGains();
    m_player.setSounds(sounds());
    Q_EMIT changed();
}

void Listening::applyGains()
{
    std::vector<float> gains;
    for (const double gainDb : m_gainsDb)
        gains.push_back(m_isMatching ? linear(gainDb) : 1.0F);
    gains.push_back(1.0F); // the row's sounds are matched one by one
    gains.push_back(m_isMatching && m_song ? linear(m_song->gainDb) : 1.0F);
    m_player.setGains(std::move(gains));
}

void Listening::setCell(Cell cell)
{
    m_cell = cell;
    const Source before = std::exchange(m_source, Source::Cell);
    if (before != Source::Cell) {
        m_player.setLoop(m_isLooping ? LoopMode::Loop : LoopMode::Once);
        m_player.seek(0);
    }
    m_player.setSlot(static_cast<std::size_t>(cell));
    if (before == Source::Song) {
        m_song.reset();
        m_player.setSounds(sounds());
    }
    Q_EMIT changed();
}

double Listening::gainDb() const
{
    if (m_source == Source::Song)
        return m_song->gainDb;
    return m_source == Source::Row ? 0 : m_gainsDb[static_cast<std::size_t>(m_cell)];
}

void Listening::togglePlay()
{
    if (m_status.isPlaying) {
        m_player.pause();
        tick();
        return;
    }
    play();
}

// Says why, if there is none.
bool Listening::hasDevice()
{
    ensureDevice();
    if (!m_player.isOpen())
        Q_EMIT message(m_problem);
    return m_player.isOpen();
}

void Listening::play()
{
    if (!hasDevice())
        return;
    if (m_source == Source::Cell)
        m_player.setSlot(static_cast<std::size_t>(m_cell));
    m_player.play();
    m_timer->start();
    tick();
}

void Listening::seek(double seconds)
{
    m_player.seek(seconds);
    tick();
}

void Listening::setLooping(bool isLooping)
{
    m_isLooping = isLooping;
    if (m_source == Source::Cell)
        m_player.setLoop(isLooping ? LoopMode::Loop : LoopMode::Once);
    Q_EMIT changed();
}

void Listening::setVolume(double volume)
{
    m_volume = std::clamp(volume, 0.0, 1.0);
    m_player.setVolume(static_cast<float>(m_volume));
    Q_EMIT changed();
}

void Listening::setMatching(bool isMatching)
{
    m_isMatching = isMatching;
    applyGains();
    Q_EMIT changed();
}

void Listening::setOriginal(bool isOriginal)
{
    m_isOriginal = isOriginal;
    refresh();
    Q_EMIT changed();
}

void Listening::playRow(Cell row)
{
    const std::shared_ptr<const Explanation> explanation = m_session.explanation();
    if (m_session.progress()) {
        Q_EMIT message(tr("This row is still being made"));
        return;
    }
    if (!explanation)
        return;
    const Matrix<float>* mels = &explanation->startMels;
    if (row != Cell::Start) {
        const Direction direction =
            row == Cell::Positive ? Direction::Positive : Direction::Negative;
        const auto found = explanation->directions.find(direction);
        if (found == explanation->directions.end()) {
            Q_EMIT message(tr("This direction was not explained"));
            return;
        }
        mels = &found->second.mels;
    }
    if (mels->rows() > SoundBank::mostExamples) {
        Q_EMIT message(tr("A row of more than %1 sounds cannot be played as a whole")
                           .arg(SoundBank::mostExamples));
        return;
    }
    Player::Sound whole;
    const auto gap = static_cast<std::size_t>(rowGapSeconds * sampleRateHz);
    for (std::size_t i = 0; i < mels->rows(); ++i) {
        const std::shared_ptr<const CellSound> sound =
            m_bank.find(explanation->response, mels->row(i));
        if (!sound) {
            if (hasDevice())
                Q_EMIT message(tr("The sounds of this row are still being made"));
            if (m_session.canGenerate())
                for (std::size_t rest = mels->rows(); rest-- > i;)
                    if (!m_bank.find(explanation->response, mels->row(rest)))
                        m_bank.request(SoundBank::Urgency::Now, "row " + std::to_string(rest),
                                       m_session.models(), explanation->response, mels->row(rest));
            return;
        }
        const float gain = m_isMatching ? linear(matchingGain(sound->samples).gainDb) : 1.0F;
        if (i > 0)
            whole.samples.insert(whole.samples.end(), gap, 0.0F);
        for (const float sample : sound->samples)
            whole.samples.push_back(gain * sample);
    }
    m_rowSound = std::make_shared<const Player::Sound>(std::move(whole));
    m_source = Source::Row;
    m_song.reset();
    applyGains();
    m_player.setLoop(LoopMode::Once);
    m_player.setSounds(sounds(), rowSlot);
    m_player.seek(0);
    play();
    Q_EMIT changed();
}

void Listening::playSong(const std::shared_ptr<const PlayableSong>& song, double seconds)
{
    m_song = song;
    m_source = Source::Song;
    applyGains();
    m_player.setLoop(LoopMode::Once);
    m_player.setSounds(sounds(), songSlot);
    m_player.seek(seconds - song->offsetSeconds);
    play();
    Q_EMIT changed();
}

std::shared_ptr<const PlayableSong> Listening::song() const
{
    return m_song;
}

double Listening::songSeconds() const
{
    return m_song ? m_song->offsetSeconds + m_status.positionSeconds : 0;
}

void Listening::tick()
{
    m_status = m_player.status();
    if (!m_status.problem.empty())
        setProblem(QString::fromStdString(m_status.problem));
    if (m_status.endedCount != m_ended) {
        m_ended = m_status.endedCount;
        if (m_source == Source::Row)
            setCell(m_cell);
    }
    // The level meter falls slowly.
    m_restingTicks = m_status.isPlaying ? 0 : m_restingTicks + 1;
    if (m_restingTicks > longestRestTicks)
        m_timer->stop();
    Q_EMIT ticked();
}

} // namespace earshot
