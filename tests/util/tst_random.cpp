// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/random.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <vector>

using namespace earshot;

namespace {

using Words = std::array<std::uint32_t, 4>;

constexpr std::size_t draws = 200'000;

std::vector<double> normals(std::uint64_t seed, std::uint64_t stream, std::size_t count = draws)
{
    CounterRandom random(seed, stream);
    std::vector<double> values(count);
    for (double& value : values)
        value = random.normal();
    return values;
}

double meanOfPower(const std::vector<double>& values, int power)
{
    double sum = 0;
    for (const double value : values)
        sum += std::pow(value, power);
    return sum / static_cast<double>(values.size());
}

// Correlation of two lists of N(0, 1), whose deviation is 1/√n if they are independent; in units of
// that deviation.
double correlation(const std::vector<double>& a, const std::vector<double>& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += a[i] * b[i];
    return sum / std::sqrt(static_cast<double>(a.size()));
}

// Σ (observed − expected)²/expected over bins of equal probability.
double chiSquare(const std::vector<std::size_t>& counts)
{
    double total = 0;
    for (const std::size_t count : counts)
        total += static_cast<double>(count);
    const double expected = total / static_cast<double>(counts.size());
    double sum = 0;
    for (const std::size_t count : counts)
        sum += std::pow(static_cast<double>(count) - expected, 2) / expected;
    return sum;
}

} // namespace

