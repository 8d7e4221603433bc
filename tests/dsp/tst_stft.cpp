// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dsp/stft.h"
#include "tests/dsp/front_end_reference.h"
#include "tests/support/failure.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

using namespace earshot;

namespace {

constexpr std::size_t fftSize = 1024;
constexpr std::size_t hop = 315;
constexpr std::size_t bins = 513;

using Complex = std::complex<double>;

std::vector<double> noise(std::size_t samples)
{
    std::vector<double> values(samples);
    for (std::size_t i = 0; i < samples; ++i)
        values[i] = std::sin(0.013 * static_cast<double>(i) * static_cast<double>(i % 977));
    return values;
}

std::vector<Complex> complexes(const std::vector<double>& pairs)
{
    std::vector<Complex> values;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
        values.emplace_back(pairs[i], pairs[i + 1]);
    return values;
}

} // namespace

class TestStft : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // ½ − ½ cos(2πi/(n − 1)): symmetric, ends 0, middle of an odd size 1.
    void windowIsSymmetric()
    {
        const std::vector<double> five = symmetricHann(5);
        const std::vector<double> expected{0, 0.5, 1, 0.5, 0};
        for (std::size_t i = 0; i < 5; ++i)
            QVERIFY(std::abs(five[i] - expected[i]) < 1e-15);
        const std::vector<double> window = symmetricHann(fftSize);
        for (std::size_t i = 0; i < fftSize; ++i)
            QVERIFY(std::abs(window[i] - window[fftSize - 1 - i]) < 1e-12);
        QCOMPARE(symmetricHann(1), std::vector<double>{1});
        QVERIFY(symmetricHann(0).empty());
    }

    void countsFrames_data()
    {
        QTest::addColumn<int>("samples");
        QTest::addColumn<int>("frames");
        QTest::newRow("none") << 0 << 0;
        QTest::newRow("one short of a frame") << 1023 << 0;
        QTest::newRow("one frame") << 1024 << 1;
        QTest::newRow("one short of two") << 1338 << 1;
        QTest::newRow("two") << 1339 << 2;
        QTest::newRow("one short of an excerpt") << 36933 << 114;
        QTest::newRow("an excerpt") << 36934 << 115; // 114·315 + 1024
    }
    void countsFrames()
    {
        QFETCH(int, samples);
        QFETCH(int, frames);
        Stft stft(fftSize, hop);
        const auto count = static_cast<std::size_t>(samples);
        QCOMPARE(stft.framesOf(count), static_cast<std::size_t>(frames));
        QCOMPARE(stft.forward(noise(count)).rows(), static_cast<std::size_t>(frames));
        const std::vector<float> single(count);
        QCOMPARE(stft.magnitudes(single).rows(), static_cast<std::size_t>(frames));
    }

    void coversFrames()
    {
        const Stft stft(fftSize, hop);
        QCOMPARE(stft.samplesOf(0), std::size_t(0));
        QCOMPARE(stft.samplesOf(1), fftSize);
        QCOMPARE(stft.samplesOf(115), std::size_t(36934));
    }

    void agreesWithNumpy()
    {
        const FrontEndReference reference;
        const auto samples = reference.values<float>("samples");
        const auto expected = complexes(reference.values<double>("stft"));
        Stft stft(fftSize, hop);
        const Matrix<Complex> result =
            stft.forward(std::vector<double>(samples.begin(), samples.end()));
        const Matrix<float> magnitudes = stft.magnitudes(samples);
        QCOMPARE(result.rows(), std::size_t(10));
        QCOMPARE(expected.size(), result.size());
        double largest = 0;
        for (const Complex& value : expected)
            largest = std::max(largest, std::abs(value));
        for (std::size_t i = 0; i < expected.size(); ++i) {
            QVERIFY(std::abs(result.data()[i] - expected[i]) <= 1e-12 * largest);
            QVERIFY(std::abs(magnitudes.data()[i] - std::abs(expected[i])) <= 1e-6 * largest);
        }
    }

    void inverseAgreesWithNumpy()
    {
        const FrontEndReference reference;
        const auto spectrogram = complexes(reference.values<double>("invented"));
        const auto expected = reference.values<double>("inverse");
        Stft stft(fftSize, hop);
        const auto result = stft.inverse({spectrogram.data(), 3, bins});
        QCOMPARE(result.size(), std::size_t(2 * hop + fftSize));
        QCOMPARE(expected.size(), result.size());
        for (std::size_t i = 0; i < result.size(); ++i)
            QVERIFY(std::abs(result[i] - expected[i]) < 1e-12);
    }

    // Where the windows overlap with a sum of squares above the least divisor, nothing is lost.
    void roundTripRestoresTheInterior()
    {
        Stft stft(fftSize, hop);
        const std::vector<double> samples = noise(36934);
        const std::vector<double> restored = stft.inverse(stft.forward(samples).view());
        QCOMPARE(restored.size(), samples.size());
        // Σw² = 3/8·1023/315 = 1.218 inside; sin⁴(πi/1023) exceeds a hundredth of it from 111 on.
        for (std::size_t i = 111; i < samples.size() - 111; ++i)
            QVERIFY(std::abs(restored[i] - samples[i]) < 1e-12);
    }

    // Without padding the first samples would be divided by almost nothing.
    void endsStayBelowTheInterior()
    {
        Stft stft(fftSize, hop);
        Matrix<Complex> spectrogram(115, bins);
        for (std::size_t i = 0; i < spectrogram.size(); ++i)
            spectrogram.data()[i] = std::polar(1.0, 1e-3 * static_cast<double>(i * i % 6283));
        for (std::size_t bin = 0; bin < bins; ++bin)
            spectrogram(114, bin) = 100; // a click at the last frame's first sample
        const std::vector<double> samples = stft.inverse(spectrogram.view());
        const auto magnitude = [](double a, double b) { return std::abs(a) < std::abs(b); };
        const double interior =
            std::abs(*std::max_element(samples.begin() + 64, samples.end() - 64, magnitude));
        QVERIFY(interior > 0);
        QVERIFY(std::abs(*std::max_element(samples.begin(), samples.begin() + 64, magnitude)) <=
                interior);
        QVERIFY(std::abs(*std::max_element(samples.end() - 64, samples.end(), magnitude)) <=
                interior);
    }

    void oneFrameAndNone()
    {
        Stft stft(fftSize, hop);
        const std::vector<double> samples = noise(fftSize);
        const std::vector<double> restored = stft.inverse(stft.forward(samples).view());
        QCOMPARE(restored.size(), fftSize);
        for (std::size_t i = 111; i < fftSize - 111; ++i)
            QVERIFY(std::abs(restored[i] - samples[i]) < 1e-12);
        QVERIFY(stft.inverse(Matrix<Complex>(0, bins).view()).empty());
    }

    void notANumberStaysInItsFrames()
    {
        Stft stft(fftSize, hop);
        std::vector<float> samples(4 * hop + fftSize, 0.5F);
        samples[0] = std::numeric_limits<float>::quiet_NaN();
        const Matrix<float> magnitudes = stft.magnitudes(samples);
        QVERIFY(std::isnan(magnitudes(0, 7)));
        for (std::size_t frame = 1; frame < magnitudes.rows(); ++frame)
            QVERIFY(std::isfinite(magnitudes(frame, 7)));
    }

    void refusesAWrongWidth()
    {
        Stft stft(fftSize, hop);
        QVERIFY(badInputOf([&] { stft.inverse(Matrix<Complex>(2, 512).view()); }).contains("513"));
        QVERIFY(badInputOf([] { Stft(fftSize, 0); }).contains("hop"));
    }
};

QTEST_APPLESS_MAIN(TestStft)
#include "tst_stft.moc"
