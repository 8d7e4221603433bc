// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/json.h"
#include "core/io/safetensors.h"
#include "core/util/matrix.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace earshot {

// A small training file, whose every part a test can spoil before it is written.
struct TrainingPack
{
    struct Entry
    {
        std::string kind;
        std::string split;
        std::size_t frames;
        std::function<int(std::size_t frame)> label;
        std::function<double(std::size_t frame, std::size_t column)> value;
    };

    std::vector<Entry> entries;
    std::string features = "spectra";
    bool isUnsigned8 = false; // log-mels as U8 between low and high
    double low = -16;
    double high = 9.5;
    std::size_t columns = 513;
    TensorMetadata metadata;       // replaces what would be written; "" leaves the key out
    std::size_t shiftOfSecond = 0; // spoils the second recording's first_frame
    std::size_t missingLabels = 0;
    float firstFilterWeight = 0.5F;

    // Band b of the filter bank is the mean of bins 4b and 4b + 1.
    static Matrix<float> filterBank()
    {
        Matrix<float> bank(513, 80);
        for (std::size_t band = 0; band < 80; ++band) {
            bank(4 * band, band) = 0.5F;
            bank(4 * band + 1, band) = 0.5F;
        }
        return bank;
    }

    std::filesystem::path write(const std::filesystem::path& path) const
    {
        std::vector<float> values;
        std::vector<std::int8_t> labels;
        Json recordings = Json::array();
        std::size_t first = 0;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const Entry& entry = entries[i];
            for (std::size_t frame = 0; frame < entry.frames; ++frame) {
                labels.push_back(static_cast<std::int8_t>(entry.label(frame)));
                for (std::size_t column = 0; column < columns; ++column)
                    values.push_back(static_cast<float>(entry.value(frame, column)));
            }
            recordings.append(Json::object(
                {{"name", entry.kind + " " + std::to_string(i)},
                 {"artist", "Somebody"},
                 {"title", "Number " + std::to_string(i)},
                 {"licence", "CC0"},
                 {"kind", entry.kind},
                 {"split", entry.split},
                 {"first_frame", static_cast<std::int64_t>(first + (i == 1 ? shiftOfSecond : 0))},
                 {"frames", static_cast<std::int64_t>(entry.frames)}}));
            first += entry.frames;
        }
        TensorMetadata all{{"format", "earshot-training-1"},
                           {"features", features},
                           {"label", "singing voice"},
                           {"magnitude_floor", "1e-07"},
                           {"hop_samples", "315"},
                           {"sample_rate_hz", "22050"},
                           {"u8_low", std::to_string(low)},
                           {"u8_high", std::to_string(high)},
                           {"recordings", recordings.dump(-1)}};
        for (const auto& [key, value] : metadata)
            all[key] = value;

        SafetensorsWriter writer;
        const auto rows = static_cast<std::int64_t>(first);
        const std::vector<std::int64_t> shape{rows, static_cast<std::int64_t>(columns)};
        Matrix<float> bank = filterBank();
        bank(0, 0) = firstFilterWeight;
        std::vector<std::uint8_t> bytes;
        if (features == "spectra") {
            writer.addHalf("magnitudes", shape, values);
            writer.add("mel_filter_bank", bank);
        } else if (isUnsigned8) {
            for (const float value : values)
                bytes.push_back(
                    static_cast<std::uint8_t>(std::lround((value - low) / (high - low) * 255)));
            writer.add("log_mel", TensorType::U8, shape, std::as_bytes(std::span(bytes)));
        } else {
            writer.addHalf("log_mel", shape, values);
        }
        labels.resize(labels.size() - missingLabels);
        writer.add("labels", TensorType::I8, {rows - static_cast<std::int64_t>(missingLabels)},
                   std::as_bytes(std::span(labels)));
        for (const auto& [key, value] : all)
            if (!value.empty())
                writer.setMetadata(key, value);
        writer.write(path);
        return path;
    }
};

} // namespace earshot
