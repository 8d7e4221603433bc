// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json.h"
#include "core/train/adam.h"
#include "tests/nets/closed_formula.h"

#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

#include <QTest>

#include <cmath>

using namespace earshot;

namespace {

bool isNear(double a, double b, double tolerance)
{
    return std::abs(a - b) <= tolerance;
}

} // namespace

class TestAdam : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void adamIsKingmaAndBas()
    {
        // Gradients 1 and −½ at rate 0.1: m̂ = 1, then 0.04/0.19; v̂ = 1, then 0.001249/0.001999.
        const at::Tensor parameter = at::full({2}, 1.0, at::kDouble);
        Adam adam({parameter}, AdamSettings{0.1});
        adam.step({at::full({2}, 1.0, at::kDouble)});
        QVERIFY(isNear(parameter[0].item<double>(), 0.9, 1e-8));
        adam.step({at::full({2}, -0.5, at::kDouble)});
        const double second = 0.1 * (0.04 / 0.19) / std::sqrt(0.001249 / 0.001999);
        QVERIFY(isNear(parameter[1].item<double>(), 0.9 - second, 1e-8));
        QCOMPARE(adam.steps(), std::int64_t{2});
    }

    // 60 steps of torch.optim.Adam in float64, gradients from 1e-3 to 10 and a falling rate
    // (tests/data/networks_reference.py).
    void adamIsPyTorchs_data()
    {
        QTest::addColumn<int>("run");
        QTest::newRow("defaults") << 0;
        QTest::newRow("no first moment") << 1;
        QTest::newRow("large epsilon") << 2;
    }
    void adamIsPyTorchs()
    {
        QFETCH(int, run);
        const Json expected = Json::readFile(EARSHOT_TEST_DATA "/networks_reference.json")
                                  .at("adam")
                                  .at(static_cast<std::size_t>(run));
        const double rate = expected.number("learning_rate");
        const at::Tensor parameter = filled({5}, 300, 1).to(at::kDouble);
        Adam adam({parameter}, AdamSettings{rate, expected.number("beta1"),
                                            expected.number("beta2"), expected.number("epsilon")});
        const Json steps = expected.at("steps");
        std::size_t compared = 0;
        for (int t = 0; t < 60; ++t) {
            std::vector<double> gradient(5);
            for (std::size_t i = 0; i < 5; ++i) {
                const auto index = static_cast<double>(i);
                gradient[i] = std::sin(1.3 * index + 0.7 * t) * std::pow(10.0, index - 3);
            }
            adam.setLearningRate(rate / (1 + t));
            adam.step({at::tensor(gradient)});
            if (steps.at(compared).integer("step") != t + 1)
                continue;
            const std::vector<double> values = steps.at(compared++).numbers("values");
            for (std::size_t i = 0; i < 5; ++i)
                QVERIFY(isNear(parameter[static_cast<std::int64_t>(i)].item<double>(), values[i],
                               1e-12));
        }
        QCOMPARE(compared, steps.size());
    }

    void anotherGoesOnFromItsMoments()
    {
        const at::Tensor parameter = at::full({2}, 1.0, at::kDouble);
        Adam adam({parameter}, AdamSettings{0.1});
        adam.step({at::full({2}, 1.0, at::kDouble)});
        const at::Tensor copy = parameter.clone();
        Adam resumed({copy}, AdamSettings{0.1});
        resumed.firstMoments()[0].copy_(adam.firstMoments()[0]);
        resumed.secondMoments()[0].copy_(adam.secondMoments()[0]);
        resumed.setSteps(1);
        const at::Tensor gradient = at::full({2}, 0.3, at::kDouble);
        adam.step({gradient});
        resumed.step({gradient});
        QVERIFY(copy.equal(parameter));
    }

    // A parameter that requires a gradient is changed in place all the same, as a leaf.
    void leavesAreChangedInPlace()
    {
        const at::Tensor leaf = at::full({1}, 1.0, at::kDouble).requires_grad_(true);
        Adam adam({leaf}, AdamSettings{0.5});
        adam.step({at::full({1}, 2.0, at::kDouble)});
        QVERIFY(isNear(leaf.item<double>(), 0.5, 1e-8));
        QVERIFY(leaf.is_leaf() && leaf.requires_grad());
    }
};

QTEST_APPLESS_MAIN(TestAdam)
#include "tst_adam.moc"
