// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/gan_checkpoint.h"
#include "core/train/gan_training.h"
#include "core/train/generator_data.h"
#include "tests/support/failure.h"
#include "tests/train/generator_music.h"

#include <ATen/ops/allclose.h>

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace earshot;
namespace fs = std::filesystem;

namespace {

// Quick on a busy machine.
GanRecipeSettings smallBatches()
{
    GanRecipeSettings settings = recipeSettings(GanRecipe::Cpu);
    settings.batchSize = 8;
    return settings;
}

} // namespace

class TestGanTraining : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseTorch(DeviceChoice::Cpu, 1); }

    void aShortRunTeachesTheCritic()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        const GeneratorData excerpts(data, {});
        GanTraining training(GanRecipe::Cpu, smallBatches(), 1, Device{},
                             fastComputeType(GanRecipe::Cpu, Device{}));
        const double before = training.iterate(excerpts).criticLoss;
        GanStep step;
        for (int i = 0; i < 11; ++i)
            step = training.iterate(excerpts);
        QVERIFY(step.criticLoss < before);
        QVERIFY(step.realScore > step.fakeScore);
        QVERIFY(step.penalty > 0);
        // The average lags behind: at iteration 0 it has taken nine tenths of the first update.
        QVERIFY(!training.average().at("fc.weight").equal(training.generator().at("fc.weight")));
    }

    void paperRecipeRuns()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        const GeneratorData excerpts(data, {});
        GanRecipeSettings settings = recipeSettings(GanRecipe::Paper);
        QCOMPARE(settings.criticUpdates, 5);
        QCOMPARE(settings.batchSize, std::int64_t{16});
        settings.criticUpdates = 2; // of 5, and 2 examples of 16: Table 2's kernels are long
        settings.batchSize = 2;
        GanTraining training(GanRecipe::Paper, settings, 1, Device{}, ComputeType::Float32);
        const GanStep step = training.iterate(excerpts);
        QVERIFY(std::isfinite(step.generatorLoss));
        QVERIFY(std::abs(step.criticLoss - (step.fakeScore - step.realScore)) < 1e-4);
        QVERIFY(step.penalty > 0);
        QVERIFY(training.average().at("fc.weight").equal(training.generator().at("fc.weight")));
    }

    // The light critic, the loss and the average of the recipe for a CPU.
    void combinedRecipeRuns()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        const GeneratorData excerpts(data, {});
        GanRecipeSettings settings = recipeSettings(parseGanRecipe("combined"));
        QCOMPARE(settings.criticUpdates, 1);
        QCOMPARE(settings.batchSize, std::int64_t{128});
        QCOMPARE(settings.r1Gamma, 0.2);
        QCOMPARE(settings.instrumentalWeight, 0.64);
        settings.batchSize = 8; // of 128
        GanTraining training(GanRecipe::Combined, settings, 1, Device{}, ComputeType::Float32);
        QCOMPARE(training.critic().at("conv1.weight").size(3), 9);
        const GanStep step = training.iterate(excerpts);
        // Logistic, unlike WGAN's: softplus is above 0 and above its argument.
        QVERIFY(step.criticLoss > std::max(0.0, step.fakeScore - step.realScore) + 0.1);
        QVERIFY(step.generatorLoss > 0);
        QVERIFY(step.penalty > 0);
        QVERIFY(!training.average().at("fc.weight").equal(training.generator().at("fc.weight")));
    }

    // With β₁ = 0 the first moment is the gradient.
    void r1CountsAsOftenAsItIsLeftOut()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        const GeneratorData excerpts(data, {});
        const auto gradient = [&](double gamma, int interval) {
            GanRecipeSettings settings = smallBatches();
            settings.r1Gamma = gamma;
            settings.r1Interval = interval;
            GanTraining training(GanRecipe::Cpu, settings, 1, Device{}, ComputeType::Float32);
            training.iterate(excerpts);
            return training.state().at("critic_moment1.conv2.weight");
        };
        const at::Tensor lazy = gradient(2, 16);
        QVERIFY(at::allclose(lazy, gradient(32, 1), 1e-4, 1e-7));
        QVERIFY(!at::allclose(lazy, gradient(2, 1), 1e-2, 1e-5));
        QVERIFY(!at::allclose(lazy, gradient(0, 16), 1e-2, 1e-5));
    }

    // By a shift so large that nothing else is seen, generated and real excerpts are alike.
    void bothSidesAreShifted()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        const GeneratorData excerpts(data, {});
        GanRecipeSettings settings = smallBatches();
        settings.shiftBands = 0;
        settings.shiftLevel = 1e5;
        GanTraining training(GanRecipe::Cpu, settings, 1, Device{}, ComputeType::Float32);
        const GanStep step = training.iterate(excerpts);
        QVERIFY(std::abs(step.realScore) > 100);
        QVERIFY(std::abs(step.realScore - step.fakeScore) < 0.01 * std::abs(step.realScore));
        // Of scores so large the loss is one, or nothing; unshifted it is about ln 2.
        QVERIFY2(step.generatorLoss > 100 || step.generatorLoss < 1e-6,
                 std::to_string(step.generatorLoss).c_str());
    }

    // The same in memory and in float32, whatever this machine's fast type is.
    void restoredStateGoesOnToTheBit()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        const GeneratorData excerpts(data, {});
        GanTraining whole(GanRecipe::Cpu, smallBatches(), 5, Device{}, ComputeType::Float32);
        whole.iterate(excerpts);
        GanTraining resumed(GanRecipe::Cpu, smallBatches(), 5, Device{}, ComputeType::Float32);
        resumed.restore(whole.state(), whole.iterations());
        whole.iterate(excerpts);
        resumed.iterate(excerpts);
        const Weights expected = whole.state();
        const Weights found = resumed.state();
        for (const auto& [name, tensor] : expected.entries())
            QVERIFY2(found.at(name).equal(tensor), name.c_str());

        // Weights that are no numbers are found out, and never kept.
        Weights poisoned = whole.state();
        poisoned.at("generator.fc.bias")[7] = std::nan("");
        resumed.restore(poisoned, 2);
        QCOMPARE(failureOf([&] { resumed.iterate(excerpts); }),
                 QString("failed: 'the critic's loss': is no longer finite at iteration 2"));
        QCOMPARE(resumed.iterations(), std::int64_t{2});
        const fs::path path = fs::path(folder.path().toStdString()) / "poisoned";
        QVERIFY(failureOf([&] { writeGanCheckpoint(path, resumed, {}); }).startsWith("failed: "));
        QVERIFY(!fs::exists(path));

        GanTraining another(GanRecipe::Cpu, smallBatches(), 6, Device{}, ComputeType::Float32);
        another.iterate(excerpts);
        another.iterate(excerpts);
        QVERIFY(!another.generator().at("fc.weight").equal(expected.at("generator.fc.weight")));
    }
};

QTEST_GUILESS_MAIN(TestGanTraining)
#include "tst_gan_training.moc"
