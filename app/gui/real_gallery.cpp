// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/real_gallery.h"

#include "app/gui/background_queue.h"
#include "app/gui/own_music.h"
#include "app/gui/sound_bank.h"
#include "core/audio/audio_file.h"
#include "core/dsp/log_mel.h"
#include "core/explain/explanation_record.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace earshot {

namespace {

constexpr FrontEndParameters frontEnd;
// Of the user's own music: as many as a bundle's gallery has at most.
constexpr std::size_t ceilingClips = 8;

std::vector<RealClip> readClips(const std::vector<RealExample>& examples, std::stop_token stop)
{
    std::vector<RealClip> clips;
    for (const RealExample& example : examples) {
        if (stop.stop_requested())
            break;
        RealClip clip{example, samples(example), {}};
        const Matrix<float> mels = logMel(clip.samples, frontEnd);
        clip.logMel.assign(mels.values().begin(), mels.values().end());
        clips.push_back(std::move(clip));
    }
    return clips;
}

RealClip musicClip(const CorpusIndex& index, const TopExcerpt& top)
{
    RealClip clip;
    clip.example.response = top.response;
    clip.example.clipResponse = top.response;
    clip.example.title = index.songs()[top.song].name;
    clip.example.file = index.songPath(top.song).string();
    clip.example.timeSeconds = top.timeSeconds;
    return clip;
}

// Fills in sound and spectrogram, or the problem.
void readExcerpt(const CorpusIndex& index, const TopExcerpt& top, std::stop_token stop,
                 RealClip& clip)
{
    try {
        const SongState state = index.songState(top.song);
        if (state != SongState::Unchanged)
            throw badInput(clip.example.file, state == SongState::Vanished
                                                  ? "has vanished since it was indexed"
                                                  : "has changed since it was indexed");
        const std::size_t count = frontEnd.samplesOf(frontEnd.excerptFrames);
        const auto first =
            static_cast<std::size_t>(std::llround(top.timeSeconds * frontEnd.sampleRateHz));
        clip.samples = readMonoPart(clip.example.file, static_cast<int>(frontEnd.sampleRateHz),
                                    first, count, stop);
        clip.samples.resize(count); // a codec may give some samples less where it begins elsewhere
        const Matrix<float> mels = logMel(clip.samples, frontEnd);
        clip.logMel.assign(mels.values().begin(), mels.values().end());
    } catch (const Error& error) {
        clip.problem = QString::fromUtf8(error.what());
    }
}

} // namespace

RealGallery::RealGallery(SoundBank& sounds, QObject* parent)
    : QObject(parent)
    , m_sounds(sounds)
    , m_queue(new BackgroundQueue(this))
{
    connect(m_queue, &BackgroundQueue::failed, this, [this](const QString& what) {
        m_problem = what;
        Q_EMIT changed();
        Q_EMIT failed(what);
    });
}

void RealGallery::show(const std::shared_ptr<const Models>& models, const std::string& response)
{
    m_queue->clear();
    m_clips.clear();
    m_reading.clear();
    m_models = models;
    m_response = response;
    m_music.reset();
    m_problem.clear();
    const std::vector<RealExample>* highest =
        models->examples ? models->examples->highest(response) : nullptr;
    const std::vector<RealExample>* lowest =
        models->examples ? models->examples->lowest(response) : nullptr;
    if (highest == nullptr || lowest == nullptr) {
        m_problem =
            tr("No real excerpts of %1 come with this classifier: drop a folder of music of "
               "your own on the window to find some")
                .arg(QString::fromStdString(response));
        Q_EMIT changed();
        return;
    }
    Q_EMIT changed();
    m_queue->post("clips",
                  [this, models, response, high = *highest, low = *lowest](std::stop_token stop) {
                      auto clips = std::make_shared<std::map<Direction, std::vector<RealClip>>>();
                      (*clips)[Direction::Positive] = readClips(high, stop);
                      (*clips)[Direction::Negative] = readClips(low, stop);
                      return [this, clips] {
                          m_clips = std::move(*clips);
                          // The last request is made first: the most extreme.
                          for (const auto& [side, list] : m_clips)
                              for (std::size_t i = list.size(); i-- > 0;)
                                  requestSound(side, i);
                          Q_EMIT changed();
                      };
                  });
}

void RealGallery::requestSound(Direction side, std::size_t index)
{
    const RealClip& clip = m_clips[side][index];
    if (!clip.logMel.empty() && !m_sounds.find(m_response, clip.logMel))
        m_sounds.request(SoundBank::Urgency::Later,
                         (side == Direction::Positive ? "highest " : "lowest ") +
                             std::to_string(index),
                         m_models, m_response, clip.logMel);
}

void RealGallery::showMusic(const std::shared_ptr<const Models>& models,
                            const std::string& response,
                            const std::shared_ptr<const MusicResponses>& responses)
{
    m_queue->clear();
    m_clips.clear();
    m_reading.clear();
    m_models = models;
    m_response = response;
    m_music = responses;
    m_problem.clear();
    if (responses && responses->values.empty())
        m_problem = tr("%1 is not in the index: it holds units, means and their sums")
                        .arg(QString::fromStdString(response));
    else if (responses && !responses->real)
        m_problem = tr("The indexed music is silent");
    else if (responses) {
        for (const auto& [side, list] : responses->top)
            for (const TopExcerpt& top : list)
                m_clips[side].push_back(musicClip(responses->music->index, top));
        for (const Direction side : {Direction::Negative, Direction::Positive})
            for (std::size_t i = std::min(ceilingClips, m_clips[side].size()); i-- > 0;)
                readMusicClip(side, i);
    }
    Q_EMIT changed();
}

void RealGallery::need(Direction side, std::size_t index)
{
    if (!m_music || index >= clips(side).size())
        return;
    const RealClip& clip = m_clips[side][index];
    if (clip.samples.empty() && clip.problem.isEmpty() && !m_reading.contains({side, index}))
        readMusicClip(side, index);
}

void RealGallery::readMusicClip(Direction side, std::size_t index)
{
    m_reading.insert({side, index});
    m_queue->post(std::string(name(side)) + ' ' + std::to_string(index),
                  [this, music = m_music, side, index,
                   clip = m_clips[side][index]](std::stop_token stop) mutable {
                      readExcerpt(music->music->index, music->top.at(side)[index], stop, clip);
                      return [this, side, index, clip = std::move(clip)] {
                          m_reading.erase({side, index});
                          m_clips[side][index] = clip;
                          if (index < ceilingClips)
                              requestSound(side, index);
                          Q_EMIT changed();
                      };
                  });
}

const std::vector<RealClip>& RealGallery::clips(Direction side) const
{
    static const std::vector<RealClip> none;
    const auto found = m_clips.find(side);
    return found == m_clips.end() ? none : found->second;
}

RealGallery::Ceiling RealGallery::ceiling(Direction side) const
{
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    double response = 0;
    double heard = 0;
    const std::vector<RealClip>& list = clips(side);
    const std::size_t count = m_music ? std::min(ceilingClips, list.size()) : list.size();
    for (std::size_t i = 0; i < count; ++i) {
        const RealClip& clip = list[i];
        const std::shared_ptr<const CellSound> sound = m_sounds.find(m_response, clip.logMel);
        if (!sound)
            return {unknown, unknown};
        response += clip.example.clipResponse;
        heard += sound->heard;
    }
    const auto divisor = static_cast<double>(count);
    return count == 0 ? Ceiling{unknown, unknown} : Ceiling{response / divisor, heard / divisor};
}

} // namespace earshot