class TestRandom : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The three "philox4x32 10" lines of tests/kat_vectors of Random123, by the method's authors
    // (https://github.com/DEShawResearch/random123, release 1.14.0).
    void knownAnswers_data()
    {
        QTest::addColumn<Words>("counter");
        QTest::addColumn<Words>("key"); // the first two
        QTest::addColumn<Words>("answer");
        QTest::newRow("zeros") << Words{} << Words{}
                               << Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
        QTest::newRow("ones") << Words{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}
                              << Words{0xffffffff, 0xffffffff}
                              << Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
        QTest::newRow("digits of pi") << Words{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}
                                      << Words{0xa4093822, 0x299f31d0}
                                      << Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
    }

    void knownAnswers()
    {
        QFETCH(Words, counter);
        QFETCH(Words, key);
        QTEST(philox4x32(counter, {key[0], key[1]}), "answer");
    }

    // Stored explanations depend on this layout: (block, stream) counts, the seed is the key.
    void aStreamCountsBlocks()
    {
        CounterRandom random(0x1111111122222222, 0x3333333344444444);
        for (std::uint32_t block = 0; block < 3; ++block)
            for (const std::uint32_t word :
                 philox4x32({block, 0, 0x44444444, 0x33333333}, {0x22222222, 0x11111111}))
                QCOMPARE(random.bits(), word);
    }

    void aStreamDependsOnSeedAndStreamAlone()
    {
        const std::vector<double> alone = normals(7, 3, 100);
        CounterRandom first(7, 3);
        CounterRandom other(7, 4);
        for (const double value : alone) { // interleaved with another
            other.normal();
            QCOMPARE(first.normal(), value);
        }
        CounterRandom again(7, 3);
        QCOMPARE(again.normal(), alone.front());
    }

    // The zero block of the known answers: word/2^32, and Box–Muller of ((w0 + ½)/2^32, w1/2^32)
    // and ((w2 + ½)/2^32, w3/2^32), worked out in Python's doubles.
    void numbersOfTheZeroBlock()
    {
        CounterRandom uniform(0, 0);
        for (const double value :
             {0.3990464706439525, 0.880520197795704, 0.7357127843424678, 0.6054818537086248})
            QCOMPARE(uniform.uniform(), value);
        CounterRandom normal(0, 0);
        for (const double value :
             {0.9911376792540323, -0.9246625883905122, -0.6176089598118041, -0.48206858703542393})
            QVERIFY(std::abs(normal.normal() - value) < 1e-14);
    }

    void fillNormalRoundsNormal()
    {
        CounterRandom random(5, 6);
        std::vector<float> values(7); // odd: the spare of the last pair stays for the next call
        random.fillNormal(values);
        const std::vector<double> expected = normals(5, 6, 8);
        for (std::size_t i = 0; i < values.size(); ++i)
            QCOMPARE(values[i], static_cast<float>(expected[i]));
        QCOMPARE(random.normal(), expected.back());
    }

    void indexIsMultiplyAndShift()
    {
        CounterRandom bits(9, 1);
        CounterRandom index(9, 1);
        for (const std::uint32_t count : {1U, 2U, 7U, 1000U, 0xFFFFFFFFU, 0x80000000U}) {
            const std::uint32_t drawn = index.index(count);
            QVERIFY(drawn < count);
            QCOMPARE(drawn, static_cast<std::uint32_t>(double(bits.bits()) * count * 0x1p-32));
        }
    }

    // Deviations of the sample moments of n normals: √(1/n), √(2/n), √(15/n), √(96/n). Four
    // deviations; the seed is fixed, so that the test either always passes or never.
    void normalsHaveTheMomentsOfN01()
    {
        const std::vector<double> values = normals(1, 0);
        const double n = static_cast<double>(values.size());
        QVERIFY(std::abs(meanOfPower(values, 1)) < 4 * std::sqrt(1 / n));
        QVERIFY(std::abs(meanOfPower(values, 2) - 1) < 4 * std::sqrt(2 / n));
        QVERIFY(std::abs(meanOfPower(values, 3)) < 4 * std::sqrt(15 / n));
        QVERIFY(std::abs(meanOfPower(values, 4) - 3) < 4 * std::sqrt(96 / n));
        // P(|x| > 3) = 0.0026998.
        const auto far = std::count_if(values.begin(), values.end(),
                                       [](double value) { return std::abs(value) > 3; });
        QVERIFY(std::abs(static_cast<double>(far) - 0.0026998 * n) < 4 * std::sqrt(0.0026998 * n));
    }

    // 0.1 % points of χ²: 37.7 for 15 degrees of freedom, 22.5 for 6.
    void uniformAndIndexFillTheirBinsEvenly()
    {
        CounterRandom random(2, 0);
        std::vector<std::size_t> sixteenths(16);
        std::vector<std::size_t> sevenths(7);
        double sum = 0;
        for (std::size_t i = 0; i < draws; ++i) {
            const double value = random.uniform();
            QVERIFY(value >= 0 && value < 1);
            sum += value;
            ++sixteenths[static_cast<std::size_t>(value * 16)];
            ++sevenths[random.index(7)];
        }
        QVERIFY(chiSquare(sixteenths) < 37.7);
        QVERIFY(chiSquare(sevenths) < 22.5);
        QVERIFY(std::abs(sum / draws - 0.5) < 4 * std::sqrt(1.0 / 12 / draws));
        CounterRandom plain(3, 0);
        CounterRandom scaled(3, 0);
        for (int i = 0; i < 100; ++i)
            QCOMPARE(scaled.uniform(-2, 6), -2 + 8 * plain.uniform());
    }

    // Neighbours in stream and in seed, and the halves of one stream.
    void streamsAreIndependent()
    {
        const std::vector<double> base = normals(1, 0);
        QVERIFY(std::abs(correlation(base, normals(1, 1))) < 4);
        QVERIFY(std::abs(correlation(base, normals(2, 0))) < 4);
        QVERIFY(std::abs(correlation(base, normals(1, std::uint64_t{1} << 32))) < 4);
        QVERIFY(std::abs(correlation(base, normals(std::uint64_t{1} << 32 | 1, 0))) < 4);
        std::vector<double> later = normals(1, 0, draws + 1);
        later.erase(later.begin());
        QVERIFY(std::abs(correlation(base, later)) < 4);
    }

    // Any one bit of seed or stream changes about half of the 128 bits of a block: 64 ± 5.7.
    void everyBitMatters()
    {
        const auto block = [](std::uint64_t seed, std::uint64_t stream) {
            CounterRandom random(seed, stream);
            return Words{random.bits(), random.bits(), random.bits(), random.bits()};
        };
        const Words base = block(0, 0);
        for (int bit = 0; bit < 64; ++bit) {
            const std::uint64_t one = std::uint64_t{1} << bit;
            for (const Words& changed : {block(one, 0), block(0, one)}) {
                int different = 0;
                for (std::size_t i = 0; i < 4; ++i)
                    different += std::popcount(base[i] ^ changed[i]);
                QVERIFY(different > 64 - 29 && different < 64 + 29); // five deviations
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestRandom)
#include "tst_random.moc"
