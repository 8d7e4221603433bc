// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/number_text.h"

#include <QTest>

#include <limits>

using namespace earshot;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

} // namespace

class TestNumberText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void responses_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](double value, const char* expected) {
            QTest::newRow(expected) << value << QString::fromUtf8(expected);
        };
        row(6.31, "+6.3");
        row(-0.4, "−0.40");
        row(0, "0.0");
        row(99.94, "+99.9");
        row(99.96, "+100");
        row(-1557.733, "−1558");
        row(0.994, "+0.99");
        row(0.996, "+1.0");
        row(0.0421, "+0.042");
        row(-0.00031, "−3.1e−4");
        row(2.5e7, "+2.5e7");
        row(1e12, "+1.0e12");
        row(unknown, "–");
        row(-infinity, "−∞");
    }
    void responses()
    {
        QFETCH(double, value);
        QTEST(signedText(value), "expected");
    }

    void distancesHaveNoPlus()
    {
        QCOMPARE(plainText(1.16), QString("1.2"));
        QCOMPARE(plainText(-2), QString::fromUtf8("−2.0"));
        QCOMPARE(plainText(unknown), QString::fromUtf8("–"));
    }

    void percentiles_data()
    {
        QTest::addColumn<double>("percentile");
        QTest::addColumn<QString>("expected");
        QTest::newRow("middle") << 38.04 << "p38";
        QTest::newRow("tenths") << 99.2 << "p99.2";
        QTest::newRow("near the top") << 99.97 << "p99.97";
        QTest::newRow("near the bottom") << 0.04 << "p0.04";
        QTest::newRow("just below the top") << 99.9984 << "p99.99";
        QTest::newRow("just above the bottom") << 0.001 << "p0.01";
        QTest::newRow("the highest") << 100.0 << "p100";
        QTest::newRow("the lowest") << 0.0 << "p0";
        QTest::newRow("ten") << 10.0 << "p10";
        QTest::newRow("above") << infinity << "> max";
        QTest::newRow("below") << -infinity << "< min";
        QTest::newRow("unknown") << unknown << "";
    }
    void percentiles()
    {
        QFETCH(double, percentile);
        QTEST(percentileText(percentile), "expected");
    }
};

QTEST_GUILESS_MAIN(TestNumberText)
#include "tst_number_text.moc"
