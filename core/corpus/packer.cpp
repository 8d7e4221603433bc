// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/packer.h"

#include "core/corpus/pack_plan.h"
#include "core/io/json.h"
#include "core/util/error.h"
#include "core/util/output_path.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <future>
#include <map>
#include <set>
#include <thread>

namespace earshot {

namespace {

using Clock = std::chrono::steady_clock;

// Upper end of 8-bit log-mels: full-scale sound reaches log(512/2) = 5.5.
constexpr double eightBitHigh = 6;

// The features and labels of one recording, as they are stored.
struct PackedRows
{
    std::vector<std::byte> features;
    std::vector<FrameLabel> labels;
};

std::vector<std::byte> halves(MatrixView<const float> values)
{
    // Float16 keeps 11 bits: an error of at most 2^-11 in a magnitude, 5e-4 in its logarithm. Below
    // 6e-5 it keeps fewer; the log-mel floor is 1e-7, a step and a half above its smallest number.
    std::vector<std::byte> bytes(2 * values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint16_t half = floatToHalf(values.data()[i]);
        std::memcpy(bytes.data() + 2 * i, &half, 2);
    }
    return bytes;
}

std::vector<std::byte> eightBits(MatrixView<const float> values, double low, double high)
{
    std::vector<std::byte> bytes(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double step = 255 * (values.data()[i] - low) / (high - low);
        bytes[i] = static_cast<std::byte>(std::lround(std::clamp(step, 0.0, 255.0)));
    }
    return bytes;
}

// One training file in the making.
class Packing
{
public:
    Packing(const PackSettings& settings, std::stop_token stop, const ProgressCallback& progress)
        : m_settings(settings)
        , m_stop(std::move(stop))
        , m_progress(progress)
    {
        m_threads = settings.threads > 0 ? static_cast<std::size_t>(settings.threads)
                                         : std::max(1U, std::thread::hardware_concurrency());
    }

    // problems: of what was left out before.
    PackSummary run(std::vector<PackJob> jobs, std::vector<std::string> problems)
    {
        m_summary.problems = std::move(problems);
        const bool complete = count(jobs) && write(jobs);
        m_summary.stopped = !complete;
        return std::move(m_summary);
    }

private:
    bool spectra() const { return m_settings.features == PackedFeatures::Spectra; }
    const char* tensorName() const { return spectra() ? "magnitudes" : "log_mel"; }

    // Calls task(job) for every job on several threads and take(job, result) in order; false on a
    // stop.
    template <typename Task, typename Take>
    bool forEach(std::vector<PackJob>& jobs, const char* stage, double from, double to, Task task,
                 Take take)
    {
        const Clock::time_point start = Clock::now();
        for (std::size_t first = 0; first < jobs.size(); first += m_threads) {
            if (m_stop.stop_requested())
                return false;
            const std::size_t last = std::min(first + m_threads, jobs.size());
            std::vector<std::future<decltype(task(jobs.front()))>> results;
            for (std::size_t i = first; i < last; ++i)
                results.push_back(std::async(std::launch::async, task, std::cref(jobs[i])));
            for (std::size_t i = first; i < last; ++i)
                take(jobs[i], results[i - first]);
            report(stage, first, last, jobs.size(), from, to, start);
        }
        return true;
    }

    void report(const char* stage, std::size_t first, std::size_t last, std::size_t count,
                double from, double to, Clock::time_point start) const
    {
        if (!m_progress)
            return;
        const double part = static_cast<double>(last) / static_cast<double>(count);
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        Progress progress{std::string(stage) + " recording " + std::to_string(first + 1) + " of " +
                              std::to_string(count),
                          from + (to - from) * part, std::nullopt};
        if (part > 0.02)
            progress.secondsLeft = seconds * (1 / part - 1) / (from > 0 ? 1 : 0.3);
        m_progress(progress);
    }

    // Lengths first: the file's layout is written before its data.
    bool count(std::vector<PackJob>& jobs)
    {
        std::map<std::string, std::string> unusable;
        const bool complete = forEach(
            jobs, "reading", 0, 0.3,
            [this](const PackJob& job) { return checkJob(job, m_settings, m_frontEnd); },
            [&](PackJob& job, std::future<CheckedJob>& future) {
                try {
                    const CheckedJob checked = future.get();
                    job.frames = checked.frames;
                    if (!checked.note.empty())
                        m_summary.notes.push_back(checked.note);
                } catch (const Error& error) {
                    unusable.emplace(job.source.name, error.what());
                }
            });
        if (complete)
            leaveOutBackings(jobs, unusable);
        for (const auto& [name, message] : unusable)
            m_summary.problems.push_back(message);
        std::erase_if(jobs, [](const PackJob& job) { return job.frames == 0; });
        if (complete && jobs.empty())
            throw badInput("", "nothing can be packed", "at least one usable recording",
                           m_summary.problems.empty() ? "none" : m_summary.problems.front());
        return complete;
    }

    // An instrumental that cannot be used is no backing either.
    static void leaveOutBackings(std::vector<PackJob>& jobs,
                                 std::map<std::string, std::string>& unusable)
    {
        std::set<std::filesystem::path> left;
        for (const PackJob& job : jobs)
            if (job.frames == 0)
                left.insert(job.source.path);
        for (PackJob& job : jobs) {
            if (job.kind != RecordingKind::Mix || job.frames == 0)
                continue;
            std::erase_if(job.backings,
                          [&](const std::filesystem::path& path) { return left.contains(path); });
            if (!job.backings.empty())
                continue;
            job.frames = 0;
            const Error error = badInput(job.source.path.string(), "cannot be mixed",
                                         "an instrumental of its split", "none");
            unusable.emplace(job.source.name, error.what());
        }
    }

