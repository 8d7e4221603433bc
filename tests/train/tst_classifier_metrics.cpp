// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/classifier_metrics.h"
#include "core/train/real_response_collection.h"
#include "core/util/error.h"

#include <QTest>

#include <array>
#include <cmath>
#include <limits>

using namespace earshot;
using enum FrameLabel;

namespace {

const std::vector<FrameLabel> labels{Positive, Negative, Positive, Unknown, Negative, Positive};
const std::vector<float> scores{1.0F, 0.5F, -0.5F, 9.0F, -2.0F, 0.5F};

bool isNear(double a, double b, double tolerance = 1e-12)
{
    return std::abs(a - b) <= tolerance;
}

} // namespace

class TestClassifierMetrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decisionsAreCounted()
    {
        const Confusion counts = confusion(scores, labels, 0);
        QCOMPARE(counts.truePositives, std::size_t{2});
        QCOMPARE(counts.falsePositives, std::size_t{1});
        QCOMPARE(counts.trueNegatives, std::size_t{1});
        QCOMPARE(counts.falseNegatives, std::size_t{1});
        QCOMPARE(counts.count(), std::size_t{5}); // the unknown one is left out
        QVERIFY(isNear(counts.precision(), 2.0 / 3));
        QVERIFY(isNear(counts.recall(), 2.0 / 3));
        QVERIFY(isNear(counts.specificity(), 0.5));
        QVERIFY(isNear(counts.f1(), 2.0 / 3));
        QVERIFY(isNear(counts.error(), 0.4));
        QVERIFY(isNear(counts.balancedError(), 1 - (2.0 / 3 + 0.5) / 2));
        // A score at the threshold is no decision for Positive.
        QCOMPARE(confusion(scores, labels, 0.5).truePositives, std::size_t{1});
        const Confusion none;
        QVERIFY(std::isnan(none.error()) && std::isnan(none.precision()) && std::isnan(none.f1()));
    }

    void theBestThresholdHasFewestErrors()
    {
        // Thresholds below all, −0.4, 0.3, 1.2, above all have 2, 1, 2, 1, 2 errors: −0.4 is nearer
        // to 0.
        const std::vector<float> four{2.0F, -1.0F, 0.4F, 0.2F};
        const std::vector<FrameLabel> known{Positive, Negative, Negative, Positive};
        QVERIFY(isNear(bestThreshold(four, known), -0.4, 1e-6));
        // Equal scores stay together: nothing separates them.
        const std::vector<float> equal{1.0F, 1.0F, 1.0F};
        QVERIFY(isNear(bestThreshold(equal, std::vector{Positive, Positive, Negative}), 0));
        QVERIFY(isNear(bestThreshold(equal, std::vector{Positive, Negative, Negative}), 2));
        QVERIFY_THROWS_EXCEPTION(Error, bestThreshold({}, {}));
        QVERIFY_THROWS_EXCEPTION(Error, bestThreshold(equal, std::vector(3, Unknown)));
        const std::vector<float> damaged{1.0F, std::numeric_limits<float>::quiet_NaN(), 1.0F};
        QVERIFY_THROWS_EXCEPTION(Error, bestThreshold(damaged, known));
    }

    void theBalancedThresholdWeighsTheClassesAlike()
    {
        // Six positives and two negatives, one of them amid the positives. Thresholds −0.5 and 1.75
        // make 1 of 2 + 0 of 6 and 0 of 2 + 2 of 6 errors.
        const std::vector<float> eight{0, 1, 2, 3, 4, 5, -1, 1.5F};
        std::vector<FrameLabel> known(8, Positive);
        known[6] = known[7] = Negative;
        QVERIFY(isNear(bestThreshold(eight, known, ThresholdCriterion::Error), -0.5));
        QVERIFY(isNear(bestThreshold(eight, known, ThresholdCriterion::BalancedError), 1.75));
        QVERIFY_THROWS_EXCEPTION(Error, bestThreshold(eight, std::vector(8, Positive),
                                                      ThresholdCriterion::BalancedError));
    }

    void areaUnderCurveCountsPairs()
    {
        // Pairs positive × negative: 1 > 0.5, 1 > −2, −0.5 < 0.5, −0.5 > −2, 0.5 = 0.5, 0.5 > −2.
        QVERIFY(isNear(areaUnderCurve(scores, labels), 4.5 / 6));
        QVERIFY(std::isnan(areaUnderCurve(scores, std::vector(6, Positive))));
        QVERIFY(std::isnan(areaUnderCurve({}, {})));
        std::vector<float> damaged = scores;
        damaged[3] = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(std::isnan(areaUnderCurve(damaged, labels)));
    }

    void medianIsScipys_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<QList<float>>("expected");
        // scipy 1.x: scipy.ndimage.median_filter([5, 1, 4, 2, 3, 9, -7], width, mode="reflect")
        QTest::newRow("1") << 1 << QList<float>{5, 1, 4, 2, 3, 9, -7};
        QTest::newRow("3") << 3 << QList<float>{5, 4, 2, 3, 3, 3, -7};
        QTest::newRow("4") << 4 << QList<float>{5, 5, 4, 3, 4, 3, 3};
        QTest::newRow("10") << 10 << QList<float>{3, 4, 4, 3, 4, 3, 3};
        QTest::newRow("15") << 15 << QList<float>{3, 3, 3, 3, 3, 3, 3};
    }
    void medianIsScipys()
    {
        QFETCH(int, width);
        QFETCH(QList<float>, expected);
        const std::vector<float> values{5, 1, 4, 2, 3, 9, -7};
        const std::vector<float> filtered = medianFiltered(values, static_cast<std::size_t>(width));
        QVERIFY(std::equal(filtered.begin(), filtered.end(), expected.begin(), expected.end()));
        QVERIFY(medianFiltered({}, static_cast<std::size_t>(width)).empty());
    }

    void theBootstrapDrawsSongs()
    {
        const Confusion good{10, 0, 0, 0};
        const Confusion bad{0, 10, 0, 0};
        const std::vector<Confusion> same(3, Confusion{3, 1, 0, 0});
        const Interval narrow = bootstrapError(same, 1000, 1);
        QVERIFY(narrow.low == 0.25 && narrow.high == 0.25);
        // Both the good one, with probability ¼, or both the bad one.
        const std::vector<Confusion> two{good, bad};
        const Interval wide = bootstrapError(two, 1000, 1);
        QVERIFY(wide.low == 0 && wide.high == 1);
        // Of 100 songs with 20 bad ones the share has a deviation of 0.04: 1.96 of them either
        // side.
        std::vector<Confusion> many(100, good);
        std::fill_n(many.begin(), 20, bad);
        const Interval middle = bootstrapError(many, 1000, 1);
        QVERIFY(std::abs(middle.low - 0.12) < 0.021 && std::abs(middle.high - 0.28) < 0.021);
        QVERIFY(bootstrapError(many, 1000, 1).low == middle.low);
        QVERIFY(std::isnan(bootstrapError({}, 1000, 1).low));
    }

    void quantilesAreNumpys()
    {
        // numpy.quantile([1, 2, 4, 8], numpy.linspace(0, 1, 6))
        const std::array<float, 6> expected{1.0F, 1.6F, 2.4F, 3.6F, 5.6F, 8.0F};
        const std::vector<float> values{1, 2, 4, 8};
        const std::vector<float> quantiles = quantilesOfSorted(values, 6);
        for (std::size_t i = 0; i < 6; ++i)
            QVERIFY(isNear(quantiles[i], expected[i], 1e-6));
        const std::vector<float> one{3};
        QVERIFY(quantilesOfSorted(one, 3) == std::vector<float>(3, 3.0F));
    }

    void responsesAreSummarised()
    {
        const std::vector<std::string> songs{"a", "b"};
        std::vector<RealExcerptPlace> places;
        std::vector<float> responses;
        for (int i = 0; i < 120; ++i) { // 0, 1, …, 59, 0, 1, …, 59
            responses.push_back(static_cast<float>(i % 60));
            places.push_back({i < 60 ? 0U : 1U, i * 0.5, i % 60 < 30 ? Negative : Positive});
        }
        places[0].label = Unknown;
        const RealResponses summary = summariseResponses("fc8[0]", responses, places, songs);
        QVERIFY(isNear(summary.mean, 29.5));
        // Variance of 0 … 59 is (60² − 1)/12 = 299.9167, times 120/119.
        QVERIFY(isNear(summary.standardDeviation, std::sqrt(299.916666666667 * 120 / 119), 1e-9));
        QVERIFY(isNear(summary.auc, 1));
        QVERIFY(isNear(summary.zeroShare, 2.0 / 120));
        QCOMPARE(summary.quantiles.size(), std::size_t{1001});
        QVERIFY(summary.quantiles.front() == 0 && summary.quantiles.back() == 59);
        QVERIFY(isNear(summary.quantiles[500], 29.5, 1e-5));
        QCOMPARE(summary.highest.size(), std::size_t{50});
        // Of equals the earlier excerpt comes first.
        QVERIFY(summary.highest[0].response == 59 && summary.highest[0].song == "a");
        QVERIFY(summary.highest[1].response == 59 && summary.highest[1].timeSeconds == 59.5);
        QVERIFY(summary.lowest[0].response == 0 && summary.lowest[0].song == "a");
        QVERIFY(summary.lowest[49].response == 24 && summary.lowest[49].song == "b");
        QVERIFY(summary.excerpts == 120 && summary.songs == 2);
        responses[7] = std::numeric_limits<float>::infinity();
        try {
            summariseResponses("fc8[0]", responses, places, songs);
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(QString(error.what()).contains("fc8[0]"));
        }
        QVERIFY_THROWS_EXCEPTION(Error, summariseResponses("fc8[0]", {}, {}, {}));
    }
};

QTEST_APPLESS_MAIN(TestClassifierMetrics)
#include "tst_classifier_metrics.moc"
