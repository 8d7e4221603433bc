// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/equations.h"
#include "core/explain/explainer.h"
#include "core/explain/response_evaluation.h"
#include "core/nets/music_generator.h"
#include "core/nets/svdnet.h"
#include "tests/explain/toy_path.h"

#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <torch/csrc/autograd/autograd.h>

#include <QTest>

#include <cmath>
#include <optional>

using namespace earshot;

namespace {

constexpr double priorWeight = 0.1;

std::vector<double> doublesOf(const at::Tensor& tensor)
{
    const at::Tensor values = tensor.detach().to(at::kDouble).contiguous().flatten();
    return {values.const_data_ptr<double>(), values.const_data_ptr<double>() + values.numel()};
}

} // namespace

// Responses and their gradients through real networks at random weights, in float64.
class TestLatentGradient : public QObject
{
    Q_OBJECT

    // Made on one thread of torch's, as is everything here.
    std::optional<SvdNet> m_classifier;
    std::optional<MusicGenerator> m_generator;
    std::optional<Standardise> m_inputMap;

    ResponseExpression expression(const QString& response) const
    {
        return parseResponse(response.toStdString(), describedLayers(*m_classifier));
    }
    at::Tensor response(const QString& text, const at::Tensor& latents) const
    {
        return evaluateResponse(expression(text), *m_classifier,
                                m_inputMap->apply(m_generator->generate(latents)));
    }
    // Eq. 2 in double; latentObjective itself takes what the optimiser holds, float32.
    double objective(const QString& text, const std::vector<double>& latent,
                     Direction direction) const
    {
        double squares = 0;
        for (const double value : latent)
            squares += value * value;
        const double f =
            response(text, at::tensor(latent, at::kDouble).unsqueeze(0)).item<double>();
        return (direction == Direction::Positive ? f : -f) - priorWeight * squares / 2;
    }

private Q_SLOTS:
    void initTestCase()
    {
        initialiseTorch(DeviceChoice::Cpu, 1);
        m_classifier.emplace(SvdNet::initialWeights(11));
        m_generator.emplace(MusicGenerator::initialWeights(12));
        m_inputMap.emplace(at::full({80}, -3.0), at::full({80}, 2.0));
        m_classifier->to(at::kCPU, at::kDouble);
        m_generator->to(at::kCPU, at::kDouble);
        m_inputMap->to(at::kCPU, at::kDouble);
    }

    void finiteDifferences_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("isNegative");
        QTest::newRow("output neuron") << "fc9[0]" << false;
        QTest::newRow("its negative direction") << "fc9[0]" << true;
        QTest::newRow("sum of all kinds")
            << "0.5*mean(conv4) - 2*mean(conv5.act[3]) + norm(fc8) + conv2[1,50,30]" << false;
    }

    void finiteDifferences()
    {
        QFETCH(QString, text);
        QFETCH(bool, isNegative);
        const Direction direction = isNegative ? Direction::Negative : Direction::Positive;
        // Float32 values, so that nothing is lost on the way to the formula.
        const Matrix<float> start = startLatents(3, 1);
        const std::vector<double> latent(start.values().begin(), start.values().end());
        const at::Tensor leaf = at::tensor(latent, at::kDouble).unsqueeze(0).requires_grad_(true);
        const at::Tensor byAutograd =
            torch::autograd::grad({response(text, leaf).sum()}, {leaf}).front();
        std::vector<float> responseGradient;
        for (const double value : doublesOf(byAutograd))
            responseGradient.push_back(static_cast<float>(value));
        std::vector<float> gradient(128);
        latentObjectiveGradient(responseGradient, start.row(0), direction, 1, priorWeight,
                                gradient);

        double squares = 0;
        for (const float value : gradient)
            squares += static_cast<double>(value) * value;
        const double size = std::sqrt(squares / 128);
        for (const std::size_t coordinate : {0U, 31U, 77U, 127U}) {
            // Small enough that hardly any ReLU or pool changes its mind in between.
            constexpr double step = 1e-6;
            std::vector<double> above = latent;
            std::vector<double> below = latent;
            above[coordinate] += step;
            below[coordinate] -= step;
            const double difference =
                (objective(text, above, direction) - objective(text, below, direction)) /
                (2 * step);
            QVERIFY2(std::abs(gradient[coordinate] - difference) < 1e-4 * size,
                     qPrintable(QString("coordinate %1: gradient %2, difference %3, size %4")
                                    .arg(coordinate)
                                    .arg(gradient[coordinate], 0, 'g', 9)
                                    .arg(difference, 0, 'g', 9)
                                    .arg(size)));
        }
    }

    // Against the activations themselves, indexed by hand.
    void everyKindOfResponse()
    {
        const Matrix<float> starts = startLatents(4, 2);
        std::vector<float> values(starts.values().begin(), starts.values().end());
        const at::Tensor latents = at::tensor(values).view({2, 128}).to(at::kDouble);
        const std::vector<std::string> names{"conv5", "fc8.act", "fc9"};
        const std::vector<at::Tensor> activations =
            m_classifier->activations(m_inputMap->apply(m_generator->generate(latents)), names);
        const std::vector<double> conv = doublesOf(activations[0]); // [2, 64, 33, 21]
        const std::vector<double> dense = doublesOf(activations[1]);
        const std::vector<double> output = doublesOf(activations[2]);
        constexpr std::size_t area = 33 * 21;
        for (std::size_t n = 0; n < 2; ++n) {
            const auto mean = [&](std::size_t first, std::size_t count) {
                double sum = 0;
                for (std::size_t i = first; i < first + count; ++i)
                    sum += conv[n * 64 * area + i];
                return sum / static_cast<double>(count);
            };
            double squares = 0;
            for (std::size_t i = 0; i < 64; ++i)
                squares += dense[n * 64 + i] * dense[n * 64 + i];
            const std::vector<std::pair<QString, double>> expected{
                {"fc9[0]", output[n]},
                {"fc8.act[5]", dense[n * 64 + 5]},
                {"conv5[63,2,20]", conv[n * 64 * area + 63 * area + 2 * 21 + 20]},
                {"mean(conv5[7])", mean(7 * area, area)},
                {"mean(conv5)", mean(0, 64 * area)},
                {"norm(fc8.act)", std::sqrt(squares)},
                {"3*fc9[0] - 0.5*fc8.act[5]", 3 * output[n] - 0.5 * dense[n * 64 + 5]}};
            for (const auto& [text, value] : expected) {
                const at::Tensor found = response(text, latents);
                QCOMPARE(found.sizes(), at::IntArrayRef({2}));
                const double difference =
                    found[static_cast<std::int64_t>(n)].item<double>() - value;
                QVERIFY2(std::abs(difference) < 1e-9 * (1 + std::abs(value)), qPrintable(text));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestLatentGradient)
#include "tst_latent_gradient.moc"
