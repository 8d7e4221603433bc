// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace earshot;

namespace {

constexpr std::uint16_t infinity = 0x7C00;

// IEEE 754-2019, 3.4: sign, 5 bits of exponent with bias 15, 10 bits of fraction.
double definition(unsigned half)
{
    const int exponent = static_cast<int>(half >> 10 & 31);
    const double fraction = half & 1023;
    double value =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    if (exponent == 31)
        value = fraction == 0 ? std::numeric_limits<double>::infinity() : std::nan("");
    return (half & 0x8000) != 0 ? -value : value;
}

} // namespace

class TestHalf : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyHalfIsItsDefinitionAndComesBack()
    {
        for (unsigned bits = 0; bits <= 0xFFFF; ++bits) {
            const auto half = static_cast<std::uint16_t>(bits);
            const float value = halfToFloat(half);
            const double expected = definition(bits);
            if (std::isnan(expected)) {
                QVERIFY(std::isnan(value));
                QVERIFY(std::isnan(halfToFloat(floatToHalf(value))));
                continue;
            }
            QCOMPARE(static_cast<double>(value), expected);
            QCOMPARE(std::signbit(value), (bits & 0x8000) != 0);
            QCOMPARE(floatToHalf(value), half);
        }
    }

    // Between any two neighbours: the middle goes to the even one, anything else to the nearer.
    // Above the largest, 65504, infinity takes the place of 65536.
    void everyMiddleGoesToTheEvenNeighbour()
    {
        for (std::uint16_t low = 0; low < infinity; ++low) {
            const auto high = static_cast<std::uint16_t>(low + 1);
            const double above = high == infinity ? 65536 : definition(high);
            const auto middle = static_cast<float>((definition(low) + above) / 2); // exact
            const std::uint16_t even = low % 2 == 0 ? low : high;
            const float smaller = std::nextafter(middle, 0.F);
            const float larger = std::nextafter(middle, 1e9F);
            QCOMPARE(floatToHalf(middle), even);
            QCOMPARE(floatToHalf(smaller), low);
            QCOMPARE(floatToHalf(larger), high);
            QCOMPARE(floatToHalf(-middle), static_cast<std::uint16_t>(even | 0x8000));
        }
    }

    void extremes_data()
    {
        QTest::addColumn<float>("value");
        QTest::addColumn<std::uint16_t>("half");
        using Limits = std::numeric_limits<float>;
        QTest::newRow("zero") << 0.F << std::uint16_t(0);
        QTest::newRow("minus zero") << -0.F << std::uint16_t(0x8000);
        QTest::newRow("smallest float") << Limits::denorm_min() << std::uint16_t(0);
        QTest::newRow("largest float") << Limits::max() << infinity;
        QTest::newRow("infinity") << Limits::infinity() << infinity;
        QTest::newRow("minus infinity") << -Limits::infinity() << std::uint16_t(0xFC00);
    }

    void extremes()
    {
        QFETCH(float, value);
        QTEST(floatToHalf(value), "half");
    }
};

QTEST_APPLESS_MAIN(TestHalf)
#include "tst_half.moc"
