// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dsp/descriptors.h"

#include "core/dsp/fft.h"
#include "core/dsp/stft.h"
#include "core/util/matrix.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace earshot {

namespace {

constexpr std::size_t fftSize = 2048;   // librosa: n_fft
constexpr std::size_t hopSamples = 512; // librosa: hop_length
constexpr std::size_t bins = fftSize / 2 + 1;
constexpr double lowHz = 150;
constexpr std::size_t medianLength = 31; // librosa: kernel_size
constexpr std::size_t melBands = 128;    // librosa: n_mels
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double hertzOf(std::size_t bin, double sampleRateHz)
{
    return static_cast<double>(bin) * sampleRateHz / fftSize;
}

// |librosa.stft|: [frames, bins].
Matrix<double> magnitudesOf(std::span<const float> samples)
{
    const std::size_t padding = fftSize / 2;
    std::vector<double> padded(samples.size() + fftSize);
    std::ranges::copy(samples, padded.begin() + padding);
    // Periodic: the symmetric one of a sample more without its last.
    const std::vector<double> window = symmetricHann(fftSize + 1);
    RealFft fft(fftSize);
    Matrix<double> magnitudes(1 + samples.size() / hopSamples, bins);
    for (std::size_t frame = 0; frame < magnitudes.rows(); ++frame) {
        for (std::size_t i = 0; i < fftSize; ++i)
            fft.time()[i] = padded[frame * hopSamples + i] * window[i];
        fft.forward();
        for (std::size_t bin = 0; bin < bins; ++bin)
            magnitudes(frame, bin) = std::abs(fft.spectrum()[bin]);
    }
    return magnitudes;
}

// scipy.ndimage's "reflect": d c b a | a b c d | d c b a.
std::size_t reflected(std::ptrdiff_t index, std::size_t size)
{
    const auto count = static_cast<std::ptrdiff_t>(size);
    while (index < 0 || index >= count)
        index = index < 0 ? -1 - index : 2 * count - 1 - index;
    return static_cast<std::size_t>(index);
}

enum class Along
{
    Time,
    Frequency
};

Matrix<double> medians(const Matrix<double>& magnitudes, Along axis)
{
    constexpr auto half = static_cast<std::ptrdiff_t>(medianLength / 2);
    Matrix<double> result(magnitudes.rows(), magnitudes.columns());
    std::vector<double> values(medianLength);
    for (std::size_t frame = 0; frame < result.rows(); ++frame)
        for (std::size_t bin = 0; bin < result.columns(); ++bin) {
            for (std::ptrdiff_t offset = -half; offset <= half; ++offset) {
                const auto at = [offset](std::size_t index, std::size_t size) {
                    return reflected(static_cast<std::ptrdiff_t>(index) + offset, size);
                };
                values[static_cast<std::size_t>(offset + half)] =
                    axis == Along::Time ? magnitudes(at(frame, result.rows()), bin)
                                        : magnitudes(frame, at(bin, result.columns()));
            }
            const auto middle = values.begin() + half;
            std::nth_element(values.begin(), middle, values.end());
            result(frame, bin) = *middle;
        }
    return result;
}

double harmonicPercussiveDb(const Matrix<double>& magnitudes)
{
    const Matrix<double> harmonic = medians(magnitudes, Along::Time);
    const Matrix<double> percussive = medians(magnitudes, Along::Frequency);
    double harmonicEnergy = 0;
    double percussiveEnergy = 0;
    for (std::size_t i = 0; i < magnitudes.size(); ++i) {
        // librosa.util.softmask, power 2, split_zeros.
        const double h = harmonic.data()[i];
        const double p = percussive.data()[i];
        const double larger = std::max(h, p);
        double share = 0.5;
        if (larger > 0) {
            const double h2 = (h / larger) * (h / larger);
            const double p2 = (p / larger) * (p / larger);
            share = h2 / (h2 + p2);
        }
        const double magnitude = magnitudes.data()[i];
        harmonicEnergy += (share * magnitude) * (share * magnitude);
        percussiveEnergy += ((1 - share) * magnitude) * ((1 - share) * magnitude);
    }
    return 10 * std::log10(harmonicEnergy / percussiveEnergy);
}

// Slaney's mel scale (librosa: htk=False): linear below 1,000 Hz, logarithmic above.
constexpr double linearHzPerMel = 200.0 / 3;
constexpr double logarithmicFromHz = 1000;
constexpr double logarithmicFromMel = logarithmicFromHz / linearHzPerMel;
const double logarithmicStep = std::log(6.4) / 27;

double melOf(double hertz)
{
    return hertz < logarithmicFromHz
               ? hertz / linearHzPerMel
               : logarithmicFromMel + std::log(hertz / logarithmicFromHz) / logarithmicStep;
}

double hertzOfMel(double mel)
{
    return mel < logarithmicFromMel
               ? mel * linearHzPerMel
               : logarithmicFromHz * std::exp(logarithmicStep * (mel - logarithmicFromMel));
}

// librosa.filters.mel(norm="slaney") from 0 to half the rate: [bands, bins].
Matrix<double> slaneyFilters(double sampleRateHz)
{
    std::vector<double> points(melBands + 2);
    for (std::size_t i = 0; i < points.size(); ++i)
        points[i] = hertzOfMel(melOf(sampleRateHz / 2) * static_cast<double>(i) / (melBands + 1));
    Matrix<double> filters(melBands, bins);
    for (std::size_t band = 0; band < melBands; ++band)
        for (std::size_t bin = 0; bin < bins; ++bin) {
            const double hertz = hertzOf(bin, sampleRateHz);
            const double rising = (hertz - points[band]) / (points[band + 1] - points[band]);
            const double falling =
                (points[band + 2] - hertz) / (points[band + 2] - points[band + 1]);
            filters(band, bin) =
                std::max(0.0, std::min(rising, falling)) * 2 / (points[band + 2] - points[band]);
        }
    return filters;
}

// librosa.onset.onset_strength: mean rise of the mel bands' dB from frame to frame, [frames].
std::vector<double> onsetStrength(const Matrix<double>& magnitudes, double sampleRateHz)
{
    constexpr double leastPower = 1e-10; // librosa: amin
    constexpr double rangeDb = 80;       // librosa: top_db
    const Matrix<double> filters = slaneyFilters(sampleRateHz);
    Matrix<double> levels(magnitudes.rows(), melBands);
    for (std::size_t frame = 0; frame < levels.rows(); ++frame)
        for (std::size_t band = 0; band < melBands; ++band) {
            double power = 0;
            for (std::size_t bin = 0; bin < bins; ++bin)
                power += filters(band, bin) * magnitudes(frame, bin) * magnitudes(frame, bin);
            levels(frame, band) = 10 * std::log10(std::max(leastPower, power));
        }
    const double floor = std::ranges::max(levels.values()) - rangeDb;
    for (double& level : levels.values())
        level = std::max(level, floor);
    // Frames are centred: a rise shows half a window early.
    constexpr std::size_t delay = fftSize / (2 * hopSamples);
    std::vector<double> strength(levels.rows());
    for (std::size_t frame = 1; frame + delay < levels.rows(); ++frame) {
        double rise = 0;
        for (std::size_t band = 0; band < melBands; ++band)
            rise += std::max(0.0, levels(frame, band) - levels(frame - 1, band));
        strength[frame + delay] = rise / melBands;
    }
    return strength;
}

// librosa.util.peak_pick as onset_detect calls it: frames for 30 ms and 100 ms.
std::size_t countPeaks(std::vector<double> strength, double sampleRateHz)
{
    const auto framesOf = [&](double seconds) {
        return static_cast<std::size_t>(seconds * sampleRateHz / hopSamples);
    };
    const std::size_t near = framesOf(0.03);  // pre_max, wait
    const std::size_t around = framesOf(0.1); // pre_avg; post_avg is one more
    constexpr double delta = 0.07;
    const auto [lowest, highest] = std::ranges::minmax(strength);
    if (!(highest > 0))
        return 0;
    for (double& value : strength)
        value = (value - lowest) / (highest - lowest);
    std::size_t peaks = 0;
    for (std::size_t n = 0; n < strength.size();) {
        const auto at = [&](std::size_t index) {
            return strength.begin() + static_cast<std::ptrdiff_t>(std::min(index, strength.size()));
        };
        const double largest = *std::max_element(at(n - std::min(n, near)), at(n + 1));
        const auto first = at(n - std::min(n, around));
        const auto last = at(n + around + 1);
        const double mean = std::accumulate(first, last, 0.0) / static_cast<double>(last - first);
        const bool isPeak = strength[n] == largest && strength[n] >= mean + delta;
        peaks += isPeak ? 1 : 0;
        n += isPeak ? near + 1 : 1;
    }
    return peaks;
}

double meanCentroidHz(const Matrix<double>& magnitudes, double sampleRateHz)
{
    double sum = 0;
    std::size_t frames = 0;
    for (std::size_t frame = 0; frame < magnitudes.rows(); ++frame) {
        double weighted = 0;
        double total = 0;
        for (std::size_t bin = 0; bin < bins; ++bin) {
            weighted += hertzOf(bin, sampleRateHz) * magnitudes(frame, bin);
            total += magnitudes(frame, bin);
        }
        if (!(total > 0))
            continue;
        sum += weighted / total;
        ++frames;
    }
    return frames == 0 ? unknown : sum / static_cast<double>(frames);
}

} // namespace

SoundDescriptors describeSound(std::span<const float> samples, double sampleRateHz)
{
    const Matrix<double> magnitudes = magnitudesOf(samples);
    double low = 0;
    double all = 0;
    for (std::size_t frame = 0; frame < magnitudes.rows(); ++frame)
        for (std::size_t bin = 0; bin < bins; ++bin) {
            const double energy = magnitudes(frame, bin) * magnitudes(frame, bin);
            all += energy;
            if (hertzOf(bin, sampleRateHz) < lowHz)
                low += energy;
        }
    double squares = 0;
    for (const double sample : samples)
        squares += sample * sample;
    const auto count = static_cast<double>(samples.size());
    SoundDescriptors result;
    result.onsetsPerSecond =
        static_cast<double>(countPeaks(onsetStrength(magnitudes, sampleRateHz), sampleRateHz)) *
        sampleRateHz / count;
    result.centroidHz = meanCentroidHz(magnitudes, sampleRateHz);
    result.lowEnergyShare = all > 0 ? low / all : unknown;
    result.harmonicPercussiveDb = all > 0 ? harmonicPercussiveDb(magnitudes) : unknown;
    result.levelDb = squares > 0 ? 10 * std::log10(squares / count) : unknown;
    return result;
}

} // namespace earshot
