// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/checkpoint.h"

#include "core/util/atomic_file.h"
#include "core/util/error.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace earshot {

namespace {

template <typename T>
T parsedMetadata(const SafetensorsFile& file, const std::string& key, const char* expected)
{
    const std::string& text = file.metadataValue(key);
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() ||
        !std::isfinite(static_cast<double>(value)))
        throw badInput(file.path().string(), "has unusable metadata '" + key + "'", expected,
                       "'" + text + "'");
    return value;
}

} // namespace

double metadataNumber(const SafetensorsFile& file, const std::string& key)
{
    return parsedMetadata<double>(file, key, "a finite number");
}

std::uint64_t metadataInteger(const SafetensorsFile& file, const std::string& key)
{
    return parsedMetadata<std::uint64_t>(file, key, "a whole number");
}

std::string exactText(double value)
{
    std::array<char, 32> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {buffer.data(), result.ptr};
}

TrainingLog::TrainingLog(std::filesystem::path path, const std::vector<std::string>& columns,
                         std::int64_t resumedFrom)
    : m_path(std::move(path))
{
    std::string kept;
    for (const std::string& column : columns)
        kept += (kept.empty() ? "" : ",") + column;
    kept += '\n';
    if (resumedFrom > 0) {
        std::ifstream before(m_path);
        std::string line;
        std::getline(before, line); // the columns
        // The last line of a killed run may be cut off: only whole ones count.
        while (std::getline(before, line) && !before.eof())
            if (std::strtoll(line.c_str(), nullptr, 10) <= resumedFrom)
                kept += line + '\n';
    }
    writeFileAtomically(m_path, kept);
    m_stream.open(m_path, std::ios::app);
    if (!m_stream)
        throw cannotWrite(m_path.string(), "the log cannot be opened");
}

void TrainingLog::add(std::int64_t step, std::span<const double> values)
{
    m_stream << step;
    for (const double value : values) {
        m_stream << ',';
        if (!std::isnan(value))
            m_stream << static_cast<float>(value);
    }
    m_stream << std::endl;
    if (!m_stream)
        throw cannotWrite(m_path.string(), "the log cannot be continued");
}

} // namespace earshot
