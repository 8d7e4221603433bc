// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/generator_data.h"

#include "core/util/error.h"
#include "core/util/random.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr std::size_t framesAtOnce = 8192; // of a scan, to bound its memory

double startWeight(RecordingKind kind, const GeneratorDataSettings& settings)
{
    switch (kind) {
    case RecordingKind::Song:
    case RecordingKind::Stems:
    case RecordingKind::Unlabelled:
        return 1;
    case RecordingKind::Instrumental:
        return settings.instrumentalWeight;
    case RecordingKind::StemsMix: // the same stems again
    case RecordingKind::Mix:      // a voice over music it does not belong to
        return 0;
    }
    return 0;
}

// What a scan keeps of a frame.
struct FrameSummary
{
    double sum = 0;
    double sumOfSquares = 0;
    bool isAtFloor = false;
    bool isSilent = false;
};

FrameSummary summarise(std::span<const float> frame, const GeneratorDataSettings& settings)
{
    FrameSummary summary;
    std::size_t binsAtFloor = 0;
    for (const float value : frame) {
        summary.sum += value;
        summary.sumOfSquares += static_cast<double>(value) * value;
        binsAtFloor += value <= settings.floorLogMel;
    }
    const auto bins = static_cast<double>(frame.size());
    summary.isAtFloor = static_cast<double>(binsAtFloor) > settings.floorBinShare * bins;
    summary.isSilent = summary.sum / bins < settings.silentLogMel;
    return summary;
}

std::vector<FrameSummary> scan(const PackedData& data, const Recording& recording,
                               const GeneratorDataSettings& settings)
{
    std::vector<FrameSummary> summaries;
    summaries.reserve(recording.frames);
    for (std::size_t first = 0; first < recording.frames; first += framesAtOnce) {
        const Matrix<float> rows =
            data.logMels(recording, first, std::min(framesAtOnce, recording.frames - first));
        for (std::size_t row = 0; row < rows.rows(); ++row)
            summaries.push_back(summarise(rows.row(row), settings));
    }
    return summaries;
}

// For each start of an excerpt, whether the filter lets it through.
std::vector<char> permittedStarts(const std::vector<FrameSummary>& frames,
                                  const GeneratorDataSettings& settings)
{
    if (frames.size() < ExcerptGeometry::frames)
        return {};
    std::vector<char> permitted(frames.size() - ExcerptGeometry::frames + 1);
    std::size_t floorFrames = 0;
    std::size_t silentFrames = 0;
    for (std::size_t end = 0; end < frames.size(); ++end) {
        floorFrames += frames[end].isAtFloor;
        silentFrames += frames[end].isSilent;
        if (end + 1 < ExcerptGeometry::frames)
            continue;
        const std::size_t start = end + 1 - ExcerptGeometry::frames;
        permitted[start] =
            floorFrames <= settings.maxFloorFrames && silentFrames <= settings.maxSilentFrames;
        floorFrames -= frames[start].isAtFloor;
        silentFrames -= frames[start].isSilent;
    }
    return permitted;
}

// Weighted sums over all values of all permitted excerpts.
struct Moments
{
    double weight = 0;
    double sum = 0;
    double sumOfSquares = 0;

    void add(const std::vector<FrameSummary>& frames, const std::vector<char>& permitted,
             double startWeight)
    {
        std::size_t covering = 0; // permitted excerpts that contain the frame
        for (std::size_t frame = 0; frame < frames.size(); ++frame) {
            if (frame < permitted.size())
                covering += static_cast<std::size_t>(permitted[frame]);
            if (frame >= ExcerptGeometry::frames)
                covering -= static_cast<std::size_t>(permitted[frame - ExcerptGeometry::frames]);
            const double share = startWeight * static_cast<double>(covering);
            weight += share * ExcerptGeometry::bands;
            sum += share * frames[frame].sum;
            sumOfSquares += share * frames[frame].sumOfSquares;
        }
    }
};

} // namespace

GeneratorData::GeneratorData(const PackedData& data, const GeneratorDataSettings& settings)
    : m_data(data)
{
    Moments moments;
    for (std::size_t index = 0; index < data.recordings().size(); ++index) {
        const Recording& recording = data.recordings()[index];
        const double weight = startWeight(recording.kind, settings);
        if (recording.split != Split::Train || weight <= 0)
            continue;
        const std::vector<FrameSummary> frames = scan(data, recording, settings);
        const std::vector<char> permitted = permittedStarts(frames, settings);
        addRuns(index, weight, permitted);
        moments.add(frames, permitted, weight);
    }
    if (m_starts == 0)
        throw badInput(data.file().path().string(), "has no excerpts to train a generator on",
                       "songs, stems or instrumentals of the training split that are not silent",
                       "none");
    m_mean = moments.sum / moments.weight;
    const double variance = moments.sumOfSquares / moments.weight - m_mean * m_mean;
    if (!(variance > 1e-6))
        throw badInput(data.file().path().string(), "cannot be standardised", "log-mels that vary",
                       "the same value everywhere, or values that are not finite");
    m_std = std::sqrt(variance);
}

void GeneratorData::addRuns(std::size_t recording, double weight,
                            const std::vector<char>& permitted)
{
    for (std::size_t start = 0; start < permitted.size();) {
        if (permitted[start] == 0) {
            ++start;
            continue;
        }
        std::size_t end = start;
        while (end < permitted.size() && permitted[end] != 0)
            ++end;
        m_runs.push_back({recording, start, end - start, weight, m_totalWeight});
        m_starts += end - start;
        m_totalWeight += weight * static_cast<double>(end - start);
        start = end;
    }
}

void GeneratorData::useUnits(double mean, double std)
{
    m_mean = mean;
    m_std = std;
}

bool GeneratorData::permits(std::size_t recording, std::size_t firstFrame) const
{
    return std::any_of(m_runs.begin(), m_runs.end(), [&](const Run& run) {
        return run.recording == recording && firstFrame >= run.firstStart &&
               firstFrame < run.firstStart + run.count;
    });
}

std::vector<GeneratorData::Excerpt> GeneratorData::draw(std::uint64_t seed, std::uint64_t step,
                                                        std::size_t count) const
{
    CounterRandom random(seed, step);
    std::vector<Excerpt> excerpts;
    excerpts.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double position = random.uniform(0, m_totalWeight);
        const auto next = std::upper_bound(
            m_runs.begin() + 1, m_runs.end(), position,
            [](double value, const Run& candidate) { return value < candidate.weightBefore; });
        const Run& run = *(next - 1);
        const auto offset = static_cast<std::size_t>((position - run.weightBefore) / run.weight);
        excerpts.push_back({run.recording, run.firstStart + std::min(offset, run.count - 1)});
    }
    return excerpts;
}

at::Tensor GeneratorData::batch(std::uint64_t seed, std::uint64_t step, std::size_t count) const
{
    at::Tensor batch = at::empty(
        {static_cast<std::int64_t>(count), 1, ExcerptGeometry::frames, ExcerptGeometry::bands},
        at::kFloat);
    auto* values = batch.mutable_data_ptr<float>();
    const auto mean = static_cast<float>(m_mean);
    const auto scale = static_cast<float>(1 / m_std);
    for (const Excerpt& excerpt : draw(seed, step, count)) {
        const Matrix<float> rows = m_data.logMels(m_data.recordings()[excerpt.recording],
                                                  excerpt.firstFrame, ExcerptGeometry::frames);
        values = std::transform(rows.values().begin(), rows.values().end(), values,
                                [&](float value) { return (value - mean) * scale; });
    }
    return batch;
}

} // namespace earshot
