// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/frechet_distance.h"
#include "core/util/random.h"
#include "tests/support/failure.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace earshot;

namespace {

// Every corner of a box: independent columns, column d of mean 0 and unbiased variance
// half[d]²·n/(n − 1), n = 2^D.
Matrix<float> corners(const std::vector<float>& half)
{
    Matrix<float> set(std::size_t{1} << half.size(), half.size());
    for (std::size_t row = 0; row < set.rows(); ++row)
        for (std::size_t d = 0; d < half.size(); ++d)
            set(row, d) = (row >> d & 1) != 0 ? half[d] : -half[d];
    return set;
}

Matrix<float> shifted(Matrix<float> set, const std::vector<float>& by)
{
    for (std::size_t row = 0; row < set.rows(); ++row)
        for (std::size_t d = 0; d < by.size(); ++d)
            set(row, d) += by[d];
    return set;
}

// Turns the first two columns by the angle whose cosine is 0.6 and sine 0.8.
Matrix<float> turned(Matrix<float> set)
{
    for (std::size_t row = 0; row < set.rows(); ++row) {
        const float x = set(row, 0);
        const float y = set(row, 1);
        set(row, 0) = 0.6F * x - 0.8F * y;
        set(row, 1) = 0.8F * x + 0.6F * y;
    }
    return set;
}

bool isClose(double a, double b)
{
    return std::abs(a - b) <= 1e-6 * std::max(1.0, std::abs(b));
}

} // namespace

class TestFeatureDistance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void identicalSetsAreNotApart()
    {
        CounterRandom random(1, 0);
        Matrix<float> set(40, 12);
        random.fillNormal(set.values());
        const double distance = frechetDistance(set, set);
        QVERIFY2(distance >= 0 && distance < 1e-10, qPrintable(QString::number(distance)));
        // Fewer rows than columns: a covariance without full rank.
        const MatrixView<const float> few = set.view().slice(0, 5);
        QVERIFY(frechetDistance(few, few) < 1e-6);
    }

    // The same covariance: |(3, −4, 0)|² = 25 is left.
    void shiftedSetsAreTheShiftApart()
    {
        const Matrix<float> set = corners({1, 2, 0.5F});
        QVERIFY(isClose(frechetDistance(set, shifted(set, {3, -4, 0})), 25));
    }

    // Diagonal covariances: Σ (σa − σb)², here 8/7·((1 − 3)² + (2 − 2)² + (5 − 1)²).
    void diagonalCovariancesByHand()
    {
        const Matrix<float> a = corners({1, 2, 5});
        const Matrix<float> b = corners({3, 2, 1});
        QVERIFY(isClose(frechetDistance(a, b), 8.0 / 7 * 20));
        QVERIFY(isClose(frechetDistance(b, a), 8.0 / 7 * 20));
    }

    // Both turned alike: nothing changes. One of them turned: Σa = diag(1, 9)·4/3 against
    // R Σa Rᵀ; for 2×2 matrices tr √M = √(tr M + 2 √det M), M = Σa R Σa Rᵀ: without the factor
    // tr M = 1·4.12... with c² = 0.36, s² = 0.64: c²(1 + 81) + 2·9 s² = 41.04, √det M = 9,
    // so the distance is 4/3·(20 − 2 √59.04).
    void turningByHand()
    {
        const Matrix<float> a = corners({1, 3});
        const Matrix<float> b = corners({2, 1});
        QVERIFY(isClose(frechetDistance(turned(a), turned(b)), frechetDistance(a, b)));
        const double expected = 4.0 / 3 * (20 - 2 * std::sqrt(59.04));
        QVERIFY2(isClose(frechetDistance(a, turned(a)), expected),
                 qPrintable(QString::number(frechetDistance(a, turned(a)))));
    }

    void unusableSets()
    {
        const Matrix<float> set = corners({1, 2});
        const auto message = [&](MatrixView<const float> other) {
            return badInputOf([&] { frechetDistance(set, other); });
        };
        const QString sizes = "'feature sets': cannot be compared: expected at least 2 rows each "
                              "of one width, found [4, 2] and ";
        QCOMPARE(message(corners({1, 2, 3})), sizes + "[8, 3]");
        QCOMPARE(message(Matrix<float>(1, 2)), sizes + "[1, 2]");
        QCOMPARE(message({}), sizes + "[0, 0]");
        Matrix<float> damaged = set;
        damaged(3, 1) = std::numeric_limits<float>::quiet_NaN();
        QCOMPARE(
            message(damaged),
            "'feature sets': cannot be compared: expected finite values, found NaN or infinity");
    }
};

QTEST_APPLESS_MAIN(TestFeatureDistance)
#include "tst_feature_distance.moc"
