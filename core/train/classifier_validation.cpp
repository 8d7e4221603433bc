// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/classifier_validation.h"

#include "core/nets/excerpt_geometry.h"

#include <algorithm>

namespace earshot {

namespace {

constexpr std::size_t fineHop = 10; // frames; a threshold's
// Mixes and instrumentals are many more than songs.
constexpr std::size_t sparseness = 3;

void append(const std::vector<float>& scores, std::vector<float>& result)
{
    result.insert(result.end(), scores.begin(), scores.end());
}

} // namespace

ClassifierValidation::ClassifierValidation(const PackedData& data)
    : m_data(data)
{
}

bool ClassifierValidation::isPossible() const
{
    bool hasPositive = false;
    bool hasNegative = false;
    for (const RecordingExcerpts& recording :
         excerptsOf(m_data, Split::Valid,
                    {RecordingKind::Song, RecordingKind::Mix, RecordingKind::Instrumental},
                    ExcerptGeometry::hop))
        for (const FrameLabel label : recording.labels) {
            hasPositive = hasPositive || label == FrameLabel::Positive;
            hasNegative = hasNegative || label == FrameLabel::Negative;
        }
    return hasPositive && hasNegative;
}

ClassifierValidation::Scores ClassifierValidation::scored(RecordingKind kind, std::size_t hop,
                                                          const ScoreFunction& score,
                                                          const Device& device,
                                                          std::stop_token stop) const
{
    const std::vector<RecordingExcerpts> excerpts = excerptsOf(m_data, Split::Valid, {kind}, hop);
    const std::vector<std::vector<float>> scores =
        scoreExcerpts(m_data, excerpts, score, device, stop, {}, "validating");
    Scores result;
    for (std::size_t i = 0; i < excerpts.size(); ++i) {
        append(scores[i], result.scores);
        result.labels.insert(result.labels.end(), excerpts[i].labels.begin(),
                             excerpts[i].labels.end());
    }
    return result;
}

ClassifierValidation::Scores ClassifierValidation::joined(const Scores& songs, const Scores& mixes,
                                                          const Scores& instrumentals)
{
    Scores all = songs;
    for (const Scores* part : {&mixes, &instrumentals}) {
        append(part->scores, all.scores);
        all.labels.insert(all.labels.end(), part->labels.begin(), part->labels.end());
    }
    return all;
}

ValidationFigures ClassifierValidation::run(const ScoreFunction& score, const Device& device,
                                            std::stop_token stop) const
{
    constexpr std::size_t hop = ExcerptGeometry::hop;
    const Scores songs = scored(RecordingKind::Song, hop, score, device, stop);
    const Scores mixes = scored(RecordingKind::Mix, sparseness * hop, score, device, stop);
    const Scores instrumentals =
        scored(RecordingKind::Instrumental, sparseness * hop, score, device, stop);
    const Scores all = joined(songs, mixes, instrumentals);
    ValidationFigures figures;
    figures.area = areaUnderCurve(all.scores, all.labels);
    figures.threshold = bestThreshold(all.scores, all.labels, ThresholdCriterion::BalancedError);
    const Confusion counts = confusion(songs.scores, songs.labels, figures.threshold);
    figures.error = counts.error();
    figures.balancedError = counts.balancedError();
    figures.mixRecall = confusion(mixes.scores, mixes.labels, figures.threshold).recall();
    figures.instrumentalSpecificity =
        confusion(instrumentals.scores, instrumentals.labels, figures.threshold).specificity();
    return figures;
}

double ClassifierValidation::threshold(const ScoreFunction& score, const Device& device,
                                       std::stop_token stop) const
{
    const Scores all =
        joined(scored(RecordingKind::Song, fineHop, score, device, stop),
               scored(RecordingKind::Mix, sparseness * fineHop, score, device, stop),
               scored(RecordingKind::Instrumental, sparseness * fineHop, score, device, stop));
    return bestThreshold(all.scores, all.labels, ThresholdCriterion::BalancedError);
}

} // namespace earshot
