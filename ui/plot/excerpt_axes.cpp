// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/excerpt_axes.h"

#include "ui/plot/colour_scale.h"

#include <QStringList>

#include <algorithm>
#include <array>
#include <cmath>

namespace earshot {

namespace {

double mel(double hz)
{
    return 1127 * std::log1p(hz / 700);
}

double hzOfMel(double value)
{
    return 700 * std::expm1(value / 1127);
}

double melsPerBand()
{
    static const double step =
        (mel(ExcerptAxes::maximumHz) - mel(ExcerptAxes::minimumHz)) / (ExcerptAxes::bands + 1);
    return step;
}

constexpr double smallestSeconds = 0.1;
constexpr double smallestBands = 8;

// [first, last] moved and shrunk into [0, whole], no shorter than `smallest`.
void limit(double& first, double& last, double whole, double smallest)
{
    const double length = std::clamp(last - first, smallest, whole);
    first = std::clamp((first + last - length) / 2, 0.0, whole - length);
    last = first + length;
}

QString withTrueMinus(double value, const QString& digits)
{
    return value < 0 ? QChar(0x2212) + digits : digits;
}

} // namespace

double ExcerptAxes::hzAt(double band)
{
    return hzOfMel(mel(minimumHz) + (band + 0.5) * melsPerBand());
}

double ExcerptAxes::bandAt(double hz)
{
    return (mel(hz) - mel(minimumHz)) / melsPerBand() - 0.5;
}

ExcerptRange limited(const ExcerptRange& range)
{
    ExcerptRange result = range;
    limit(result.firstSeconds, result.lastSeconds, ExcerptAxes::seconds, smallestSeconds);
    limit(result.firstBand, result.lastBand, ExcerptAxes::bands, smallestBands);
    return result;
}

ExcerptRange moved(const ExcerptRange& range, double bySeconds, double byBands)
{
    return limited({range.firstSeconds + bySeconds, range.lastSeconds + bySeconds,
                    range.firstBand + byBands, range.lastBand + byBands});
}

ExcerptRange zoomed(const ExcerptRange& range, ExcerptPoint around, double timeFactor,
                    double frequencyFactor)
{
    if ((range.lastSeconds - range.firstSeconds) * timeFactor < smallestSeconds)
        timeFactor = 1;
    if ((range.lastBand - range.firstBand) * frequencyFactor < smallestBands)
        frequencyFactor = 1;
    const auto scaled = [](double value, double middle, double factor) {
        return middle + (value - middle) * factor;
    };
    return limited({scaled(range.firstSeconds, around.seconds, timeFactor),
                    scaled(range.lastSeconds, around.seconds, timeFactor),
                    scaled(range.firstBand, around.band, frequencyFactor),
                    scaled(range.lastBand, around.band, frequencyFactor)});
}

std::vector<AxisTick> timeTicks(const ExcerptRange& range, double pixels, double minimumSpacing)
{
    const double length = range.lastSeconds - range.firstSeconds;
    constexpr std::array steps = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0};
    const auto step = std::find_if(steps.begin(), steps.end(), [&](double candidate) {
        return candidate / length * pixels >= minimumSpacing;
    });
    std::vector<AxisTick> ticks;
    if (step == steps.end() || length <= 0)
        return ticks;
    const int digits = *step < 0.1 ? 2 : 1;
    for (double i = std::ceil(range.firstSeconds / *step - 1e-9);
         i * *step <= range.lastSeconds + 1e-9; ++i) {
        const double seconds = i * *step;
        const bool isWhole = std::abs(seconds - std::round(seconds)) < 1e-9;
        ticks.push_back({(seconds - range.firstSeconds) / length,
                         QString::number(seconds, 'f', isWhole ? 0 : digits)});
    }
    if (!ticks.empty())
        ticks.back().text += " s";
    return ticks;
}

std::vector<AxisTick> frequencyTicks(const ExcerptRange& range, double pixels,
                                     double minimumSpacing)
{
    // The most welcome first; one too near to an earlier one is left out. The others fill up what a
    // narrow range would leave empty.
    constexpr std::array familiar = {1000.0, 100.0, 5000.0, 2000.0, 500.0};
    constexpr std::array others = {200.0,  3000.0, 300.0,  700.0,  1500.0, 50.0,   4000.0,
                                   7000.0, 6000.0, 400.0,  600.0,  800.0,  150.0,  900.0,
                                   250.0,  1200.0, 1800.0, 2500.0, 3500.0, 4500.0, 5500.0};
    constexpr std::size_t fewTicks = 4;
    std::vector<AxisTick> ticks;
    const auto addIfFree = [&](double hz) {
        const double share =
            (ExcerptAxes::bandAt(hz) - range.firstBand) / (range.lastBand - range.firstBand);
        const bool isFree = std::none_of(ticks.begin(), ticks.end(), [&](const AxisTick& tick) {
            return std::abs(tick.share - share) * pixels < minimumSpacing;
        });
        if (share >= 0 && share <= 1 && isFree)
            ticks.push_back(
                {share, hz < 1000 ? QString::number(hz) : QString::number(hz / 1000) + 'k'});
    };
    std::for_each(familiar.begin(), familiar.end(), addIfFree);
    if (ticks.size() < fewTicks)
        std::for_each(others.begin(), others.end(), addIfFree);
    std::sort(ticks.begin(), ticks.end(),
              [](const AxisTick& a, const AxisTick& b) { return a.share < b.share; });
    return ticks;
}

QString noteName(double hz)
{
    static const QStringList names = {"C",  "C♯", "D",  "D♯", "E",  "F",
                                      "F♯", "G",  "G♯", "A",  "A♯", "B"};
    const int number = static_cast<int>(std::lround(69 + 12 * std::log2(hz / 440))); // MIDI's
    return names[((number % 12) + 12) % 12] + QString::number(std::floor(number / 12.0) - 1);
}

QString hertzText(double hz)
{
    return hz < 999.5 ? QString::number(hz, 'f', 0) + " Hz"
                      : QString::number(hz / 1000, 'f', 2) + " kHz";
}

QString decibelText(double decibels)
{
    return withTrueMinus(std::round(decibels), QString::number(std::abs(decibels), 'f', 0)) + " dB";
}

QString readoutText(std::size_t frame, std::size_t band, float logMel, ReadoutKind kind)
{
    const double hz = ExcerptAxes::hzAt(static_cast<double>(band) + 0.5);
    const double decibels = decibelsPerLog * logMel;
    const QString place =
        QString("%1 s · %2 (%3)")
            .arg(ExcerptAxes::secondsOfFrame(static_cast<double>(frame)), 0, 'f', 2)
            .arg(hertzText(hz), noteName(hz));
    if (!std::isfinite(logMel))
        return place + " · no value";
    if (kind == ReadoutKind::Level)
        return place + " · " + decibelText(decibels);
    return place + " · " +
           (decibels > 0   ? QString("+")
            : decibels < 0 ? QString(QChar(0x2212))
                           : QString()) +
           QString::number(std::abs(decibels), 'f', 1) + " dB";
}

} // namespace earshot
