// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/listen/level_matching.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

using namespace earshot;

namespace {

// 100 whole periods.
std::vector<float> sine(double amplitude)
{
    std::vector<float> samples(10000);
    for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i] = static_cast<float>(
            amplitude * std::sin(2 * std::numbers::pi * static_cast<double>(i) / 100));
    return samples;
}

// One sample of `peak` in every `period`: RMS peak/√period.
std::vector<float> pulses(float peak, std::size_t period)
{
    std::vector<float> samples(100 * period);
    for (std::size_t i = 0; i < samples.size(); i += period)
        samples[i] = peak;
    return samples;
}

} // namespace

class TestLevelMatching : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // −20 dBFS is an RMS of 0.1. A sine's RMS is its amplitude/√2; a square's, its amplitude.
    // Pulses every 400 samples have a peak of 20 times their RMS: at an RMS of 0.1 it would be 2,
    // and −1 dBFS is 0.891251. A period of 79 asks for a peak of 0.888819, just below.
    void gains_data()
    {
        QTest::addColumn<std::vector<float>>("samples");
        QTest::addColumn<double>("gain");
        QTest::addColumn<double>("gainDb");
        QTest::addColumn<LevelMatch>("match");
        QTest::newRow("square, full scale")
            << std::vector<float>{1, -1, 1, -1} << 0.1 << -20.0 << LevelMatch::Matched;
        QTest::newRow("sine, full scale") << sine(1) << 0.141421 << -16.9897 << LevelMatch::Matched;
        QTest::newRow("quiet sine") << sine(0.01) << 14.1421 << 23.0103 << LevelMatch::Matched;
        QTest::newRow("louder than full scale")
            << sine(10) << 0.0141421 << -36.9897 << LevelMatch::Matched;
        QTest::newRow("already there")
            << std::vector<float>{0.1F, -0.1F} << 1.0 << 0.0 << LevelMatch::Matched;
        QTest::newRow("pulses") << pulses(0.5F, 400) << 1.782502 << 5.0206
                                << LevelMatch::LimitedByPeak;
        QTest::newRow("negative pulses")
            << pulses(-0.5F, 400) << 1.782502 << 5.0206 << LevelMatch::LimitedByPeak;
        QTest::newRow("pulses that just fit")
            << pulses(0.5F, 79) << 1.777639 << 4.9969 << LevelMatch::Matched;
        QTest::newRow("just above silence")
            << std::vector<float>(50, 1.001e-4F) << 999.001 << 59.9913 << LevelMatch::Matched;
        QTest::newRow("just below")
            << std::vector<float>(50, 0.999e-4F) << 1.0 << 0.0 << LevelMatch::Silent;
        QTest::newRow("zeros") << std::vector<float>(50) << 1.0 << 0.0 << LevelMatch::Silent;
        QTest::newRow("nothing") << std::vector<float>() << 1.0 << 0.0 << LevelMatch::Silent;
        QTest::newRow("NaN") << std::vector<float>{0.5F, std::numeric_limits<float>::quiet_NaN()}
                             << 1.0 << 0.0 << LevelMatch::Silent;
        QTest::newRow("infinity") << std::vector<float>{0.5F,
                                                        std::numeric_limits<float>::infinity()}
                                  << 1.0 << 0.0 << LevelMatch::Silent;
    }
    void gains()
    {
        QFETCH(std::vector<float>, samples);
        QFETCH(double, gain);
        QFETCH(double, gainDb);
        QFETCH(LevelMatch, match);
        const MatchingGain result = matchingGain(samples);
        QVERIFY2(std::abs(result.gain - gain) < 1e-5 * gain,
                 qPrintable(QString::number(result.gain)));
        QVERIFY2(std::abs(result.gainDb - gainDb) < 1e-4,
                 qPrintable(QString::number(result.gainDb)));
        QCOMPARE(result.match, match);
    }
};

QTEST_APPLESS_MAIN(TestLevelMatching)
#include "tst_level_matching.moc"
