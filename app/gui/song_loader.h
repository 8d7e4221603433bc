// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/player.h"

#include <QObject>
#include <QString>

#include <deque>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <vector>

namespace earshot {

class BackgroundQueue;

// A song, or 20 minutes of one that is longer, ready to be played. Immutable.
struct PlayableSong
{
    static constexpr double outlineRateHz = 100;

    std::filesystem::path path;
    double offsetSeconds = 0; // of what is ready, in the file
    double seconds = 0;       // how much is ready
    std::shared_ptr<const Player::Sound> sound;
    double gainDb = 0;          // level matching
    std::vector<float> outline; // lowest and highest sample of each 1/50 s, in turn

    bool covers(double songSeconds) const
    {
        return songSeconds >= offsetSeconds && songSeconds <= offsetSeconds + seconds;
    }
};

// Decodes the file, mono, for a device of rateHz; seconds: a place that must be in it. About a
// second; on any thread. Errors as readMonoPart.
PlayableSong loadSong(const std::filesystem::path& path, double rateHz, double seconds,
                      std::stop_token stop = {});

// Loads songs in the background and remembers the last ones. GUI thread.
class SongLoader : public QObject
{
    Q_OBJECT

public:
    explicit SongLoader(QObject* parent = nullptr);

    // Ends in loaded(), at once for a song that is remembered, or failed(). A song that is still
    // being loaded is given up.
    void load(const std::filesystem::path& path, double rateHz, double seconds);
    // The one that is being loaded; empty: none.
    const std::filesystem::path& loading() const { return m_loading; }

Q_SIGNALS:
    void loadingChanged();
    void loaded(const std::shared_ptr<const earshot::PlayableSong>& song, double seconds);
    void failed(const QString& what);

private:
    void setLoading(const std::filesystem::path& path);

    std::deque<std::shared_ptr<const PlayableSong>> m_songs; // the newest at the back
    std::filesystem::path m_loading;
    BackgroundQueue* m_queue;
};

} // namespace earshot
