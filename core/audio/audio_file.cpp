// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_file.h"

#include "core/audio/completeness.h"
#include "core/audio/resample.h"
#include "core/util/atomic_file.h"
#include "core/util/error.h"
#include "core/util/regular_file.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace earshot {

namespace {

struct CloseSound
{
    void operator()(SNDFILE* file) const { ::sf_close(file); }
};
using SoundFile = std::unique_ptr<SNDFILE, CloseSound>;

// Read at a time.
constexpr sf_count_t blockFrames = 4096;
// A page holds 64 KiB at most, and usually 4.
constexpr std::size_t longestOggPageSeconds = 20;

// libsndfile plays what is there of a file that was cut off; the containers say what is missing.
void checkComplete(const RegularFile& file, const SF_INFO& info)
{
    const int container = info.format & SF_FORMAT_TYPEMASK;
    if (container == SF_FORMAT_OGG)
        checkOggComplete(file);
    else if (container == SF_FORMAT_WAV || container == SF_FORMAT_WAVEX)
        checkWavComplete(file);
    else if (container == SF_FORMAT_MPEG)
        checkMp3Complete(file);
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

// firstFrame: of the samples, in the file.
void checkFinite(const std::string& path, MatrixView<const float> samples, double sampleRateHz,
                 std::size_t firstFrame = 0)
{
    const auto values = samples.values();
    const auto bad = std::find_if(values.begin(), values.end(),
                                  [](float value) { return !std::isfinite(value); });
    if (bad == values.end())
        return;
    const auto frame =
        firstFrame + static_cast<std::size_t>(bad - values.begin()) / samples.columns();
    throw badInput(path, "cannot be used", "finite samples",
                   std::string(std::isnan(*bad) ? "NaN" : "infinity") + " at " +
                       std::to_string(static_cast<double>(frame) / sampleRateHz) + " s");
}

// The checksum of an Ogg page (RFC 3533): polynomial 0x04C11DB7, most significant bit first, from
// 0, over the page with its own four bytes 0.
std::uint32_t oggChecksum(std::span<const std::byte> page)
{
    std::uint32_t sum = 0;
    for (const std::byte value : page) {
        sum ^= std::to_integer<std::uint32_t>(value) << 24U;
        for (int bit = 0; bit < 8; ++bit)
            sum = sum << 1U ^ ((sum >> 31U) * 0x04C11DB7U);
    }
    return sum;
}

void putLittleEndian32(std::byte* place, std::uint32_t value)
{
    for (int i = 0; i < 4; ++i)
        place[i] = static_cast<std::byte>(value >> static_cast<unsigned>(8 * i));
}

// Gives the one stream of an Ogg file the serial number 1: libsndfile draws it at random, but a
// file alone needs none that is unique.
void setOggSerial(std::span<std::byte> bytes)
{
    constexpr std::size_t serialAt = 14;
    constexpr std::size_t checksumAt = 22;
    constexpr std::size_t headerBytes = 27; // the last is the number of lengths that follow
    for (std::size_t page = 0; page + headerBytes <= bytes.size();) {
        const auto lengths = std::to_integer<std::size_t>(bytes[page + headerBytes - 1]);
        std::size_t size = headerBytes + lengths;
        for (std::size_t i = 0; i < lengths; ++i)
            size += std::to_integer<std::size_t>(bytes[page + headerBytes + i]);
        const std::span<std::byte> whole = bytes.subspan(page, size);
        putLittleEndian32(&whole[serialAt], 1);
        putLittleEndian32(&whole[checksumAt], 0);
        putLittleEndian32(&whole[checksumAt], oggChecksum(whole));
        page += size;
    }
}

// What libsndfile writes, in memory.
struct MemoryFile
{
    std::vector<std::byte> bytes;
    std::size_t position = 0;

    static MemoryFile& of(void* user) { return *static_cast<MemoryFile*>(user); }
    static sf_count_t length(void* user) { return static_cast<sf_count_t>(of(user).bytes.size()); }
    static sf_count_t tell(void* user) { return static_cast<sf_count_t>(of(user).position); }
    static sf_count_t seek(sf_count_t offset, int whence, void* user)
    {
        const sf_count_t from = whence == SEEK_SET   ? 0
                                : whence == SEEK_CUR ? tell(user)
                                                     : length(user);
        of(user).position = static_cast<std::size_t>(std::max<sf_count_t>(from + offset, 0));
        return tell(user);
    }
    static sf_count_t read(void*, sf_count_t, void*) { return 0; }
    static sf_count_t write(const void* data, sf_count_t count, void* user)
    {
        MemoryFile& file = of(user);
        const auto size = static_cast<std::size_t>(count);
        file.bytes.resize(std::max(file.bytes.size(), file.position + size));
        std::memcpy(file.bytes.data() + file.position, data, size);
        file.position += size;
        return count;
    }
};

// A block at a time: libvorbis keeps a whole write on its stack.
bool writeBlocks(SNDFILE* file, std::span<const float> samples)
{
    for (std::size_t first = 0; first < samples.size(); first += blockFrames) {
        const std::size_t count =
            std::min(samples.size() - first, static_cast<std::size_t>(blockFrames));
        const auto frames = static_cast<sf_count_t>(count);
        if (::sf_writef_float(file, samples.data() + first, frames) != frames)
            return false;
    }
    return true;
}

// bytes: the file's length.
SoundFile openSound(const std::string& path, std::size_t bytes, SF_INFO& info)
{
    if (bytes == 0)
        throw badInput(path, "is empty", "an audio file", "0 bytes");
    SoundFile file(::sf_open(path.c_str(), SFM_READ, &info));
    if (!file)
        throw badInput(path, "cannot be read as audio", "WAV, FLAC, Ogg or MP3", openFailure());
    if (info.channels < 1 || info.samplerate < 1)
        throw badInput(path, "cannot be read as audio", "at least one channel and 1 Hz",
                       std::to_string(info.channels) + " channels, " +
                           std::to_string(info.samplerate) + " Hz");
    return file;
}

void averageChannels(MatrixView<const float> block, std::vector<float>& mono)
{
    mono.resize(block.rows());
    for (std::size_t frame = 0; frame < mono.size(); ++frame) {
        double sum = 0;
        for (const float sample : block.row(frame))
            sum += sample;
        mono[frame] = static_cast<float>(sum / static_cast<double>(block.columns()));
    }
}

struct Decoded
{
    std::size_t frames = 0;
    std::size_t channels = 0;
    double sampleRateHz = 0;
};

// Calls take(block [frames, channels], sampleRateHz) for the whole file, in order.
template <typename Take>
Decoded decode(const std::filesystem::path& path, const std::stop_token& stop, const Take& take)
{
    const std::string name = path.string();
    const RegularFile whole(path); // refuses a missing file, a folder
    SF_INFO info{};
    const SoundFile file = openSound(name, whole.size(), info);
    checkComplete(whole, info);
    Decoded decoded{0, static_cast<std::size_t>(info.channels),
                    static_cast<double>(info.samplerate)};
    Matrix<float> block(static_cast<std::size_t>(blockFrames), decoded.channels);
    for (;;) {
        if (stop.stop_requested())
            throw Error(ErrorKind::Failed, name, "was not read to its end: stopped");
        const sf_count_t frames = ::sf_readf_float(file.get(), block.data(), blockFrames);
        if (frames <= 0)
            break;
        const MatrixView<const float> read =
            std::as_const(block).view().slice(0, static_cast<std::size_t>(frames));
        checkFinite(name, read, decoded.sampleRateHz, decoded.frames);
        take(read, decoded.sampleRateHz);
        decoded.frames += read.rows();
    }
    if (::sf_error(file.get()) != SF_ERR_NO_ERROR)
        throw badInput(name,
                       "cannot be decoded after " + std::to_string(decoded.frames) + " samples",
                       "intact audio", ::sf_strerror(file.get()));
    // An MP3's length is an estimate, and an Ogg's last page may promise up to a block more than
    // its packets hold; checkComplete() has looked for its end.
    const int container = info.format & SF_FORMAT_TYPEMASK;
    const bool lengthKnown = container != SF_FORMAT_MPEG && container != SF_FORMAT_OGG;
    if (lengthKnown && info.frames > 0 && info.frames < SF_COUNT_MAX &&
        decoded.frames < static_cast<std::size_t>(info.frames))
        throw badInput(name, "is cut off", std::to_string(info.frames) + " samples",
                       std::to_string(decoded.frames));
    if (decoded.frames == 0)
        throw badInput(name, "holds no sound", "at least one sample", "none");
    return decoded;
}

} // namespace

AudioData readAudioFile(const std::filesystem::path& path)
{
    std::vector<float> samples;
    const Decoded decoded = decode(path, {}, [&](MatrixView<const float> block, double) {
        samples.insert(samples.end(), block.values().begin(), block.values().end());
    });
    return {Matrix<float>(std::move(samples), decoded.frames, decoded.channels),
            decoded.sampleRateHz};
}

std::vector<float> readMono(const std::filesystem::path& path, double sampleRateHz)
{
    std::vector<float> mono;
    readMonoPieces(path, sampleRateHz, [&](std::span<const float> samples) {
        mono.insert(mono.end(), samples.begin(), samples.end());
    });
    return mono;
}

void readMonoPieces(const std::filesystem::path& path, double sampleRateHz,
                    const std::function<void(std::span<const float> samples)>& take,
                    std::stop_token stop)
{
    std::optional<Resampler> resampler;
    std::vector<float> mono;
    std::vector<float> made;
    decode(path, stop, [&](MatrixView<const float> block, double fileRateHz) {
        if (!resampler)
            resampler.emplace(fileRateHz, sampleRateHz);
        averageChannels(block, mono);
        made.clear();
        resampler->push(mono, made);
        take(made);
    });
    made.clear();
    resampler->finish(made);
    take(made);
}

std::vector<float> readMonoPart(const std::filesystem::path& path, int sampleRateHz,
                                std::size_t first, std::size_t count, std::stop_token stop)
{
    const std::string name = path.string();
    SF_INFO info{};
    const SoundFile file = openSound(name, RegularFile(path).size(), info);
    // From where a sample of the file and one of the result fall together, and a little before, so
    // that the resampler's filter is filled.
    const auto fileRate = static_cast<std::size_t>(info.samplerate);
    const auto rate = static_cast<std::size_t>(sampleRateHz);
    const std::size_t fileStep = fileRate / std::gcd(fileRate, rate);
    const std::size_t step = rate / std::gcd(fileRate, rate);
    const std::size_t margin = 2 * blockFrames;
    const std::size_t before = first / step * fileStep;
    std::size_t from = before > margin ? before - margin : 0;
    // libsndfile places the samples of an Ogg's last page too late, where it begins with them.
    if ((info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG) {
        const auto all = static_cast<std::size_t>(std::max<sf_count_t>(info.frames, 0));
        from = std::min(from, all - std::min(all, longestOggPageSeconds * fileRate));
    }
    const std::size_t begin = from / fileStep * fileStep;
    const std::size_t end = ((first + count) / step + 1) * fileStep + margin;
    if (::sf_seek(file.get(), static_cast<sf_count_t>(begin), SEEK_SET) < 0)
        return {};
    Resampler resampler(info.samplerate, sampleRateHz);
    Matrix<float> block(static_cast<std::size_t>(blockFrames),
                        static_cast<std::size_t>(info.channels));
    std::vector<float> mono;
    std::vector<float> made;
    for (std::size_t frame = begin; frame < end;) {
        if (stop.stop_requested())
            throw Error(ErrorKind::Failed, name, "was not read to its end: stopped");
        const sf_count_t frames = ::sf_readf_float(file.get(), block.data(), blockFrames);
        if (frames <= 0)
            break;
        const MatrixView<const float> read =
            std::as_const(block).view().slice(0, static_cast<std::size_t>(frames));
        checkFinite(name, read, info.samplerate, frame);
        averageChannels(read, mono);
        resampler.push(mono, made);
        frame += read.rows();
    }
    if (::sf_error(file.get()) != SF_ERR_NO_ERROR)
        throw badInput(name, "cannot be decoded", "intact audio", ::sf_strerror(file.get()));
    resampler.finish(made);
    const std::size_t skipped = std::min(made.size(), first - begin / fileStep * step);
    const std::size_t kept = std::min(made.size() - skipped, count);
    const auto firstKept = made.begin() + static_cast<std::ptrdiff_t>(skipped);
    return {firstKept, firstKept + static_cast<std::ptrdiff_t>(kept)};
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

void writeOgg(const std::filesystem::path& path, std::span<const float> samples,
              double sampleRateHz, double quality)
{
    if (!(quality >= 0 && quality <= 1))
        throw badInput(path.string(), "cannot be written", "a quality from 0 to 1",
                       std::to_string(quality));
    checkFinite(path.string(), {samples.data(), samples.size(), 1}, sampleRateHz);
    MemoryFile memory;
    SF_VIRTUAL_IO io{&MemoryFile::length, &MemoryFile::seek, &MemoryFile::read, &MemoryFile::write,
                     &MemoryFile::tell};
    SF_INFO info{};
    info.channels = 1;
    info.samplerate = static_cast<int>(std::lround(sampleRateHz));
    info.format = SF_FORMAT_OGG | SF_FORMAT_VORBIS;
    SoundFile file(::sf_open_virtual(&io, SFM_WRITE, &info, &memory));
    if (!file)
        throw cannotWrite(path.string(),
                          std::string("cannot be encoded: ") + ::sf_strerror(nullptr));
    ::sf_command(file.get(), SFC_SET_VBR_ENCODING_QUALITY, &quality, sizeof quality);
    if (!writeBlocks(file.get(), samples) || ::sf_close(file.release()) != 0)
        throw cannotWrite(path.string(), "cannot be encoded as Ogg Vorbis");
    setOggSerial(memory.bytes);
    AtomicFile target(path);
    target.write(memory.bytes);
    target.commit();
}

} // namespace earshot
