// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/sparse_filter_bank.h"
#include "core/util/matrix.h"
#include "core/util/random.h"

#include <cstddef>
#include <span>
#include <vector>

namespace earshot {

// Ranges of the random changes to magnitude spectra, after Schlüter & Grill 2015 (section 4;
// github.com/f0k/ismir2015, experiments/augment.py), each drawn uniformly.
struct AugmentationSettings
{
    double maximumStretch = 0.3;    // [0, 0.5]; time stretched by factors 1 ± so much
    double maximumPitchShift = 0.3; // [0, 0.5]; frequencies multiplied by 1 ± so much
    double maximumFilterDb = 10;    // gain at the middle of one Gaussian filter, ± so much
    double maximumLoudnessDb = 10;  // gain of the whole excerpt, ± so much
    double minimumFilterHz = 150;   // middle of the filter, uniform in pitch
    double maximumFilterHz = 8000;  // (the original's values)
    double minimumFilterWidth = 5;  // standard deviation of the filter in semitones
    double maximumFilterWidth = 7;
};

// One excerpt's draw.
struct Augmentation
{
    double stretch = 1;    // > 1: slower
    double pitchShift = 1; // > 1: higher
    double filterDb = 0;
    double filterHz = 1000;
    double filterWidthHz = 300; // standard deviation of the Gaussian on the linear frequency axis
    double loudnessDb = 0;
};

Augmentation drawAugmentation(const AugmentationSettings& settings, CounterRandom& random);

// Turns magnitude spectra into augmented log-mel excerpts. Immutable, usable from several threads.
class Augmenter
{
public:
    // binHz: distance of two bins; floor: of the logarithm. The filters are borrowed.
    Augmenter(const SparseFilterBank& filters, double binHz, double floor);

    // Source frames on either side of the centre that an excerpt of excerptFrames needs at a
    // stretch.
    static std::size_t sourceReach(std::size_t excerptFrames, double stretch);

    // magnitudes: [frames, bins] around the excerpt's centre, which is row `centre`; rows beyond
    // the first and last repeat these. result: [excerptFrames, bands] natural log-mels whose frame
    // excerptFrames/2 is the centre. Output frame i is the source at centre + (i − excerptFrames/2)
    // / stretch, bin b the source at b/pitchShift (0 beyond the last bin), by cubic interpolation
    // (Keys 1981, a = −½), which leaves an unaugmented excerpt as it is.
    void apply(MatrixView<const float> magnitudes, std::size_t centre,
               const Augmentation& augmentation, MatrixView<float> result) const;

private:
    const SparseFilterBank& m_filters;
    double m_binHz;
    double m_floor;
};

} // namespace earshot
