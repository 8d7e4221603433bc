// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/excerpt_axes.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace earshot;

namespace {

QStringList textsOf(const std::vector<AxisTick>& ticks)
{
    QStringList texts;
    for (const AxisTick& tick : ticks)
        texts << tick.text;
    return texts;
}

} // namespace

class TestExcerptAxes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // mel(27.5) = 43.42744, mel(8000) = 2840.03771, a step of 34.52605 between 82 points; band i's
    // middle is point i + 1: 700 (exp(mel / 1127) − 1).
    void bandsInHertz_data()
    {
        QTest::addColumn<double>("band");
        QTest::addColumn<double>("hz");
        QTest::newRow("lowest") << 0.5 << 50.1321;     // 77.95349 mel
        QTest::newRow("eleventh") << 10.5 << 319.0264; // 423.21402 mel
        QTest::newRow("middle") << 40.5 << 1854.6329;
        QTest::newRow("highest") << 79.5 << 7737.5136;
        QTest::newRow("first point") << -0.5 << 27.5;
        QTest::newRow("last point") << 80.5 << 8000.0;
    }
    void bandsInHertz()
    {
        QFETCH(double, band);
        QFETCH(double, hz);
        QVERIFY(std::abs(ExcerptAxes::hzAt(band) - hz) < 1e-3);
        QVERIFY(std::abs(ExcerptAxes::bandAt(hz) - band) < 1e-4);
    }

    void framesInSeconds()
    {
        QCOMPARE(ExcerptAxes::seconds, 36934 / 22050.0);
        QCOMPARE(ExcerptAxes::secondsOfFrame(0), 512 / 22050.0);
        QCOMPARE(ExcerptAxes::centreSeconds(), 18467 / 22050.0); // 57·315 + 512
        QCOMPARE(ExcerptAxes::centreSeconds(), ExcerptAxes::seconds / 2);
        QCOMPARE(ExcerptAxes::frameAt(18467 / 22050.0), 57.5);
    }

    void noteNames_data()
    {
        QTest::addColumn<double>("hz");
        QTest::addColumn<QString>("name");
        QTest::newRow("tuning fork") << 440.0 << "A4";
        QTest::newRow("middle C") << 261.63 << "C4";
        QTest::newRow("sharp") << 277.18 << "C♯4";
        QTest::newRow("below the octave's C") << 246.94 << "B3";
        QTest::newRow("lowest key") << 27.5 << "A0";
        QTest::newRow("quarter tone below rounds down") << 440 * std::exp2(-0.6 / 12) << "G♯4";
        QTest::newRow("quarter tone below rounds up") << 440 * std::exp2(-0.4 / 12) << "A4";
        QTest::newRow("below C0") << 15.43 << "B-1";
    }
    void noteNames()
    {
        QFETCH(double, hz);
        QFETCH(QString, name);
        QCOMPARE(noteName(hz), name);
    }

    void numbersAsText()
    {
        QCOMPARE(hertzText(440.4), "440 Hz");
        QCOMPARE(hertzText(999.4), "999 Hz");
        QCOMPARE(hertzText(999.6), "1.00 kHz");
        QCOMPARE(hertzText(2345), "2.35 kHz");
        QCOMPARE(decibelText(-32.4), "−32 dB");
        QCOMPARE(decibelText(-0.3), "0 dB");
        QCOMPARE(decibelText(7.5), "8 dB");
    }

    void readouts()
    {
        // Frame 57: 0.8375 s. Band 10: 319.03 Hz, nearest D♯4 (311.13; E4 is 329.63, and the
        // middle of the two 320.24). −4 · 8.6859 = −34.74 dB.
        QCOMPARE(readoutText(57, 10, -4, ReadoutKind::Level), "0.84 s · 319 Hz (D♯4) · −35 dB");
        QCOMPARE(readoutText(0, 79, 1, ReadoutKind::Level), "0.02 s · 7.74 kHz (B8) · 9 dB");
        QCOMPARE(readoutText(57, 10, 0.5F, ReadoutKind::Change), "0.84 s · 319 Hz (D♯4) · +4.3 dB");
        QCOMPARE(readoutText(57, 10, -0.5F, ReadoutKind::Change),
                 "0.84 s · 319 Hz (D♯4) · −4.3 dB");
        QCOMPARE(readoutText(57, 10, 0, ReadoutKind::Change), "0.84 s · 319 Hz (D♯4) · 0.0 dB");
        QCOMPARE(readoutText(57, 10, std::numeric_limits<float>::quiet_NaN(), ReadoutKind::Level),
                 "0.84 s · 319 Hz (D♯4) · no value");
    }

    void familiarTicks()
    {
        const auto ticks = frequencyTicks({}, 190, 14);
        QCOMPARE(textsOf(ticks), QStringList({"100", "500", "1k", "2k", "5k"}));
        QVERIFY(std::abs(ticks[2].share - 27.20555 / 80) < 1e-6); // mel(1000) = 999.99
        QCOMPARE(textsOf(timeTicks({}, 190, 36)), QStringList({"0", "0.5", "1", "1.5 s"}));
        QCOMPARE(textsOf(timeTicks({}, 400, 36)).size(), 9); // every 0.2 s up to 1.6
    }

    void ticksOfALittlePictureKeepTheirDistance_data()
    {
        QTest::addColumn<double>("pixels");
        for (const double pixels : {30.0, 60.0, 120.0, 1000.0})
            QTest::addRow("%g", pixels) << pixels;
    }
    void ticksOfALittlePictureKeepTheirDistance()
    {
        QFETCH(double, pixels);
        for (const ExcerptRange& range :
             {ExcerptRange{}, ExcerptRange{0.4, 0.9, 5, 40}, ExcerptRange{1.2, 1.3, 60, 68}}) {
            for (const double spacing : {14.0, 36.0})
                for (const auto& ticks :
                     {frequencyTicks(range, pixels, spacing), timeTicks(range, pixels, spacing)})
                    for (std::size_t i = 0; i < ticks.size(); ++i) {
                        QVERIFY(ticks[i].share >= -1e-9 && ticks[i].share <= 1 + 1e-9);
                        QVERIFY(i == 0 ||
                                (ticks[i].share - ticks[i - 1].share) * pixels >= spacing - 1e-9);
                    }
        }
        QVERIFY(!frequencyTicks({1.2, 1.3, 60, 68}, 150, 14).empty());
    }

    void rangesStayInTheExcerpt()
    {
        const ExcerptRange all;
        QVERIFY(limited({-1, 5, -10, 200}) == all);
        QVERIFY(moved(all, 0.5, -3) == all);
        const ExcerptRange small = limited({0.5, 0.5, 30, 31});
        QVERIFY(std::abs(small.lastSeconds - small.firstSeconds - 0.1) < 1e-12);
        QCOMPARE(small.lastBand - small.firstBand, 8.0);
        const ExcerptRange pushed = moved({0.2, 0.7, 10, 50}, 5, 100);
        QVERIFY(std::abs(pushed.firstSeconds - (ExcerptAxes::seconds - 0.5)) < 1e-12);
        QCOMPARE(pushed.lastBand, 80.0);
        QCOMPARE(pushed.firstBand, 40.0);
    }

    void zoomKeepsThePoint()
    {
        const ExcerptRange half = zoomed({}, {0.4, 20}, 0.5, 1);
        QCOMPARE(half.firstSeconds, 0.2);
        QVERIFY(std::abs(half.lastSeconds - (0.4 + (ExcerptAxes::seconds - 0.4) / 2)) < 1e-12);
        QCOMPARE(half.firstBand, 0.0);
        QCOMPARE(half.lastBand, 80.0);
        QVERIFY(zoomed(half, {0.4, 20}, 100, 1) == ExcerptRange());
        const ExcerptRange tiny{0.4, 0.51, 10, 18};
        QVERIFY(zoomed(tiny, {0.45, 12}, 0.5, 0.5) == tiny);
    }
};

QTEST_MAIN(TestExcerptAxes)
#include "tst_excerpt_axes.moc"
