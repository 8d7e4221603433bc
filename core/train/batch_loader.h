// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/augmentation.h"
#include "core/train/excerpt_sampling.h"
#include "core/train/packed_data.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace earshot {

struct BatchSettings
{
    std::uint32_t size = 32; // even: half positive, half negative; below 65,536
    SamplingSettings sampling;
    AugmentationSettings augmentation;
    // Chance that music gets a second, instrumental excerpt added under it; labels stay as they
    // are. Few songs have labels, and this puts their voices before other accompaniments.
    double backingProbability = 0.25;
    double minimumBackingDb = -25; // energy of the second relative to the first
    double maximumBackingDb = -3;
};

struct TrainingBatch
{
    std::uint64_t step = 0;
    std::vector<float> logMels; // [size, 115, 80], natural logarithm, not standardised
    std::vector<float> labels;  // [size], 1: positive, 0: negative
};

// Makes a training split's batches from packed spectra. A batch depends on (settings, seed, step)
// alone. Immutable, usable from several threads. The data must outlive it.
class BatchMaker
{
public:
    // Error (BadInput) for mel features, or if a class has no usable frame.
    BatchMaker(const PackedData& data, const BatchSettings& settings, std::uint64_t seed,
               const RecordingLabels& otherLabels = {});

    TrainingBatch batch(std::uint64_t step) const;

private:
    void addBacking(Matrix<float>& magnitudes, CounterRandom& random) const;
    void makeExcerpt(const TrainingExcerpt& excerpt, CounterRandom& random,
                     MatrixView<float> result) const;

    const PackedData& m_data;
    BatchSettings m_settings;
    std::uint64_t m_seed;
    ExcerptSampler m_sampler;
    Augmenter m_augmenter;
    std::vector<std::size_t> m_instrumentals; // recordings that may be a backing
};

// Prepares the batches first, first + 1, … ahead on a thread of its own.
class BatchLoader
{
public:
    BatchLoader(const BatchMaker& maker, std::uint64_t firstStep);
    ~BatchLoader(); // waits for the batch in hand

    // The next batch, waiting for it; rethrows what the thread failed with.
    TrainingBatch next();

private:
    void work(std::stop_token stop, std::uint64_t step);

    const BatchMaker& m_maker;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<TrainingBatch> m_ready;
    std::exception_ptr m_failure;
    std::jthread m_thread; // last: stops before the rest is destroyed
};

} // namespace earshot
