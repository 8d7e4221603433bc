// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dsp/log_mel.h"
#include "core/dsp/mel_filter_bank.h"
#include "core/dsp/mel_inversion.h"
#include "tests/dsp/front_end_reference.h"
#include "tests/support/failure.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

using namespace earshot;

namespace {

const FrontEndParameters frontEnd;
const float silence = static_cast<float>(std::log(1e-7));

} // namespace

class TestLogMel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithNumpy()
    {
        const FrontEndReference reference;
        const auto expected = reference.values<double>("log_mel");
        const Matrix<float> result = logMel(reference.values<float>("samples"), frontEnd);
        QCOMPARE(result.rows(), std::size_t(10));
        QCOMPARE(result.columns(), std::size_t(80));
        QCOMPARE(expected.size(), result.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY2(std::abs(result.data()[i] - expected[i]) < 1e-4,
                     qPrintable(QString::number(i)));
    }

    void filtersAgreeWithNumpy()
    {
        const FrontEndReference reference;
        const auto bands = reference.values<std::int32_t>("filter_band");
        const auto bins = reference.values<std::int32_t>("filter_bin");
        const auto weights = reference.values<double>("filter_weight");
        const MelFilterBank bank(frontEnd);
        QCOMPARE(bank.bins(), std::size_t(513));
        QCOMPARE(bank.bands().size(), std::size_t(80));
        std::size_t next = 0;
        for (std::size_t i = 0; i < 80; ++i)
            for (std::size_t k = 0; k < bank.bands()[i].weights.size(); ++k, ++next) {
                QVERIFY(next < weights.size());
                QCOMPARE(static_cast<std::size_t>(bands[next]), i);
                QCOMPARE(static_cast<std::size_t>(bins[next]), bank.bands()[i].firstBin + k);
                QVERIFY(std::abs(bank.bands()[i].weights[k] - weights[next]) < 1e-12);
            }
        QCOMPARE(next, weights.size());
    }

    // Filter 0 by hand: p = 27.5, 52.06 and 77.48 Hz are 1.28, 2.42 and 3.60 bins of 21.53 Hz, so
    // b = 2, 3, 4: bin 2 rises with (43.07 − 27.5)/1, bin 3 falls with (77.48 − 64.60)/1.
    void firstFilterByHand()
    {
        const MelFilterBank bank(frontEnd);
        const MelFilterBank::Band& band = bank.bands().front();
        QCOMPARE(band.firstBin, std::size_t(2));
        QCOMPARE(band.weights.size(), std::size_t(2));
        const double step = std::log((1 + 8000 / 700.0) / (1 + 27.5 / 700)) / 81;
        const double third = 700 * ((1 + 27.5 / 700) * std::exp(2 * step) - 1);
        const double rise = 2 * 22050 / 1024.0 - 27.5;
        const double fall = third - 3 * 22050 / 1024.0;
        QVERIFY(std::abs(band.weights[0] - rise / (rise + fall)) < 1e-12);
    }

    void filtersHaveSumOne()
    {
        const Matrix<float> dense = melFilterBank(frontEnd);
        QCOMPARE(dense.rows(), std::size_t(513));
        QCOMPARE(dense.columns(), std::size_t(80));
        for (std::size_t band = 0; band < 80; ++band) {
            double sum = 0;
            for (std::size_t bin = 0; bin < 513; ++bin) {
                QVERIFY(dense(bin, band) >= 0);
                sum += dense(bin, band);
            }
            QVERIFY(std::abs(sum - 1) < 1e-6);
        }
    }

    // As every filter has sum 1, equal magnitudes give that magnitude in every band.
    void equalMagnitudesStayEqual()
    {
        const Matrix<float> result = logMelOfMagnitudes(Matrix<float>(3, 513, 2.5F), frontEnd);
        for (const float value : result.values())
            QVERIFY(std::abs(value - std::log(2.5)) < 1e-6);
    }

    void floorHolds()
    {
        const std::vector<float> nothing(36934);
        const Matrix<float> result = logMel(nothing, frontEnd);
        QCOMPARE(result.rows(), std::size_t(115));
        for (const float value : result.values())
            QCOMPARE(value, silence);
        const Matrix<float> faint = logMelOfMagnitudes(Matrix<float>(1, 513, 1.1e-7F), frontEnd);
        QVERIFY(faint(0, 0) > silence);
    }

    // No band of a sound within ±1 is louder than ln(2/π Σ w), with Σ w = 511.5 of
    // numpy.hanning(1024): a low bin's share of a square wave of its frequency, whose every sample
    // helps. Generated excerpts end there. The lowest filter, two bins wide, gets within 2 dB of
    // it; a high one averages many bins.
    void fullScaleEndsThere_data()
    {
        QTest::addColumn<double>("bin");
        QTest::addColumn<double>("least");
        QTest::newRow("lowest filter") << 2.0 << 5.57;
        QTest::newRow("between bins") << 6.5 << 5.56;
        QTest::newRow("bin 32") << 32.0 << 5.43;
        QTest::newRow("bin 128") << 128.0 << 4.70;
    }
    void fullScaleEndsThere()
    {
        QFETCH(double, bin);
        QFETCH(double, least);
        const double limit = std::log(2 / std::numbers::pi * 511.5);
        float loudest = -100;
        for (int phase = 0; phase < 8; ++phase) {
            std::vector<float> square(1024);
            for (std::size_t i = 0; i < square.size(); ++i) {
                const double turns = bin * static_cast<double>(i) / 1024 + (phase + 0.5) / 16;
                square[i] = turns - std::floor(turns) < 0.5 ? 1.0F : -1.0F;
            }
            const Matrix<float> result = logMel(square, frontEnd);
            loudest = std::max(loudest, std::ranges::max(result.values()));
        }
        QVERIFY2(loudest < limit && loudest > least, std::to_string(loudest).c_str());
    }

    void countsFrames_data()
    {
        QTest::addColumn<qulonglong>("samples");
        QTest::addColumn<qulonglong>("frames");
        QTest::newRow("none") << 0ULL << 0ULL;
        QTest::newRow("too short") << 1023ULL << 0ULL;
        QTest::newRow("one frame") << 1024ULL << 1ULL;
        QTest::newRow("one short of an excerpt") << 36933ULL << 114ULL;
        QTest::newRow("an excerpt") << 36934ULL << 115ULL;
    }
    void countsFrames()
    {
        QFETCH(qulonglong, samples);
        QFETCH(qulonglong, frames);
        QCOMPARE(frontEnd.framesOf(samples), std::size_t(frames));
        QCOMPARE(logMel(std::vector<float>(samples), frontEnd).rows(), std::size_t(frames));
        if (frames > 0)
            QVERIFY(frontEnd.samplesOf(frames) <= samples &&
                    samples < frontEnd.samplesOf(frames + 1));
    }

    void samplesOfAnExcerpt()
    {
        QCOMPARE(frontEnd.samplesOf(115), std::size_t(36934));
        QCOMPARE(frontEnd.samplesOf(1), std::size_t(1024));
        QCOMPARE(frontEnd.samplesOf(0), std::size_t(0));
    }

    void notANumberIsNotHidden()
    {
        std::vector<float> samples(1024 + 315, 0.1F);
        samples.back() = std::numeric_limits<float>::quiet_NaN();
        const Matrix<float> result = logMel(samples, frontEnd);
        QVERIFY(std::isfinite(result(0, 0)));
        QVERIFY(std::isnan(result(1, 0)) && std::isnan(result(1, 79)));
    }

    void refusesAWrongWidth()
    {
        const QString message =
            badInputOf([] { logMelOfMagnitudes(Matrix<float>(2, 512), frontEnd); });
        QVERIFY(message.contains("513") && message.contains("512"));
        QVERIFY(badInputOf([] {
                    pseudoInverseMagnitudes(Matrix<double>(2, 79).view(), frontEnd);
                }).contains("79"));
    }

    void refusesFiltersThatCannotBeMade()
    {
        FrontEndParameters narrow;
        narrow.melBands = 2000; // most lie between two bins
        QVERIFY(badInputOf([&] { MelFilterBank bank(narrow); }).contains("filter"));
        FrontEndParameters wide;
        wide.maximumHz = 12000; // above half the sample rate
        QVERIFY(badInputOf([&] { MelFilterBank bank(wide); }).contains("12000"));
    }

    void pseudoInverseAgreesWithNumpy()
    {
        const FrontEndReference reference;
        const auto mels = reference.values<double>("mels");
        const auto expected = reference.values<double>("pseudo_inverse");
        const Matrix<double> result =
            pseudoInverseMagnitudes(Matrix<double>(mels, 2, 80).view(), frontEnd);
        QCOMPARE(result.columns(), std::size_t(513));
        QCOMPARE(result.size(), expected.size());
        bool someClipped = false;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            someClipped |= expected[i] == 0 && i % 513 > 2 && i % 513 < 360;
            QVERIFY(result.data()[i] >= 0);
            QVERIFY(std::abs(result.data()[i] - expected[i]) < 1e-9);
        }
        QVERIFY(someClipped); // else the limit at 0 is untested
    }

    // What lies in the filters' span comes back exactly: F·Fᵀ(FFᵀ)⁻¹ is the identity.
    void pseudoInverseKeepsSmoothBands()
    {
        Matrix<double> mels(1, 80);
        for (std::size_t band = 0; band < 80; ++band)
            mels(0, band) = 2 + std::sin(0.1 * static_cast<double>(band));
        const Matrix<double> magnitudes = pseudoInverseMagnitudes(mels.view(), frontEnd);
        const MelFilterBank bank(frontEnd);
        std::vector<double> again(80);
        bank.apply(magnitudes.row(0), again);
        for (std::size_t band = 0; band < 80; ++band)
            QVERIFY(std::abs(again[band] - mels(0, band)) < 0.02 * mels(0, band));
    }
};

QTEST_APPLESS_MAIN(TestLogMel)
#include "tst_log_mel.moc"
