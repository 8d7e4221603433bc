// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/example_gallery.h"

#include "core/audio/audio_file.h"
#include "core/corpus/example_choice.h"
#include "core/corpus/gallery_folder.h"
#include "core/corpus/gallery_music.h"
#include "core/corpus/gallery_units.h"
#include "core/dsp/log_mel.h"
#include "core/nets/excerpt_geometry.h"
#include "core/train/excerpt_scoring.h"
#include "core/util/error.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace earshot {

namespace {

// An inner unit's clips are chosen among so many of its most extreme excerpts.
constexpr std::size_t innerPool = 50;
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
        , m_units(classifier,
                  settings.innerCount > 0 ? GalleryUnits::Extent::All : GalleryUnits::Extent::Outer)
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

    // Which excerpts are shown, as indices of m_candidates.
    void choose()
    {
        for (const std::size_t excerpt : m_candidates)
            m_soundingPlaces.push_back(m_places[excerpt]);
        std::set<std::size_t> clips;
        chooseOuter(clips);
        if (m_settings.innerCount > 0) {
            chooseInner(Direction::Positive, clips);
            chooseInner(Direction::Negative, clips);
        }
        enter(clips);
        summarise();
    }

    void chooseOuter(std::set<std::size_t>& clips)
    {
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
            m_rows.push_back(unit);
            ExampleChoice& choice = m_choices.emplace_back();
            if (unit >= m_units.outerCount())
                continue;
            choice = chooseExamples(sounding(unit), m_soundingPlaces, m_settings.count,
                                    ExcerptGeometry::frames);
            clips.insert(choice.highest.begin(), choice.highest.end());
            clips.insert(choice.lowest.begin(), choice.lowest.end());
        }
    }

    // Many units, and few clips that they share. The lists of one direction at once.
    void chooseInner(Direction direction, std::set<std::size_t>& clips)
    {
        std::vector<std::vector<std::size_t>> lists;
        std::vector<std::vector<std::size_t>*> results;
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            if (m_rows[i] < m_units.outerCount())
                continue;
            const bool isHighest = direction == Direction::Positive;
            results.push_back(isHighest ? &m_choices[i].highest : &m_choices[i].lowest);
            lists.push_back(candidatesOf(sounding(m_rows[i]), m_soundingPlaces, direction,
                                         innerPool, m_settings.innerCount, m_choices[i].highest,
                                         ExcerptGeometry::frames));
        }
        const std::vector<std::size_t> shared(clips.begin(), clips.end());
        std::vector<std::vector<std::size_t>> chosen =
            chooseShared(lists, m_soundingPlaces, shared, m_settings.innerCount);
        for (std::size_t i = 0; i < results.size(); ++i) {
            clips.insert(chosen[i].begin(), chosen[i].end());
            *results[i] = std::move(chosen[i]);
        }
    }

    // A unit's responses to the candidates.
    std::vector<float> sounding(std::size_t unit) const
    {
        std::vector<float> values;
        for (const std::size_t excerpt : m_candidates)
            values.push_back(m_responses(unit, excerpt));
        return values;
    }

    // Clips and songs in the order of the training file.
    void enter(const std::set<std::size_t>& chosen)
    {
        std::map<std::size_t, std::size_t> clips; // by candidate
        std::size_t recording = m_data.recordings().size();
        for (const std::size_t candidate : chosen) {
            clips[candidate] = m_content.clips.size();
            const ExcerptPlace& place = m_soundingPlaces[candidate];
            if (place.song != recording)
                m_recordings.push_back(recording = place.song);
            m_content.clips.push_back(
                {m_recordings.size() - 1,
                 static_cast<double>(place.firstFrame) / m_data.framesPerSecond(),
                 {}});
            m_firstFrames.push_back(place.firstFrame);
        }
        for (std::size_t i = 0; i < m_rows.size(); ++i)
            m_content.lists.push_back({m_units.references()[m_rows[i]],
                                       entries(m_choices[i].highest, m_rows[i], clips),
                                       entries(m_choices[i].lowest, m_rows[i], clips)});
    }

    std::vector<GalleryEntry> entries(const std::vector<std::size_t>& candidates, std::size_t unit,
                                      const std::map<std::size_t, std::size_t>& clips) const
    {
        std::vector<GalleryEntry> entries;
        for (const std::size_t candidate : candidates)
            entries.push_back({clips.at(candidate), m_responses(unit, m_candidates[candidate]), 0});
        return entries;
    }

    void summarise()
    {
        m_summary.references = m_content.lists.size();
        m_summary.clips = m_content.clips.size();
        m_summary.songs = m_recordings.size();
        m_summary.fewest = m_settings.count;
        m_summary.fewestInner = m_settings.innerCount;
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            const GalleryLists& lists = m_content.lists[i];
            const std::size_t shorter = std::min(lists.highest.size(), lists.lowest.size());
            const bool isOuter = m_rows[i] < m_units.outerCount();
            std::size_t& fewest = isOuter ? m_summary.fewest : m_summary.fewestInner;
            fewest = std::min(fewest, shorter);
            m_summary.examples += lists.highest.size() + lists.lowest.size();
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
    const GalleryUnits m_units;
    std::vector<ExcerptPlace> m_places;         // song: index into recordings()
    std::vector<std::size_t> m_candidates;      // of m_places: those that sound
    std::vector<ExcerptPlace> m_soundingPlaces; // theirs
    Matrix<float> m_responses;                  // [units, excerpts]
    std::vector<std::size_t> m_recordings;      // of m_content.songs
    std::vector<std::size_t> m_firstFrames;     // of m_content.clips
    std::vector<std::size_t> m_rows;            // of m_responses, of m_content.lists
    std::vector<ExampleChoice> m_choices;       // of candidates; as m_rows
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
