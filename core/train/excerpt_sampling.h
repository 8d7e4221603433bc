// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/packed_data.h"

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace earshot {

// Where training excerpts come from. Weights are relative; a source without a usable frame passes
// its share to the others of its class.
struct SamplingSettings
{
    // Frames so near to a label's edge count as unknown. 0: labels follow notes and voices do not
    // quite, but a classifier that never sees an edge takes the gaps between phrases for singing.
    double edgeSeconds = 0;
    // This share of a source's excerpts has its centre within edgeFocusSeconds of a label's edge:
    // most mistakes are made there, and few frames lie there.
    double edgeFocusShare = 0.4;
    double edgeFocusSeconds = 0.5;
    // By RecordingKind's order: song, stems, stems-mix, mix, instrumental, unlabelled. Finished
    // songs are what the classifier is judged by; stems and mixes add voices in other surroundings
    // and at other levels, instrumentals what is never a voice.
    // Unlabelled music counts where teachers have labelled it.
    std::array<double, 6> positiveWeights{0.50, 0.15, 0.15, 0.20, 0, 0.25};
    std::array<double, 6> negativeWeights{0.55, 0.10, 0.07, 0.02, 0.22, 0.20};
    // Made negatives (synthetic_negatives.h): a cheap guard against a classifier that takes
    // silence, noise or bare tones for singing.
    double syntheticWeight = 0.08;
};

// Labels in place of the file's own, by index of the recording: as many as it has frames.
using RecordingLabels = std::map<std::size_t, std::vector<FrameLabel>>;

struct TrainingExcerpt
{
    enum class Source
    {
        Music,
        Synthetic // recording and centreFrame mean nothing
    };
    Source source = Source::Music;
    FrameLabel label = FrameLabel::Negative;
    std::size_t recording = 0; // index into PackedData::recordings()
    std::size_t centreFrame = 0;
};

// Labels of a recording with frames within `frames` of a change of the label made unknown; a change
// is between two neighbouring frames with different labels.
std::vector<FrameLabel> withoutEdges(std::span<const FrameLabel> labels, std::size_t frames);

// Draws excerpts of one split: half positive, half negative, sources by weight, and within class
// and source every usable centre frame alike, but for the share near edges. A frame is usable if
// its label is known, no edge is near, and the whole excerpt lies in the recording. Immutable,
// usable from several threads.
class ExcerptSampler
{
public:
    // Error (BadInput) if a class has no usable frame in music.
    ExcerptSampler(const PackedData& data, Split split, const SamplingSettings& settings,
                   const RecordingLabels& otherLabels = {});

    // Depends on (seed, step, index) alone. Even indices are positive, odd ones negative.
    TrainingExcerpt draw(std::uint64_t seed, std::uint64_t step, std::uint32_t index) const;

    // Usable frames of a class.
    std::size_t frames(FrameLabel label) const;

private:
    struct Run // consecutive usable frames of one recording
    {
        std::size_t recording;
        std::size_t firstFrame;
        std::size_t framesBefore; // in earlier runs of the pool
    };
    struct Frames
    {
        std::size_t count = 0;
        std::vector<Run> runs;
    };
    struct Pool // of one class and source
    {
        double weight = 0;
        Frames all;
        Frames nearEdges; // of these
    };
    static void addRuns(std::size_t recording, const std::vector<FrameLabel>& labels,
                        FrameLabel label, Frames& frames);

    std::array<Pool, 6> m_positive;
    std::array<Pool, 6> m_negative;
    double m_syntheticWeight = 0;
    double m_edgeFocusShare = 0;
};

} // namespace earshot
