// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_result.h"
#include "core/util/random.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace earshot;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

GridMeasurement measured(double distance, double change)
{
    GridMeasurement measurement;
    measurement.distance = distance;
    measurement.change = change;
    measurement.state = GridState::Ok;
    return measurement;
}

std::vector<bool> ties(const std::vector<GridMeasurement>& measurements)
{
    std::vector<bool> list;
    for (const GridMeasurement& measurement : measurements)
        list.push_back(measurement.isTied);
    return list;
}

} // namespace

class TestGridUncertainty : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Of two responses 0 and 2 a draw is {0, 0}, {2, 2} (a quarter each) or both (mean 1,
    // variance 2): each far oftener than 2.5 % of 1,000 times.
    void intervalsOfTwoByHand_data()
    {
        QTest::addColumn<double>("realMean");
        QTest::addColumn<double>("realVariance");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::newRow("like the real ones") << 1.0 << 2.0 << 0.0 << 3.0; // 0 or 1 + 2
        QTest::newRow("real ones at 0") << 0.0 << 0.0 << 0.0 << 4.0;     // 0, 1 + 2 or 4
        QTest::newRow("far above") << -10.0 << 0.0 << 100.0 << 144.0;
    }

    void intervalsOfTwoByHand()
    {
        QFETCH(double, realMean);
        QFETCH(double, realVariance);
        QFETCH(double, low);
        QFETCH(double, high);
        const std::vector<float> generated{0, 2};
        const DistanceInterval interval = bootstrapInterval(generated, {realMean, realVariance}, 3);
        QVERIFY(std::abs(interval.low - low) < 1e-12);
        QVERIFY(std::abs(interval.high - high) < 1e-12);
    }

    void equalResponsesLeaveNoDoubt()
    {
        const std::vector<float> generated(5, 3);
        const DistanceInterval interval = bootstrapInterval(generated, {1, 4}, 0);
        QCOMPARE(interval.low, 8.0); // 2² + 2²
        QCOMPARE(interval.high, 8.0);
    }

    // For D = (μ − m)² far from 0 the interval is that of the mean, two standard errors about it:
    // √D ± 1.96 s/√n. 500 normals: s/√n = 0.045; the draws' own error is a few percent of it.
    void aboutTwoStandardErrors()
    {
        std::vector<float> generated(500);
        CounterRandom(1, 1).fillNormal(generated);
        const SampleMoments moments = sampleMoments(generated);
        const SampleMoments real{moments.mean + 1000, moments.variance};
        const DistanceInterval interval = bootstrapInterval(generated, real, 7);
        const double error = std::sqrt(moments.variance / 500);
        QVERIFY(std::abs((std::sqrt(interval.low) - 1000) / error + 1.96) < 0.25);
        QVERIFY(std::abs((std::sqrt(interval.high) - 1000) / error - 1.96) < 0.25);
    }

    void drawsDependOnTheSeedAlone()
    {
        std::vector<float> generated(8);
        CounterRandom(2, 0).fillNormal(generated);
        const SampleMoments real{1, 1};
        const DistanceInterval first = bootstrapInterval(generated, real, 5);
        const DistanceInterval again = bootstrapInterval(generated, real, 5);
        const DistanceInterval other = bootstrapInterval(generated, real, 6);
        QCOMPARE(first.low, again.low);
        QCOMPARE(first.high, again.high);
        QVERIFY(first.low != other.low || first.high != other.high);
        const double distance = frechetDistance(real, sampleMoments(generated));
        QVERIFY(first.low < distance && distance < first.high);
    }

    // At the least possible distance every draw that is no permutation lies above.
    void intervalsHoldTheirDistance()
    {
        std::vector<float> generated(50);
        CounterRandom(3, 0).fillNormal(generated);
        const DistanceInterval interval = bootstrapInterval(generated, sampleMoments(generated), 5);
        QCOMPARE(interval.low, 0.0);
        QVERIFY(interval.high > 0);
    }

    void nothingToDrawFrom_data()
    {
        QTest::addColumn<QList<float>>("generated");
        QTest::newRow("none") << QList<float>{};
        QTest::newRow("one") << QList<float>{1};
        QTest::newRow("NaN") << QList<float>{1, std::nanf(""), 2};
        QTest::newRow("infinite") << QList<float>{1, std::numeric_limits<float>::infinity()};
    }

    void nothingToDrawFrom()
    {
        QFETCH(QList<float>, generated);
        const std::vector<float> values(generated.begin(), generated.end());
        const DistanceInterval interval = bootstrapInterval(values, {0, 1}, 0);
        QVERIFY(std::isnan(interval.low));
        QVERIFY(std::isnan(interval.high));
    }

    // Of two starts a draw is the first alone, the second alone (a quarter each) or both: each far
    // oftener than 2.5 % of 1,000 times, so it is a tie where one of them is not farther than the
    // best. The real ones are at 0: D = mean² + variance.
    void tiesOfTwoByHand_data()
    {
        QTest::addColumn<QList<float>>("best");
        QTest::addColumn<QList<float>>("other");
        QTest::addColumn<bool>("isTied");
        // 1 in every draw; 4, 0 or 3.
        QTest::newRow("nearer in some draws") << QList<float>{1, 1} << QList<float>{2, 0} << true;
        QTest::newRow("always farther") << QList<float>{1, 1} << QList<float>{1.5, 1.5} << false;
        QTest::newRow("the same") << QList<float>{0, 2} << QList<float>{0, 2} << true;
        // 0, 4 or 3, and 0.25, 6.25 or 4.25: [0, 4] and [0.25, 6.25] overlap all the same.
        QTest::newRow("farther start by start")
            << QList<float>{0, 2} << QList<float>{0.5, 2.5} << false;
        // The same responses of other starts: 4 − 0 to 0 − 4.
        QTest::newRow("in another order") << QList<float>{0, 2} << QList<float>{2, 0} << true;
    }

    void tiesOfTwoByHand()
    {
        QFETCH(QList<float>, best);
        QFETCH(QList<float>, other);
        QFETCH(bool, isTied);
        Matrix<float> responses(2, 2);
        std::ranges::copy(best, responses.row(0).begin());
        std::ranges::copy(other, responses.row(1).begin());
        std::vector<GridMeasurement> list{measured(1, 0), measured(2, 0)};
        markTies(list, responses, {0, 0}, 3, 0);
        QCOMPARE(ties(list), (std::vector<bool>{true, isTied}));
    }

    // Only where both are known; 100 would set them apart.
    void tiesAreOverCommonStarts()
    {
        Matrix<float> responses(3, 3, std::nanf(""));
        for (std::size_t start = 0; start < 3; ++start)
            responses(0, start) = start < 2 ? 1.0F : -100.0F;
        responses(1, 0) = 2;
        responses(1, 1) = 0;
        responses(2, 2) = 1; // one start is too few to compare
        std::vector<GridMeasurement> list{measured(1, 0), measured(2, 0), measured(3, 0)};
        markTies(list, responses, {0, 0}, 3, 0);
        QCOMPARE(ties(list), (std::vector<bool>{true, true, false}));
    }

    void smallestChangeOfTheTied()
    {
        std::vector<GridMeasurement> list{measured(1.5, 9), measured(1, 8), measured(4, 7),
                                          measured(3, 1), measured(2, 2)};
        for (const std::size_t tied : {0, 1, 2, 4})
            list[tied].isTied = true;
        QCOMPARE(bestMeasurement(list), std::optional<std::size_t>(1));
        QCOMPARE(chosenMeasurement(list, 1), 4U);
        // Of changes that are not all known none is the smallest.
        list[2].change = std::numeric_limits<double>::quiet_NaN();
        QCOMPARE(chosenMeasurement(list, 1), 1U);
    }

    // Two pairs were refined: a better distance of fewer examples does not win over theirs, and
    // ties with them without being chosen.
    void refinedOnesAreAmongThemselves()
    {
        std::vector<GridMeasurement> list{measured(0.1, 1), measured(2, 5), measured(3, 4)};
        list[1].isRefined = list[2].isRefined = true;
        QCOMPARE(bestMeasurement(list), std::optional<std::size_t>(1));
        markTies(list, Matrix<float>(3, 2, 1), {0, 0}, 3, 1);
        QCOMPARE(ties(list), (std::vector<bool>{true, true, true}));
        QCOMPARE(chosenMeasurement(list, 1), 2U);
        // Unless every refined one has exploded.
        list[1].state = list[2].state = GridState::Exploded;
        QCOMPARE(bestMeasurement(list), std::optional<std::size_t>(0));
    }

    void theExplodedAndTheDeadAreLeftOut()
    {
        std::vector<GridMeasurement> list{measured(1, 1), measured(2, 1), measured(3, 2),
                                          measured(std::nan(""), 0)};
        list[0].state = GridState::Exploded;
        list[1].state = GridState::Dead;
        list[2].state = GridState::Stopped; // what is known of it counts
        QCOMPARE(bestMeasurement(list), std::optional<std::size_t>(2));
        markTies(list, Matrix<float>(4, 2, 1), {0, 0}, 3, 2);
        QCOMPARE(ties(list), (std::vector<bool>{false, false, true, false}));
        QCOMPARE(chosenMeasurement(list, 2), 2U);
        list[2].distance = infinity;
        QVERIFY(!bestMeasurement(list));
        QVERIFY(!bestMeasurement({}));
    }
};

QTEST_APPLESS_MAIN(TestGridUncertainty)
#include "tst_grid_uncertainty.moc"
