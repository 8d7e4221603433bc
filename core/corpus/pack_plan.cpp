// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/pack_plan.h"

#include "core/audio/audio_file.h"
#include "core/corpus/label_file.h"
#include "core/util/error.h"
#include "core/util/random.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr float silentPeak = 1e-4F; // −80 dBFS
constexpr int stemsDraws = 2;
constexpr double stemsRangeDecibels = 6;
constexpr double mixDecibels[] = {-6, 0, 6};

std::string levelText(double decibels)
{
    char text[32];
    std::snprintf(text, sizeof text, "%+.1f dB", decibels);
    return text;
}

PackJob jobOf(const Source& source, RecordingKind kind)
{
    PackJob job;
    job.source = source;
    job.kind = kind;
    job.name = source.name;
    return job;
}

void addStems(const Source& source, const PackSettings& settings, std::vector<PackJob>& jobs)
{
    jobs.push_back(jobOf(source, RecordingKind::Stems));
    if (settings.features == PackedFeatures::Mel)
        return;
    CounterRandom random(settings.seed, stableHash(source.name));
    for (int draw = 0; draw < stemsDraws; ++draw) {
        PackJob job = jobOf(source, RecordingKind::StemsMix);
        job.voiceDecibels = random.uniform(-stemsRangeDecibels, stemsRangeDecibels);
        job.name += " @ " + levelText(job.voiceDecibels);
        jobs.push_back(std::move(job));
    }
    PackJob job = jobOf(source, RecordingKind::StemsMix);
    job.voiceless = true;
    job.name += " @ no voice";
    jobs.push_back(std::move(job));
}

void addMixes(const Source& source, const std::vector<Source>& sources, std::vector<PackJob>& jobs)
{
    std::vector<fs::path> backings;
    for (const Source& other : sources)
        if (other.kind == SourceKind::Instrumental && other.split == source.split)
            backings.push_back(other.path);
    for (const double decibels : mixDecibels) {
        PackJob job = jobOf(source, RecordingKind::Mix);
        job.voiceDecibels = decibels;
        job.backings = backings;
        job.name += " @ " + levelText(decibels);
        jobs.push_back(std::move(job));
    }
}

std::vector<float> monoOf(const fs::path& path, const FrontEndParameters& frontEnd)
{
    return readMono(path, frontEnd.sampleRateHz);
}

fs::path stemPath(const Source& source, const std::string& stem)
{
    const fs::path path = findAudio(source.path, stem);
    if (path.empty())
        throw badInput(source.path.string(), "cannot be packed",
                       stem + ".wav, .flac, .ogg or .mp3 in it", "none");
    return path;
}

fs::path songPath(const Source& source)
{
    return fs::is_directory(source.path) ? stemPath(source, "audio") : source.path;
}

float peakOf(const std::vector<float>& samples)
{
    float peak = 0;
    for (const float sample : samples)
        peak = std::max(peak, std::abs(sample));
    return peak;
}

// 513 bins are stored as float16, which ends at 65,504: 128 times full scale, held.
void checkLoudness(const fs::path& path, const std::vector<float>& samples)
{
    constexpr float loudest = 60; // voice and accompaniment may add up
    if (const float peak = peakOf(samples); peak > loudest)
        throw badInput(path.string(), "is too loud", "samples around full scale, at most ±60",
                       std::to_string(peak));
}

fs::path labelPath(const Source& source)
{
    return source.labels.empty() ? source.path / "vocals.csv" : source.labels;
}

// Where the label holds. Error (BadInput): damaged labels, or such as belong to another sound.
LabelFile labelsOf(const Source& source, const std::string& label, std::size_t samples,
                   const FrontEndParameters& frontEnd)
{
    const fs::path path = labelPath(source);
    LabelFile labels = readLabels(path, label);
    requireWithin(labels, static_cast<double>(samples) / frontEnd.sampleRateHz, path);
    return labels;
}

