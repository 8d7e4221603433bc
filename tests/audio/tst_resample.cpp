// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/resample.h"
#include "tests/support/failure.h"
#include "tests/support/sound_files.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace earshot;

namespace {

// Of amplitude 0.5.
std::vector<float> sine(std::size_t samples, double sampleRateHz, double hz)
{
    const Matrix<float> matrix = sines(samples, 1, sampleRateHz, hz);
    return {matrix.values().begin(), matrix.values().end()};
}

} // namespace

class TestResample : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Lengths by soxr 0.1.3 itself: len(soxr.resample(zeros(n), a, 22050)) with Python's
    // soxr 1.1.0.
    void lengthsAreSoxrs_data()
    {
        QTest::addColumn<int>("samples");
        QTest::addColumn<int>("fromHz");
        QTest::addColumn<int>("length");
        QTest::newRow("8 kHz") << 8001 << 8000 << 22053;
        QTest::newRow("11 kHz") << 11026 << 11025 << 22052;
        QTest::newRow("16 kHz") << 24007 << 16000 << 33085;
        QTest::newRow("22 kHz") << 36934 << 22050 << 36934;
        QTest::newRow("32 kHz") << 48007 << 32000 << 33080;
        QTest::newRow("44 kHz, half up") << 44101 << 44100 << 22051;
        QTest::newRow("48 kHz, down") << 48001 << 48000 << 22050;
        QTest::newRow("88 kHz") << 132307 << 88200 << 33077;
        QTest::newRow("96 kHz") << 144007 << 96000 << 33077;
        QTest::newRow("192 kHz") << 288007 << 192000 << 33076;
        QTest::newRow("one sample of two") << 1 << 44100 << 1;
        QTest::newRow("too short for a sample") << 2 << 96000 << 0;
        QTest::newRow("nothing") << 0 << 44100 << 0;
    }
    void lengthsAreSoxrs()
    {
        QFETCH(int, samples);
        QFETCH(int, fromHz);
        QFETCH(int, length);
        const std::vector<float> zeros(static_cast<std::size_t>(samples));
        QCOMPARE(static_cast<int>(resample(zeros, fromHz, 22050).size()), length);
    }

    // The same sine at the other rate: neither louder, nor late, nor out of tune.
    void sineIsKept_data()
    {
        QTest::addColumn<double>("fromHz");
        QTest::addColumn<double>("hz");
        for (const double fromHz : {8000.0, 11025.0, 44100.0, 48000.0, 96000.0})
            for (const double hz : {100.0, 3000.0})
                QTest::addRow("%g of %g Hz", hz, fromHz) << fromHz << hz;
        QTest::newRow("near the top") << 44100.0 << 9500.0;
    }
    void sineIsKept()
    {
        QFETCH(double, fromHz);
        QFETCH(double, hz);
        const auto count = static_cast<std::size_t>(fromHz / 2);
        const std::vector<float> result = resample(sine(count, fromHz, hz), fromHz, 22050);
        const std::vector<float> expected = sine(result.size(), 22050, hz);
        for (std::size_t i = 500; i < result.size() - 500; ++i)
            QVERIFY2(std::abs(result[i] - expected[i]) < 1e-4, qPrintable(QString::number(i)));
    }

    // What the new rate cannot hold is gone instead of folded back to 22,050 − 15,000 = 7,050 Hz.
    void nothingIsFoldedBack()
    {
        const std::vector<float> result = resample(sine(44100, 44100, 15000), 44100, 22050);
        for (std::size_t i = 500; i < result.size() - 500; ++i)
            QVERIFY(std::abs(result[i]) < 1e-5);
    }

    void piecesMakeTheSameAsTheWhole_data()
    {
        QTest::addColumn<int>("fromHz");
        QTest::addColumn<int>("piece");
        for (const int fromHz : {8000, 22050, 44100, 48000})
            for (const int piece : {1, 1000, 4096, 30000})
                QTest::addRow("%d Hz, %d samples", fromHz, piece) << fromHz << piece;
    }
    void piecesMakeTheSameAsTheWhole()
    {
        QFETCH(int, fromHz);
        QFETCH(int, piece);
        const std::vector<float> samples = sine(25000, fromHz, 441);
        Resampler resampler(fromHz, 22050);
        std::vector<float> made;
        for (std::size_t first = 0; first < samples.size();) {
            const std::size_t count =
                std::min(static_cast<std::size_t>(piece), samples.size() - first);
            resampler.push({samples.data() + first, count}, made);
            first += count;
        }
        resampler.finish(made);
        QVERIFY(made == resample(samples, fromHz, 22050));
    }

    void sameRateKeepsTheBits()
    {
        const std::vector<float> samples = sine(1000, 22050, 441);
        QVERIFY(resample(samples, 22050, 22050) == samples);
    }

    void refusesRates_data()
    {
        QTest::addColumn<double>("fromHz");
        QTest::addColumn<double>("toHz");
        QTest::newRow("from none") << 0.0 << 22050.0;
        QTest::newRow("to none") << 22050.0 << 0.0;
        QTest::newRow("negative") << -44100.0 << 22050.0;
        QTest::newRow("NaN") << std::numeric_limits<double>::quiet_NaN() << 22050.0;
        QTest::newRow("too high") << 44100.0 << 1.1e6;
    }
    void refusesRates()
    {
        QFETCH(double, fromHz);
        QFETCH(double, toHz);
        const std::vector<float> samples(10);
        QVERIFY(badInputOf([&] { resample(samples, fromHz, toHz); }).contains("sample rate"));
    }
};

QTEST_APPLESS_MAIN(TestResample)
#include "tst_resample.moc"
