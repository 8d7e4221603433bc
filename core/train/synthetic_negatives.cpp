// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/synthetic_negatives.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/fft_rfft.h>
#include <ATen/ops/view_as_real.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

namespace earshot {

namespace {

constexpr double pi = std::numbers::pi;
// Notes and clicks that began before the excerpt, in windows.
constexpr std::size_t leadWindows = 16;
// Beyond this a decaying partial is not heard: −80 dB.
constexpr double inaudible = 1e-4;

// A stack of partials n·frequency with amplitudes n^-exponent.
struct Tone
{
    double radians = 0; // of the first partial, a sample
    double glide = 0;   // relative change of the frequency from the first to the last sample
    double exponent = 1;
    std::size_t partialStep = 1; // 2: odd ones only
    bool isAligned = false;      // phases as a saw's, else random
    double inharmonicity = 0; // partial n of a stiff string lies at n·√(1 + inharmonicity·n²)
    double decaySamples = 0;  // time constant of the first partial; 0: steady
};

void addPartial(std::span<float> sound, std::complex<double> start, double radians, double glide,
                double decayRatio)
{
    const double chirp = radians * glide / static_cast<double>(sound.size());
    const std::complex<double> turn = std::polar(1.0, chirp);
    std::complex<double> step = std::polar(decayRatio, radians);
    std::complex<double> now = start;
    std::size_t heard = sound.size();
    if (decayRatio < 1)
        heard = std::min(heard,
                         static_cast<std::size_t>(std::log(inaudible) / std::log(decayRatio)) + 1);
    for (std::size_t i = 0; i < heard; ++i) {
        sound[i] += static_cast<float>(now.imag());
        now *= step;
        step *= turn;
    }
}

void addTone(std::span<float> sound, const Tone& tone, double amplitude, CounterRandom& random)
{
    // No partial may pass half the sampling rate, or it would come back from there.
    const double highest = pi / std::max(1.0, 1 + tone.glide);
    for (std::size_t n = 1;; n += tone.partialStep) {
        const auto number = static_cast<double>(n);
        const double radians =
            tone.radians * number * std::sqrt(1 + tone.inharmonicity * number * number);
        if (radians >= highest)
            return;
        const double phase = tone.isAligned ? 0 : random.uniform(0, 2 * pi);
        // Higher partials of a string die away sooner.
        const double decayRatio =
            tone.decaySamples > 0 ? std::exp(-(1 + 0.25 * (number - 1)) / tone.decaySamples) : 1;
        addPartial(sound, std::polar(amplitude * std::pow(number, -tone.exponent), phase), radians,
                   tone.glide, decayRatio);
    }
}

// The sound of one excerpt in the making. Durations are in windows of the transform: at 1024
// samples and 22,050 Hz one is 46 ms, and one bin 21.5 Hz.
class Sound
{
public:
    Sound(std::size_t samples, std::size_t window, CounterRandom& random)
        : m_window(static_cast<double>(window))
        , m_samples(samples)
        , m_random(random)
    {
    }

    std::span<const float> samples() const { return m_samples; }

    void add(MadeSound kind)
    {
        switch (kind) {
        case MadeSound::Silence:
            break;
        case MadeSound::Noise:
            m_random.fillNormal(m_samples);
            break;
        case MadeSound::Sines:
            addSines();
            break;
        case MadeSound::HeldTone:
            addTone(m_samples, synthesiserTone(), 1, m_random);
            break;
        case MadeSound::Melody:
            addMelody();
            break;
        case MadeSound::StruckNotes:
            addStruckNotes();
            break;
        case MadeSound::Clicks:
            addClicks();
            break;
        }
    }

    // The loudest sample at a level from −60 dBFS to full scale; half of the time with a little
    // noise, as converters and rooms add it: without, the gaps between partials would be a mark.
    void finish()
    {
        float peak = 0;
        for (const float sample : m_samples)
            peak = std::max(peak, std::abs(sample));
        const double level = std::pow(10.0, m_random.uniform(-60, 0) / 20);
        const auto gain = static_cast<float>(peak > 0 ? level / static_cast<double>(peak) : 0);
        const bool isNoisy = m_random.index(2) == 0;
        const double noise = level * std::pow(10.0, m_random.uniform(-80, -40) / 20);
        for (float& sample : m_samples) {
            sample *= gain;
            if (isNoisy)
                sample += static_cast<float>(noise * m_random.normal());
        }
    }

private:
    void addSines()
    {
        const std::uint32_t count = 1 + m_random.index(4);
        for (std::uint32_t i = 0; i < count; ++i)
            addPartial(m_samples, std::polar(logUniform(0.1, 1), m_random.uniform(0, 2 * pi)),
                       radiansOfBin(logUniform(4, 0.35 * m_window)), 0, 1);
    }

