// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json.h"
#include "core/nets/classifier_architecture.h"
#include "core/nets/critic.h"
#include "core/nets/device.h"
#include "core/nets/initialisation.h"
#include "core/nets/music_generator.h"
#include "core/nets/residual_net.h"
#include "core/nets/svdnet.h"
#include "tests/nets/closed_formula.h"
#include "tests/support/failure.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/isfinite.h>
#include <torch/csrc/autograd/autograd.h>

#include <QTest>

#include <array>
#include <cmath>
#include <limits>

using namespace earshot;

namespace {

// Compares with what PyTorch's own modules gave (tests/data/networks_reference.py): shape, sums and
// a sample of the values, all relative to the values' mean size. Empty if they agree.
QString differenceFrom(const Json& expected, const at::Tensor& found, double tolerance)
{
    std::vector<std::int64_t> shape;
    for (const double extent : expected.numbers("shape"))
        shape.push_back(static_cast<std::int64_t>(extent));
    if (found.sizes() != at::IntArrayRef(shape))
        return "another shape";
    const at::Tensor values = found.detach().to(at::kDouble).contiguous().flatten();
    const auto count = static_cast<double>(values.numel());
    const double size = expected.number("sum_of_absolutes") / count;
    const auto check = [&](const char* what, double a, double b, double scale) {
        return std::abs(a - b) <= tolerance * scale
                   ? QString()
                   : QString("%1: expected %2, found %3").arg(what).arg(a, 0, 'g', 12).arg(b);
    };
    QString difference =
        check("sum", expected.number("sum"), values.sum().item<double>(), size * count);
    difference += check("sum of absolutes", expected.number("sum_of_absolutes"),
                        values.abs().sum().item<double>(), size * count);
    const std::vector<double> sample = expected.numbers("values");
    const std::int64_t step = expected.integer("step");
    for (std::size_t i = 0; i < sample.size(); ++i)
        difference +=
            check("value", sample[i], values[static_cast<std::int64_t>(i) * step].item<double>(),
                  size + std::abs(sample[i]));
    return difference;
}

at::Tensor excerpts()
{
    return filled({2, 1, 115, 80}, 100, 1.7);
}

at::Tensor gradientOf(const at::Tensor& result, const at::Tensor& leaf)
{
    return torch::autograd::grad({result.sum()}, {leaf}).front();
}

// Rounding of float32 through six layers, and of float64.
constexpr double floatTolerance = 2e-5;
constexpr double doubleTolerance = 1e-11;

} // namespace

class TestNetworks : public QObject
{
    Q_OBJECT

    Json m_reference;

private Q_SLOTS:
    void initTestCase()
    {
        initialiseTorch(DeviceChoice::Cpu, 1);
        m_reference = Json::readFile(EARSHOT_TEST_DATA "/networks_reference.json");
    }

    void isDouble_data()
    {
        QTest::addColumn<bool>("isDouble");
        QTest::newRow("float64") << true;
        QTest::newRow("float32") << false;
    }

