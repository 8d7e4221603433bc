// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/example_gallery.h"

#include "core/audio/audio_file.h"
#include "core/corpus/example_choice.h"
#include "core/corpus/gallery_folder.h"
#include "core/corpus/gallery_music.h"
#include "core/dsp/log_mel.h"
#include "core/nets/excerpt_geometry.h"
#include "core/train/excerpt_scoring.h"
#include "core/util/error.h"

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace earshot {

namespace {

constexpr std::size_t galleryLayers = 2;
constexpr std::int64_t cpuBatchSize = 32;
constexpr std::int64_t cudaBatchSize = 512;

void reportStage(const ProgressCallback& progress, const char* stage, std::size_t done,
                 std::size_t total, const std::stop_token& stop)
{
    if (stop.stop_requested())
        throw Error(ErrorKind::Failed, stage, "stopped");
    if (progress)
        progress({stage, static_cast<double>(done) / static_cast<double>(total), std::nullopt});
}

// Every unit of the last two dense layers, before their non-linearity.
class Units
{
public:
    explicit Units(const ClassifierBundle& classifier)
        : m_classifier(classifier)
    {
        const std::vector<LayerInfo>& layers = classifier.classifier->layers();
        for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer)
            if (layer->shape.size() == 1 && !layer->name.ends_with(".act") &&
                m_layers.size() < galleryLayers)
                m_layers.insert(m_layers.begin(), layer->name);
        for (const LayerInfo& layer : layers)
            if (std::ranges::find(m_layers, layer.name) != m_layers.end())
                for (std::int64_t unit = 0; unit < layer.units(); ++unit)
                    m_references.push_back(layer.name + "[" + std::to_string(unit) + "]");
    }

    const std::vector<std::string>& references() const { return m_references; }
    // log-mels [N, 1, 115, 80] → column `first` and the N − 1 after it of responses [references, …]
    void respond(const at::Tensor& logMels, Matrix<float>& responses, std::size_t first) const
    {
        const at::NoGradGuard noGradient;
        const at::Tensor batch = at::cat(m_classifier.classifier->activations(
                                             m_classifier.inputMap->apply(logMels), m_layers),
                                         1)
                                     .to(at::kCPU, at::kFloat)
                                     .contiguous();
        const float* values = batch.const_data_ptr<float>();
        for (std::size_t i = 0; i < static_cast<std::size_t>(batch.size(0)); ++i)
            for (std::size_t unit = 0; unit < m_references.size(); ++unit)
                responses(unit, first + i) = *values++;
    }

private:
    const ClassifierBundle& m_classifier;
    std::vector<std::string> m_layers; // in the order of the forward pass
    std::vector<std::string> m_references;
};

// One gallery in the making.
class GalleryMaker
{
public:
    GalleryMaker(const PackedData& data, const ClassifierBundle& classifier,
                 const GallerySettings& settings, const Device& device, std::stop_token stop,
                 const ProgressCallback& progress)
        : m_data(data)
        , m_settings(settings)
        , m_device(device)
        , m_stop(std::move(stop))
        , m_progress(progress)
        , m_units(classifier)
    {
        m_content.classifierSha256 = classifier.info.sha256;
    }

    GallerySummary make()
    {
        const GalleryMusic music(m_settings.music, m_settings.catalogue);
        GalleryFolder folder(m_settings.output);
        respond();
        choose();
        cut(music);
        m_summary.quality = folder.writeClips(m_content, m_settings.maximumBytes, m_stop);
        compareClips(folder);
        folder.writeTexts(m_content);
        m_summary.bytes = folder.bytes();
        if (m_summary.bytes > m_settings.maximumBytes)
            throw Error(ErrorKind::Failed, m_settings.output.string(), "is too large",
                        "at most " + std::to_string(m_settings.maximumBytes) + " bytes",
                        std::to_string(m_summary.bytes));
        folder.commit();
        return m_summary;
    }

private:
    std::int64_t batchSize() const { return m_device.isCuda ? cudaBatchSize : cpuBatchSize; }

    // The training split's excerpts, as for responses.safetensors, and every unit's responses.
    void respond()
    {
        using enum RecordingKind;
        std::vector<RecordingExcerpts> excerpts =
            excerptsOf(m_data, Split::Train, {Song, Stems, Instrumental}, ExcerptGeometry::hop);
        m_summary.unshared = std::erase_if(excerpts, [&](const RecordingExcerpts& item) {
            return m_data.recordings()[item.recording].licence.empty();
        });
        if (excerpts.empty())
            throw badInput(m_data.file().path().string(), "has no music that can be shown",
                           "songs, stems or instrumentals with a licence in the training split",
                           "none");
        for (const RecordingExcerpts& item : excerpts)
            for (const std::size_t first : item.first)
                m_places.push_back({item.recording, first});
        m_responses = Matrix<float>(m_units.references().size(), m_places.size());
        std::size_t done = 0;
        visitExcerpts(
            m_data, excerpts, m_device, batchSize(),
            [&](const at::Tensor& logMels, const RecordingExcerpts&, std::size_t) {
                m_units.respond(logMels, m_responses, done);
                for (const bool silent : areSilent(logMels)) {
                    if (silent)
                        ++m_summary.silent;
                    else
                        m_candidates.push_back(done);
                    ++done;
                }
            },
            m_stop, m_progress, "responding to music");
        if (m_candidates.empty())
            throw badInput(m_data.file().path().string(), "has no music that can be shown", "sound",
                           "silence");
    }

    // Of all candidates, as indices of m_places.
    ExampleChoice chosen(std::span<const float> responses) const
    {
        std::vector<float> values;
        std::vector<ExcerptPlace> places;
        for (const std::size_t excerpt : m_candidates) {
            values.push_back(responses[excerpt]);
            places.push_back(m_places[excerpt]);
        }
        ExampleChoice choice =
            chooseExamples(values, places, m_settings.count, ExcerptGeometry::frames);
        for (auto* list : {&choice.highest, &choice.lowest})
            for (std::size_t& excerpt : *list)
                excerpt = m_candidates[excerpt];
        return choice;
    }

    // Which excerpts are shown; clips and songs in the order of the training file.
    void choose()
    {
        std::vector<std::pair<std::size_t, ExampleChoice>> choices; // by unit
        std::map<std::size_t, std::size_t> clips;                   // by excerpt
        for (std::size_t unit = 0; unit < m_responses.rows(); ++unit) {
            const std::span<const float> row = m_responses.row(unit);
            if (!std::ranges::all_of(row, [](float value) { return std::isfinite(value); }))
                throw Error(ErrorKind::Failed, m_units.references()[unit],
                            "has a response that is not finite");
            const auto [lowest, highest] = std::ranges::minmax(row);
            if (lowest == highest) {
                ++m_summary.constant;
                continue;
            }
            choices.emplace_back(unit, chosen(row));
            for (const auto* list : {&choices.back().second.highest, &choices.back().second.lowest})
                for (const std::size_t excerpt : *list)
                    clips[excerpt] = 0;
        }
        std::size_t recording = m_data.recordings().size();
        for (auto& [excerpt, clip] : clips) {
            clip = m_content.clips.size();
            if (m_places[excerpt].song != recording)
                m_recordings.push_back(recording = m_places[excerpt].song);
            m_content.clips.push_back(
                {m_recordings.size() - 1,
                 static_cast<double>(m_places[excerpt].firstFrame) / m_data.framesPerSecond(),
                 {}});
            m_firstFrames.push_back(m_places[excerpt].firstFrame);
        }
        for (const auto& [unit, choice] : choices) {
            m_rows.push_back(unit);
            m_content.lists.push_back({m_units.references()[unit],
                                       entries(choice.highest, unit, clips),
                                       entries(choice.lowest, unit, clips)});
        }
        summarise();
    }

    std::vector<GalleryEntry> entries(const std::vector<std::size_t>& excerpts, std::size_t unit,
                                      const std::map<std::size_t, std::size_t>& clips) const
    {
        std::vector<GalleryEntry> entries;
        for (const std::size_t excerpt : excerpts)
            entries.push_back({clips.at(excerpt), m_responses(unit, excerpt), 0});
        return entries;
    }

    void summarise()
    {
        m_summary.references = m_content.lists.size();
        m_summary.clips = m_content.clips.size();
        m_summary.songs = m_recordings.size();
        m_summary.fewest = m_settings.count;
        for (const GalleryLists& lists : m_content.lists) {
            m_summary.examples += lists.highest.size() + lists.lowest.size();
            m_summary.fewest =
                std::min({m_summary.fewest, lists.highest.size(), lists.lowest.size()});
        }
    }

    void cut(const GalleryMusic& music)
    {
        const FrontEndParameters frontEnd;
        const std::size_t length = frontEnd.samplesOf(ExcerptGeometry::frames);
        std::size_t clip = 0;
        for (std::size_t song = 0; song < m_recordings.size(); ++song) {
            reportStage(m_progress, "cutting clips", song, m_recordings.size(), m_stop);
            const Recording& recording = m_data.recordings()[m_recordings[song]];
            m_content.songs.push_back(music.song(recording));
            const std::vector<float> sound = music.sound(recording);
            for (; clip < m_content.clips.size() && m_content.clips[clip].song == song; ++clip) {
                const std::size_t first = m_firstFrames[clip] * frontEnd.hopSamples;
                if (first + length > sound.size())
                    throw badInput(recording.name, "is not the music that was packed",
                                   "at least " + std::to_string(first + length) + " samples",
                                   std::to_string(sound.size()));
                const auto start = sound.begin() + static_cast<std::ptrdiff_t>(first);
                m_content.clips[clip].samples.assign(start,
                                                     start + static_cast<std::ptrdiff_t>(length));
                checkCut(recording, clip);
            }
        }
    }

    // The clip has the log-mels that the classifier was asked about. Float16 magnitudes are coarse
    // near silence: only what is well above it counts.
    void checkCut(const Recording& recording, std::size_t clip) const
    {
        constexpr float audible = -7;
        constexpr double tolerance = 0.05; // 8-bit log-mels make 0.02, float16 0.0005
        const Matrix<float> packed =
            m_data.logMels(recording, m_firstFrames[clip], ExcerptGeometry::frames);
        const Matrix<float> found = logMel(m_content.clips[clip].samples, FrontEndParameters());
        double sum = 0;
        std::size_t count = 0;
        for (std::size_t i = 0; i < packed.size(); ++i) {
            if (std::max(packed.data()[i], found.data()[i]) < audible)
                continue;
            sum += std::abs(static_cast<double>(packed.data()[i] - found.data()[i]));
            ++count;
        }
        if (sum > tolerance * static_cast<double>(count))
            throw badInput(
                recording.name, "is not the music that was packed",
                "the same log-mels at " + std::to_string(m_content.clips[clip].timeSeconds) + " s",
                "a mean difference of " + std::to_string(sum / static_cast<double>(count)));
    }

    // What the clips' own sound makes of the units, after Ogg Vorbis.
    void compareClips(const GalleryFolder& folder)
    {
        const auto total = m_content.clips.size();
        Matrix<float> responses(m_units.references().size(), total);
        for (std::size_t first = 0; first < total;) {
            reportStage(m_progress, "listening to clips", first, total, m_stop);
            const std::size_t count =
                std::min(total - first, static_cast<std::size_t>(batchSize()));
            m_units.respond(logMelsOf(folder, first, count), responses, first);
            first += count;
        }
        for (std::size_t i = 0; i < m_content.lists.size(); ++i) {
            const std::size_t unit = m_rows[i];
            const double deviation = standardDeviation(m_responses.row(unit));
            for (auto* list : {&m_content.lists[i].highest, &m_content.lists[i].lowest})
                for (GalleryEntry& entry : *list) {
                    entry.clipResponse = responses(unit, entry.clip);
                    const double difference =
                        std::abs(static_cast<double>(entry.clipResponse - entry.response)) /
                        deviation;
                    m_summary.meanDifference +=
                        difference / static_cast<double>(m_summary.examples);
                    m_summary.largestDifference = std::max(m_summary.largestDifference, difference);
                }
        }
    }

    at::Tensor logMelsOf(const GalleryFolder& folder, std::size_t first, std::size_t count) const
    {
        const FrontEndParameters frontEnd;
        at::Tensor batch = at::empty(
            {static_cast<std::int64_t>(count), 1, ExcerptGeometry::frames, ExcerptGeometry::bands},
            at::kFloat);
        float* values = batch.mutable_data_ptr<float>();
        for (std::size_t i = first; i < first + count; ++i) {
            const Matrix<float> mels =
                logMel(readMono(folder.clip(i), frontEnd.sampleRateHz), frontEnd);
            if (mels.rows() != ExcerptGeometry::frames)
                throw Error(ErrorKind::Failed, folder.clip(i).string(), "has another length");
            values = std::ranges::copy(mels.values(), values).out;
        }
        return (m_device.isCuda ? batch.to(at::kCUDA) : batch)
            .contiguous(at::MemoryFormat::ChannelsLast);
    }

    static double standardDeviation(std::span<const float> values)
    {
        double sum = 0;
        double squares = 0;
        for (const float value : values)
            sum += static_cast<double>(value);
        const double mean = sum / static_cast<double>(values.size());
        for (const float value : values)
            squares += std::pow(static_cast<double>(value) - mean, 2);
        return std::sqrt(squares / static_cast<double>(values.size() - 1));
    }

    const PackedData& m_data;
    const GallerySettings& m_settings;
    const Device& m_device;
    std::stop_token m_stop;
    const ProgressCallback& m_progress;
    const Units m_units;
    std::vector<ExcerptPlace> m_places;     // song: index into recordings()
    std::vector<std::size_t> m_candidates;  // of m_places: those that sound
    Matrix<float> m_responses;              // [units, excerpts]
    std::vector<std::size_t> m_recordings;  // of m_content.songs
    std::vector<std::size_t> m_firstFrames; // of m_content.clips
    std::vector<std::size_t> m_rows;        // of m_responses, of m_content.lists
    GalleryContent m_content;
    GallerySummary m_summary;
};

} // namespace

GallerySummary makeExampleGallery(const PackedData& data, ClassifierBundle& classifier,
                                  const GallerySettings& settings, const Device& device,
                                  std::stop_token stop, const ProgressCallback& progress)
{
    const at::Device place(device.isCuda ? at::kCUDA : at::kCPU);
    classifier.classifier->to(place, at::kFloat);
    classifier.inputMap->to(place, at::kFloat);
    return GalleryMaker(data, classifier, settings, device, std::move(stop), progress).make();
}

} // namespace earshot
