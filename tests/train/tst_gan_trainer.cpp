// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/csv.h"
#include "core/nets/model_bundle.h"
#include "core/nets/music_generator.h"
#include "core/train/gan_checkpoint.h"
#include "core/train/gan_trainer.h"
#include "core/train/gan_training.h"
#include "core/train/generator_data.h"
#include "core/train/generator_evaluation.h"
#include "core/util/error.h"
#include "tests/train/generator_music.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/randn.h>

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <fstream>
#include <functional>

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

ErrorKind errorOf(const std::function<void()>& action)
{
    try {
        action();
    } catch (const Error& error) {
        return error.kind();
    }
    throw std::logic_error("nothing was thrown");
}

} // namespace

class TestGanTrainer : public QObject
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
        settings.criticUpdates = 2; // of 5, and 2 examples of 16: Table 2's kernels are long
        settings.batchSize = 2;
        GanTraining training(GanRecipe::Paper, settings, 1, Device{}, ComputeType::Float32);
        const GanStep step = training.iterate(excerpts);
        QVERIFY(std::isfinite(step.criticLoss) && std::isfinite(step.generatorLoss));
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
        settings.batchSize = 8; // of 128
        GanTraining training(GanRecipe::Combined, settings, 1, Device{}, ComputeType::Float32);
        QCOMPARE(training.critic().at("conv1.weight").size(3), 9);
        const GanStep step = training.iterate(excerpts);
        QVERIFY(step.criticLoss > 0 && step.generatorLoss > 0); // logistic, unlike WGAN's
        QVERIFY(step.penalty > 0);
        QVERIFY(!training.average().at("fc.weight").equal(training.generator().at("fc.weight")));
    }

    // Another thread may draw the next batch; what is drawn is the same.
    void drawsTheSameAhead()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        const GeneratorData excerpts(data, {});
        GanRecipeSettings settings = recipeSettings(GanRecipe::Cpu);
        settings.batchSize = 2;
        settings.criticUpdates = 2;
        const auto averageAfter = [&](int threads) {
            Device device;
            device.threads = threads;
            GanTraining training(GanRecipe::Cpu, settings, 1, device, ComputeType::Float32);
            training.iterate(excerpts);
            training.restore(training.state(), 5); // what was drawn for the next is forgotten
            training.iterate(excerpts);
            training.iterate(excerpts);
            return training.average().at("fc.weight").clone();
        };
        QVERIFY(averageAfter(1).equal(averageAfter(2)));
    }

    // 2 = 0 + 1 + 1, through the files, in float32 and with the stop in between.
    void resumedEqualsUninterrupted()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        const fs::path output = fs::path(folder.path().toStdString()) / "generator";
        TrainingSettings settings;
        settings.output = output;
        settings.seed = 5;
        std::stop_source stop;
        stop.request_stop();
        TrainingResult result = trainGenerator(data, settings, Device{}, stop.get_token(), {});
        QCOMPARE(result.end, TrainingEnd::Stopped);
        QCOMPARE(result.steps, std::int64_t{0});
        settings.start = TrainingStart::Resume;
        settings.steps = 1;
        result = trainGenerator(data, settings, Device{}, {}, {});
        QCOMPARE(result.end, TrainingEnd::Completed);
        QCOMPARE(result.steps, std::int64_t{1});
        settings.steps = 2;
        double fraction = 0;
        result = trainGenerator(data, settings, Device{}, {},
                                [&](const Progress& progress) { fraction = progress.fraction; });
        QCOMPARE(result.steps, std::int64_t{2});
        QCOMPARE(fraction, 1.0);

        TrainingSettings whole = settings;
        whole.output = fs::path(folder.path().toStdString()) / "whole";
        whole.start = TrainingStart::Fresh;
        trainGenerator(data, whole, Device{}, {}, {});
        const Weights resumed = Weights::read(SafetensorsFile(output / "checkpoint.safetensors"),
                                              GanTraining::stateShapes(GanRecipe::Cpu));
        const Weights uninterrupted =
            Weights::read(SafetensorsFile(whole.output / "checkpoint.safetensors"),
                          GanTraining::stateShapes(GanRecipe::Cpu));
        for (const auto& [name, tensor] : uninterrupted.entries())
            QVERIFY2(resumed.at(name).equal(tensor), name.c_str());

        const CsvTable log = CsvTable::readFile(output / "log.csv");
        QCOMPARE(log.rows(), std::size_t{2});
        QCOMPARE(log.number(0, "step"), 1.0);
        QCOMPARE(log.number(1, "step"), 2.0);
        QVERIFY(std::isfinite(log.number(1, "critic_loss")));
    }

    // What is exported is the averaged generator in log-mels: s·u + m, cropped, never below the
    // floor.
    void exportRoundTrip()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        const fs::path output = fs::path(folder.path().toStdString()) / "generator";
        TrainingSettings settings;
        settings.output = output;
        settings.minutes = 60;
        settings.name = "a test";
        std::stop_source stop;
        stop.request_stop();
        const TrainingResult result =
            trainGenerator(data, settings, Device{}, stop.get_token(), {});
        QCOMPARE(result.end, TrainingEnd::Stopped);

        const fs::path bundle = fs::path(folder.path().toStdString()) / "exported";
        exportCheckpoint(output / "checkpoint.safetensors", bundle, "CC0");
        const GeneratorBundle ended = loadGenerator(output);
        const GeneratorBundle exported = loadGenerator(bundle);
        QCOMPARE(exported.info.licence, std::string("CC0"));
        QCOMPARE(ended.info.licence, std::string("unspecified"));
        QCOMPARE(exported.info.name, std::string("a test"));
        QCOMPARE(exported.info.sha256, ended.info.sha256);

        const GeneratorData units(data, {});
        const GanTraining start(GanRecipe::Cpu, smallBatches(), 0, Device{}, ComputeType::Float32);
        const at::Tensor latents = at::randn({2, 128});
        const at::Tensor expected = MusicGenerator::forward(start.average(), latents)
                                        .slice(2, 6, 121)
                                        .mul(units.std())
                                        .add(units.mean())
                                        .clamp_min(floorLogMel);
        QVERIFY(at::allclose(exported.generator->generate(latents), expected, 1e-4, 1e-3));
        const ContactSheet sheet =
            contactSheet(data, *exported.generator, Device{}, RealSet::HeldOut, 4, 0);
        QCOMPARE(sheet.generated.rows(), std::size_t{4});
        QCOMPARE(sheet.real.columns(), std::size_t{9200});
        QCOMPARE(sheet.names.front(), std::string("song 2"));
    }

    void refusals()
    {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        const PackedData data(writePack(folder, smallMusic()));
        TrainingSettings settings;
        settings.output = root / "generator";
        settings.steps = 1;
        const auto train = [&] { trainGenerator(data, settings, Device{}, {}, {}); };
        settings.start = TrainingStart::Resume;
        QCOMPARE(errorOf(train), ErrorKind::BadInput); // no checkpoint
        settings.start = TrainingStart::Fresh;
        settings.recipe = "magic";
        QCOMPARE(errorOf(train), ErrorKind::BadInput);
        settings.recipe = "cpu";
        settings.steps = 0;
        QCOMPARE(errorOf(train), ErrorKind::BadInput);
        settings.steps = 1;
        QVERIFY(!fs::exists(settings.output));
        std::ofstream(root / "file") << "a file";
        settings.output = root / "file" / "generator";
        QCOMPARE(errorOf(train), ErrorKind::CannotWrite);

        settings.output = root / "generator";
        std::stop_source stop;
        stop.request_stop();
        trainGenerator(data, settings, Device{}, stop.get_token(), {});
        settings.start = TrainingStart::Resume;
        settings.seed = 1;
        QCOMPARE(errorOf(train), ErrorKind::BadInput); // another seed
        settings.seed = 0;
        settings.recipe = "paper";
        QCOMPARE(errorOf(train), ErrorKind::BadInput); // another recipe
        settings.recipe = "";
        QTemporaryDir louder;
        const PackedData other(
            writePack(louder, {{"song", "train", 400, [](std::size_t frame, std::size_t band) {
                                    return noise(frame, band) + 1;
                                }}}));
        QCOMPARE(errorOf([&] { trainGenerator(other, settings, Device{}, {}, {}); }),
                 ErrorKind::BadInput);
        const fs::path checkpoint = settings.output / "checkpoint.safetensors";
        fs::resize_file(checkpoint, fs::file_size(checkpoint) - 4);
        QCOMPARE(errorOf(train), ErrorKind::BadInput); // cut off
        QCOMPARE(errorOf([&] { exportCheckpoint(checkpoint, root / "bundle"); }),
                 ErrorKind::BadInput);
        QVERIFY(!fs::exists(root / "bundle"));
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
        QCOMPARE(errorOf([&] { resumed.iterate(excerpts); }), ErrorKind::Failed);
        QCOMPARE(resumed.iterations(), std::int64_t{2});
        const fs::path path = fs::path(folder.path().toStdString()) / "poisoned";
        QCOMPARE(errorOf([&] { writeGanCheckpoint(path, resumed, {}); }), ErrorKind::Failed);
        QVERIFY(!fs::exists(path));

        GanTraining another(GanRecipe::Cpu, smallBatches(), 6, Device{}, ComputeType::Float32);
        another.iterate(excerpts);
        another.iterate(excerpts);
        QVERIFY(!another.generator().at("fc.weight").equal(expected.at("generator.fc.weight")));
    }
};

QTEST_GUILESS_MAIN(TestGanTrainer)
#include "tst_gan_trainer.moc"
