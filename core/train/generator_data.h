// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/excerpt_geometry.h"
#include "core/train/packed_data.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace earshot {

// Which excerpts a generator learns from. Excerpts with digital silence, band limits or pauses
// teach it to draw grey, and are left out.
struct GeneratorDataSettings
{
    double floorLogMel =
        -16.0; // a bin at or below is at the floor (log 1e-7 = −16.118, packed in 8 bits)
    double floorBinShare =
        0.02; // a frame with a larger share of such bins is a floor frame, [0, 1]
    std::size_t maxFloorFrames = 5;   // of 115
    double silentLogMel = -5.0;       // a frame whose mean over bands is below is near-silent
    std::size_t maxSilentFrames = 39; // of 115
    // Chance of an excerpt to be drawn: of a song, an unlabelled song or summed stems 1; artificial
    // mixes 0.
    double instrumentalWeight = 0.35;
};

// The training split's excerpts that pass the filter, drawn by weight; every frame may start one.
// Immutable; batches may be drawn from several threads. The packed data must outlive it.
class GeneratorData
{
public:
    // Reads every training frame once. Error (BadInput) if no excerpt is left.
    GeneratorData(const PackedData& data, const GeneratorDataSettings& settings);

    // Mean and standard deviation of all log-mel values, each excerpt as often as it is drawn: u =
    // (x − mean)/std.
    double mean() const { return m_mean; }
    double std() const { return m_std; }
    // Those of an earlier training on the same music, instead of the data's own; std > 0.
    void useUnits(double mean, double std);
    // Possible starts of excerpts.
    std::size_t starts() const { return m_starts; }
    bool permits(std::size_t recording, std::size_t firstFrame) const;

    struct Excerpt
    {
        std::size_t recording; // index into PackedData::recordings()
        std::size_t firstFrame;
    };
    // Depends on (seed, step) alone.
    std::vector<Excerpt> draw(std::uint64_t seed, std::uint64_t step, std::size_t count) const;
    // The drawn excerpts as u [count, 1, 115, 80] float32 on the CPU.
    at::Tensor batch(std::uint64_t seed, std::uint64_t step, std::size_t count) const;

private:
    // Consecutive starts of one recording.
    struct Run
    {
        std::size_t recording;
        std::size_t firstStart;
        std::size_t count;
        double weight;       // of each start
        double weightBefore; // sum over earlier runs
    };
    void addRuns(std::size_t recording, double weight, const std::vector<char>& permitted);

    const PackedData& m_data;
    std::vector<Run> m_runs;
    std::size_t m_starts = 0;
    double m_totalWeight = 0;
    double m_mean = 0;
    double m_std = 1;
};

} // namespace earshot
