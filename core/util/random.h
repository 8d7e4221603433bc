// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace earshot {

// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): the block
// is a pure function of (key, counter), so a number depends on nothing that was drawn before it.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

// A stream of random numbers that depends on (seed, stream) alone. Cheap to make; not thread-safe.
class CounterRandom
{
public:
    CounterRandom(std::uint64_t seed, std::uint64_t stream);

    std::uint32_t bits();
    // [0, 1), 32 bits of resolution.
    double uniform();
    // [low, high).
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    // [0, count), count > 0, unbiased to 2^-32.
    std::uint32_t index(std::uint32_t count);
    // N(0, 1) by Box–Muller, in double.
    double normal();
    // Fills values with N(0, 1) rounded to float32.
    void fillNormal(std::span<float> values);

private:
    std::array<std::uint32_t, 2> m_key;
    std::array<std::uint32_t, 4> m_counter;
    std::array<std::uint32_t, 4> m_block{};
    int m_used = 4;
    double m_spareNormal = 0;
    bool m_hasSpareNormal = false;
};

} // namespace earshot
