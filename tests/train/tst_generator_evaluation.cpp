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

#include <array>
#include <cmath>
#include <set>

using namespace earshot;

namespace {

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
        for (const at::Tensor& row : latents.unbind())
            asked.insert({row[0].item<float>(), row[1].item<float>(), row[2].item<float>()});
        return at::full({latents.size(0), 1, 115, 80}, 2.0F);
    }
    void to(at::Device, at::ScalarType) override {}
    mutable std::set<std::array<float, 3>> asked; // the latents
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
    const std::set<std::array<float, 3>>& latents() const
    {
        return static_cast<const Monotonous&>(*generator.generator).asked;
    }
};

} // namespace

class TestGeneratorEvaluation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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
        QVERIFY2(std::abs(result.generated.distance - expected) < 1e-4,
                 std::to_string(result.generated.distance).c_str());
        QCOMPARE(result.generated.precision, 0.0);
        QVERIFY(result.intervals.distance.low <= result.generated.distance);
        QVERIFY(result.intervals.distance.high >= result.generated.distance);

        QCOMPARE(result.copySources, std::size_t{200});
        QVERIFY(result.copied.nearer >= result.copied.nearest);

        Bundles again;
        const GeneratorEvaluation repeated =
            evaluateGenerator(data, again.classifier, again.generator, Device{}, settings, {}, {});
        QCOMPARE(repeated.training.distance, result.training.distance);
        QCOMPARE(repeated.intervals.distance.high, result.intervals.distance.high);
        QCOMPARE(again.latents().size(), std::size_t{40}); // more than are made at once
        QVERIFY(again.latents() == bundles.latents());
    }

    // Of the two held-out songs one is in the test split.
    void oneSplitAlone()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        Bundles bundles;
        GeneratorEvaluationSettings settings;
        settings.excerpts = 8;
        settings.heldOut = RealSet::Test;
        const GeneratorEvaluation result = evaluateGenerator(
            data, bundles.classifier, bundles.generator, Device{}, settings, {}, {});
        QVERIFY(result.heldOutSongs == 1 && result.heldOutInstrumentals == 1);
        QCOMPARE(result.json().text("split"), std::string("test"));
        QVERIFY(QString::fromStdString(result.markdown())
                    .startsWith("Against 8 held-out excerpts of the split \"test\" (half of 1 "));
        settings.heldOut = RealSet::Validation; // no instrumental
        QVERIFY(failureOf([&] {
                    evaluateGenerator(data, bundles.classifier, bundles.generator, Device{},
                                      settings, {}, {});
                }).contains("in the split 'valid'"));
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
        evaluation.generated.distance = 3.25;
        evaluation.intervals.distance = {3, 4.5};
        evaluation.training.distance = 0.5;
        evaluation.heldOutSongs = 5;
        evaluation.copied = {0.48, 0.015};
        evaluation.copySources = 10000;
        const Json json = evaluation.json();
        QCOMPARE(json.number("frechet_distance"), 3.25);
        QCOMPARE(json.number("frechet_distance_training"), 0.5);
        QCOMPARE(json.text("layer"), std::string("fc8.act"));
        QCOMPARE(json.text("split"), std::string("heldout"));
        const QString table = QString::fromStdString(evaluation.markdown());
        QCOMPARE(json.number("frechet_distance_high"), 4.5);
        QVERIFY(table.contains("| generated | 3.250 (3.000–4.500) |"));
        QVERIFY(table.contains("| of the training split | 0.500 |"));
        QVERIFY(table.startsWith("Against 2000 held-out excerpts (half of 5 songs"));
        QVERIFY(table.contains("half of 0 instrumentals), in `fc8.act`"));
        evaluation.label = "guitar";
        QVERIFY(evaluation.markdown().starts_with(
            "Against 2000 held-out excerpts (half of 5 recordings with guitar, half of 0 without "
            "guitar), in `fc8.act`"));
        QVERIFY(table.contains("48.0 % lie nearer to one of 10000 training excerpts"));
        QVERIFY(table.contains("1.5 % nearer than all but a hundredth"));
        QCOMPARE(json.number("copied_nearer"), 0.48);
    }
};

QTEST_GUILESS_MAIN(TestGeneratorEvaluation)
#include "tst_generator_evaluation.moc"