    // In steps, as a sequencer plays.
    void addMelody()
    {
        Tone tone = synthesiserTone();
        tone.glide = 0;
        const double lowest = tone.radians;
        const std::size_t length = windows(m_random.uniform(2, 16));
        for (std::size_t first = m_random.index(static_cast<std::uint32_t>(length));
             first < m_samples.size(); first += length) {
            tone.radians = lowest * std::exp2(m_random.index(13) / 12.0);
            addFaded(std::span(m_samples).subspan(first), length,
                     [&](std::span<float> note) { addTone(note, tone, 1, m_random); });
        }
    }

    // Struck or plucked strings: single notes and chords that decay.
    void addStruckNotes()
    {
        const double lowest = logUniform(2.5, 20); // bins: about 54 to 430 Hz
        Tone tone;
        tone.exponent = m_random.uniform(0.8, 2);
        tone.inharmonicity = logUniform(1e-5, 1e-3);
        const double decayWindows = logUniform(4, 60); // 0.2 to 2.8 s
        const std::size_t length = windows(logUniform(4, 40));
        for (std::size_t first = m_random.index(static_cast<std::uint32_t>(length));
             first < m_samples.size(); first += length) {
            const std::uint32_t chord = 1 + m_random.index(3);
            for (std::uint32_t i = 0; i < chord; ++i) {
                const double octaves = m_random.index(25) / 12.0;
                tone.radians = radiansOfBin(lowest) * std::exp2(octaves);
                tone.decaySamples = decayWindows * m_window * std::exp2(-octaves / 2);
                const double amplitude = m_random.uniform(0.3, 1);
                addFaded(std::span(m_samples).subspan(first), length + windows(2),
                         [&](std::span<float> note) { addTone(note, tone, amplitude, m_random); });
            }
        }
    }

    // Regular or irregular clicks: single samples or short bursts of noise.
    void addClicks()
    {
        const double gap = logUniform(0.5, 16); // 23 ms to 0.7 s
        const bool isRegular = m_random.index(2) == 0;
        const double burst = m_random.index(2) == 0 ? 0 : logUniform(0.005, 0.3);
        double position = m_random.uniform(0, gap);
        while (windows(position) < m_samples.size()) {
            const double strength = isRegular ? 1 : m_random.uniform(0.2, 1);
            addClick(windows(position), strength, burst * m_window);
            position += isRegular ? gap : -gap * std::log(1 - m_random.uniform());
        }
    }

    double logUniform(double low, double high)
    {
        return low * std::exp2(m_random.uniform() * std::log2(high / low));
    }
    std::size_t windows(double count) const { return static_cast<std::size_t>(count * m_window); }
    double radiansOfBin(double bin) const { return 2 * pi * bin / m_window; }
    // A saw, a square wave, or a stack of partials of another steepness, held or gliding.
    Tone synthesiserTone()
    {
        Tone tone;
        tone.radians = radiansOfBin(logUniform(2, 41)); // about 43 to 880 Hz
        tone.glide = m_random.index(2) == 0 ? 0 : m_random.uniform(-0.3, 0.3);
        // One in two is a saw or a square wave.
        tone.exponent = m_random.index(2) == 0 ? 1 : m_random.uniform(0.3, 1.5);
        tone.partialStep = 1 + m_random.index(3) / 2;
        tone.isAligned = m_random.index(2) == 0;
        return tone;
    }