// A song that only knows other labels counts as being without this one from beginning to end: so
// it is meant where it says so itself, and may be a slip of the pen elsewhere.
std::string noteOn(const LabelFile& labels, const Source& source, const std::string& label)
{
    if (!labels.intervals.empty() || labels.rest.empty() ||
        labels.otherLabels == std::vector<std::string>{"nosing"})
        return {};
    std::string others;
    for (const std::string& other : labels.otherLabels)
        others += (others.empty() ? "'" : ", '") + other + "'";
    return "'" + labelPath(source).string() + "': never says '" + label + "', only " + others +
           ": all of it counts as without";
}

std::vector<FrameLabel> labelsFromFile(const Source& source, const std::string& label,
                                       std::size_t samples, const FrontEndParameters& frontEnd)
{
    if (source.kind == SourceKind::Positive)
        return std::vector<FrameLabel>(frontEnd.framesOf(samples), FrameLabel::Positive);
    const std::vector<LabelInterval> intervals =
        labelsOf(source, label, samples, frontEnd).intervals;
    std::vector<FrameLabel> labels(frontEnd.framesOf(samples));
    for (std::size_t frame = 0; frame < labels.size(); ++frame) {
        const std::size_t centre = frame * frontEnd.hopSamples + frontEnd.fftSize / 2;
        const double seconds = static_cast<double>(centre) / frontEnd.sampleRateHz;
        labels[frame] = contains(intervals, seconds) ? FrameLabel::Positive : FrameLabel::Negative;
    }
    return labels;
}

// A passage of one of the backings, as long as wanted; a shorter one is repeated. Which one and
// from where depends on the seed and the clip's name alone, so that the three levels share it.
std::vector<float> passage(const PackJob& job, std::size_t samples, const PackSettings& settings,
                           const FrontEndParameters& frontEnd)
{
    CounterRandom random(settings.seed, stableHash(job.source.name));
    const auto count = static_cast<std::uint32_t>(job.backings.size());
    const std::vector<float> whole = monoOf(job.backings[random.index(count)], frontEnd);
    const std::size_t room = whole.size() > samples ? whole.size() - samples : 0;
    const auto first = static_cast<std::size_t>(random.uniform() * static_cast<double>(room));
    std::vector<float> result(samples);
    for (std::size_t i = 0; i < samples; ++i)
        result[i] = whole[(first + i) % whole.size()];
    return result;
}

void requireVoice(const PackJob& job, double voiceRms)
{
    if (!(voiceRms > 0))
        throw badInput(job.source.path.string(), "cannot be mixed", "a voice", "silence");
}

LabelledSound makeMix(const PackJob& job, const PackSettings& settings,
                      const FrontEndParameters& frontEnd)
{
    const std::vector<float> voice = monoOf(job.source.path, frontEnd);
    const std::vector<float> backing = passage(job, voice.size(), settings, frontEnd);
    LabelledSound sound;
    sound.labels = labelsOfSoloVoice(voice, frontEnd);
    const double voiceRms = sungRms(voice, sound.labels, frontEnd);
    requireVoice(job, voiceRms);
    const double gain = gainOfDecibels(job.voiceDecibels) * rms(backing) / voiceRms;
    // A silent passage would silence the voice: then it sings alone.
    sound.samples = mixed(voice, gain > 0 ? gain : 1, backing);
    return sound;
}

LabelledSound makeStems(const PackJob& job, const PackSettings& settings,
                        const FrontEndParameters& frontEnd)
{
    const std::vector<float> voice = monoOf(stemPath(job.source, "vocals"), frontEnd);
    const std::vector<float> backing = monoOf(stemPath(job.source, "accompaniment"), frontEnd);
    LabelledSound sound;
    sound.samples = mixed(voice, job.voiceless ? 0 : gainOfDecibels(job.voiceDecibels), backing);
    if (job.voiceless)
        sound.labels.assign(frontEnd.framesOf(sound.samples.size()), FrameLabel::Negative);
    else
        sound.labels =
            labelsFromFile(job.source, settings.classes.label, sound.samples.size(), frontEnd);
    return sound;
}

} // namespace

