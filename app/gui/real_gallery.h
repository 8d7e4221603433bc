// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/models.h"
#include "core/explain/settings.h"

#include <QObject>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace earshot {

class BackgroundQueue;
class SoundBank;
struct MusicResponses;

// A real excerpt, ready to be seen and heard.
struct RealClip
{
    RealExample example;
    std::vector<float> samples; // as recorded: [36,934] at 22,050 Hz; empty: not read yet
    std::vector<float> logMel;  // [115·80]
    QString problem;            // why it cannot be read; empty: it can, or has not been tried
};

// The real excerpts with the highest and lowest responses of what is shown. GUI thread.
class RealGallery : public QObject
{
    Q_OBJECT

public:
    RealGallery(SoundBank& sounds, QObject* parent = nullptr);

    // Reads the clips in the background; emits changed() now and when they are there.
    void show(const std::shared_ptr<const Models>& models, const std::string& response);
    // The same of the user's own music: excerpts are read from its files when they are needed.
    // responses: null while they are being read.
    void showMusic(const std::shared_ptr<const Models>& models, const std::string& response,
                   const std::shared_ptr<const MusicResponses>& responses);
    // Reads a clip of the user's own music, if it has not been.
    void need(Direction side, std::size_t index);
    // The side that a direction aims at: Positive the highest. The most extreme first.
    const std::vector<RealClip>& clips(Direction side) const;
    // Why there are none; empty if there are, or while they are being read.
    const QString& problem() const { return m_problem; }

    // What resynthesis costs: means over the side's clips of the response to the recording and to
    // the sound made of its spectrogram; of many, over the most extreme. NaN until all are known.
    struct Ceiling
    {
        double response;
        double heard;
    };
    Ceiling ceiling(Direction side) const;
    // Whether the clips are of the user's own music.
    bool isMusic() const { return m_music != nullptr; }

Q_SIGNALS:
    void changed();
    void failed(const QString& what);

private:
    void readMusicClip(Direction side, std::size_t index);
    void requestSound(Direction side, std::size_t index);

    SoundBank& m_sounds;
    std::shared_ptr<const Models> m_models;
    std::string m_response;
    std::shared_ptr<const MusicResponses> m_music;         // null: the bundle's clips
    std::set<std::pair<Direction, std::size_t>> m_reading; // clips of the user's own music
    std::map<Direction, std::vector<RealClip>> m_clips;
    QString m_problem;
    BackgroundQueue* m_queue;
};

} // namespace earshot
