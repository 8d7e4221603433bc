// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"

#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace earshot {

struct AudioData
{
    Matrix<float> samples; // [frames, channels], interleaved; full scale is ±1
    double sampleRateHz = 0;
};

// Reads WAV, FLAC, Ogg or MP3 (whatever libsndfile decodes), any rate, any number of channels.
// Error (BadInput): missing, empty, not audio, cut off (fewer frames than its header says), or a
// non-finite sample (names its time).
AudioData readAudioFile(const std::filesystem::path& path);

// Mono at sampleRateHz: channels averaged, then resampled by soxr HQ. Errors as readAudioFile.
std::vector<float> readMono(const std::filesystem::path& path, double sampleRateHz);

// The same a piece at a time, for sounds longer than memory: calls take() in order. Error (Failed)
// on a stop, which is looked for every 4,096 frames.
void readMonoPieces(const std::filesystem::path& path, double sampleRateHz,
                    const std::function<void(std::span<const float> samples)>& take,
                    std::stop_token stop = {});

// Samples [first, first + count) of what readMono() gives, but for the resampler's rounding (1e-4),
// without decoding all that is before: some milliseconds for seconds of sound. Fewer at the end of
// the file. Errors as readMonoPieces, but that a file was cut off is not noticed.
std::vector<float> readMonoPart(const std::filesystem::path& path, int sampleRateHz,
                                std::size_t first, std::size_t count, std::stop_token stop = {});

// Writes one channel as a float32 WAV, atomically, neither normalised nor clipped.
void writeWav(const std::filesystem::path& path, std::span<const float> samples,
              double sampleRateHz);

// Writes one channel as Ogg Vorbis, atomically. quality: [0, 1]; 0.6 is about 80 kbit/s at 22,050
// Hz. Equal sounds make equal files. Decoded again, there are exactly as many samples, full scale
// and beyond. Errors: BadInput for a sample that is not finite or a quality out of range;
// CannotWrite.
void writeOgg(const std::filesystem::path& path, std::span<const float> samples,
              double sampleRateHz, double quality);

} // namespace earshot
