// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reproduce_real.h"

#include "app/cli/context.h"
#include "app/cli/indexed_music.h"
#include "core/audio/audio_file.h"
#include "core/corpus/index_file.h"
#include "core/corpus/index_ranking.h"
#include "core/explain/explainer.h"
#include "core/io/sha256.h"
#include "core/listen/real_examples.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace earshot {

namespace {

std::vector<RealClip> clipsOfGallery(const ReproduceTask& task, const std::string& response,
                                     Direction direction)
{
    const std::optional<RealExamples> gallery = RealExamples::load(task.classifierFolder);
    if (!gallery)
        return {};
    const std::vector<RealExample>* examples =
        direction == Direction::Positive ? gallery->highest(response) : gallery->lowest(response);
    std::vector<RealClip> clips;
    if (examples != nullptr)
        for (const RealExample& example : *examples)
            clips.push_back(
                {samples(example), example.response,
                 example.artist.empty() ? example.title : example.artist + ": " + example.title,
                 example.licence, example.timeSeconds});
    return clips;
}

std::vector<RealClip> clipsOfIndex(const ReproduceTask& task, const std::string& response,
                                   Direction direction)
{
    const CorpusIndex index(task.index);
    const std::vector<float> responses =
        indexedResponses(task.context, index, task.explainer, task.explainer.parse(response));
    if (responses.empty())
        throw Error(ErrorKind::Failed, "", "stopped");
    const std::size_t length = task.frontEnd.samplesOf(task.frontEnd.excerptFrames);
    std::vector<RealClip> clips;
    for (const TopExcerpt& top : topExcerpts(
             index, responses, {direction, mostRealClips, PerSong::One, Silence::LeftOut})) {
        if (index.songState(top.song) != SongState::Unchanged) {
            task.context.message("left out: " + index.songPath(top.song).string() +
                                 " is no longer as it was indexed");
            continue;
        }
        // Only as far as the excerpt's end.
        const auto first =
            static_cast<std::size_t>(std::lround(top.timeSeconds * task.frontEnd.sampleRateHz));
        std::vector<float> song;
        readMonoPieces(
            index.songPath(top.song), task.frontEnd.sampleRateHz,
            [&](std::span<const float> piece) {
                if (song.size() < first + length)
                    song.insert(song.end(), piece.begin(), piece.end());
            },
            task.context.stop());
        if (song.size() < first + length)
            continue;
        const auto begin = song.begin() + static_cast<std::ptrdiff_t>(first);
        clips.push_back({{begin, begin + static_cast<std::ptrdiff_t>(length)},
                         top.response,
                         index.songs()[top.song].name,
                         "",
                         top.timeSeconds});
    }
    return clips;
}

} // namespace

std::vector<RealClip> realClips(const ReproduceTask& task, const std::string& response,
                                Direction direction)
{
    return task.index.empty() ? clipsOfGallery(task, response, direction)
                              : clipsOfIndex(task, response, direction);
}

Json clipsJson(const std::vector<RealClip>& clips)
{
    Json list = Json::array();
    for (const RealClip& clip : clips)
        list.append(Json::object(
            {{"song", clip.song}, {"sha256", sha256(std::as_bytes(std::span(clip.samples)))}}));
    return list;
}

Matrix<float> logMelsOf(const std::vector<RealClip>& clips, const FrontEndParameters& frontEnd)
{
    Matrix<float> mels(clips.size(), frontEnd.excerptFrames * frontEnd.melBands);
    for (std::size_t i = 0; i < clips.size(); ++i)
        std::ranges::copy(logMel(clips[i].samples, frontEnd).values(), mels.row(i).begin());
    return mels;
}

} // namespace earshot
