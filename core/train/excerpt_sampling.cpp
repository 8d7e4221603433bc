// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/excerpt_sampling.h"

#include "core/nets/excerpt_geometry.h"
#include "core/util/error.h"
#include "core/util/random.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

namespace earshot {

namespace {

// Sampling, augmentation and synthesis of one excerpt use different keys.
constexpr std::uint64_t samplingSeedOffset = 0x94D049BB133111EBU;

// The labels that withoutEdges would make unknown; the others unknown.
std::vector<FrameLabel> onlyEdges(std::span<const FrameLabel> labels, std::size_t frames)
{
    std::vector<FrameLabel> result = withoutEdges(labels, frames);
    for (std::size_t i = 0; i < result.size(); ++i)
        result[i] = result[i] == FrameLabel::Unknown ? labels[i] : FrameLabel::Unknown;
    return result;
}

} // namespace

std::vector<FrameLabel> withoutEdges(std::span<const FrameLabel> labels, std::size_t frames)
{
    std::vector<FrameLabel> result(labels.begin(), labels.end());
    for (std::size_t i = 1; i < labels.size(); ++i) {
        if (labels[i] == labels[i - 1])
            continue;
        // The change lies between frames i − 1 and i.
        const std::size_t first = i > frames ? i - frames : 0;
        const std::size_t end = std::min(i + frames, labels.size());
        std::fill(result.begin() + static_cast<std::ptrdiff_t>(first),
                  result.begin() + static_cast<std::ptrdiff_t>(end), FrameLabel::Unknown);
    }
    return result;
}

ExcerptSampler::ExcerptSampler(const PackedData& data, Split split,
                               const SamplingSettings& settings, const RecordingLabels& otherLabels)
    : m_syntheticWeight(settings.syntheticWeight)
    , m_edgeFocusShare(settings.edgeFocusShare)
{
    const auto framesOf = [&data](double seconds) {
        return static_cast<std::size_t>(std::lround(seconds * data.framesPerSecond()));
    };
    for (std::size_t kind = 0; kind < m_positive.size(); ++kind) {
        m_positive[kind].weight = settings.positiveWeights[kind];
        m_negative[kind].weight = settings.negativeWeights[kind];
    }
    const std::vector<Recording>& recordings = data.recordings();
    for (std::size_t i = 0; i < recordings.size(); ++i) {
        if (recordings[i].split != split || recordings[i].frames < ExcerptGeometry::frames)
            continue;
        const auto kind = static_cast<std::size_t>(recordings[i].kind);
        const auto other = otherLabels.find(i);
        const std::vector<FrameLabel> labels = withoutEdges(
            other == otherLabels.end() ? data.labels(recordings[i]) : std::span(other->second),
            framesOf(settings.edgeSeconds));
        addRuns(i, labels, FrameLabel::Positive, m_positive[kind].all);
        addRuns(i, labels, FrameLabel::Negative, m_negative[kind].all);
        const std::vector<FrameLabel> nearEdges =
            onlyEdges(labels, framesOf(settings.edgeFocusSeconds));
        addRuns(i, nearEdges, FrameLabel::Positive, m_positive[kind].nearEdges);
        addRuns(i, nearEdges, FrameLabel::Negative, m_negative[kind].nearEdges);
    }
    for (const FrameLabel label : {FrameLabel::Positive, FrameLabel::Negative})
        if (frames(label) == 0)
            throw badInput(
                data.file().path().string(),
                "has no usable " +
                    std::string(label == FrameLabel::Positive ? "positive" : "negative") +
                    " excerpt",
                "labelled frames away from edges in the split '" + std::string(name(split)) + "'",
                "none");
}

void ExcerptSampler::addRuns(std::size_t recording, const std::vector<FrameLabel>& labels,
                             FrameLabel label, Frames& frames)
{
    const std::size_t first = ExcerptGeometry::centre;
    const std::size_t end = labels.size() - (ExcerptGeometry::frames - 1 - ExcerptGeometry::centre);
    for (std::size_t frame = first; frame < end; ++frame) {
        if (labels[frame] != label)
            continue;
        if (frame == first || labels[frame - 1] != label)
            frames.runs.push_back({recording, frame, frames.count});
        ++frames.count;
    }
}

std::size_t ExcerptSampler::frames(FrameLabel label) const
{
    std::size_t count = 0;
    for (const Pool& pool : label == FrameLabel::Positive ? m_positive : m_negative)
        if (pool.weight > 0)
            count += pool.all.count;
    return count;
}

TrainingExcerpt ExcerptSampler::draw(std::uint64_t seed, std::uint64_t step,
                                     std::uint32_t index) const
{
    CounterRandom random(seed + samplingSeedOffset, (step << 16) + index);
    TrainingExcerpt excerpt;
    excerpt.label = index % 2 == 0 ? FrameLabel::Positive : FrameLabel::Negative;
    const bool isPositive = excerpt.label == FrameLabel::Positive;
    const std::array<Pool, 6>& pools = isPositive ? m_positive : m_negative;

    double total = isPositive ? 0 : m_syntheticWeight;
    for (const Pool& pool : pools)
        total += pool.all.count > 0 ? pool.weight : 0;
    double left = random.uniform() * total;
    // Rounding may leave a rest that belongs to nobody.
    const Pool* last = nullptr;
    if (isPositive || m_syntheticWeight <= 0)
        for (const Pool& pool : pools)
            last = pool.all.count > 0 && pool.weight > 0 ? &pool : last;
    const Pool* chosen = nullptr;
    for (const Pool& pool : pools) {
        if (pool.all.count == 0 || pool.weight <= 0)
            continue;
        if (left < pool.weight || &pool == last) {
            chosen = &pool;
            break;
        }
        left -= pool.weight;
    }
    if (chosen == nullptr) { // what is left is the share of made negatives
        excerpt.source = TrainingExcerpt::Source::Synthetic;
        return excerpt;
    }
    const bool isNearEdge = chosen->nearEdges.count > 0 && random.uniform() < m_edgeFocusShare;
    const Frames& frames = isNearEdge ? chosen->nearEdges : chosen->all;
    const std::size_t frame = random.index(static_cast<std::uint32_t>(frames.count));
    const auto run = std::prev(
        std::upper_bound(frames.runs.begin(), frames.runs.end(), frame,
                         [](std::size_t value, const Run& r) { return value < r.framesBefore; }));
    excerpt.recording = run->recording;
    excerpt.centreFrame = run->firstFrame + (frame - run->framesBefore);
    return excerpt;
}

} // namespace earshot
