// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/excerpt_geometry.h"

#include <QString>

#include <vector>

namespace earshot {

// Where the frames and bands of an excerpt lie in seconds and hertz. The numbers are the front
// end's (FrontEndParameters, which ui does not link).
struct ExcerptAxes
{
    static constexpr double sampleRateHz = 22050;
    static constexpr double hopSamples = 315;
    static constexpr double fftSize = 1024;
    static constexpr double minimumHz = 27.5;
    static constexpr double maximumHz = 8000;
    static constexpr double frames = ExcerptGeometry::frames;
    static constexpr double bands = ExcerptGeometry::bands;
    static constexpr std::size_t values = ExcerptGeometry::frames * ExcerptGeometry::bands;
    static constexpr double seconds = ((frames - 1) * hopSamples + fftSize) / sampleRateHz; // 1.675

    // The middle of frame `frame`.
    static constexpr double secondsOfFrame(double frame)
    {
        return (frame * hopSamples + fftSize / 2) / sampleRateHz;
    }
    // What the classifier judges.
    static constexpr double centreSeconds() { return secondsOfFrame(ExcerptGeometry::centre); }
    // Frame i lies on [i, i + 1).
    static constexpr double frameAt(double atSeconds)
    {
        return (atSeconds * sampleRateHz - fftSize / 2) / hopSamples + 0.5;
    }
    // Band i lies on [i, i + 1), its filter's peak in the middle: point i + 1 of 82, equally spaced
    // in mel(f) = 1127 ln(1 + f/700) from 27.5 to 8000 Hz.
    static double hzAt(double band);
    static double bandAt(double hz);
};

// What a picture shows of an excerpt; bands as in ExcerptAxes::hzAt.
struct ExcerptRange
{
    double firstSeconds = 0;
    double lastSeconds = ExcerptAxes::seconds;
    double firstBand = 0;
    double lastBand = ExcerptAxes::bands;
    bool operator==(const ExcerptRange&) const = default;
};

struct ExcerptPoint
{
    double seconds;
    double band;
    bool operator==(const ExcerptPoint&) const = default;
};

// Pushed into the excerpt; at least 0.1 s and 8 bands, at most all of it.
ExcerptRange limited(const ExcerptRange& range);
ExcerptRange moved(const ExcerptRange& range, double bySeconds, double byBands);
// Factors below 1 show less, around a point that stays where it is. A side that would become too
// small stays as it was.
ExcerptRange zoomed(const ExcerptRange& range, ExcerptPoint around, double timeFactor,
                    double frequencyFactor);

struct AxisTick
{
    double share; // of the axis, from the left or from below, [0, 1]
    QString text;
};
// Round numbers, at least minimumSpacing pixels apart. Seconds "0", "0.5"; the last with its unit.
std::vector<AxisTick> timeTicks(const ExcerptRange& range, double pixels, double minimumSpacing);
// Hertz: "100", "500", "1k", "2k" …
std::vector<AxisTick> frequencyTicks(const ExcerptRange& range, double pixels,
                                     double minimumSpacing);

// The nearest note of equal temperament, A4 = 440 Hz: "A4", "C♯3".
QString noteName(double hz);
// "440 Hz", "2.35 kHz".
QString hertzText(double hz);
// Decibels with a true minus sign: "−32 dB".
QString decibelText(double decibels);
// "0.82 s · 440 Hz (A4) · −32 dB" for frame and band of value logMel (natural logarithm); a change
// has its sign: "+3 dB".
enum class ReadoutKind
{
    Level,
    Change
};
QString readoutText(std::size_t frame, std::size_t band, float logMel, ReadoutKind kind);

} // namespace earshot
