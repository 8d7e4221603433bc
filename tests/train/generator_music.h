// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/random.h"
#include "tests/train/training_pack.h"

#include <QTemporaryDir>

namespace earshot {

constexpr double floorLogMel = -16.118095650958319; // log 1e-7

struct TestRecording
{
    const char* kind;
    const char* split;
    std::size_t frames;
    std::function<float(std::size_t frame, std::size_t band)> logMel;
};

// A packed training file of 8-bit log-mels, as `pack --features mel --bits 8` writes. Recording i
// is called by its kind and i.
inline std::filesystem::path writePack(const QTemporaryDir& folder,
                                       const std::vector<TestRecording>& recordings)
{
    TrainingPack pack;
    pack.features = "mel";
    pack.columns = 80;
    pack.isUnsigned8 = true;
    pack.low = floorLogMel;
    pack.high = 8;
    for (const TestRecording& recording : recordings)
        pack.entries.push_back({recording.kind, recording.split, recording.frames,
                                [](std::size_t) { return -1; }, recording.logMel});
    return pack.write(std::filesystem::path(folder.path().toStdString()) / "pack.safetensors");
}

inline float noise(std::size_t frame, std::size_t band)
{
    return static_cast<float>(CounterRandom(frame, band).normal());
}

inline std::vector<TestRecording> smallMusic()
{
    return {{"song", "train", 400, noise},
            {"instrumental", "train", 400, noise},
            {"song", "valid", 130, noise},
            {"song", "test", 115, noise},
            {"instrumental", "test", 1000, noise}};
}

} // namespace earshot