std::vector<fs::path> filesOf(const Source& source)
{
    std::vector<fs::path> files{source.path, labelPath(source)};
    for (const char* stem : {"audio", "vocals", "accompaniment"})
        files.push_back(findAudio(source.path, stem)); // of a folder
    return files;
}

std::vector<PackJob> planPack(const std::vector<Source>& sources, const PackSettings& settings)
{
    const bool spectra = settings.features == PackedFeatures::Spectra;
    std::vector<PackJob> jobs;
    for (const Source& source : sources) {
        switch (source.kind) {
        case SourceKind::Song:
        case SourceKind::Positive:
            jobs.push_back(jobOf(source, RecordingKind::Song));
            break;
        case SourceKind::Stems:
            addStems(source, settings, jobs);
            break;
        case SourceKind::ACappella:
            if (spectra)
                addMixes(source, sources, jobs);
            break;
        case SourceKind::Instrumental:
            jobs.push_back(jobOf(source, RecordingKind::Instrumental));
            break;
        case SourceKind::Unlabelled:
            jobs.push_back(jobOf(source, RecordingKind::Unlabelled));
            break;
        }
    }
    return jobs;
}

LabelledSound makeSound(const PackJob& job, const PackSettings& settings,
                        const FrontEndParameters& frontEnd)
{
    LabelledSound sound;
    switch (job.kind) {
    case RecordingKind::Song:
        sound.samples = monoOf(songPath(job.source), frontEnd);
        sound.labels =
            labelsFromFile(job.source, settings.classes.label, sound.samples.size(), frontEnd);
        break;
    case RecordingKind::Stems:
    case RecordingKind::StemsMix:
        sound = makeStems(job, settings, frontEnd);
        break;
    case RecordingKind::Mix:
        sound = makeMix(job, settings, frontEnd);
        break;
    case RecordingKind::Instrumental:
    case RecordingKind::Unlabelled:
        sound.samples = monoOf(job.source.path, frontEnd);
        sound.labels.assign(frontEnd.framesOf(sound.samples.size()),
                            job.kind == RecordingKind::Instrumental ? FrameLabel::Negative
                                                                    : FrameLabel::Unknown);
        break;
    }
    return sound;
}

CheckedJob checkJob(const PackJob& job, const PackSettings& settings,
                    const FrontEndParameters& frontEnd)
{
    std::vector<fs::path> files;
    if (job.kind == RecordingKind::Song)
        files = {songPath(job.source)};
    else if (job.kind == RecordingKind::Stems || job.kind == RecordingKind::StemsMix)
        files = {stemPath(job.source, "vocals"), stemPath(job.source, "accompaniment")};
    else
        files = {job.source.path};
    std::size_t samples = std::numeric_limits<std::size_t>::max();
    std::vector<float> sound;
    float peak = 0;
    for (const fs::path& file : files) {
        sound = monoOf(file, frontEnd);
        checkLoudness(file, sound);
        peak = std::max(peak, peakOf(sound));
        samples = std::min(samples, sound.size());
    }
    const std::size_t frames = frontEnd.framesOf(samples);
    if (frames < frontEnd.excerptFrames)
        throw badInput(job.source.path.string(), "is too short",
                       "at least " + std::to_string(frontEnd.excerptFrames) + " frames (1.7 s)",
                       std::to_string(frames));
    if (peak < silentPeak)
        throw badInput(job.source.path.string(), "is silent", "sound above -80 dBFS", "none");
    if (job.kind == RecordingKind::Mix)
        requireVoice(job, sungRms(sound, labelsOfSoloVoice(sound, frontEnd), frontEnd));
    CheckedJob checked{frames, {}};
    if (job.source.kind == SourceKind::Song || job.source.kind == SourceKind::Stems) {
        const LabelFile labels = labelsOf(job.source, settings.classes.label, samples, frontEnd);
        if (job.kind != RecordingKind::StemsMix) // once a source
            checked.note = noteOn(labels, job.source, settings.classes.label);
    }
    return checked;
}

} // namespace earshot
