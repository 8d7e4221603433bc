// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/song_loader.h"

#include "app/gui/background_queue.h"
#include "core/audio/audio_file.h"
#include "core/listen/level_matching.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// 230 MB at 48 kHz.
constexpr double longestSeconds = 1200;
constexpr double secondsBefore = 60; // of a place in a longer one
constexpr std::size_t rememberedSongs = 2;

std::vector<float> outlineOf(std::span<const float> samples, double rateHz)
{
    const auto piece = static_cast<std::size_t>(2 * rateHz / PlayableSong::outlineRateHz);
    std::vector<float> outline;
    for (std::size_t first = 0; first < samples.size(); first += piece) {
        const auto [lowest, highest] =
            std::ranges::minmax(samples.subspan(first, std::min(piece, samples.size() - first)));
        outline.push_back(lowest);
        outline.push_back(highest);
    }
    return outline;
}

} // namespace

PlayableSong loadSong(const fs::path& path, double rateHz, double seconds, std::stop_token stop)
{
    const auto at = [rateHz](double time) { return static_cast<std::size_t>(time * rateHz); };
    PlayableSong song;
    song.path = path;
    const bool isBeyond = seconds > longestSeconds - secondsBefore;
    song.offsetSeconds = isBeyond ? std::floor(seconds - secondsBefore) : 0;
    const std::vector<float> samples =
        readMonoPart(path, static_cast<int>(rateHz), at(song.offsetSeconds), at(longestSeconds),
                     std::move(stop));
    if (samples.empty())
        throw badInput(path.string(),
                       "has no sound at " + std::to_string(std::lround(seconds)) + " s");
    song.seconds = static_cast<double>(samples.size()) / rateHz;
    song.gainDb = matchingGain(samples).gainDb;
    song.outline = outlineOf(samples, rateHz);
    song.sound = std::make_shared<const Player::Sound>(
        Player::Sound{{}, 1, playableSound(samples, rateHz, rateHz), rateHz});
    return song;
}

SongLoader::SongLoader(QObject* parent)
    : QObject(parent)
    , m_queue(new BackgroundQueue(this))
{
    connect(m_queue, &BackgroundQueue::failed, this, [this](const QString& what) {
        setLoading({});
        Q_EMIT failed(what);
    });
}

void SongLoader::setLoading(const fs::path& path)
{
    if (path == m_loading)
        return;
    m_loading = path;
    Q_EMIT loadingChanged();
}

void SongLoader::load(const fs::path& path, double rateHz, double seconds)
{
    m_queue->clear();
    const auto known = std::ranges::find_if(m_songs, [&](const auto& song) {
        return song->path == path && song->sound->readyHz == rateHz && song->covers(seconds);
    });
    if (known != m_songs.end()) {
        setLoading({});
        Q_EMIT loaded(*known, seconds);
        return;
    }
    setLoading(path);
    m_queue->post("song", [this, path, rateHz, seconds](std::stop_token stop) {
        auto song =
            std::make_shared<const PlayableSong>(loadSong(path, rateHz, seconds, std::move(stop)));
        return [this, song, seconds] {
            m_songs.push_back(song);
            if (m_songs.size() > rememberedSongs)
                m_songs.pop_front();
            setLoading({});
            Q_EMIT loaded(song, seconds);
        };
    });
}

} // namespace earshot