    // Adds a note of `length` samples, faded in and out over 3 ms, at the front of `rest`.
    template <typename Fill>
    void addFaded(std::span<float> rest, std::size_t length, Fill fill)
    {
        const std::size_t fade = windows(1.0 / 16);
        std::vector<float> note(std::max(length, 2 * fade + 1));
        fill(std::span(note));
        for (std::size_t i = 0; i < fade; ++i) {
            const auto gain = static_cast<float>(i) / static_cast<float>(fade);
            note[i] *= gain;
            note[note.size() - 1 - i] *= gain;
        }
        for (std::size_t i = 0; i < std::min(note.size(), rest.size()); ++i)
            rest[i] += note[i];
    }

    void addClick(std::size_t first, double strength, double burstSamples)
    {
        m_samples[first] += static_cast<float>(strength);
        for (std::size_t i = first; i < m_samples.size(); ++i) {
            const double fading = std::exp(-static_cast<double>(i - first) / burstSamples);
            if (!(fading > inaudible)) // also where burstSamples is 0
                return;
            m_samples[i] += static_cast<float>(strength * fading * m_random.normal() / 3);
        }
    }

    double m_window;
    std::vector<float> m_samples;
    CounterRandom& m_random;
};

// Magnitudes [frames, bins] under a symmetric Hann window, as the packed data's.
Matrix<float> magnitudesOf(std::span<const float> samples, std::size_t frames, std::size_t bins,
                           std::size_t hop)
{
    const std::size_t window = 2 * (bins - 1);
    std::vector<float> weights(window);
    for (std::size_t i = 0; i < window; ++i)
        weights[i] = static_cast<float>(0.5 - 0.5 * std::cos(2 * pi * static_cast<double>(i) /
                                                             static_cast<double>(window - 1)));
    Matrix<float> result(frames, bins);
    at::Tensor frame = at::empty({static_cast<std::int64_t>(window)}, at::kFloat);
    auto* values = frame.mutable_data_ptr<float>();
    for (std::size_t row = 0; row < frames; ++row) {
        for (std::size_t i = 0; i < window; ++i)
            values[i] = weights[i] * samples[row * hop + i];
        const at::Tensor spectrum = at::view_as_real(at::fft_rfft(frame)).contiguous();
        const auto* parts = spectrum.const_data_ptr<float>();
        for (std::size_t bin = 0; bin < bins; ++bin)
            result(row, bin) = std::hypot(parts[2 * bin], parts[2 * bin + 1]);
    }
    return result;
}

MadeSound drawMadeSound(CounterRandom& random)
{
    // Saws and strings are most like a voice, and deserve most.
    constexpr std::array<std::pair<double, MadeSound>, 6> bounds{{{0.10, MadeSound::Silence},
                                                                  {0.25, MadeSound::Noise},
                                                                  {0.35, MadeSound::Sines},
                                                                  {0.55, MadeSound::HeldTone},
                                                                  {0.65, MadeSound::Melody},
                                                                  {0.90, MadeSound::StruckNotes}}};
    const double drawn = random.uniform();
    for (const auto& [bound, sound] : bounds)
        if (drawn < bound)
            return sound;
    return MadeSound::Clicks;
}

} // namespace

Matrix<float> syntheticNegative(MadeSound kind, std::size_t frames, std::size_t bins,
                                CounterRandom& random)
{
    if (kind == MadeSound::Silence)
        return {frames, bins};
    const std::size_t window = 2 * (bins - 1);
    const std::size_t hop = window * 315 / 1024; // the front end's
    const std::size_t lead = leadWindows * window;
    Sound sound(lead + (frames - 1) * hop + window, window, random);
    sound.add(kind);
    sound.finish();
    Matrix<float> result = magnitudesOf(sound.samples().subspan(lead), frames, bins, hop);
    if (kind == MadeSound::Noise) {
        const double tilt = random.uniform(0, 1.5); // exponent: 0 white, 0.5 pink, 1 brown
        for (std::size_t bin = 0; bin < bins; ++bin) {
            const auto gain = static_cast<float>(std::pow(static_cast<double>(bin + 1), -tilt));
            for (std::size_t frame = 0; frame < frames; ++frame)
                result(frame, bin) *= gain;
        }
    }
    return result;
}

Matrix<float> syntheticNegative(std::size_t frames, std::size_t bins, CounterRandom& random)
{
    const MadeSound kind = drawMadeSound(random);
    return syntheticNegative(kind, frames, bins, random);
}

} // namespace earshot
