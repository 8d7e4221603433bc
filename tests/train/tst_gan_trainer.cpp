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

// s·u + m, cropped, never below the floor.
at::Tensor logMels(const Weights& generator, const at::Tensor& latents, const GeneratorData& units)
{
    return MusicGenerator::forward(generator, latents)
        .slice(2, 6, 121)
        .mul(units.std())
        .add(units.mean())
        .clamp_min(floorLogMel);
}

// A state's tensors of one kind, without its prefix.
Weights part(const Weights& state, const std::string& prefix)
{
    Weights part;
    for (const auto& [name, tensor] : state.entries())
        if (name.starts_with(prefix))
            part.add(name.substr(prefix.size()), tensor);
    return part;
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

        // What is exported is the averaged generator, which by now is not the trained one.
        const at::Tensor latents = at::randn({2, 128});
        const at::Tensor generated = loadGenerator(output).generator->generate(latents);
        const GeneratorData units(data, {});
        QVERIFY(at::allclose(generated, logMels(part(resumed, "average."), latents, units), 1e-4,
                             1e-3));
        QVERIFY(!at::allclose(generated, logMels(part(resumed, "generator."), latents, units), 1e-4,
                              1e-3));

        const CsvTable log = CsvTable::readFile(output / "log.csv");
        QCOMPARE(log.rows(), std::size_t{2});
        QCOMPARE(log.number(0, "step"), 1.0);
        QCOMPARE(log.number(1, "step"), 2.0);
        QVERIFY(std::isfinite(log.number(1, "critic_loss")));
    }

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
        const GanTraining start(GanRecipe::Cpu, {}, 0, Device{}, ComputeType::Float32);
        const at::Tensor latents = at::randn({2, 128});
        const at::Tensor expected = logMels(start.average(), latents, units);
        QVERIFY(at::allclose(exported.generator->generate(latents), expected, 1e-4, 1e-3));
        const ContactSheet sheet =
            contactSheet(data, *exported.generator, Device{}, RealSet::HeldOut, 4, 0);
        QCOMPARE(sheet.generated.rows(), std::size_t{4});
        QCOMPARE(sheet.real.columns(), std::size_t{9200});
        QCOMPARE(sheet.names.front(), std::string("song 2"));
    }

    // Units are of the music as often as the recipe draws it.
    void recipesWeighInstrumentals_data()
    {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<double>("weight");
        QTest::newRow("cpu") << "cpu" << 0.35;
        QTest::newRow("paper") << "paper" << 0.35;
        QTest::newRow("combined") << "combined" << 0.64;
    }
    void recipesWeighInstrumentals()
    {
        QFETCH(QString, recipe);
        QFETCH(double, weight);
        QTemporaryDir folder;
        const auto louder = [](std::size_t frame, std::size_t band) {
            return noise(frame, band) + 3;
        };
        const PackedData data(writePack(
            folder, {{"song", "train", 400, noise}, {"instrumental", "train", 400, louder}}));
        TrainingSettings settings;
        settings.output = fs::path(folder.path().toStdString()) / "generator";
        settings.recipe = recipe.toStdString();
        std::stop_source stop;
        stop.request_stop();
        trainGenerator(data, settings, Device{}, stop.get_token(), {});
        const SafetensorsFile checkpoint(settings.output / "checkpoint.safetensors");
        const double mean = readGanCheckpointInfo(checkpoint).mean;
        QVERIFY2(std::abs(mean - 3 * weight / (1 + weight)) < 0.05, std::to_string(mean).c_str());
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
};

QTEST_GUILESS_MAIN(TestGanTrainer)
#include "tst_gan_trainer.moc"
