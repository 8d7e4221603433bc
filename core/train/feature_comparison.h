// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/classifier_metrics.h"
#include "core/util/matrix.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace earshot {

// How near one set of features is to another.
struct FeatureComparison
{
    double distance = 0; // Fréchet, full covariance
    double precision = 0; // share of the set within the other's manifold (Kynkäänniemi et al. 2019)
    double recall = 0;    // share of the other within the set's manifold
};

// Of features [N, D] to reference [M, D], N, M ≥ 2; a manifold is the union of balls around its
// points that reach to the `neighbours`-th other point.
FeatureComparison compareFeatures(MatrixView<const float> features,
                                  MatrixView<const float> reference, int neighbours);

struct FeatureIntervals
{
    Interval distance;
    Interval precision;
    Interval recall;
};

// How far these figures might lie elsewhere with other music. Of distance and recall the middle 95
// % when the reference's recordings are drawn with replacement, those of its first half (songs, one
// more of an odd number of rows) and of its second (instrumentals) apart. A draw leaves out a third
// of the recordings, and what their balls alone hold; so precision has 1.96 standard errors of a
// jackknife (Efron and Stein 1981) that leaves out one recording at a time, within [0, 1].
// recordings [M]: of each row. The balls keep the size that they have in the whole reference: among
// recordings drawn twice every point would have a neighbour at no distance. Depends on the
// arguments alone.
FeatureIntervals featureIntervals(MatrixView<const float> features,
                                  MatrixView<const float> reference,
                                  std::span<const std::size_t> recordings, int neighbours,
                                  std::size_t draws, std::uint64_t seed);

// Whether a set has been copied from what its generator was trained on: such excerpts lie nearer to
// that than other music does. Distances are Euclidean, to the nearest training row.
struct Copying
{
    double nearer = 0;  // share nearer than half of the held-out rows; ½ for held-out music itself
    double nearest = 0; // share nearer than all but a hundredth of them; 0.01 likewise
};

// features [N, D], heldOut [M, D], training [T, D]; N, M, T ≥ 1.
Copying copying(MatrixView<const float> features, MatrixView<const float> heldOut,
                MatrixView<const float> training);

} // namespace earshot
