// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/packed_data.h"

#include "core/io/json.h"
#include "core/train/checkpoint.h"
#include "core/util/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

namespace earshot {

namespace {

constexpr const char* packedFormat = "earshot-training-1";
constexpr std::size_t spectrumBins = 513;
constexpr std::size_t melBands = 80;

constexpr std::array<std::pair<RecordingKind, std::string_view>, 6> kindNames{{
    {RecordingKind::Song, "song"},
    {RecordingKind::Stems, "stems"},
    {RecordingKind::StemsMix, "stems-mix"},
    {RecordingKind::Mix, "mix"},
    {RecordingKind::Instrumental, "instrumental"},
    {RecordingKind::Unlabelled, "unlabelled"},
}};
constexpr std::array<std::pair<Split, std::string_view>, 3> splitNames{{
    {Split::Train, "train"},
    {Split::Valid, "valid"},
    {Split::Test, "test"},
}};

template <typename T, std::size_t N>
T parseName(const std::array<std::pair<T, std::string_view>, N>& names, const std::string& text,
            const std::string& file, const char* what)
{
    std::string expected;
    for (const auto& [value, valueName] : names) {
        if (valueName == text)
            return value;
        expected += (expected.empty() ? "" : ", ") + std::string(valueName);
    }
    throw badInput(file, std::string("names an unknown ") + what, expected, "'" + text + "'");
}

std::size_t wholeNumber(const Json& object, std::string_view key, const std::string& file)
{
    const std::int64_t value = object.integer(key);
    if (value < 0)
        throw badInput(file, "has a recording with a negative " + std::string(key), "0 or more",
                       std::to_string(value));
    return static_cast<std::size_t>(value);
}

std::vector<Recording> readRecordings(const SafetensorsFile& file, std::size_t frames)
{
    const std::string path = file.path().string();
    const Json list = Json::parse(file.metadataValue("recordings"), path + ": recordings");
    std::vector<Recording> recordings;
    std::size_t next = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Json entry = list.at(i);
        Recording recording;
        recording.name = entry.text("name");
        recording.artist = entry.text("artist");
        recording.title = entry.text("title");
        recording.licence = entry.text("licence");
        recording.kind = parseName(kindNames, entry.text("kind"), path, "kind of recording");
        recording.split = parseName(splitNames, entry.text("split"), path, "split");
        recording.firstFrame = wholeNumber(entry, "first_frame", path);
        recording.frames = wholeNumber(entry, "frames", path);
        if (recording.firstFrame != next || recording.frames > frames - next)
            throw badInput(
                path, "has a misplaced recording '" + recording.name + "'",
                "frames from " + std::to_string(next) + " within " + std::to_string(frames),
                std::to_string(recording.frames) + " from " + std::to_string(recording.firstFrame));
        next += recording.frames;
        recordings.push_back(std::move(recording));
    }
    if (next != frames)
        throw badInput(path, "has frames without a recording", std::to_string(frames) + " frames",
                       std::to_string(next));
    return recordings;
}

double positiveNumber(const SafetensorsFile& file, const std::string& key)
{
    const double value = metadataNumber(file, key);
    if (value <= 0)
        throw badInput(file.path().string(), "has unusable metadata '" + key + "'", "above 0",
                       exactText(value));
    return value;
}

// 65,536 floats: a table look-up is faster than the conversion without special instructions.
const std::vector<float>& halfTable()
{
    static const std::vector<float> table = [] {
        std::vector<float> values(65536);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = halfToFloat(static_cast<std::uint16_t>(i));
        return values;
    }();
    return table;
}

void decodeHalf(std::span<const std::byte> bytes, std::span<float> values)
{
    const float* table = halfTable().data();
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint16_t half = 0;
        std::memcpy(&half, bytes.data() + 2 * i, 2);
        values[i] = table[half];
    }
}

} // namespace

std::string_view name(RecordingKind kind)
{
    return std::find_if(kindNames.begin(), kindNames.end(),
                        [&](const auto& entry) { return entry.first == kind; })
        ->second;
}

std::string_view name(Split split)
{
    return std::find_if(splitNames.begin(), splitNames.end(),
                        [&](const auto& entry) { return entry.first == split; })
        ->second;
}

