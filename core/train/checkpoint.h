// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/safetensors.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace earshot {

// A checkpoint is one safetensors file in the output folder, replaced atomically, so that a killed
// training loses at most the time since the last one.
inline constexpr const char* checkpointFileName = "checkpoint.safetensors";
inline constexpr const char* trainingLogFileName = "log.csv";

// Metadata of a safetensors file as numbers. Error (BadInput) naming file and key if it is missing
// or is not a finite number, or not a whole one in [0, 2^64).
double metadataNumber(const SafetensorsFile& file, const std::string& key);
std::uint64_t metadataInteger(const SafetensorsFile& file, const std::string& key);
// The shortest text that restores the number exactly.
std::string exactText(double value);

// log.csv: one line per call, flushed at once, so that a killed training keeps its log.
class TrainingLog
{
public:
    // columns: the first is the step. Lines of an earlier run after step `resumedFrom` are dropped;
    // 0 starts anew. Error (CannotWrite).
    TrainingLog(std::filesystem::path path, const std::vector<std::string>& columns,
                std::int64_t resumedFrom);
    // As many values as columns after the first; NaN leaves the field empty. Error (CannotWrite).
    void add(std::int64_t step, std::span<const double> values);

private:
    std::filesystem::path m_path;
    std::ofstream m_stream;
};

} // namespace earshot
