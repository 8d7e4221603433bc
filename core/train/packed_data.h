// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/safetensors.h"
#include "core/train/sparse_filter_bank.h"
#include "core/util/matrix.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

enum class Split
{
    Train,
    Valid,
    Test
};

// What a recording is; decides its weight in training and its part in an evaluation.
enum class RecordingKind
{
    Song,         // a finished mix with labels
    Stems,        // voice and accompaniment summed as they are, with labels
    StemsMix,     // the same at another voice level, for training the classifier
    Mix,          // solo singing over an instrumental of the same split, with exact labels
    Instrumental, // no voice
    Unlabelled,   // songs with singing at unknown times
};

std::string_view
name(RecordingKind kind); // "song", "stems", "stems-mix", "mix", "instrumental", "unlabelled"
std::string_view name(Split split); // "train", "valid", "test"

struct Recording
{
    std::string name; // path below the packed folder, with " @ -6 dB" and the like for a mix
    std::string artist;
    std::string title;
    std::string licence;
    RecordingKind kind = RecordingKind::Song;
    Split split = Split::Train;
    std::size_t firstFrame = 0; // in the file's tensors
    std::size_t frames = 0;
};

// Labels, one per frame, of the frame's centre (frame·hop + fftSize/2 samples after the start).
enum class FrameLabel : std::int8_t
{
    Unknown = -1,
    Negative = 0,
    Positive = 1
};

enum class PackedFeatures
{
    Spectra,
    Mel
};

// A memory-mapped training file: a safetensors file with
//   "magnitudes" F16 [frames, 513] or "log_mel" F16 | U8 [frames, 80] (natural log; U8 v stands for
//   low + v·(high − low)/255, with low and high as metadata "u8_low", "u8_high"),
//   "labels" I8 [frames], "mel_filter_bank" F32 [513, 80] (spectra only),
// and metadata "format" = "earshot-training-1", "features" = "spectra"|"mel", "label" (what
// Positive means), "magnitude_floor", "hop_samples", "sample_rate_hz", and "recordings": a JSON
// array of objects name, artist, title, licence, kind, split, first_frame, frames. Recordings
// follow each other without gaps. Rows of one recording are its frames in order. Thread-safe after
// construction.
class PackedData
{
public:
    // Error (BadInput) for anything that is not such a file.
    explicit PackedData(const std::filesystem::path& path);

    PackedFeatures features() const { return m_features; }
    const std::vector<Recording>& recordings() const { return m_recordings; }
    const std::string& label() const { return m_label; }
    double sampleRateHz() const { return m_sampleRateHz; }
    double hopSamples() const { return m_hopSamples; }
    double framesPerSecond() const { return m_sampleRateHz / m_hopSamples; }
    double magnitudeFloor() const { return m_magnitudeFloor; }
    MatrixView<const float> melFilterBank() const { return m_filterBank; } // empty for mel features
    const SparseFilterBank& sparseFilterBank() const { return m_sparseFilters; } // the same
    std::span<const FrameLabel> labels(const Recording& recording) const;
    // Frames [first, first + count) of a recording, decoded: [count, 513] or [count, 80].
    Matrix<float> rows(const Recording& recording, std::size_t first, std::size_t count) const;
    // The same as natural log-mels [count, 80], whatever the features.
    Matrix<float> logMels(const Recording& recording, std::size_t first, std::size_t count) const;
    const SafetensorsFile& file() const { return m_file; }

private:
    SafetensorsFile m_file;
    PackedFeatures m_features = PackedFeatures::Mel;
    std::vector<Recording> m_recordings;
    std::string m_label;
    double m_sampleRateHz = 0;
    double m_hopSamples = 0;
    double m_magnitudeFloor = 0;
    Matrix<float> m_filterBank;
    SparseFilterBank m_sparseFilters;
    float m_low = 0;
    float m_high = 0;
};

} // namespace earshot
