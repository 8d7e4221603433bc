// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/output_device.h"
#include "core/audio/player.h"
#include "ui/values.h"

#include <QObject>
#include <QString>

#include <array>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <vector>

class QTimer;

namespace earshot {

class Focus;
class Mailbox;
class PortAudioSession;
class Session;
class SoundBank;
struct PlayableSong;

// Plays what the four cells hold, a row of examples one after another, or a song of the user's.
// GUI thread.
class Listening : public QObject
{
    Q_OBJECT

public:
    Listening(Session& session, Focus& focus, SoundBank& sounds, QObject* parent = nullptr);
    ~Listening() override;

    // Empty: the default device.
    void openDevice(const std::string& id);
    // Does not wait until the sound systems have been asked for their devices, which can take a
    // second; who needs a device before then, does. The default device where that one cannot be
    // opened. Once, before any other is opened.
    void openDeviceSoon(const std::string& id);
    // If none is open: the one that is to be opened soon, else the default device.
    void ensureDevice();
    bool hasDevice();
    const std::vector<OutputDevice>& devices() const { return m_devices; }
    std::string deviceId() const { return m_player.deviceId(); }
    // Why nothing can be played; empty if it can.
    const QString& problem() const { return m_problem; }

    Cell cell() const { return m_cell; }
    void setCell(Cell cell);
    bool isAvailable(Cell cell) const;
    // Of what is heard, as it is played but for its gain; of a song, an outline of it.
    const std::vector<float>& samples() const;
    double samplesRateHz() const;

    bool isPlaying() const { return m_status.isPlaying; }
    double positionSeconds() const { return m_status.positionSeconds; }
    // Linear, since the last tick.
    float peak() const { return m_status.peak; }
    void togglePlay();
    void play();
    void seek(double seconds);
    bool isLooping() const { return m_isLooping; }
    void setLooping(bool isLooping);
    double volume() const { return m_volume; }
    void setVolume(double volume); // [0, 1]
    bool isMatching() const { return m_isMatching; }
    void setMatching(bool isMatching);
    // What is applied to the cell that is heard, or would be.
    double gainDb() const;
    // Real excerpts as recorded instead of through the mel inversion.
    bool isOriginal() const { return m_isOriginal; }
    void setOriginal(bool isOriginal);

    // All examples of a row (Negative, Start or Positive), 150 ms apart, once.
    void playRow(Cell row);
    bool isPlayingRow() const { return m_source == Source::Row; }

    // What a song has to be loaded for; 0 while no device is open.
    double deviceRateHz() const { return m_player.deviceRateHz(); }
    // A song from `seconds` on, once; until a cell is chosen, it is what is heard.
    void playSong(const std::shared_ptr<const PlayableSong>& song, double seconds);
    // Null while a cell or a row is what is heard.
    std::shared_ptr<const PlayableSong> song() const;
    // In the song's file.
    double songSeconds() const;

Q_SIGNALS:
    void changed(); // anything but the position
    void ticked();  // position, peak; while playing
    void problemChanged();
    void message(const QString& text);

private:
    using SoundPointer = std::shared_ptr<const Player::Sound>;
    enum class Source
    {
        Cell,
        Row,
        Song
    };
    Player::Sounds sounds() const;
    void refresh();
    void tick();
    void setProblem(const QString& problem);
    SoundPointer soundOf(const std::vector<float>& samples, SoundPointer before) const;
    void applyGains();

    Session& m_session;
    Focus& m_focus;
    SoundBank& m_bank;
    Player m_player;
    Mailbox* m_news;
    // While they are asked, PortAudio is that thread's alone.
    std::string m_firstDevice;
    std::future<std::unique_ptr<const PortAudioSession>> m_soundSystems;
    std::vector<OutputDevice> m_devices;
    QString m_problem;
    std::array<SoundPointer, cellCount> m_sounds; // null: nothing to hear
    std::array<double, cellCount> m_gainsDb{};
    Cell m_cell = Cell::Positive;
    Player::Status m_status;
    std::uint64_t m_ended = 0;
    int m_restingTicks = 0; // since it last played
    bool m_isLooping = true;
    double m_volume = 0.8;
    bool m_isMatching = true;
    bool m_isOriginal = false;
    Source m_source = Source::Cell;
    SoundPointer m_rowSound;
    std::shared_ptr<const PlayableSong> m_song; // null: none is what is heard
    QTimer* m_timer;
};

} // namespace earshot
