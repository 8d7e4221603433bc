// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/batch_loader.h"

#include "core/nets/excerpt_geometry.h"
#include "core/train/synthetic_negatives.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr std::uint64_t augmentationSeedOffset = 0xBF58476D1CE4E5B9U;
constexpr std::size_t preparedBatches = 4;

const PackedData& checkedSpectra(const PackedData& data)
{
    if (data.features() != PackedFeatures::Spectra)
        throw badInput(data.file().path().string(), "cannot train a classifier",
                       "magnitude spectra, as pitch shifts need them (pack --features spectra)",
                       "log-mel spectra");
    return data;
}

double energy(MatrixView<const float> magnitudes)
{
    double sum = 0;
    for (const float value : magnitudes.values())
        sum += static_cast<double>(value) * static_cast<double>(value);
    return sum / static_cast<double>(std::max<std::size_t>(magnitudes.rows(), 1));
}

double binHz(const PackedData& data)
{
    return data.sampleRateHz() / 2 / static_cast<double>(data.melFilterBank().rows() - 1);
}

} // namespace

BatchMaker::BatchMaker(const PackedData& data, const BatchSettings& settings, std::uint64_t seed,
                       const RecordingLabels& otherLabels)
    : m_data(checkedSpectra(data))
    , m_settings(settings)
    , m_seed(seed)
    , m_sampler(data, Split::Train, settings.sampling, otherLabels)
    , m_augmenter(data.sparseFilterBank(), binHz(data), data.magnitudeFloor())
{
    for (std::size_t i = 0; i < data.recordings().size(); ++i) {
        const Recording& recording = data.recordings()[i];
        if (recording.kind == RecordingKind::Instrumental && recording.split == Split::Train &&
            recording.frames > ExcerptGeometry::frames)
            m_instrumentals.push_back(i);
    }
}

void BatchMaker::addBacking(Matrix<float>& magnitudes, CounterRandom& random) const
{
    const std::size_t index =
        m_instrumentals[random.index(static_cast<std::uint32_t>(m_instrumentals.size()))];
    const Recording& recording = m_data.recordings()[index];
    const std::size_t count = std::min(magnitudes.rows(), recording.frames);
    const std::size_t first =
        random.index(static_cast<std::uint32_t>(recording.frames - count + 1));
    const double levelDb = random.uniform(m_settings.minimumBackingDb, m_settings.maximumBackingDb);
    const Matrix<float> backing = m_data.rows(recording, first, count);
    const double backingEnergy = energy(backing);
    if (backingEnergy <= 0)
        return;
    const auto gain = static_cast<float>(std::pow(10.0, levelDb / 10) * energy(magnitudes) /
                                         backingEnergy); // of powers
    // Two sounds of unrelated phases add up in power.
    for (std::size_t i = 0; i < count * magnitudes.columns(); ++i) {
        float& value = magnitudes.values()[i];
        const float other = backing.values()[i];
        value = std::sqrt(value * value + gain * other * other);
    }
}

void BatchMaker::makeExcerpt(const TrainingExcerpt& excerpt, CounterRandom& random,
                             MatrixView<float> result) const
{
    Augmentation augmentation = drawAugmentation(m_settings.augmentation, random);
    const std::size_t reach = Augmenter::sourceReach(ExcerptGeometry::frames, augmentation.stretch);
    if (excerpt.source == TrainingExcerpt::Source::Synthetic) {
        const Matrix<float> magnitudes =
            syntheticNegative(2 * reach + 1, m_data.melFilterBank().rows(), random);
        m_augmenter.apply(magnitudes, reach, augmentation, result);
        return;
    }
    const Recording& recording = m_data.recordings()[excerpt.recording];
    const std::size_t first = excerpt.centreFrame - std::min(excerpt.centreFrame, reach);
    const std::size_t end = std::min(excerpt.centreFrame + reach + 1, recording.frames);
    Matrix<float> magnitudes = m_data.rows(recording, first, end - first);
    if (!m_instrumentals.empty() && random.uniform() < m_settings.backingProbability)
        addBacking(magnitudes, random);
    m_augmenter.apply(magnitudes, excerpt.centreFrame - first, augmentation, result);
}

TrainingBatch BatchMaker::batch(std::uint64_t step) const
{
    constexpr std::size_t excerptSize = ExcerptGeometry::frames * ExcerptGeometry::bands;
    TrainingBatch batch;
    batch.step = step;
    batch.logMels.resize(m_settings.size * excerptSize);
    for (std::uint32_t i = 0; i < m_settings.size; ++i) {
        const TrainingExcerpt excerpt = m_sampler.draw(m_seed, step, i);
        CounterRandom random(m_seed + augmentationSeedOffset, (step << 16) + i);
        makeExcerpt(excerpt, random,
                    {batch.logMels.data() + i * excerptSize, ExcerptGeometry::frames,
                     ExcerptGeometry::bands});
        batch.labels.push_back(excerpt.label == FrameLabel::Positive ? 1.0F : 0.0F);
    }
    return batch;
}

BatchLoader::BatchLoader(const BatchMaker& maker, std::uint64_t firstStep)
    : m_maker(maker)
    , m_thread([this, firstStep](std::stop_token stop) { work(stop, firstStep); })
{
}

BatchLoader::~BatchLoader()
{
    m_thread.request_stop();
    m_thread.join();
}

void BatchLoader::work(std::stop_token stop, std::uint64_t step)
{
    try {
        for (; !stop.stop_requested(); ++step) {
            TrainingBatch batch = m_maker.batch(step);
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, stop, [this] { return m_ready.size() < preparedBatches; });
            m_ready.push_back(std::move(batch));
            m_changed.notify_all();
        }
    } catch (...) {
        const std::lock_guard lock(m_mutex);
        m_failure = std::current_exception();
        m_changed.notify_all();
    }
}

TrainingBatch BatchLoader::next()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_ready.empty() || m_failure; });
    if (m_ready.empty())
        std::rethrow_exception(m_failure);
    TrainingBatch batch = std::move(m_ready.front());
    m_ready.pop_front();
    m_changed.notify_all();
    return batch;
}

} // namespace earshot