    void classifiersArePyTorchs_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("reference");
        QTest::addColumn<bool>("isDouble");
        for (const bool isDouble : {true, false}) {
            const char* type = isDouble ? "float64" : "float32";
            QTest::addRow("svdnet, %s", type) << "svdnet"
                                              << "svdnet" << isDouble;
            QTest::addRow("residual-net, %s", type) << "residual-net"
                                                    << "residual_net" << isDouble;
        }
    }
    void classifiersArePyTorchs()
    {
        QFETCH(QString, architecture);
        QFETCH(QString, reference);
        QFETCH(bool, isDouble);
        const ClassifierArchitecture* known =
            findClassifierArchitecture(architecture.toStdString());
        QVERIFY(known != nullptr);
        const std::unique_ptr<Classifier> network =
            known->make(filledWeights(known->weightShapes()));
        QCOMPARE(outputLayerOf(*network), known->output);
        const at::ScalarType type = isDouble ? at::kDouble : at::kFloat;
        network->to(at::kCPU, type);
        const at::Tensor input = excerpts().to(type).requires_grad_(true);
        std::vector<std::string> names;
        for (const LayerInfo& layer : network->layers())
            names.push_back(layer.name);
        const Json expected = m_reference.at(reference.toStdString());
        QVERIFY(names == expected.keys()); // every tensor, in the order of the forward pass
        const std::vector<at::Tensor> tensors = network->activations(input, names);
        const double tolerance = isDouble ? doubleTolerance : floatTolerance;
        for (std::size_t i = 0; i < names.size(); ++i) {
            const QString difference = differenceFrom(expected.at(names[i]), tensors[i], tolerance);
            QVERIFY2(difference.isEmpty(), (names[i] + ": " + difference.toStdString()).c_str());
            QCOMPARE(tensors[i].scalar_type(), type);
            QCOMPARE(tensors[i].sizes().slice(1), at::IntArrayRef(network->layers()[i].shape));
        }
        const at::Tensor& logit = tensors[names.size() - 2];
        const QString difference =
            differenceFrom(m_reference.at((reference + "_gradient").toStdString()),
                           gradientOf(logit, input), 10 * tolerance);
        QVERIFY2(difference.isEmpty(), qPrintable(difference));
    }

    void unknownArchitecturesAreNone()
    {
        QVERIFY(findClassifierArchitecture("") == nullptr);
        QVERIFY(findClassifierArchitecture("SVDNet") == nullptr);
        QCOMPARE(classifierArchitectures().front().name, std::string("svdnet"));
    }

    void namesMayComeInAnyOrderAndTwice()
    {
        const SvdNet network(filledWeights(SvdNet::weightShapes()));
        const std::array<std::string, 3> names{"fc8.act", "conv1", "fc8.act"};
        const std::vector<at::Tensor> tensors = network.activations(excerpts(), names);
        QCOMPARE(tensors[1].sizes(), at::IntArrayRef({2, 64, 113, 78}));
        QCOMPARE(tensors[0].sizes(), at::IntArrayRef({2, 64}));
        QVERIFY(tensors[0].equal(tensors[2]));
        const std::array<std::string, 2> wrong{"fc8", "fc10"};
        QCOMPARE(badInputOf([&] { network.activations(excerpts(), wrong); }),
                 QString("'fc10': is no layer of SVDNet"));
    }

    // With later weights of another size the forward pass could only go on with an error of torch.
    void theForwardPassEndsAtTheLastTappedTensor_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("tapped");
        QTest::addColumn<QString>("next");
        const auto row = [](const char* architecture, const char* tapped, const char* next) {
            QTest::addRow("%s, %s", architecture, tapped) << architecture << tapped << next;
        };
        row("svdnet", "conv1", "conv2");
        row("svdnet", "conv2.act", "conv4");
        row("svdnet", "pool3", "conv4");
        row("svdnet", "pool6", "fc7");
        row("svdnet", "fc8", "fc9");
        row("residual-net", "conv1.act", "conv2");
        row("residual-net", "sum3", "conv4");
        row("residual-net", "conv5", "skip5");
        row("residual-net", "sum9.act", "fc10");
        row("residual-net", "fc10", "fc11");
    }
    void theForwardPassEndsAtTheLastTappedTensor()
    {
        QFETCH(QString, architecture);
        QFETCH(QString, tapped);
        QFETCH(QString, next);
        const ClassifierArchitecture& known =
            *findClassifierArchitecture(architecture.toStdString());
        Weights weights = filledWeights(known.weightShapes());
        at::Tensor& later = weights.at(next.toStdString() + ".weight");
        later = later.slice(1, 1);
        const std::unique_ptr<Classifier> network = known.make(std::move(weights));
        const std::array<std::string, 2> names{"conv1", tapped.toStdString()};
        QVERIFY(at::isfinite(network->activations(excerpts(), names)[1]).all().item<bool>());
        const std::array<std::string, 1> further{next.toStdString()};
        QVERIFY_THROWS_EXCEPTION(c10::Error, network->activations(excerpts(), further));
    }

    void dropoutIsForTrainingAlone_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::newRow("svdnet") << "svdnet";
        QTest::newRow("residual-net") << "residual-net";
    }
    void dropoutIsForTrainingAlone()
    {
        QFETCH(QString, architecture);
        const ClassifierArchitecture& known =
            *findClassifierArchitecture(architecture.toStdString());
        const Weights weights = filledWeights(known.weightShapes());
        const at::Tensor logits = known.trainingLogits(weights, excerpts());
        QCOMPARE(logits.sizes(), at::IntArrayRef({2}));
        QVERIFY(!logits.equal(known.trainingLogits(weights, excerpts())));
        const std::array<std::string, 1> names{known.output};
        const std::unique_ptr<Classifier> network = known.make(weights);
        QVERIFY(network->activations(excerpts(), names)[0].equal(
            network->activations(excerpts(), names)[0]));
        // Biases alone are left where half of nothing is dropped: the output's bias is the logit.
        Weights empty = filledWeights(known.weightShapes());
        at::Tensor& last = empty.at(known.output + ".weight");
        last = last * 0;
        QCOMPARE(known.trainingLogits(empty, excerpts())[1].item<float>(),
                 empty.at(known.output + ".bias").item<float>());
    }

    // In either slot of a block of two, beside any neighbour.
    void rowsOfTheResidualNetworkAreIndependent()
    {
        const ResidualNet network(filledWeights(ResidualNet::weightShapes()));
        const std::array<std::string, 1> names{"fc11"};
        at::Tensor pair = excerpts();
        const at::Tensor first = network.activations(pair, names)[0][0].clone();
        pair[1] = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(network.activations(pair, names)[0][0].equal(first));
        QVERIFY(network.activations(pair.flip(0), names)[0][1].equal(first));
    }

    void theGeneratorIsPyTorchs_data() { isDouble_data(); }
    void theGeneratorIsPyTorchs()
    {
        QFETCH(bool, isDouble);
        const at::ScalarType type = isDouble ? at::kDouble : at::kFloat;
        const double tolerance = isDouble ? doubleTolerance : floatTolerance;
        const Weights units = filledWeights(MusicGenerator::weightShapes());
        const at::Tensor latents = filled({2, 128}, 200, 1.7).to(type).requires_grad_(true);
        QString difference =
            differenceFrom(m_reference.at("generator"),
                           MusicGenerator::forward(units.to(at::kCPU, type), latents), tolerance);
        QVERIFY2(difference.isEmpty(), qPrintable(difference));

        // What a bundle holds is 6·u − 12, cropped to frames 6 … 120, from log 1e-7 to full
        // scale. Its last convolution is rounded to float32.
        MusicGenerator generator(MusicGenerator::exported(units, -12, 6));
        generator.to(at::kCPU, type);
        const at::Tensor mels = generator.generate(latents);
        difference = differenceFrom(m_reference.at("generator_log_mels"), mels, floatTolerance);
        QVERIFY2(difference.isEmpty(), qPrintable(difference));
        QCOMPARE(mels.min().item<double>(), isDouble ? std::log(1e-7) : double(std::log(1e-7F)));
        difference =
            differenceFrom(m_reference.at("generator_gradient"), gradientOf(mels, latents), 1e-3);
        QVERIFY2(difference.isEmpty(), qPrintable(difference));
    }

    // 5.785765 = ln(2/π · 511.5): tst_log_mel has a sound that comes near. What is above is no
    // louder, and pulls no latent.
    void generatedExcerptsStayWithinFullScale()
    {
        const Weights units = filledWeights(MusicGenerator::weightShapes());
        const at::Tensor latents = filled({2, 128}, 200, 1.7).requires_grad_(true);
        const MusicGenerator loud(MusicGenerator::exported(units, 4, 6));
        const at::Tensor free =
            MusicGenerator::forward(units, latents).narrow(2, 6, 115).mul(6).add(4);
        const at::Tensor mels = loud.generate(latents);
        const at::Tensor above = free > 5.785765;
        const auto count = above.sum().item<std::int64_t>();
        QVERIFY(count > 100 && count < free.numel() - 100);
        QVERIFY(at::allclose(mels, free.clamp(-16.118096, 5.785765), 1e-5, 1e-5));
        QCOMPARE(mels.max().item<float>(), 5.785765F);
        QVERIFY(gradientOf(mels.masked_select(above), latents).abs().max().item<float>() == 0);
        QVERIFY(gradientOf(free.masked_select(above), latents).abs().max().item<float>() > 0);
    }

    void exportingLeavesTheTrainedWeightsAlone()
    {
        const Weights units = filledWeights(MusicGenerator::weightShapes());
        const Weights exported = MusicGenerator::exported(units, -12, 6);
        QVERIFY(units.at("conv.weight")
                    .equal(filledWeights(MusicGenerator::weightShapes()).at("conv.weight")));
        QVERIFY(exported.at("fc.weight").equal(units.at("fc.weight")));
        QCOMPARE(exported.at("conv.bias").item<float>(),
                 units.at("conv.bias").item<float>() * 6 - 12);
    }

    void theCriticIsPyTorchs_data() { isDouble_data(); }
    void theCriticIsPyTorchs()
    {
        QFETCH(bool, isDouble);
        const at::ScalarType type = isDouble ? at::kDouble : at::kFloat;
        const double tolerance = isDouble ? doubleTolerance : floatTolerance;
        const at::Tensor input = excerpts().to(type).requires_grad_(true);
        const at::Tensor scores =
            critic::score(filledWeights(critic::weightShapes()).to(at::kCPU, type), input);
        QString difference = differenceFrom(m_reference.at("critic"), scores, tolerance);
        difference += differenceFrom(m_reference.at("critic_gradient"), gradientOf(scores, input),
                                     10 * tolerance);
        QVERIFY2(difference.isEmpty(), qPrintable(difference));
    }

    void orthogonalTensorsAreOrthogonal_data()
    {
        QTest::addColumn<QList<qint64>>("shape");
        QTest::addColumn<double>("gain");
        QTest::newRow("wide") << QList<qint64>{16, 40} << 1.0;
        QTest::newRow("tall") << QList<qint64>{40, 16} << 1.5;
        QTest::newRow("square") << QList<qint64>{12, 12} << 1.0;
        QTest::newRow("kernel") << QList<qint64>{64, 1, 3, 3} << std::sqrt(2.0);
        QTest::newRow("one row") << QList<qint64>{1, 64} << 1.0;
    }
    void orthogonalTensorsAreOrthogonal()
    {
        QFETCH(QList<qint64>, shape);
        QFETCH(double, gain);
        CounterRandom random(7, 1);
        const std::vector<std::int64_t> extents(shape.begin(), shape.end());
        const at::Tensor tensor = orthogonalTensor(random, extents, gain);
        QCOMPARE(tensor.sizes(), at::IntArrayRef(extents));
        at::Tensor matrix = tensor.reshape({extents[0], -1}).to(at::kDouble);
        if (matrix.size(0) > matrix.size(1))
            matrix = matrix.t();
        const at::Tensor product = matrix.matmul(matrix.t()) / (gain * gain);
        const at::Tensor unit = at::eye(matrix.size(0), at::kDouble);
        QVERIFY((product - unit).abs().max().item<double>() < 1e-6);
        CounterRandom again(7, 1);
        QVERIFY(tensor.equal(orthogonalTensor(again, extents, gain)));
    }

    // Signals keep their size through the layers: He et al. 2015, variance gain²/fan-in.
    void initialWeightsHaveTheirScale()
    {
        const Weights svdnet = SvdNet::initialWeights(3);
        const Weights generator = MusicGenerator::initialWeights(3);
        const Weights scores = critic::initialWeights(3);
        const Weights residual = ResidualNet::initialWeights(3);
        const auto meanSquare = [](const Weights& weights, const char* name) {
            return weights.at(name).square().mean().item<double>();
        };
        // 64 orthonormal rows of 256 numbers, times √(2/(1 + 0.01²)); the last row has length 1.
        QVERIFY(std::abs(meanSquare(svdnet, "fc8.weight") * 256 - 2 / 1.0001) < 1e-4);
        QVERIFY(std::abs(meanSquare(svdnet, "fc9.weight") * 64 - 1) < 1e-5);
        QVERIFY(std::abs(meanSquare(generator, "fc.weight") * 128 * 1.04 / 2 - 1) < 0.02);
        QVERIFY(std::abs(meanSquare(generator, "convt3.weight") * 32 * 25 * 1.04 / 2 - 1) < 0.05);
        QVERIFY(std::abs(meanSquare(scores, "conv2.weight") * 32 * 200 * 1.04 / 2 - 1) < 0.05);
        QVERIFY(std::abs(meanSquare(residual, "conv4.weight") * 216 - 2 / 1.0001) < 1e-4);
        QVERIFY(std::abs(meanSquare(residual, "skip5.weight") * 48 - 1) < 1e-5); // 24 of length 1
        for (const char* last : {"conv3.weight", "conv5.weight", "conv7.weight", "conv9.weight"})
            QCOMPARE(residual.at(last).abs().sum().item<float>(), 0.0F);
        for (const Weights* weights : {&svdnet, &generator, &scores, &residual})
            for (const auto& [name, tensor] : weights->entries())
                if (name.ends_with(".bias"))
                    QCOMPARE(tensor.abs().sum().item<float>(), 0.0F);
        QVERIFY(svdnet.at("fc8.weight").equal(SvdNet::initialWeights(3).at("fc8.weight")));
        QVERIFY(!svdnet.at("fc8.weight").equal(SvdNet::initialWeights(4).at("fc8.weight")));
    }
};

QTEST_GUILESS_MAIN(TestNetworks)
#include "tst_networks.moc"
