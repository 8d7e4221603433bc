// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/gan_losses.h"
#include "core/train/light_critic.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <torch/csrc/autograd/autograd.h>

#include <QtTest>

#include <cmath>

using namespace earshot;

namespace {

double value(const at::Tensor& scalar)
{
    return scalar.detach().item<double>();
}

// A critic that is linear: its input gradient is `weight` everywhere.
at::Tensor linearScores(const at::Tensor& weight, const at::Tensor& input)
{
    return input.flatten(1).mv(weight);
}

at::Tensor doubles(std::initializer_list<double> values)
{
    return at::tensor(std::vector<double>(values));
}

} // namespace

class TestGanLosses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void logisticLossesAreTheirClosedForms()
    {
        const double log3 = std::log(3.0);
        // softplus(0) = ln 2 and softplus(−ln 3) = ln(4/3).
        QCOMPARE(value(gan::logisticCriticLoss(doubles({0, log3}), doubles({0, -log3}))),
                 std::log(8.0 / 3));
        QCOMPARE(value(gan::logisticGeneratorLoss(doubles({0, log3}))), std::log(8.0 / 3) / 2);
    }

    void wassersteinLossesAreDifferencesOfMeans()
    {
        QCOMPARE(value(gan::wassersteinCriticLoss(doubles({1, 3}), doubles({5, -1}))), 0.0);
        QCOMPARE(value(gan::wassersteinCriticLoss(doubles({1, 3}), doubles({1, 0}))), -1.5);
        QCOMPARE(value(gan::wassersteinGeneratorLoss(doubles({1, 0}))), -0.5);
    }

    // ‖w‖ = 5: R1 with γ is γ/2·25 and differentiates to γ·w.
    void r1OfALinearCritic()
    {
        const at::Tensor weight = doubles({1, 2, 2, 4}).requires_grad_(true);
        const at::Tensor real = at::randn({3, 1, 2, 2}, at::kDouble).requires_grad_(true);
        const at::Tensor penalty = gan::r1Penalty(linearScores(weight, real), real, 3);
        QCOMPARE(value(penalty), 37.5);
        const at::Tensor gradient = torch::autograd::grad({penalty}, {weight}).front();
        QVERIFY(at::allclose(gradient, weight.detach().mul(3)));
    }

    // 10·(5 − 1)² = 160; its gradient is 2·10·(5 − 1)·w/5 = 16 w.
    void gradientPenaltyOfALinearCritic()
    {
        const at::Tensor weight = doubles({1, 2, 2, 4}).requires_grad_(true);
        const at::Tensor at =
            gan::interpolated(at::randn({3, 1, 2, 2}, at::kDouble),
                              at::randn({3, 1, 2, 2}, at::kDouble), doubles({0, 0.5, 1}));
        const at::Tensor penalty = gan::gradientPenalty(linearScores(weight, at), at, 10);
        QCOMPARE(value(penalty), 160.0);
        const at::Tensor gradient = torch::autograd::grad({penalty}, {weight}).front();
        QVERIFY(at::allclose(gradient, weight.detach().mul(16)));
    }

    void gradientPenaltyOfAConstantCriticIsFinite()
    {
        const at::Tensor weight = at::zeros({4}, at::kDouble).requires_grad_(true);
        const at::Tensor at = at::randn({2, 1, 2, 2}, at::kDouble).requires_grad_(true);
        const at::Tensor penalty = gan::gradientPenalty(linearScores(weight, at), at, 10);
        QCOMPARE(value(penalty), 10.0);
        const at::Tensor gradient = torch::autograd::grad({penalty}, {weight}).front();
        QVERIFY(at::allclose(gradient, at::zeros({4}, at::kDouble)));
    }

    void interpolationIsPerExampleAndALeaf()
    {
        const at::Tensor real = at::full({2, 1, 1, 2}, 4.0, at::kDouble).requires_grad_(true);
        const at::Tensor mixed =
            gan::interpolated(real, at::zeros({2, 1, 1, 2}, at::kDouble), doubles({0.25, 1}));
        QVERIFY(at::allclose(mixed.detach().flatten(), doubles({1, 1, 4, 4})));
        QVERIFY(mixed.is_leaf() && mixed.requires_grad());
    }

    void shiftMovesBandsAndLevels()
    {
        const at::Tensor row = at::arange(5, at::kDouble).reshape({1, 1, 1, 5});
        const at::Tensor batch = at::cat({row, row, row}).requires_grad_(true);
        const at::Tensor moved =
            gan::shifted(batch, at::tensor({2, -1, 0}, at::kLong), doubles({0, 0.5, -1}));
        QVERIFY(at::allclose(moved.detach().flatten(),
                             doubles({0, 0, 0, 1, 2, 1.5, 2.5, 3.5, 4.5, 4.5, -1, 0, 1, 2, 3})));
        // Bands that were repeated or pushed out count as often as they are seen.
        const at::Tensor gradient = torch::autograd::grad({moved.sum()}, {batch}).front();
        QVERIFY(at::allclose(gradient.flatten(),
                             doubles({3, 1, 1, 0, 0, 0, 1, 1, 1, 2, 1, 1, 1, 1, 1})));
    }

    void groupDeviationByHand()
    {
        // Example i is i everywhere: the variance of 0…7, divided by n, is 5.25. The second group
        // is constant.
        const at::Tensor first =
            at::arange(8, at::kDouble).reshape({8, 1, 1, 1}).expand({8, 3, 2, 2});
        const at::Tensor second = at::ones({8, 3, 2, 2}, at::kDouble);
        const at::Tensor deviation = light_critic::groupDeviation(at::cat({first, second}));
        QCOMPARE(deviation.sizes(), at::IntArrayRef({16, 1, 2, 2}));
        QVERIFY(at::allclose(deviation.slice(0, 0, 8),
                             at::full({8, 1, 2, 2}, std::sqrt(5.25 + 1e-8), at::kDouble)));
        QVERIFY(at::allclose(deviation.slice(0, 8), at::full({8, 1, 2, 2}, 1e-4, at::kDouble)));
        // Fewer than a group: 0, 1, 2 have variance 2/3.
        QVERIFY(at::allclose(light_critic::groupDeviation(first.slice(0, 0, 3)),
                             at::full({3, 1, 2, 2}, std::sqrt(2.0 / 3), at::kDouble)));
    }

    void lightCriticScoresEachGroupByItself()
    {
        const Weights weights = light_critic::initialWeights(3);
        at::Tensor input = at::randn({16, 1, 115, 80});
        const at::Tensor before = light_critic::score(weights, input);
        QCOMPARE(before.sizes(), at::IntArrayRef({16}));
        input[15].zero_();
        const at::Tensor after = light_critic::score(weights, input);
        QVERIFY(at::allclose(before.slice(0, 0, 8), after.slice(0, 0, 8)));
        QVERIFY(!at::allclose(before.slice(0, 8, 15), after.slice(0, 8, 15)));
    }

    void lightCriticStartIsScaledAndRepeatable()
    {
        const Weights weights = light_critic::initialWeights(3);
        // 128·64·25 normals of variance 2/1.04/(64·25).
        const at::Tensor& conv3 = weights.at("conv3.weight");
        const double expected = 2 / 1.04 / (64 * 25);
        QVERIFY(std::abs(value(conv3.square().mean()) / expected - 1) < 0.02);
        QCOMPARE(value(weights.at("conv3.bias").abs().sum()), 0.0);
        QVERIFY(conv3.equal(light_critic::initialWeights(3).at("conv3.weight")));
        QVERIFY(!conv3.equal(light_critic::initialWeights(4).at("conv3.weight")));
    }
};

QTEST_APPLESS_MAIN(TestGanLosses)
#include "tst_gan_losses.moc"