    bool write(std::vector<PackJob>& jobs)
    {
        std::size_t frames = 0;
        Json list = Json::array();
        for (const PackJob& job : jobs) {
            const Recording recording{
                job.name, job.source.artist, job.source.title, job.source.licence,
                job.kind, job.source.split,  frames,           job.frames};
            list.append(Json::object({{"name", recording.name},
                                      {"artist", recording.artist},
                                      {"title", recording.title},
                                      {"licence", recording.licence},
                                      {"kind", std::string(name(recording.kind))},
                                      {"split", std::string(name(recording.split))},
                                      {"first_frame", static_cast<std::int64_t>(frames)},
                                      {"frames", static_cast<std::int64_t>(job.frames)}}));
            m_summary.recordings.push_back(recording);
            frames += job.frames;
        }
        m_summary.seconds =
            static_cast<double>(frames * m_frontEnd.hopSamples) / m_frontEnd.sampleRateHz;
        SafetensorsStream stream(m_settings.output, layout(frames), metadata(list));
        const bool complete = forEach(
            jobs, "packing", 0.3, 1, [this](const PackJob& job) { return rowsOf(job); },
            [&](PackJob&, std::future<PackedRows>& future) {
                const PackedRows rows = future.get();
                m_summary.positiveSeconds +=
                    static_cast<double>(std::ranges::count(rows.labels, FrameLabel::Positive)) *
                    m_frontEnd.hopSamples / m_frontEnd.sampleRateHz;
                stream.append(tensorName(), rows.features);
                stream.append("labels", std::as_bytes(std::span(rows.labels)));
            });
        if (!complete)
            return false;
        if (spectra()) {
            const Matrix<float> bank = melFilterBank(m_frontEnd);
            stream.append("mel_filter_bank", std::as_bytes(bank.values()));
        }
        stream.commit();
        return true;
    }

    std::vector<SafetensorsStream::Declaration> layout(std::size_t frames) const
    {
        const auto rows = static_cast<std::int64_t>(frames);
        const auto bins = static_cast<std::int64_t>(m_frontEnd.bins());
        const auto bands = static_cast<std::int64_t>(m_frontEnd.melBands);
        const TensorType type =
            !spectra() && m_settings.bits == 8 ? TensorType::U8 : TensorType::F16;
        std::vector<SafetensorsStream::Declaration> tensors;
        // float32 first: every tensor then starts at a multiple of its element's size
        if (spectra())
            tensors.push_back({"mel_filter_bank", TensorType::F32, {bins, bands}});
        tensors.push_back({tensorName(), type, {rows, spectra() ? bins : bands}});
        tensors.push_back({"labels", TensorType::I8, {rows}});
        return tensors;
    }

    TensorMetadata metadata(const Json& recordings) const
    {
        const auto text = [](double value) { return Json(value).dump(-1); };
        TensorMetadata values{{"format", "earshot-training-1"},
                              {"features", spectra() ? "spectra" : "mel"},
                              {"label", m_settings.classes.label},
                              {"magnitude_floor", text(m_frontEnd.magnitudeFloor)},
                              {"hop_samples", std::to_string(m_frontEnd.hopSamples)},
                              {"sample_rate_hz", text(m_frontEnd.sampleRateHz)},
                              {"recordings", recordings.dump(-1)}};
        if (!spectra() && m_settings.bits == 8) {
            values["u8_low"] = text(std::log(m_frontEnd.magnitudeFloor));
            values["u8_high"] = text(eightBitHigh);
        }
        return values;
    }

    PackedRows rowsOf(const PackJob& job) const
    {
        LabelledSound sound = makeSound(job, m_settings, m_frontEnd);
        sound.samples.resize(m_frontEnd.samplesOf(job.frames));
        PackedRows rows;
        if (spectra()) {
            rows.features = halves(stftMagnitudes(sound.samples, m_frontEnd));
        } else {
            const Matrix<float> mels = logMel(sound.samples, m_frontEnd);
            rows.features = m_settings.bits == 8
                                ? eightBits(mels, std::log(m_frontEnd.magnitudeFloor), eightBitHigh)
                                : halves(mels);
        }
        rows.labels = std::move(sound.labels);
        rows.labels.resize(job.frames, FrameLabel::Unknown);
        return rows;
    }

    const PackSettings& m_settings;
    std::stop_token m_stop;
    const ProgressCallback& m_progress;
    const FrontEndParameters m_frontEnd;
    std::size_t m_threads = 1;
    PackSummary m_summary;
};

} // namespace

PackSummary packTraining(const std::vector<std::filesystem::path>& folders,
                         const PackSettings& settings, std::stop_token stop,
                         const ProgressCallback& progress)
{
    if (settings.bits != 8 && settings.bits != 16)
        throw badInput("--bits", "cannot be used", "8 or 16", std::to_string(settings.bits));
    FoundSources found = findSources(folders, settings.catalogue, settings.classes);
    if (settings.catalogue)
        requireNotInput(settings.output, *settings.catalogue);
    for (const Source& source : found.sources)
        for (const std::filesystem::path& file : filesOf(source))
            requireNotInput(settings.output, file);
    return Packing(settings, std::move(stop), progress)
        .run(planPack(found.sources, settings), std::move(found.problems));
}

} // namespace earshot
