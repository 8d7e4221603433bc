// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dsp/fft.h"
#include "tests/support/failure.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <thread>
#include <vector>

using namespace earshot;

namespace {

double sampleAt(std::size_t i)
{
    return std::sin(0.37 * static_cast<double>(i * i));
}

std::vector<std::complex<double>> spectrumOf(std::size_t size)
{
    RealFft fft(size);
    for (std::size_t i = 0; i < size; ++i)
        fft.time()[i] = sampleAt(i);
    fft.forward();
    return {fft.spectrum().begin(), fft.spectrum().end()};
}

} // namespace

class TestFft : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // X[k] = Σ x[n] exp(−2πi·kn/N), summed as it is written.
    void isTheFourierSum()
    {
        constexpr std::size_t size = 48;
        const auto spectrum = spectrumOf(size);
        QCOMPARE(spectrum.size(), size / 2 + 1);
        for (std::size_t k = 0; k < spectrum.size(); ++k) {
            std::complex<double> sum = 0;
            for (std::size_t n = 0; n < size; ++n)
                sum += std::polar(sampleAt(n),
                                  -2 * std::numbers::pi * static_cast<double>(k * n % size) / size);
            QVERIFY2(std::abs(spectrum[k] - sum) < 1e-12, qPrintable(QString::number(k)));
        }
    }

    void cosineFallsIntoItsBin()
    {
        RealFft fft(64);
        for (std::size_t i = 0; i < 64; ++i)
            fft.time()[i] = std::cos(2 * std::numbers::pi * 5 * static_cast<double>(i) / 64);
        fft.forward();
        for (std::size_t bin = 0; bin < fft.bins(); ++bin)
            QVERIFY(std::abs(fft.spectrum()[bin] - (bin == 5 ? 32.0 : 0.0)) < 1e-12);
    }

    void inverseRestores()
    {
        RealFft fft(1024);
        for (std::size_t i = 0; i < 1024; ++i)
            fft.time()[i] = sampleAt(i);
        fft.forward();
        std::ranges::fill(fft.time(), 0.0);
        fft.inverse();
        for (std::size_t i = 0; i < 1024; ++i)
            QVERIFY(std::abs(fft.time()[i] - sampleAt(i)) < 1e-13);
    }

    void moves()
    {
        RealFft first(16);
        first.time()[0] = 3;
        RealFft second(std::move(first));
        RealFft third(8);
        third = std::move(second);
        QCOMPARE(third.size(), std::size_t(16));
        QCOMPARE(third.time()[0], 3.0);
    }

    void refusesSizes_data()
    {
        QTest::addColumn<qulonglong>("size");
        QTest::newRow("none") << 0ULL;
        QTest::newRow("one") << 1ULL;
        QTest::newRow("odd") << 1023ULL;
        QTest::newRow("huge") << (1ULL << 24) + 2;
        QTest::newRow("beyond int") << (1ULL << 32);
    }
    void refusesSizes()
    {
        QFETCH(qulonglong, size);
        QVERIFY(badInputOf([&] { RealFft fft(size); }).contains(QString::number(size)));
    }

    // Plans are made behind one lock, and bits do not depend on who else plans or runs.
    void threadsDoNotDisturbEachOther()
    {
        const auto alone = spectrumOf(1024);
        std::vector<std::vector<std::complex<double>>> results(64);
        {
            std::vector<std::jthread> threads;
            for (std::size_t first = 0; first < 4; ++first)
                threads.emplace_back([&results, first] {
                    for (std::size_t i = first; i < results.size(); i += 4) {
                        spectrumOf(128 + 2 * i);
                        results[i] = spectrumOf(1024);
                    }
                });
        }
        for (const auto& result : results)
            QVERIFY(result == alone);
    }
};

QTEST_APPLESS_MAIN(TestFft)
#include "tst_fft.moc"
