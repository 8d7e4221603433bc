// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/feature_comparison.h"
#include "core/util/random.h"

#include <QTest>

#include <cmath>
#include <vector>

using namespace earshot;

namespace {

Matrix<float> points(std::size_t count, float x, float y)
{
    // A lattice without repeats around (x, y).
    Matrix<float> rows(count, 2);
    for (std::size_t i = 0; i < count; ++i) {
        rows(i, 0) = x + static_cast<float>(i % 7) * 0.1F;
        rows(i, 1) = y + static_cast<float>(i / 7) * 0.1F;
    }
    return rows;
}

Matrix<float> onALine(const std::vector<float>& places)
{
    Matrix<float> rows(places.size(), 2);
    for (std::size_t i = 0; i < places.size(); ++i)
        rows(i, 0) = places[i];
    return rows;
}

// Two clouds far from each other, 20 points each, of recordings 0 to 3 and 4 to 7.
struct TwoClouds
{
    Matrix<float> rows{40, 2};
    std::vector<std::size_t> recordings;
    TwoClouds()
    {
        CounterRandom random(1, 0);
        for (std::size_t i = 0; i < 40; ++i) {
            rows(i, 0) = static_cast<float>(random.normal()) + (i < 20 ? 0.0F : 50.0F);
            rows(i, 1) = static_cast<float>(random.normal());
            recordings.push_back(i / 5);
        }
    }
};

} // namespace

