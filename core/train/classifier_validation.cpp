// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/classifier_validation.h"

#include "core/nets/excerpt_geometry.h"
#include "core/train/dense_scoring.h"

namespace earshot {

namespace {

constexpr std::size_t sparseHop = 3 * ExcerptGeometry::hop;

} // namespace

ClassifierValidation::ClassifierValidation(const PackedData& data)
    : m_data(data)
    , m_songs(excerptsOf(data, Split::Valid, {RecordingKind::Song}, ExcerptGeometry::hop))
    , m_mixes(excerptsOf(data, Split::Valid, {RecordingKind::Mix}, sparseHop))
    , m_instrumentals(excerptsOf(data, Split::Valid, {RecordingKind::Instrumental}, sparseHop))
{
}

bool ClassifierValidation::isPossible() const
{
    bool hasPositive = false;
    bool hasNegative = false;
    for (const RecordingExcerpts& song : m_songs)
        for (const FrameLabel label : song.labels) {
            hasPositive = hasPositive || label == FrameLabel::Positive;
            hasNegative = hasNegative || label == FrameLabel::Negative;
        }
    return hasPositive && hasNegative;
}

ClassifierValidation::Scores
ClassifierValidation::scored(const std::vector<RecordingExcerpts>& excerpts,
                             const ScoreFunction& score, const Device& device,
                             std::stop_token stop) const
{
    Scores result;
    const std::vector<std::vector<float>> scores =
        scoreExcerpts(m_data, excerpts, score, device, stop, {}, "validating");
    for (std::size_t i = 0; i < excerpts.size(); ++i) {
        result.scores.insert(result.scores.end(), scores[i].begin(), scores[i].end());
        result.labels.insert(result.labels.end(), excerpts[i].labels.begin(),
                             excerpts[i].labels.end());
    }
    return result;
}

ValidationFigures ClassifierValidation::run(const ScoreFunction& score, const Device& device,
                                            std::stop_token stop) const
{
    const Scores songs = scored(m_songs, score, device, stop);
    const Scores mixes = scored(m_mixes, score, device, stop);
    const Scores instrumentals = scored(m_instrumentals, score, device, stop);
    Scores all;
    for (const Scores* part : {&songs, &mixes, &instrumentals}) {
        all.scores.insert(all.scores.end(), part->scores.begin(), part->scores.end());
        all.labels.insert(all.labels.end(), part->labels.begin(), part->labels.end());
    }
    ValidationFigures figures;
    figures.area = areaUnderCurve(all.scores, all.labels);
    figures.threshold = bestThreshold(songs.scores, songs.labels);
    const Confusion counts = confusion(songs.scores, songs.labels, figures.threshold);
    figures.error = counts.error();
    figures.balancedError = counts.balancedError();
    figures.mixRecall = confusion(mixes.scores, mixes.labels, figures.threshold).recall();
    figures.instrumentalSpecificity =
        confusion(instrumentals.scores, instrumentals.labels, figures.threshold).specificity();
    return figures;
}

double ClassifierValidation::threshold(const SvdNet& network, const InputMap& inputMap) const
{
    Scores songs;
    for (const RecordingExcerpts& song :
         excerptsOf(m_data, Split::Valid, {RecordingKind::Song}, 1)) {
        const Recording& recording = m_data.recordings()[song.recording];
        const std::vector<float> scores =
            everyFrameLogits(network, inputMap, m_data.logMels(recording, 0, recording.frames));
        songs.scores.insert(songs.scores.end(), scores.begin(), scores.end());
        songs.labels.insert(songs.labels.end(), song.labels.begin(), song.labels.end());
    }
    return bestThreshold(songs.scores, songs.labels);
}

} // namespace earshot
