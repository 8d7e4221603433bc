// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/equations.h"
#include "core/util/matrix.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace earshot {

struct GridMeasurement;

// How far a distance might have come out otherwise, with other starts.
struct DistanceInterval
{
    double low = 0;
    double high = 0;
};

// A percentile bootstrap (Efron 1979) of Eq. 3 over examples: 1,000 times as many responses are
// drawn from `generated` with replacement, and the interval holds the middle 95 % of the distances
// and the distance itself. (Near its least value a distance may lie below that of most draws: a
// draw adds spread.) The real side is not drawn: the 50 most extreme responses of a corpus are no
// sample of anything. The draws depend on the seed and the number of responses alone, so that all
// settings see the same ones. Both ends NaN where the distance is not finite.
DistanceInterval bootstrapInterval(std::span<const float> generated, const SampleMoments& real,
                                   std::uint64_t seed);

// The candidates for choosing: those with a finite distance; of refined and unrefined ones the
// refined, whose intervals are narrower. The one with the smallest distance, the first of equals.
std::optional<std::size_t> bestMeasurement(std::span<const GridMeasurement> measurements);

// How much farther one setting is than another at least: the lower end of the middle 95 % of the
// differences of their distances, farther's − nearer's, compared draw by draw over the starts that
// both have (a paired bootstrap, as in bootstrapInterval). At most 0: they cannot be told apart, or
// nearer's is the farther one. Of raw f_a by start, NaN where not known. NaN for fewer than two
// common starts.
double smallestDifference(std::span<const float> farther, std::span<const float> nearer,
                          const SampleMoments& real, std::uint64_t seed);

// Marks as tied every measurement, candidate or not, that cannot be told from the best; the best
// too. Exploded and dead ones have no part in this. All settings have the same starts: it is a tie
// where smallestDifference() reaches down to 0. Their own intervals say less: they overlap even
// where one setting is the farther in every draw.
// responses: [measurements, starts] raw f_a, NaN where not known.
void markTies(std::span<GridMeasurement> measurements, MatrixView<const float> responses,
              const SampleMoments& real, std::uint64_t seed, std::size_t best);

// Of the tied candidates the one with the smallest change from the start; the best while a change
// among them is not known.
std::size_t chosenMeasurement(std::span<const GridMeasurement> measurements, std::size_t best);

} // namespace earshot
