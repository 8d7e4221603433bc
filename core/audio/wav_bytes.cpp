// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/wav_bytes.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace earshot {

namespace {

constexpr std::uint32_t bytesPerSample = 2;
constexpr float fullScale = 32767;

class LittleEndian
{
public:
    void add(std::string_view text)
    {
        for (const char letter : text)
            m_bytes.push_back(static_cast<std::byte>(letter));
    }
    void add(std::uint32_t value, int bytes)
    {
        for (int i = 0; i < bytes; ++i)
            m_bytes.push_back(static_cast<std::byte>(value >> (8 * i) & 255));
    }
    std::vector<std::byte> take() { return std::move(m_bytes); }

private:
    std::vector<std::byte> m_bytes;
};

} // namespace

std::vector<std::byte> wavBytes(std::span<const float> samples, std::uint32_t sampleRateHz)
{
    const auto size = static_cast<std::uint32_t>(samples.size()) * bytesPerSample;
    LittleEndian file;
    file.add("RIFF");
    file.add(size + 36, 4);
    file.add("WAVEfmt ");
    file.add(16, 4); // bytes of the format
    file.add(1, 2);  // PCM
    file.add(1, 2);  // channel
    file.add(sampleRateHz, 4);
    file.add(sampleRateHz * bytesPerSample, 4);
    file.add(bytesPerSample, 2);
    file.add(8 * bytesPerSample, 2);
    file.add("data");
    file.add(size, 4);
    for (const float sample : samples) {
        const float value = std::isfinite(sample) ? std::clamp(sample, -1.0F, 1.0F) : 0;
        file.add(static_cast<std::uint32_t>(std::lround(fullScale * value)), bytesPerSample);
    }
    return file.take();
}

} // namespace earshot
