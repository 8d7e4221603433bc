// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/synthetic_negatives.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>

namespace earshot {

namespace {

// Of a sine of amplitude 1: half the sum of a Hann window of 1024 samples.
constexpr double fullScaleMagnitude = 256;
// The Hann window's main lobe, in bins from its middle.
constexpr double lobeBins = 2;

// The transform of a Hann window, 1 at offset 0, 0 at the main lobe's edge and beyond.
double hannLobe(double offset)
{
    const double x = std::abs(offset);
    if (x >= lobeBins)
        return 0;
    if (x < 1e-9)
        return 1;
    if (std::abs(x - 1) < 1e-9)
        return 0.5;
    return std::sin(std::numbers::pi * x) / (std::numbers::pi * x * (1 - x * x));
}

void addSine(std::span<float> spectrum, double bin, double magnitude)
{
    const auto last = static_cast<double>(spectrum.size() - 1);
    const double first = std::max(std::ceil(bin - lobeBins), 0.0);
    const double end = std::min(std::floor(bin + lobeBins), last);
    for (double b = first; b <= end; ++b)
        spectrum[static_cast<std::size_t>(b)] += static_cast<float>(magnitude * hannLobe(b - bin));
}

double randomMagnitude(CounterRandom& random)
{
    return fullScaleMagnitude * std::pow(10.0, random.uniform(-60, 0) / 20);
}

void addNoise(Matrix<float>& result, CounterRandom& random)
{
    // White noise of rms r has magnitudes of about r·√(1024·3/8) ≈ 20 r; a full scale of 256 is
    // loud.
    const double level = randomMagnitude(random) / 13;
    const double tilt = random.uniform(0, 1.5); // exponent: 0 white, 0.5 pink, 1 brown
    for (std::size_t frame = 0; frame < result.rows(); ++frame)
        for (std::size_t bin = 0; bin < result.columns(); ++bin) {
            const double gain = std::pow(static_cast<double>(bin + 1), -tilt);
            // The magnitude of complex Gaussian noise is Rayleigh distributed.
            const double rayleigh = std::sqrt(-2 * std::log(1 - random.uniform()));
            result(frame, bin) = static_cast<float>(level * gain * rayleigh);
        }
}

void addSines(Matrix<float>& result, CounterRandom& random)
{
    const std::uint32_t count = 1 + random.index(4);
    const auto bins = static_cast<double>(result.columns());
    for (std::uint32_t i = 0; i < count; ++i) {
        const double bin = 4 * std::exp2(random.uniform() * std::log2(0.7 * bins / 4));
        const double magnitude = randomMagnitude(random);
        for (std::size_t frame = 0; frame < result.rows(); ++frame)
            addSine(result.row(frame), bin, magnitude);
    }
}

void addHarmonics(Matrix<float>& result, CounterRandom& random)
{
    const double fundamental = random.uniform(4, 24); // bins: about 86 to 517 Hz
    const double glide = random.index(2) == 0 ? 0 : random.uniform(-0.3, 0.3); // over the excerpt
    const double decay = random.uniform(0.3, 1.5); // of the partials' magnitudes, an exponent
    const double magnitude = randomMagnitude(random);
    for (std::size_t frame = 0; frame < result.rows(); ++frame) {
        const double time = static_cast<double>(frame) / static_cast<double>(result.rows());
        const double pitch = fundamental * (1 + glide * time);
        for (int partial = 1; partial * pitch < static_cast<double>(result.columns()); ++partial)
            addSine(result.row(frame), partial * pitch, magnitude * std::pow(partial, -decay));
    }
}

} // namespace

Matrix<float> syntheticNegative(std::size_t frames, std::size_t bins, CounterRandom& random)
{
    Matrix<float> result(frames, bins);
    switch (random.index(4)) {
    case 0: // digital silence
        break;
    case 1:
        addNoise(result, random);
        break;
    case 2:
        addSines(result, random);
        break;
    default:
        addHarmonics(result, random);
        break;
    }
    return result;
}

} // namespace earshot
