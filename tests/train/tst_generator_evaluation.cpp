// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/generator_evaluation.h"
#include "core/util/error.h"
#include "tests/support/failure.h"
#include "tests/train/generator_music.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <QTest>

#include <cmath>

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

// Features of an excerpt: its mean, and the mean of band 0.
class TwoMeans : public Classifier
{
public:
    const std::vector<LayerInfo>& layers() const override
    {
        static const std::vector<LayerInfo> infos{{"fc8.act", {2}, "leaky_relu"}};
        return infos;
    }
    std::vector<at::Tensor> activations(const at::Tensor& input,
                                        std::span<const std::string>) const override
    {
        const at::Tensor mean = input.flatten(1).mean(1);
        return {at::stack({mean, input.select(3, 0).flatten(1).mean(1)}, 1)};
    }
    void to(at::Device, at::ScalarType) override {}
};

// Draws one excerpt whatever the latent: 2 everywhere.
class Monotonous : public Generator
{
public:
    int latentSize() const override { return 3; }
    at::Tensor generate(const at::Tensor& latents) const override
    {
        latentSum += latents.sum().item<double>();
        return at::full({latents.size(0), 1, 115, 80}, 2.0F);
    }
    void to(at::Device, at::ScalarType) override {}
    mutable double latentSum = 0;
};

struct Bundles
{
    ClassifierBundle classifier;
    GeneratorBundle generator;
    Bundles()
    {
        classifier.classifier = std::make_unique<TwoMeans>();
        classifier.inputMap = std::make_unique<Standardise>(at::zeros({80}), at::ones({80}));
        classifier.info.sha256 = "c1";
        generator.generator = std::make_unique<Monotonous>();
        generator.info.sha256 = "9e";
    }
    double latentSum() const
    {
        return static_cast<const Monotonous&>(*generator.generator).latentSum;
    }
};

} // namespace