class TestFeatureComparison : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalFeatureSetsAreAtNoDistance()
    {
        const Matrix<float> set = points(49, 0, 0);
        const FeatureComparison same = compareFeatures(set, set, 3);
        QVERIFY(std::abs(same.distance) < 1e-5);
        QCOMPARE(same.precision, 1.0);
        QCOMPARE(same.recall, 1.0);
    }

    // The same cloud moved by (3, 4): only the means differ, 3² + 4² = 25. Nothing of it is
    // covered.
    void movedFeatureSetIsAtTheSquareOfItsWay()
    {
        const FeatureComparison moved = compareFeatures(points(49, 3, 4), points(49, 0, 0), 3);
        QVERIFY(std::abs(moved.distance - 25) < 1e-3);
        QCOMPARE(moved.precision, 0.0);
        QCOMPARE(moved.recall, 0.0);
    }

    // A generator that draws only one corner of the music: everything it draws is right, little is
    // drawn.
    void poorVarietyLowersRecallAlone()
    {
        Matrix<float> corner(49, 2);
        for (std::size_t i = 0; i < corner.rows(); ++i) {
            corner(i, 0) = 0.02F * static_cast<float>(i % 7) / 7;
            corner(i, 1) = 0.02F * static_cast<float>(i / 7) / 7;
        }
        const FeatureComparison poor = compareFeatures(corner, points(49, 0, 0), 3);
        QCOMPARE(poor.precision, 1.0);
        QCOMPARE(poor.recall, 1.0 / 49); // the corner's own point
        QVERIFY(poor.distance > 0.1);
    }

    // Twice as far apart and from the origin: a lattice of 7×7 at distances of 0.1 has the mean
    // 0.3 and, over n − 1, the variance 0.01·(7² − 1)/12·49/48 on either axis: 2·0.3² for the
    // means, and (2 − 1)² times the variance on both axes.
    void stretchedFeatureSetIsAtItsClosedForm()
    {
        Matrix<float> twice = points(49, 0, 0);
        for (float& value : twice.values())
            value *= 2;
        const double expected = 2 * 0.09 + 2 * 0.04 * 49 / 48;
        QVERIFY(std::abs(compareFeatures(twice, points(49, 0, 0), 3).distance - expected) < 1e-5);
    }

    // On a line, balls as far as the nearest neighbour. The reference: 0 ± 1, 1 ± 1, 3 ± 2 cover
    // −1 … 5: three of the four. Their own balls, −1 ± 0.1, −0.9 ± 0.1, 5 ± 0.5, 5.5 ± 0.5, hold no
    // point of it; those of 0.5 ± 2 and 2.5 ± 2 hold all.
    void coverageIsCountedByHand()
    {
        const Matrix<float> reference = onALine({0, 1, 3});
        const FeatureComparison one = compareFeatures(onALine({-1, -0.9F, 5, 5.5F}), reference, 1);
        QCOMPARE(one.precision, 0.75);
        QCOMPARE(one.recall, 0.0);
        const FeatureComparison other = compareFeatures(onALine({0.5F, 2.5F}), reference, 1);
        QCOMPARE(other.precision, 1.0);
        QCOMPARE(other.recall, 1.0);
    }

    // Recordings that are all alike: every draw gives the same set.
    void aReferenceWithoutVariationHasNoInterval()
    {
        Matrix<float> reference(8, 2);
        for (std::size_t row = 0; row < 8; ++row)
            reference(row, 0) = static_cast<float>(row % 2);
        const std::vector<std::size_t> recordings{0, 0, 1, 1, 2, 2, 3, 3};
        const Matrix<float> set = onALine({0, 0.5F, 1});
        const FeatureComparison whole = compareFeatures(set, reference, 4);
        const FeatureIntervals intervals = featureIntervals(set, reference, recordings, 4, 20, 1);
        for (const auto& [interval, value] : {std::pair(intervals.distance, whole.distance),
                                              std::pair(intervals.precision, whole.precision),
                                              std::pair(intervals.recall, whole.recall)}) {
            QVERIFY(std::abs(interval.low - value) < 1e-5);
            QVERIFY(std::abs(interval.high - value) < 1e-5);
        }
    }

    // Songs and instrumentals are drawn apart: never are all of one half, so that the means, 25
    // apart from either cloud's, hardly move.
    void halvesAreDrawnApart()
    {
        const TwoClouds clouds;
        const FeatureIntervals intervals =
            featureIntervals(clouds.rows, clouds.rows, clouds.recordings, 3, 200, 7);
        QVERIFY2(intervals.distance.high < 5, std::to_string(intervals.distance.high).c_str());
        QVERIFY(intervals.distance.low < intervals.distance.high);
        // Drawn recordings are a part of the set itself: all are covered.
        QCOMPARE(intervals.recall.low, 1.0);
        // Of four recordings a draw leaves out some: their points may lie in nobody's ball.
        QVERIFY(intervals.precision.low < 1);
        QCOMPARE(intervals.precision.high, 1.0);
    }

    // Held-out rows lie 1, 2, … 101 from the nearest of the two training rows: half of them nearer
    // than 51, a hundredth nearer than 2. An exact copy, one at 1.5, one at 50, one at 51.
    void copiesLieNearTheirSources()
    {
        std::vector<float> heldOut;
        for (int distance = 1; distance <= 101; ++distance)
            heldOut.push_back(static_cast<float>(distance % 2 == 0 ? -distance : 1000 + distance));
        const Copying figures =
            copying(onALine({1000, -1.5F, 1050, -51}), onALine(heldOut), onALine({0, 1000}));
        QCOMPARE(figures.nearer, 0.75);
        QCOMPARE(figures.nearest, 0.5);
        const Copying itself = copying(onALine(heldOut), onALine(heldOut), onALine({0, 1000}));
        QCOMPARE(itself.nearer, 50.0 / 101);
        QCOMPARE(itself.nearest, 1.0 / 101);
    }

    // More rows than are compared at once.
    void copiesAmongMany()
    {
        std::vector<float> many(1201);
        for (std::size_t i = 0; i < many.size(); ++i)
            many[i] = static_cast<float>(i);
        const Copying figures = copying(onALine(many), onALine({600.25F, 600.25F}), onALine(many));
        QCOMPARE(figures.nearer, 1.0); // all at 0, which is below ¼
        QCOMPARE(figures.nearest, 1.0);
    }

    // Songs at 0 and 10 with balls of 1 around each of two points, one instrumental's at 100. Of
    // five features two lie with the first song, one with the second, one with the instrumental,
    // one nowhere: 4/5. Without the first song 2/5, without the second 3/5, a variance of
    // ½ · 2 · 0.1²; the one instrumental adds nothing.
    void precisionIsJackknifedByHand()
    {
        const Matrix<float> reference = onALine({0, 1, 10, 11, 100, 101, 100.5F, 101.5F});
        const std::vector<std::size_t> recordings{0, 0, 1, 1, 2, 2, 2, 2};
        const FeatureIntervals intervals = featureIntervals(
            onALine({0.5F, 0.25F, 10.5F, 100.75F, 50}), reference, recordings, 1, 5, 1);
        QVERIFY(std::abs(intervals.precision.low - (0.8 - 1.96 * 0.1)) < 1e-9);
        QVERIFY(std::abs(intervals.precision.high - (0.8 + 1.96 * 0.1)) < 1e-9);
    }

    void drawsRepeat()
    {
        const TwoClouds clouds;
        const auto draw = [&](std::uint64_t seed) {
            return featureIntervals(clouds.rows, clouds.rows, clouds.recordings, 3, 50, seed);
        };
        QCOMPARE(draw(1).distance.high, draw(1).distance.high);
        QVERIFY(draw(1).distance.high != draw(2).distance.high);
    }
};

QTEST_APPLESS_MAIN(TestFeatureComparison)
#include "tst_feature_comparison.moc"
