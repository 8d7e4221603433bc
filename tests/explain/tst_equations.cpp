// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/equations.h"
#include "core/io/json.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

using namespace earshot;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// gradient() of tests/data/adam_reference.py.
std::vector<float> referenceGradient(int step)
{
    std::vector<float> values;
    for (int i = 0; i < 7; ++i) {
        double value =
            ((7919 * i + 104729 * step) % 2001 - 1000) / 1024.0 * std::pow(10.0, -2 * (i % 5));
        if (i == 5 || (i == 6 && step % 100 != 0))
            value = 0;
        values.push_back(static_cast<float>(value));
    }
    return values;
}

bool isClose(double a, double b, double tolerance = 1e-12)
{
    return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

} // namespace

class TestEquations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inputObjectiveTakesTheDirectionsSign()
    {
        QCOMPARE(inputObjective(2.5, Direction::Positive), 2.5);
        QCOMPARE(inputObjective(2.5, Direction::Negative), -2.5);
    }

    // ‖(3, 4)‖² = 25: −12.5 − ln 2π.
    void logPriorByHand()
    {
        const std::vector<float> latent{3, -4};
        QVERIFY(isClose(logPrior(latent), -12.5 - std::log(2 * std::numbers::pi)));
        const std::vector<float> origin(128, 0.0F);
        QVERIFY(isClose(logPrior(origin), -64 * std::log(2 * std::numbers::pi)));
    }

    // ±2 + 0.1·(−12.5 − ln 2π): the prior keeps its sign.
    void latentObjectiveByHand()
    {
        const std::vector<float> latent{3, -4};
        const double prior = 0.1 * (-12.5 - std::log(2 * std::numbers::pi));
        QVERIFY(isClose(latentObjective(2, latent, Direction::Positive, 0.1), 2 + prior));
        QVERIFY(isClose(latentObjective(2, latent, Direction::Negative, 0.1), -2 + prior));
    }

    // ±0.5·(4, −8) − 0.25·(2, 4), exact in float32.
    void latentObjectiveGradientByHand()
    {
        const std::vector<float> response{4, -8};
        const std::vector<float> latent{2, 4};
        std::vector<float> gradient(2);
        latentObjectiveGradient(response, latent, Direction::Positive, 0.5, 0.25, gradient);
        QCOMPARE(gradient, (std::vector<float>{1.5F, -5}));
        latentObjectiveGradient(response, latent, Direction::Negative, 0.5, 0.25, gradient);
        QCOMPARE(gradient, (std::vector<float>{-2.5F, 3}));
    }

    void adamIsPyTorchs_data()
    {
        QTest::addColumn<int>("index");
        QTest::newRow("learning rate 0.1") << 0;
        QTest::newRow("learning rate 0.01") << 1;
        QTest::newRow("learning rate 0.001") << 2;
    }

    void adamIsPyTorchs()
    {
        QFETCH(int, index);
        const Json reference = Json::readFile(EARSHOT_TEST_DATA "/adam_reference.json");
        const Json trajectory = reference.at("trajectories").at(static_cast<std::size_t>(index));
        const std::vector<double> kept = reference.numbers("steps");
        std::vector<float> latent;
        for (int i = 0; i < 7; ++i)
            latent.push_back(static_cast<float>(i) / 4 - 1);
        std::vector<float> first(7);
        std::vector<float> second(7);
        std::size_t next = 0;
        for (int step = 1; step <= 400; ++step) {
            adamAscent(referenceGradient(step), step, trajectory.number("learning_rate"),
                       {first, second}, latent);
            if (step != static_cast<int>(kept.at(next)))
                continue;
            const Json row = trajectory.at("latents").at(next++);
            for (std::size_t i = 0; i < 7; ++i) {
                // The same operations in the same order: what is left is fused multiplication.
                const double expected = row.at(i).number();
                QVERIFY2(isClose(latent[i], expected, 5e-7),
                         qPrintable(QString("step %1, coordinate %2: expected %3, found %4")
                                        .arg(step)
                                        .arg(i)
                                        .arg(expected, 0, 'g', 9)
                                        .arg(latent[i], 0, 'g', 9)));
            }
        }
        QCOMPARE(next, kept.size());
        QCOMPARE(latent[5], 0.25F); // never had a gradient
    }

    // m̂ = g and v̂ = g² after the first step, whatever the size of g: a whole l_r up.
    void firstStepOfAdamIsTheLearningRate()
    {
        std::vector<float> latent{1, 1, 1};
        std::vector<float> first(3);
        std::vector<float> second(3);
        adamAscent(std::vector<float>{1e-3F, -40, 0}, 1, 0.125, {first, second}, latent);
        QVERIFY(isClose(latent[0], 1.125, 2e-6)); // ε is 1e-5 of the gradient
        QVERIFY(isClose(latent[1], 0.875, 2e-7));
        QCOMPARE(latent[2], 1.0F);
    }

    void adamKeepsNaNWhereItIs()
    {
        std::vector<float> latent{1, 1};
        std::vector<float> first(2);
        std::vector<float> second(2);
        adamAscent(std::vector<float>{static_cast<float>(notANumber), 1}, 1, 0.5, {first, second},
                   latent);
        QVERIFY(std::isnan(latent[0]));
        QVERIFY(isClose(latent[1], 1.5, 1e-6));
    }

    // 1, 2, 6: mean 3, squares 4 + 1 + 9, divided by n − 1 = 2.
    void sampleMomentsByHand()
    {
        const SampleMoments moments = sampleMoments(std::vector<float>{1, 2, 6});
        QCOMPARE(moments.mean, 3.0);
        QCOMPARE(moments.variance, 7.0);
        // Large and close together: one pass over squares would lose everything.
        QCOMPARE(sampleMoments(std::vector<float>{1e7F, 1e7F + 1, 1e7F + 2}).variance, 1.0);
    }

    void sampleMomentsOfTooLittleOrNonsense()
    {
        QCOMPARE(sampleMoments(std::vector<float>{4}).mean, 4.0);
        QVERIFY(std::isnan(sampleMoments(std::vector<float>{4}).variance));
        QVERIFY(std::isnan(sampleMoments({}).mean));
        const float bad = std::numeric_limits<float>::infinity();
        QVERIFY(!std::isfinite(sampleMoments(std::vector<float>{1, bad}).mean));
        QVERIFY(!std::isfinite(sampleMoments(std::vector<float>{1, bad}).variance));
    }

    void frechetDistanceByHand_data()
    {
        QTest::addColumn<double>("realMean");
        QTest::addColumn<double>("realVariance");
        QTest::addColumn<double>("mean");
        QTest::addColumn<double>("variance");
        QTest::addColumn<double>("distance");
        QTest::newRow("the same") << 3.0 << 7.0 << 3.0 << 7.0 << 0.0;
        // (1 − (−2))² = 9; 4 + 9 − 2·√36 = 1
        QTest::newRow("shifted and wider") << 1.0 << 4.0 << -2.0 << 9.0 << 10.0;
        QTest::newRow("shifted only") << 1.0 << 5.0 << 4.0 << 5.0 << 9.0;
        // 0 + 4 + 0 − 0
        QTest::newRow("one is a point") << 2.0 << 4.0 << 2.0 << 0.0 << 4.0;
        QTest::newRow("two points") << 2.0 << 0.0 << -1.0 << 0.0 << 9.0;
        // (√1e-20 − √1e-20)² must not come out below 0: 1e-20 + 1e-20 − 2·1e-20
        QTest::newRow("tiny") << 0.0 << 1e-20 << 0.0 << 1e-20 << 0.0;
        QTest::newRow("NaN mean") << notANumber << 1.0 << 0.0 << 1.0 << notANumber;
        QTest::newRow("infinite mean") << 0.0 << 1.0 << infinity << 1.0 << notANumber;
        QTest::newRow("NaN variance") << 0.0 << 1.0 << 0.0 << notANumber << notANumber;
        QTest::newRow("infinite variance") << 0.0 << infinity << 0.0 << 1.0 << notANumber;
    }

    void frechetDistanceByHand()
    {
        QFETCH(double, realMean);
        QFETCH(double, realVariance);
        QFETCH(double, mean);
        QFETCH(double, variance);
        QFETCH(double, distance);
        const double found =
            frechetDistance(SampleMoments{realMean, realVariance}, SampleMoments{mean, variance});
        if (std::isnan(distance))
            QVERIFY(std::isnan(found));
        else
            QVERIFY2(isClose(found, distance) && found >= 0, qPrintable(QString::number(found)));
    }
};

QTEST_APPLESS_MAIN(TestEquations)
#include "tst_equations.moc"
