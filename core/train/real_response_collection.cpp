// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/real_response_collection.h"

#include "core/explain/reference_responses.h"
#include "core/nets/excerpt_geometry.h"
#include "core/train/classifier_metrics.h"
#include "core/train/excerpt_scoring.h"
#include "core/util/error.h"

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace earshot {

namespace {

constexpr std::size_t quantileCount = 1001;
constexpr std::size_t extremeCount = 50;
constexpr std::size_t logMelFrameStep = 7;
constexpr std::int64_t cpuBatchSize = 32;
constexpr std::int64_t cudaBatchSize = 512;

std::vector<RealExcerpt> extremes(const std::vector<std::size_t>& order,
                                  std::span<const float> responses,
                                  std::span<const RealExcerptPlace> places,
                                  const std::vector<std::string>& songs)
{
    std::vector<RealExcerpt> result;
    for (std::size_t i = 0; i < std::min(extremeCount, order.size()); ++i) {
        const RealExcerptPlace& place = places[order[i]];
        result.push_back({responses[order[i]], songs[place.song], place.timeSeconds});
    }
    return result;
}

std::vector<float> logMelQuantiles(const PackedData& data,
                                   const std::vector<RecordingExcerpts>& excerpts)
{
    std::vector<float> values;
    for (const RecordingExcerpts& item : excerpts) {
        const Recording& recording = data.recordings()[item.recording];
        for (std::size_t frame = 0; frame < recording.frames; frame += logMelFrameStep) {
            const Matrix<float> row = data.logMels(recording, frame, 1);
            if (std::ranges::max(row.values()) >= silentLogMel)
                values.insert(values.end(), row.values().begin(), row.values().end());
        }
    }
    std::sort(values.begin(), values.end());
    return quantilesOfSorted(values, quantileCount);
}

} // namespace

RealResponses summariseResponses(const std::string& reference, std::span<const float> responses,
                                 std::span<const RealExcerptPlace> places,
                                 const std::vector<std::string>& songs)
{
    if (responses.empty())
        throw badInput(reference, "has no real responses", "at least one excerpt", "none");
    RealResponses result;
    double sum = 0;
    std::size_t zeros = 0;
    for (const float response : responses) {
        if (!std::isfinite(response))
            throw Error(ErrorKind::Failed, reference, "has a response that is not finite",
                        "numbers", std::to_string(response));
        sum += static_cast<double>(response);
        zeros += response == 0 ? 1 : 0;
    }
    const auto count = static_cast<double>(responses.size());
    result.mean = sum / count;
    double squares = 0;
    for (const float response : responses)
        squares += std::pow(static_cast<double>(response) - result.mean, 2);
    result.standardDeviation = count > 1 ? std::sqrt(squares / (count - 1)) : 0;
    result.zeroShare = static_cast<double>(zeros) / count;

    std::vector<FrameLabel> labels;
    for (const RealExcerptPlace& place : places)
        labels.push_back(place.label);
    result.auc = areaUnderCurve(responses, labels);

    std::vector<std::size_t> order(responses.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return responses[a] < responses[b]; });
    std::vector<float> sorted;
    for (const std::size_t i : order)
        sorted.push_back(responses[i]);
    result.quantiles = quantilesOfSorted(sorted, quantileCount);
    result.lowest = extremes(order, responses, places, songs);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return responses[a] > responses[b] || (responses[a] == responses[b] && a < b);
    });
    result.highest = extremes(order, responses, places, songs);
    result.excerpts = responses.size();
    result.songs = songs.size();
    return result;
}

RealResponseCollection collectRealResponses(const PackedData& data, ClassifierBundle& classifier,
                                            const Device& device, std::stop_token stop,
                                            const ProgressCallback& progress)
{
    using enum RecordingKind;
    const at::Device place(device.isCuda ? at::kCUDA : at::kCPU);
    classifier.classifier->to(place, at::kFloat);
    classifier.inputMap->to(place, at::kFloat);
    const std::vector<RecordingExcerpts> excerpts =
        excerptsOf(data, Split::Train, {Song, Stems, Instrumental}, ExcerptGeometry::hop);
    if (excerpts.empty())
        throw badInput(data.file().path().string(), "has no real music to respond to",
                       "songs, stems or instrumentals in the training split", "none");

    RealResponseCollection result;
    std::vector<RealExcerptPlace> all;
    std::vector<std::string> songs;
    for (const RecordingExcerpts& item : excerpts) {
        for (std::size_t i = 0; i < item.first.size(); ++i)
            all.push_back({songs.size(),
                           static_cast<double>(item.first[i]) / data.framesPerSecond(),
                           item.labels[i]});
        songs.push_back(data.recordings()[item.recording].name);
    }

    const std::vector<std::string> references = referencesOf(*classifier.classifier);
    // [references, excerpts]: each reference's responses lie together for sorting. Those of silence
    // are left out.
    Matrix<float> responses(references.size(), all.size());
    std::vector<RealExcerptPlace> places;
    std::size_t done = 0;
    visitExcerpts(
        data, excerpts, device, device.isCuda ? cudaBatchSize : cpuBatchSize,
        [&](const at::Tensor& logMels, const RecordingExcerpts&, std::size_t) {
            const at::Tensor batch =
                evaluateReferences(*classifier.classifier, classifier.inputMap->apply(logMels))
                    .to(at::kCPU, at::kFloat)
                    .contiguous();
            const float* values = batch.const_data_ptr<float>();
            for (const bool isSilent : areSilent(logMels)) {
                for (std::size_t k = 0; k < references.size(); ++k)
                    responses(k, places.size()) = *values++;
                if (!isSilent)
                    places.push_back(all[done]);
                ++done;
            }
        },
        stop, progress, "collecting real responses");

    if (places.empty())
        throw badInput(data.file().path().string(), "has no real music to respond to", "sound",
                       "silence");
    for (std::size_t k = 0; k < references.size(); ++k)
        result.responses.emplace_back(
            references[k], summariseResponses(references[k], responses.row(k).first(places.size()),
                                              places, songs));
    result.excerpts = places.size();
    result.songs = songs.size();
    result.logMelQuantiles = logMelQuantiles(data, excerpts);
    return result;
}

} // namespace earshot
