// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_file.h"

#include "core/audio/completeness.h"
#include "core/audio/resample.h"
#include "core/util/atomic_file.h"
#include "core/util/error.h"
#include "core/util/mapped_file.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

namespace earshot {

namespace {

struct CloseSound
{
    void operator()(SNDFILE* file) const { ::sf_close(file); }
};
using SoundFile = std::unique_ptr<SNDFILE, CloseSound>;

// Read at a time.
constexpr sf_count_t blockFrames = 4096;

// libsndfile plays what is there of a file that was cut off; the containers say what is missing.
void checkComplete(const std::string& path, std::span<const std::byte> bytes, const SF_INFO& info)
{
    const int container = info.format & SF_FORMAT_TYPEMASK;
    if (container == SF_FORMAT_OGG)
        checkOggComplete(path, bytes);
    else if (container == SF_FORMAT_WAV || container == SF_FORMAT_WAVEX)
        checkWavComplete(path, bytes);
    else if (container == SF_FORMAT_MPEG)
        checkMp3Complete(path, bytes);
}

// Why the file could not be opened. The codes that are not public speak of files that do not exist
// and the like, when the contents are what is wrong.
std::string openFailure()
{
    const int code = ::sf_error(nullptr);
    return code == SF_ERR_UNRECOGNISED_FORMAT || code == SF_ERR_MALFORMED_FILE ||
                   code == SF_ERR_UNSUPPORTED_ENCODING
               ? ::sf_strerror(nullptr)
               : "unknown or damaged contents";
}

void checkFinite(const std::string& path, MatrixView<const float> samples, double sampleRateHz)
{
    const auto values = samples.values();
    const auto bad = std::find_if(values.begin(), values.end(),
                                  [](float value) { return !std::isfinite(value); });
    if (bad == values.end())
        return;
    const auto frame = static_cast<std::size_t>(bad - values.begin()) / samples.columns();
    throw badInput(path, "cannot be used", "finite samples",
                   std::string(std::isnan(*bad) ? "NaN" : "infinity") + " at " +
                       std::to_string(static_cast<double>(frame) / sampleRateHz) + " s");
}

} // namespace

AudioData readAudioFile(const std::filesystem::path& path)
{
    const std::string name = path.string();
    const MappedFile mapped(path); // a missing file, a folder
    if (mapped.bytes().empty())
        throw badInput(name, "is empty", "an audio file", "0 bytes");
    SF_INFO info{};
    const SoundFile file(::sf_open(path.c_str(), SFM_READ, &info));
    if (!file)
        throw badInput(name, "cannot be read as audio", "WAV, FLAC, Ogg or MP3", openFailure());
    if (info.channels < 1 || info.samplerate < 1)
        throw badInput(name, "cannot be read as audio", "at least one channel and 1 Hz",
                       std::to_string(info.channels) + " channels, " +
                           std::to_string(info.samplerate) + " Hz");
    checkComplete(name, mapped.bytes(), info);
    const auto channels = static_cast<std::size_t>(info.channels);
    std::vector<float> samples;
    std::vector<float> block(static_cast<std::size_t>(blockFrames) * channels);
    for (;;) {
        const sf_count_t frames = ::sf_readf_float(file.get(), block.data(), blockFrames);
        if (frames <= 0)
            break;
        samples.insert(samples.end(), block.begin(),
                       block.begin() + frames * static_cast<sf_count_t>(channels));
    }
    const std::size_t frames = samples.size() / channels;
    if (::sf_error(file.get()) != SF_ERR_NO_ERROR)
        throw badInput(name, "cannot be decoded after " + std::to_string(frames) + " samples",
                       "intact audio", ::sf_strerror(file.get()));
    // An MP3's length is an estimate, and an Ogg's last page may promise up to a block more than
    // its packets hold; checkComplete() has looked for its end.
    const int container = info.format & SF_FORMAT_TYPEMASK;
    const bool lengthKnown = container != SF_FORMAT_MPEG && container != SF_FORMAT_OGG;
    if (lengthKnown && info.frames > 0 && info.frames < SF_COUNT_MAX &&
        frames < static_cast<std::size_t>(info.frames))
        throw badInput(name, "is cut off", std::to_string(info.frames) + " samples",
                       std::to_string(frames));
    if (frames == 0)
        throw badInput(name, "holds no sound", "at least one sample", "none");
    AudioData audio{Matrix<float>(std::move(samples), frames, channels),
                    static_cast<double>(info.samplerate)};
    checkFinite(name, audio.samples, audio.sampleRateHz);
    return audio;
}

std::vector<float> readMono(const std::filesystem::path& path, double sampleRateHz)
{
    const AudioData audio = readAudioFile(path);
    std::vector<float> mono(audio.samples.rows());
    for (std::size_t frame = 0; frame < mono.size(); ++frame) {
        double sum = 0;
        for (const float sample : audio.samples.row(frame))
            sum += sample;
        mono[frame] = static_cast<float>(sum / static_cast<double>(audio.samples.columns()));
    }
    return resample(mono, audio.sampleRateHz, sampleRateHz);
}

void writeWav(const std::filesystem::path& path, std::span<const float> samples,
              double sampleRateHz)
{
    AtomicFile target(path);
    SF_INFO info{};
    info.channels = 1;
    info.samplerate = static_cast<int>(std::lround(sampleRateHz));
    info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
    SoundFile file(::sf_open(target.temporaryPath().c_str(), SFM_WRITE, &info));
    if (!file)
        throw cannotWrite(path.string(),
                          std::string("cannot be written: ") + ::sf_strerror(nullptr));
    // The PEAK chunk holds the time of writing; without it equal sound makes equal files.
    ::sf_command(file.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
    const auto count = static_cast<sf_count_t>(samples.size());
    const bool written = ::sf_writef_float(file.get(), samples.data(), count) == count;
    if (!written || ::sf_close(file.release()) != 0)
        throw cannotWrite(path.string(), "cannot be written: the disk may be full");
    target.commit();
}

} // namespace earshot
