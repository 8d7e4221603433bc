// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/statistics.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numeric>

using namespace earshot;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

bool isNear(double a, double b)
{
    return std::abs(a - b) < 1e-12;
}

} // namespace

class TestStatistics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Of 0, 10, 20, 30: position share·3, between order statistics.
    void quantiles()
    {
        const std::vector<double> values{0, 10, 20, 30};
        QCOMPARE(quantile(values, 0), 0.0);
        QCOMPARE(quantile(values, 0.5), 15.0);
        QCOMPARE(quantile(values, 0.75), 22.5);
        QCOMPARE(quantile(values, 1), 30.0);
        QCOMPARE(quantile(std::vector<double>{4}, 0.3), 4.0);
    }

    void cosines()
    {
        const auto of = [](std::vector<double> a, std::vector<double> b) { return cosine(a, b); };
        QCOMPARE(of({1, 0}, {3, 0}), 1.0);
        QCOMPARE(of({1, 0}, {0, 2}), 0.0);
        QCOMPARE(of({1, 2}, {-2, -4}), -1.0);
        QVERIFY(isNear(of({1, 0}, {1, 1}), std::sqrt(0.5)));
        QVERIFY(std::isnan(of({0, 0}, {1, 1})));
        QVERIFY(std::isnan(of({notANumber, 0}, {1, 1})));
        QVERIFY(std::isnan(of({infinite, 0}, {1, 1})));
    }

    // From (1, 1): to (2, 1) and (1, 3) at right angles; from (0, 0): both the same way; unmoved.
    void changesOfTheSameStarts()
    {
        const Matrix<float> starts({1, 1, 0, 0, 5, 5}, 3, 2);
        const Matrix<float> a({2, 1, 1, 1, 5, 5}, 3, 2);
        const Matrix<float> b({1, 3, 4, 4, 6, 6}, 3, 2);
        const std::vector<double> cosines = changeCosines(starts, a, b);
        QCOMPARE(cosines.size(), std::size_t(3));
        QCOMPARE(cosines[0], 0.0);
        QVERIFY(isNear(cosines[1], 1));
        QVERIFY(std::isnan(cosines[2]));
    }

    void rankCorrelation_data()
    {
        QTest::addColumn<QList<double>>("x");
        QTest::addColumn<QList<double>>("y");
        QTest::addColumn<double>("expected");
        QTest::newRow("growing, not in line")
            << QList<double>{1, 2, 3, 4} << QList<double>{1, 10, 11, 1000} << 1.0;
        QTest::newRow("falling") << QList<double>{1, 2, 3} << QList<double>{9, 5, 1} << -1.0;
        // Rank differences 1, 1, 0, 0: 1 − 6·2/(4·15).
        QTest::newRow("two changed")
            << QList<double>{1, 2, 3, 4} << QList<double>{2, 1, 3, 4} << 0.8;
        // Ranks 1.5, 1.5, 3 against 1, 2, 3: deviations −½, −½, 1 and −1, 0, 1: 1.5/√(1.5·2).
        QTest::newRow("a tie") << QList<double>{7, 7, 8} << QList<double>{1, 2, 3}
                               << std::sqrt(0.75);
        QTest::newRow("infinity is the largest")
            << QList<double>{1, 2, infinite} << QList<double>{3, 2, 1} << -1.0;
        QTest::newRow("constant") << QList<double>{1, 2, 3} << QList<double>{4, 4, 4} << notANumber;
        QTest::newRow("NaN") << QList<double>{1, notANumber, 3} << QList<double>{4, 5, 6}
                             << notANumber;
        QTest::newRow("one pair") << QList<double>{1} << QList<double>{4} << notANumber;
    }

    void rankCorrelation()
    {
        QFETCH(QList<double>, x);
        QFETCH(QList<double>, y);
        QFETCH(double, expected);
        const double found = spearman({x.data(), static_cast<std::size_t>(x.size())},
                                      {y.data(), static_cast<std::size_t>(y.size())});
        QVERIFY2(std::isnan(expected) ? std::isnan(found) : isNear(found, expected),
                 qPrintable(QString::number(found)));
    }

    void correlationInterval()
    {
        std::vector<double> x;
        std::vector<double> y;
        for (int i = 0; i < 20; ++i) {
            x.push_back(i);
            y.push_back(i % 3 == 0 ? 30 - i : i);
        }
        std::vector<std::size_t> alone(x.size());
        std::iota(alone.begin(), alone.end(), std::size_t{0});
        const Estimate estimate = estimatedSpearman(x, y, alone, 1);
        QCOMPARE(estimate.value, spearman(x, y));
        QVERIFY(estimate.low < estimate.value && estimate.value < estimate.high);
        QVERIFY(estimate.low >= -1 && estimate.high <= 1);
        const Estimate again = estimatedSpearman(x, y, alone, 1);
        QCOMPARE(again.low, estimate.low);
        QVERIFY(estimatedSpearman(x, y, alone, 2).low != estimate.low);
        const Estimate sure = estimatedSpearman(x, x, alone, 1); // of any draw
        QVERIFY(isNear(sure.low, 1) && isNear(sure.high, 1));
        QVERIFY(std::isnan(estimatedSpearman({}, {}, {}, 1).low));
        // Pairs that belong together say less than as many on their own; all in one group are drawn
        // whole.
        std::vector<std::size_t> threes(x.size());
        for (std::size_t i = 0; i < threes.size(); ++i)
            threes[i] = i / 3;
        const Estimate grouped = estimatedSpearman(x, y, threes, 1);
        QCOMPARE(grouped.value, estimate.value);
        QVERIFY(grouped.low != estimate.low);
        const Estimate whole = estimatedSpearman(x, y, std::vector<std::size_t>(x.size(), 0), 1);
        QVERIFY(isNear(whole.low, whole.value) && isNear(whole.high, whole.value));
    }

    // Differences 1, 2, 3: mean 2, deviation 1 (n − 1).
    void effects()
    {
        const std::vector<double> before{10, 20, 30};
        const PairedEffect effect = pairedEffect(before, std::vector<double>{11, 22, 33}, 4);
        QCOMPARE(effect.difference.value, 2.0);
        QCOMPARE(effect.size.value, 2.0);
        QCOMPARE(effect.pairs, std::size_t(3));
        QVERIFY(effect.difference.low >= 1 && effect.difference.low <= 2);
        QVERIFY(effect.difference.high >= 2 && effect.difference.high <= 3);
        const PairedEffect same = pairedEffect(before, std::vector<double>{11, 21, 31}, 4);
        QCOMPARE(same.difference.value, 1.0);
        QCOMPARE(same.difference.low, 1.0);
        QVERIFY(std::isnan(same.size.value));
        // Nor do they differ by what rounding leaves of 0.1 − 0.1.
        const PairedEffect tenths =
            pairedEffect(std::vector<double>{0, 0, 0}, std::vector<double>{0.1, 0.1, 0.1}, 4);
        QVERIFY(std::isnan(tenths.size.value));
        const PairedEffect small =
            pairedEffect(std::vector<double>{0, 0}, std::vector<double>{1e-20, 3e-20}, 4);
        QVERIFY(isNear(small.size.value, std::sqrt(2.0)));
        // Draws of one value alone have no size: the interval is of the others.
        const PairedEffect drawn = pairedEffect(std::vector<double>{0, 0, 0, 0},
                                                std::vector<double>{0.1, 0.1, 0.1, 0.2}, 4);
        QVERIFY(drawn.size.low > 0 && drawn.size.high < 100);
        // A pair with an infinite or unknown side is left out.
        const PairedEffect less =
            pairedEffect(before, std::vector<double>{11, -infinite, notANumber}, 4);
        QCOMPARE(less.pairs, std::size_t(1));
        QCOMPARE(less.difference.value, 1.0);
        QVERIFY(std::isnan(less.size.value));
        QVERIFY(std::isnan(pairedEffect({}, {}, 4).difference.value));
    }

    // Draws of two values have the mean of one, of both, of the other.
    void means()
    {
        const Estimate mean = estimatedMean(std::vector<double>{0, 1}, 7);
        QCOMPARE(mean.value, 0.5);
        QCOMPARE(mean.low, 0.0);
        QCOMPARE(mean.high, 1.0);
        QVERIFY(std::isnan(estimatedMean(std::vector<double>{0, infinite}, 7).value));
    }
};

QTEST_APPLESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