class TestGeneratorEvaluation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalFeatureSetsAreAtNoDistance()
    {
        const Matrix<float> set = points(49, 0, 0);
        GeneratorEvaluation evaluation;
        compareFeatures(set, set, set, evaluation);
        QVERIFY(std::abs(evaluation.distance) < 1e-5);
        QCOMPARE(evaluation.precision, 1.0);
        QCOMPARE(evaluation.recall, 1.0);
    }

    // The same cloud moved by (3, 4): only the means differ, 3² + 4² = 25. Nothing of it is
    // covered.
    void movedFeatureSetIsAtTheSquareOfItsWay()
    {
        GeneratorEvaluation evaluation;
        compareFeatures(points(49, 3, 4), points(49, 0, 0), points(49, 0, 0), evaluation);
        QVERIFY(std::abs(evaluation.distance - 25) < 1e-3);
        QVERIFY(std::abs(evaluation.realDistance) < 1e-5);
        QCOMPARE(evaluation.precision, 0.0);
        QCOMPARE(evaluation.recall, 0.0);
        QCOMPARE(evaluation.realPrecision, 1.0);
        QCOMPARE(evaluation.realRecall, 1.0);
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
        GeneratorEvaluation evaluation;
        compareFeatures(corner, points(49, 0, 0), points(49, 0, 0), evaluation);
        QCOMPARE(evaluation.precision, 1.0);
        QCOMPARE(evaluation.recall, 1.0 / 49); // the corner's own point
        QVERIFY(evaluation.distance > 0.1);
    }

    // Twice as far apart and from the origin: a lattice of 7×7 at distances of 0.1 has the mean
    // 0.3 and, over n − 1, the variance 0.01·(7² − 1)/12·49/48 on either axis: 2·0.3² for the
    // means, and (2 − 1)² times the variance on both axes.
    void stretchedFeatureSetIsAtItsClosedForm()
    {
        Matrix<float> twice = points(49, 0, 0);
        for (float& value : twice.values())
            value *= 2;
        GeneratorEvaluation evaluation;
        compareFeatures(twice, points(49, 0, 0), points(49, 0, 0), evaluation);
        const double expected = 2 * 0.09 + 2 * 0.04 * 49 / 48;
        QVERIFY(std::abs(evaluation.distance - expected) < 1e-5);
    }

    // On a line, balls as far as the nearest neighbour. Held out: 0 ± 1, 1 ± 1, 3 ± 2 cover −1 … 5:
    // three of the four generated. Their own balls, −1 ± 0.1, −0.9 ± 0.1, 5 ± 0.5, 5.5 ± 0.5, hold
    // no held-out point; those of the training set, 0.5 ± 2 and 2.5 ± 2, hold all.
    void coverageIsCountedByHand()
    {
        GeneratorEvaluation evaluation;
        evaluation.settings.neighbours = 1;
        compareFeatures(onALine({-1, -0.9F, 5, 5.5F}), onALine({0, 1, 3}), onALine({0.5F, 2.5F}),
                        evaluation);
        QCOMPARE(evaluation.precision, 0.75);
        QCOMPARE(evaluation.recall, 0.0);
        QCOMPARE(evaluation.realPrecision, 1.0);
        QCOMPARE(evaluation.realRecall, 1.0);
    }

    // A generator without any variety: (μ − 2)² on both features, and the held-out variances.
    void aWholeEvaluation()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        Bundles bundles;
        GeneratorEvaluationSettings settings;
        settings.excerpts = 40;
        settings.seed = 3;
        double fraction = 0;
        const GeneratorEvaluation result =
            evaluateGenerator(data, bundles.classifier, bundles.generator, Device{}, settings, {},
                              [&](const Progress& progress) { fraction = progress.fraction; });
        QCOMPARE(fraction, 1.0);
        QVERIFY(result.heldOutSongs == 2 && result.heldOutInstrumentals == 1);
        QVERIFY(result.classifierSha256 == "c1" && result.generatorSha256 == "9e");

        const Matrix<float> mels = realMels(
            data, selectRealExcerpts(data, RealSet::HeldOut, settings.excerpts, settings.seed));
        double expected = 0;
        for (const std::size_t step : {1U, 80U}) { // all values; those of band 0
            double sum = 0;
            double squares = 0;
            for (std::size_t i = 0; i < mels.rows(); ++i) {
                double mean = 0;
                for (std::size_t k = 0; k < mels.columns(); k += step)
                    mean += static_cast<double>(mels(i, k)) * static_cast<double>(step);
                mean /= static_cast<double>(mels.columns());
                sum += mean;
                squares += mean * mean;
            }
            const auto count = static_cast<double>(mels.rows());
            const double mean = sum / count;
            expected += (mean - 2) * (mean - 2) + (squares - count * mean * mean) / (count - 1);
        }
        QVERIFY2(std::abs(result.distance - expected) < 1e-4,
                 std::to_string(result.distance).c_str());
        QCOMPARE(result.precision, 0.0);

        Bundles again;
        const GeneratorEvaluation repeated =
            evaluateGenerator(data, again.classifier, again.generator, Device{}, settings, {}, {});
        QCOMPARE(repeated.realDistance, result.realDistance);
        QCOMPARE(again.latentSum(), bundles.latentSum()); // the same latents
    }

    void anEvaluationThatCannotBeMade()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        Bundles bundles;
        GeneratorEvaluationSettings settings;
        settings.excerpts = 4;
        std::stop_source stop;
        const auto failure = [&] {
            return failureOf([&] {
                evaluateGenerator(data, bundles.classifier, bundles.generator, Device{}, settings,
                                  stop.get_token(), {});
            });
        };
        settings.layer = "fc8";
        QVERIFY(failure().startsWith("bad input: 'fc8': is not a layer of the classifier"));
        settings.layer = "fc8.act";
        settings.excerpts = 1;
        QVERIFY(failure().startsWith("bad input: 'excerpts'"));
        settings.excerpts = 4;
        QCOMPARE(failure(), QString("nothing thrown"));
        stop.request_stop();
        QVERIFY(failure().startsWith("failed: ") && failure().contains("stopped"));
    }

    void evaluationTellsItsFigures()
    {
        GeneratorEvaluation evaluation;
        evaluation.distance = 3.25;
        evaluation.realDistance = 0.5;
        evaluation.heldOutSongs = 5;
        const Json json = evaluation.json();
        QCOMPARE(json.number("frechet_distance"), 3.25);
        QCOMPARE(json.number("frechet_distance_training"), 0.5);
        QCOMPARE(json.text("layer"), std::string("fc8.act"));
        const QString table = QString::fromStdString(evaluation.markdown());
        QVERIFY(table.contains("| generated | 3.250 |"));
        QVERIFY(table.contains("half of 5 songs"));
    }
};

QTEST_GUILESS_MAIN(TestGeneratorEvaluation)
#include "tst_generator_evaluation.moc"
