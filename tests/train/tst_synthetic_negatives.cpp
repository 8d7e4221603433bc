// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/synthetic_negatives.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

using namespace earshot;

namespace {

constexpr std::size_t frames = 40;
constexpr std::size_t bins = 513;

Matrix<float> made(MadeSound kind, std::uint64_t stream)
{
    CounterRandom random(7, stream);
    return syntheticNegative(kind, frames, bins, random);
}

double energy(std::span<const float> spectrum)
{
    return std::inner_product(spectrum.begin(), spectrum.end(), spectrum.begin(), 0.0);
}

// Geometric over arithmetic mean of the powers: near 1 for clicks and white noise, near 0 for
// tones.
double flatness(std::span<const float> spectrum)
{
    double logarithms = 0;
    for (const float value : spectrum)
        logarithms += 2 * std::log(std::max(static_cast<double>(value), 1e-12));
    const auto count = static_cast<double>(spectrum.size());
    return std::exp(logarithms / count) / std::max(energy(spectrum) / count, 1e-24);
}

// The share of a frame's energy in its 20 highest bins.
double concentration(std::span<const float> spectrum)
{
    std::vector<float> sorted(spectrum.begin(), spectrum.end());
    std::sort(sorted.rbegin(), sorted.rend());
    return energy(std::span(sorted).first(20)) / energy(spectrum);
}

} // namespace

class TestSyntheticNegatives : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKindIsFiniteAndRepeats_data()
    {
        QTest::addColumn<int>("kind");
        for (int kind = 0; kind <= static_cast<int>(MadeSound::Clicks); ++kind)
            QTest::addRow("kind %d", kind) << kind;
    }
    void everyKindIsFiniteAndRepeats()
    {
        QFETCH(int, kind);
        const auto sound = static_cast<MadeSound>(kind);
        for (std::uint64_t stream = 0; stream < 8; ++stream) {
            const Matrix<float> first = made(sound, stream);
            QCOMPARE(first.rows(), frames);
            QCOMPARE(first.columns(), bins);
            // A peak of full scale on every sample under a window whose sum is 511.5.
            for (const float value : first.values())
                QVERIFY(std::isfinite(value) && value >= 0 && value < 600);
            QVERIFY(std::ranges::equal(first.values(), made(sound, stream).values()));
            const double total = energy(first.values());
            QVERIFY(sound == MadeSound::Silence ? total == 0 : total > 0);
        }
        if (sound != MadeSound::Silence)
            QVERIFY(!std::ranges::equal(made(sound, 0).values(), made(sound, 1).values()));
    }

    // Which is what tells a tone from noise for a classifier, too.
    void tonesAreNarrowAndNoiseAndClicksAreWide()
    {
        for (std::uint64_t stream = 0; stream < 8; ++stream) {
            // At most four sines, each a main lobe of up to four bins.
            QVERIFY(concentration(made(MadeSound::Sines, stream).row(5)) > 0.99);
            const Matrix<float> noise = made(MadeSound::Noise, stream);
            QVERIFY(concentration(noise.row(5)) < 0.999);
            // Undoing no tilt can make noise steady.
            QVERIFY(!std::ranges::equal(noise.row(5), noise.row(9)));
        }
        double widest = 0;
        const Matrix<float> clicks = made(MadeSound::Clicks, 1);
        for (std::size_t frame = 0; frame < frames; ++frame)
            widest = std::max(widest, flatness(clicks.row(frame)));
        QVERIFY2(widest > 0.3, qPrintable(QString::number(widest)));
        QVERIFY(flatness(made(MadeSound::HeldTone, 1).row(5)) < 0.1);
    }

    // Between two strokes every string dies away.
    void struckNotesDecay()
    {
        int falling = 0;
        int rising = 0;
        for (std::uint64_t stream = 0; stream < 20; ++stream) {
            const Matrix<float> notes = made(MadeSound::StruckNotes, stream);
            for (std::size_t frame = 1; frame < frames; ++frame)
                ++(energy(notes.row(frame)) < energy(notes.row(frame - 1)) ? falling : rising);
        }
        QVERIFY2(falling > 2 * rising, qPrintable(QString("%1 %2").arg(falling).arg(rising)));
    }

    // The next stroke comes suddenly: more than twice the energy within a frame.
    void struckNotesBeginSuddenly()
    {
        int strokes = 0;
        for (std::uint64_t stream = 0; stream < 20; ++stream) {
            const Matrix<float> notes = made(MadeSound::StruckNotes, stream);
            for (std::size_t frame = 1; frame < frames; ++frame)
                strokes += energy(notes.row(frame)) > 2 * energy(notes.row(frame - 1)) ? 1 : 0;
        }
        QVERIFY2(strokes >= 10, qPrintable(QString::number(strokes)));
    }

    void levelsReachFromSoftToLoud()
    {
        double softest = 1e9;
        double loudest = 0;
        for (std::uint64_t stream = 0; stream < 40; ++stream) {
            const Matrix<float> sines = made(MadeSound::Sines, stream);
            const float highest = *std::ranges::max_element(sines.values());
            softest = std::min(softest, static_cast<double>(highest));
            loudest = std::max(loudest, static_cast<double>(highest));
        }
        // A single sine at full scale gives 256, at −60 dBFS a thousandth of it.
        QVERIFY2(loudest > 60 && loudest < 260, qPrintable(QString::number(loudest)));
        QVERIFY2(softest > 0.05 && softest < 2.56, qPrintable(QString::number(softest)));
    }

    void aRandomKindIsAnyKind()
    {
        int silent = 0;
        int tonal = 0;
        int wide = 0;
        for (std::uint64_t stream = 0; stream < 60; ++stream) {
            CounterRandom random(1, stream);
            const Matrix<float> sound = syntheticNegative(frames, bins, random);
            if (energy(sound.values()) == 0)
                ++silent;
            else
                ++(flatness(sound.row(frames / 2)) < 0.1 ? tonal : wide);
        }
        QVERIFY2(silent >= 2 && silent <= 12, qPrintable(QString::number(silent)));
        QVERIFY2(tonal > 20 && wide > 5, qPrintable(QString("%1 %2").arg(tonal).arg(wide)));
    }

    // Smaller transforms than the front end's, for tests of others.
    void aSmallTransformWorks()
    {
        CounterRandom random(3, 0);
        const Matrix<float> sound = syntheticNegative(MadeSound::HeldTone, 5, 65, random);
        QCOMPARE(sound.rows(), std::size_t{5});
        QCOMPARE(sound.columns(), std::size_t{65});
        QVERIFY(energy(sound.values()) > 0);
    }
};

QTEST_APPLESS_MAIN(TestSyntheticNegatives)
#include "tst_synthetic_negatives.moc"
