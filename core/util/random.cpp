// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/random.h"

#include <cmath>
#include <numbers>

namespace earshot {

namespace {

// Multipliers and Weyl increments of Philox4x32 (Salmon et al. 2011, table 2 and section 5.3).
constexpr std::uint64_t multiplier0 = 0xD2511F53U;
constexpr std::uint64_t multiplier1 = 0xCD9E8D57U;
constexpr std::uint32_t weyl0 = 0x9E3779B9U;
constexpr std::uint32_t weyl1 = 0xBB67AE85U;
constexpr int rounds = 10;

} // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key)
{
    for (int round = 0; round < rounds; ++round) {
        const std::uint64_t product0 = multiplier0 * counter[0];
        const std::uint64_t product1 = multiplier1 * counter[2];
        counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
                   static_cast<std::uint32_t>(product1),
                   static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
                   static_cast<std::uint32_t>(product0)};
        key[0] += weyl0;
        key[1] += weyl1;
    }
    return counter;
}

CounterRandom::CounterRandom(std::uint64_t seed, std::uint64_t stream)
    : m_key{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}
    , m_counter{0, 0, static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)}
{
}

std::uint32_t CounterRandom::bits()
{
    if (m_used == 4) {
        m_block = philox4x32(m_counter, m_key);
        if (++m_counter[0] == 0)
            ++m_counter[1];
        m_used = 0;
    }
    return m_block[static_cast<std::size_t>(m_used++)];
}

double CounterRandom::uniform()
{
    return bits() * 0x1p-32;
}

std::uint32_t CounterRandom::index(std::uint32_t count)
{
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(bits()) * count) >> 32);
}

double CounterRandom::normal()
{
    if (m_hasSpareNormal) {
        m_hasSpareNormal = false;
        return m_spareNormal;
    }
    // Half a step up keeps the logarithm finite.
    const double radius = std::sqrt(-2 * std::log((bits() + 0.5) * 0x1p-32));
    const double angle = 2 * std::numbers::pi * uniform();
    m_spareNormal = radius * std::sin(angle);
    m_hasSpareNormal = true;
    return radius * std::cos(angle);
}

void CounterRandom::fillNormal(std::span<float> values)
{
    for (float& value : values)
        value = static_cast<float>(normal());
}

} // namespace earshot