PackedData::PackedData(const std::filesystem::path& path)
    : m_file(path)
{
    if (const std::string& format = m_file.metadataValue("format"); format != packedFormat)
        throw badInput(path.string(), "is not a training file", packedFormat, format);
    const std::string& features = m_file.metadataValue("features");
    if (features != "spectra" && features != "mel")
        throw badInput(path.string(), "has unknown features", "spectra or mel", features);
    m_features = features == "spectra" ? PackedFeatures::Spectra : PackedFeatures::Mel;
    m_label = m_file.metadataValue("label");
    m_magnitudeFloor = positiveNumber(m_file, "magnitude_floor");
    m_sampleRateHz = positiveNumber(m_file, "sample_rate_hz");
    m_hopSamples = positiveNumber(m_file, "hop_samples");

    const TensorView* values = nullptr;
    if (m_features == PackedFeatures::Spectra) {
        values = &m_file.tensor("magnitudes", TensorType::F16, {-1, spectrumBins});
        m_file.tensor("mel_filter_bank", TensorType::F32, {spectrumBins, melBands});
        m_filterBank = m_file.matrix("mel_filter_bank", spectrumBins, melBands);
        for (const float weight : m_filterBank.values())
            if (!(weight >= 0 && std::isfinite(weight)))
                throw badInput(path.string(), "has an unusable mel filter bank",
                               "weights of 0 or more", std::to_string(weight));
        m_sparseFilters = SparseFilterBank(m_filterBank);
    } else if (m_file.tensor("log_mel").type == TensorType::U8) {
        values = &m_file.tensor("log_mel", TensorType::U8, {-1, melBands});
        m_low = static_cast<float>(metadataNumber(m_file, "u8_low"));
        m_high = static_cast<float>(metadataNumber(m_file, "u8_high"));
        if (!(m_low < m_high))
            throw badInput(path.string(), "has an unusable range of 8-bit values",
                           "u8_low below u8_high", exactText(m_low) + ", " + exactText(m_high));
    } else {
        values = &m_file.tensor("log_mel", TensorType::F16, {-1, melBands});
    }
    const std::int64_t frames = values->shape[0];
    const TensorView& labels = m_file.tensor("labels", TensorType::I8, {frames});
    for (const std::byte byte : labels.bytes)
        if (const auto label = static_cast<std::int8_t>(byte); label < -1 || label > 1)
            throw badInput(path.string(), "has an unknown label", "-1, 0 or 1",
                           std::to_string(label));
    m_recordings = readRecordings(m_file, static_cast<std::size_t>(frames));
}

std::span<const FrameLabel> PackedData::labels(const Recording& recording) const
{
    const std::span<const std::byte> bytes = m_file.tensor("labels").bytes;
    const auto* first = reinterpret_cast<const FrameLabel*>(bytes.data());
    return {first + recording.firstFrame, recording.frames};
}

Matrix<float> PackedData::rows(const Recording& recording, std::size_t first,
                               std::size_t count) const
{
    if (first > recording.frames || count > recording.frames - first)
        throw Error(ErrorKind::Failed, recording.name, "has no such frames",
                    "within " + std::to_string(recording.frames),
                    std::to_string(count) + " from " + std::to_string(first));
    const TensorView& tensor =
        m_file.tensor(m_features == PackedFeatures::Spectra ? "magnitudes" : "log_mel");
    const std::size_t columns = m_features == PackedFeatures::Spectra ? spectrumBins : melBands;
    Matrix<float> result(count, columns);
    const std::size_t element = bytesPerElement(tensor.type);
    const auto bytes = tensor.bytes.subspan((recording.firstFrame + first) * columns * element,
                                            count * columns * element);
    if (tensor.type == TensorType::F16) {
        decodeHalf(bytes, result.values());
    } else {
        const float step = (m_high - m_low) / 255;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            result.values()[i] = m_low + step * static_cast<float>(bytes[i]);
    }
    return result;
}

Matrix<float> PackedData::logMels(const Recording& recording, std::size_t first,
                                  std::size_t count) const
{
    const Matrix<float> values = rows(recording, first, count);
    if (m_features == PackedFeatures::Mel)
        return values;
    Matrix<float> result(count, melBands);
    for (std::size_t frame = 0; frame < count; ++frame)
        m_sparseFilters.logMel(values.row(frame), m_magnitudeFloor, result.row(frame));
    return result;
}

} // namespace earshot
