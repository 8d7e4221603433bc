// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/excerpt_scoring.h"

#include "core/nets/excerpt_geometry.h"
#include "core/util/error.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace earshot {

namespace {

constexpr std::ptrdiff_t maximumSilentFrames = ExcerptGeometry::frames / 4;

constexpr std::int64_t cpuBatchSize = 32;
constexpr std::int64_t cudaBatchSize = 512;

at::Tensor gathered(const Matrix<float>& logMels, const std::vector<std::size_t>& first,
                    std::size_t from, std::size_t count)
{
    constexpr std::size_t size = ExcerptGeometry::frames * ExcerptGeometry::bands;
    at::Tensor batch = at::empty(
        {static_cast<std::int64_t>(count), 1, ExcerptGeometry::frames, ExcerptGeometry::bands},
        at::kFloat);
    float* values = batch.mutable_data_ptr<float>();
    for (std::size_t i = 0; i < count; ++i)
        std::copy_n(logMels.data() + first[from + i] * ExcerptGeometry::bands, size,
                    values + i * size);
    return batch;
}

} // namespace

std::vector<RecordingExcerpts> excerptsOf(const PackedData& data, Split split,
                                          const std::vector<RecordingKind>& kinds, std::size_t hop)
{
    std::vector<RecordingExcerpts> result;
    for (std::size_t i = 0; i < data.recordings().size(); ++i) {
        const Recording& recording = data.recordings()[i];
        if (recording.split != split || recording.frames < ExcerptGeometry::frames ||
            std::find(kinds.begin(), kinds.end(), recording.kind) == kinds.end())
            continue;
        RecordingExcerpts excerpts;
        excerpts.recording = i;
        const std::span<const FrameLabel> labels = data.labels(recording);
        for (std::size_t first = 0; first + ExcerptGeometry::frames <= recording.frames;
             first += hop) {
            excerpts.first.push_back(first);
            excerpts.labels.push_back(labels[first + ExcerptGeometry::centre]);
        }
        result.push_back(std::move(excerpts));
    }
    return result;
}

void visitExcerpts(const PackedData& data, const std::vector<RecordingExcerpts>& excerpts,
                   const Device& device, std::int64_t batchSize, const ExcerptVisitor& visitor,
                   std::stop_token stop, const ProgressCallback& progress, const std::string& stage)
{
    using Clock = std::chrono::steady_clock;
    const Clock::time_point start = Clock::now();
    const at::NoGradGuard noGradient;
    std::size_t total = 0;
    for (const RecordingExcerpts& recording : excerpts)
        total += recording.first.size();
    std::size_t done = 0;
    for (const RecordingExcerpts& item : excerpts) {
        const Recording& recording = data.recordings()[item.recording];
        const Matrix<float> logMels = data.logMels(recording, 0, recording.frames);
        for (std::size_t first = 0; first < item.first.size();) {
            if (stop.stop_requested())
                throw Error(ErrorKind::Failed, stage, "stopped");
            const std::size_t count =
                std::min(item.first.size() - first, static_cast<std::size_t>(batchSize));
            at::Tensor batch = gathered(logMels, item.first, first, count);
            if (device.isCuda)
                batch = batch.to(at::kCUDA);
            visitor(batch.contiguous(at::MemoryFormat::ChannelsLast), item, first);
            first += count;
            done += count;
            if (progress) {
                const double fraction = static_cast<double>(done) / static_cast<double>(total);
                const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
                progress({stage, fraction, seconds * (1 - fraction) / fraction});
            }
        }
    }
}

std::vector<bool> areSilent(const at::Tensor& logMels)
{
    const at::Tensor loudest =
        logMels.amax(at::IntArrayRef({3})).to(at::kCPU, at::kFloat).contiguous();
    const float* values = loudest.const_data_ptr<float>();
    std::vector<bool> silent;
    for (std::int64_t i = 0; i < logMels.size(0); ++i, values += ExcerptGeometry::frames)
        silent.push_back(std::count_if(values, values + ExcerptGeometry::frames, [](float value) {
                             return value < silentLogMel;
                         }) > maximumSilentFrames);
    return silent;
}

ScoreFunction outputNeuron(const ClassifierBundle& bundle)
{
    const std::string layer = outputLayerOf(*bundle.classifier);
    if (layer.empty())
        throw badInput(bundle.info.folder.string(), "cannot be evaluated",
                       "a linear layer with one unit", "none");
    return [&bundle, layer](const at::Tensor& logMels) {
        const std::array<std::string, 1> names{layer};
        return bundle.classifier->activations(bundle.inputMap->apply(logMels), names)
            .front()
            .flatten();
    };
}

std::vector<std::vector<float>>
scoreExcerpts(const PackedData& data, const std::vector<RecordingExcerpts>& excerpts,
              const ScoreFunction& score, const Device& device, std::stop_token stop,
              const ProgressCallback& progress, const std::string& stage)
{
    std::vector<std::vector<float>> scores;
    std::size_t current = data.recordings().size();
    visitExcerpts(
        data, excerpts, device, device.isCuda ? cudaBatchSize : cpuBatchSize,
        [&](const at::Tensor& logMels, const RecordingExcerpts& item, std::size_t) {
            if (scores.empty() || item.recording != current)
                scores.emplace_back();
            current = item.recording;
            const at::Tensor values = score(logMels).to(at::kCPU, at::kFloat).contiguous();
            const float* first = values.const_data_ptr<float>();
            scores.back().insert(scores.back().end(), first, first + values.numel());
        },
        stop, progress, stage);
    return scores;
}

} // namespace earshot
