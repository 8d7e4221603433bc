// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/csv.h"
#include "core/nets/model_bundle.h"
#include "core/nets/music_generator.h"
#include "core/train/gan_trainer.h"
#include "core/train/gan_training.h"
#include "core/train/generator_data.h"
#include "core/train/generator_evaluation.h"
#include "core/util/error.h"
#include "core/util/random.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/randn.h>

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <fstream>
#include <functional>
#include <map>

using namespace earshot;
namespace fs = std::filesystem;

namespace {

constexpr float floorLevel = -16.118F;
constexpr double low = -16.118095650958319; // log 1e-7
constexpr double high = 8;

struct TestRecording
{
    const char* kind;
    const char* split;
    std::size_t frames;
    std::function<float(std::size_t frame, std::size_t band)> logMel;
};

// A packed training file of 8-bit log-mels, as `pack --features mel --bits 8` writes.
fs::path writePack(const QTemporaryDir& folder, const std::vector<TestRecording>& recordings)
{
    std::vector<std::uint8_t> values;
    Json list = Json::array();
    std::size_t frames = 0;
    for (std::size_t i = 0; i < recordings.size(); ++i) {
        const TestRecording& recording = recordings[i];
        list.append(Json::object({{"name", "recording " + std::to_string(i)},
                                  {"artist", "nobody"},
                                  {"title", "nothing"},
                                  {"licence", "CC0"},
                                  {"kind", recording.kind},
                                  {"split", recording.split},
                                  {"first_frame", static_cast<std::int64_t>(frames)},
                                  {"frames", static_cast<std::int64_t>(recording.frames)}}));
        frames += recording.frames;
        for (std::size_t frame = 0; frame < recording.frames; ++frame)
            for (std::size_t band = 0; band < ExcerptGeometry::bands; ++band)
                values.push_back(static_cast<std::uint8_t>(
                    std::lround((recording.logMel(frame, band) - low) / (high - low) * 255)));
    }
    const std::vector<std::int8_t> labels(frames, -1);
    SafetensorsWriter writer;
    writer.add("log_mel", TensorType::U8,
               {static_cast<std::int64_t>(frames), ExcerptGeometry::bands},
               std::as_bytes(std::span(values)));
    writer.add("labels", TensorType::I8, {static_cast<std::int64_t>(frames)},
               std::as_bytes(std::span(labels)));
    for (const auto& [key, text] :
         std::map<std::string, std::string>{{"format", "earshot-training-1"},
                                            {"features", "mel"},
                                            {"label", "singing voice"},
                                            {"magnitude_floor", "1e-7"},
                                            {"hop_samples", "315"},
                                            {"sample_rate_hz", "22050"},
                                            {"u8_low", "-16.118095650958319"},
                                            {"u8_high", "8"},
                                            {"recordings", list.dump(-1)}})
        writer.setMetadata(key, text);
    const fs::path path = fs::path(folder.path().toStdString()) / "pack.safetensors";
    writer.write(path);
    return path;
}

float noise(std::size_t frame, std::size_t band)
{
    return static_cast<float>(CounterRandom(frame, band).normal());
}

std::vector<TestRecording> smallMusic()
{
    return {{"song", "train", 400, noise},
            {"instrumental", "train", 400, noise},
            {"song", "valid", 130, noise},
            {"song", "test", 115, noise},
            {"instrumental", "test", 1000, noise}};
}

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

    void filterLeavesOutFloorAndSilence_data()
    {
        QTest::addColumn<int>("floorFrames");
        QTest::addColumn<int>("floorBins");
        QTest::addColumn<int>("silentFrames");
        QTest::addColumn<bool>("permitted");
        QTest::newRow("music") << 0 << 0 << 0 << true;
        QTest::newRow("one bin of 80 at the floor is under 2 %") << 115 << 1 << 0 << true;
        QTest::newRow("five floor frames") << 5 << 2 << 0 << true;
        QTest::newRow("six floor frames") << 6 << 2 << 0 << false;
        QTest::newRow("39 near-silent frames") << 0 << 0 << 39 << true;
        QTest::newRow("40 near-silent frames") << 0 << 0 << 40 << false;
    }

    // The middle 115 of 345 frames hold the fault, at their start: start 115 sees all of it, start
    // 0 none.
    void filterLeavesOutFloorAndSilence()
    {
        QFETCH(int, floorFrames);
        QFETCH(int, floorBins);
        QFETCH(int, silentFrames);
        QFETCH(bool, permitted);
        QTemporaryDir folder;
        const PackedData data(
            writePack(folder, {{"song", "train", 345, [&](std::size_t frame, std::size_t band) {
                                    const auto within = static_cast<int>(frame) - 115;
                                    if (within >= 0 && within < silentFrames)
                                        return -7.0F;
                                    if (within >= 0 && within < floorFrames &&
                                        static_cast<int>(band) < floorBins)
                                        return floorLevel;
                                    return noise(frame, band);
                                }}}));
        const GeneratorData excerpts(data, {});
        QVERIFY(excerpts.permits(0, 0));
        QCOMPARE(excerpts.permits(0, 115), permitted);
        QVERIFY(excerpts.permits(0, 230));
        QVERIFY(!excerpts.permits(0, 231)); // would end after the last frame
        if (permitted)
            QCOMPARE(excerpts.starts(), std::size_t{231});
    }

    // One excerpt of a song at 2, one of an instrumental at −2 drawn 0.35 times as often: mean
    // (2 − 0.7)/1.35 = 0.963, variance 4 − 0.963² = 3.0727.
    void unitsCountExcerptsAsOftenAsTheyAreDrawn()
    {
        QTemporaryDir folder;
        const auto constant = [](float level) {
            return [level](std::size_t, std::size_t) { return level; };
        };
        const PackedData data(writePack(folder, {{"song", "train", 115, constant(2)},
                                                 {"instrumental", "train", 115, constant(-2)},
                                                 {"mix", "train", 115, constant(7)},
                                                 {"stems-mix", "train", 115, constant(7)},
                                                 {"song", "valid", 115, constant(7)},
                                                 {"unlabelled", "train", 114, constant(7)}}));
        const GeneratorData excerpts(data, {});
        QCOMPARE(excerpts.starts(), std::size_t{2});
        // Packed in steps of 0.0946.
        QVERIFY(std::abs(excerpts.mean() - 0.963) < 0.05);
        QVERIFY(std::abs(excerpts.std() - std::sqrt(3.0727)) < 0.05);
    }

    void drawsDependOnSeedAndStepAlone()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        const GeneratorData excerpts(data, {});
        const at::Tensor batch = excerpts.batch(1, 7, 8);
        QCOMPARE(batch.sizes(), at::IntArrayRef({8, 1, 115, 80}));
        excerpts.batch(1, 8, 3);
        QVERIFY(batch.equal(excerpts.batch(1, 7, 8)));
        QVERIFY(!batch.equal(excerpts.batch(1, 8, 8)));
        QVERIFY(!batch.equal(excerpts.batch(2, 7, 8)));

        std::map<std::size_t, int> counts;
        std::map<std::size_t, int> firstFrames;
        for (const GeneratorData::Excerpt& excerpt : excerpts.draw(1, 0, 13500)) {
            ++counts[excerpt.recording];
            ++firstFrames[excerpt.firstFrame];
            QVERIFY(excerpts.permits(excerpt.recording, excerpt.firstFrame));
        }
        QCOMPARE(counts.size(), std::size_t{2}); // training recordings only
        // 10,000 and 3,500 expected; the standard deviation is 51.
        QVERIFY(std::abs(counts.at(0) - 10000) < 250);
        QCOMPARE(firstFrames.size(), std::size_t{286}); // every start there is
    }

    void batchIsInUnitsOfTheData()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        GeneratorData excerpts(data, {});
        const GeneratorData::Excerpt first = excerpts.draw(1, 0, 1).front();
        const Matrix<float> rows =
            data.logMels(data.recordings()[first.recording], first.firstFrame, 115);
        excerpts.useUnits(1, 4);
        const at::Tensor batch = excerpts.batch(1, 0, 1);
        for (const std::size_t i : {std::size_t{0}, std::size_t{4711}, rows.size() - 1})
            QCOMPARE(batch.const_data_ptr<float>()[i], (rows.values()[i] - 1) / 4);
    }

    void nothingToLearnFromIsBadInput()
    {
        QTemporaryDir folder;
        const auto silence = [](std::size_t, std::size_t) { return floorLevel; };
        const PackedData silent(writePack(folder, {{"song", "train", 500, silence}}));
        QCOMPARE(errorOf([&] { GeneratorData(silent, {}); }), ErrorKind::BadInput);
        const PackedData shortMusic(writePack(folder, {{"song", "train", 114, noise}}));
        QCOMPARE(errorOf([&] { GeneratorData(shortMusic, {}); }), ErrorKind::BadInput);
    }

    void realExcerptsAreEqualSharesOfHeldOutMusic()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        std::map<std::size_t, int> counts;
        for (const auto& excerpt : selectRealExcerpts(data, RealSet::HeldOut, 101, 3)) {
            ++counts[excerpt.recording];
            QVERIFY(excerpt.firstFrame + 115 <= data.recordings()[excerpt.recording].frames);
        }
        const std::map<std::size_t, int> expected{{2, 26}, {3, 25}, {4, 50}};
        QCOMPARE(counts, expected);
        for (const auto& excerpt : selectRealExcerpts(data, RealSet::Training, 10, 3))
            QVERIFY(excerpt.recording < 2);
        const PackedData songsOnly(writePack(folder, {{"song", "test", 200, noise}}));
        QCOMPARE(errorOf([&] { selectRealExcerpts(songsOnly, RealSet::HeldOut, 10, 3); }),
                 ErrorKind::BadInput);
    }

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

    // 4 = 2 + 2, through the files, in float32 and with the stop in between.
    void resumedEqualsUninterrupted()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        const fs::path output = fs::path(folder.path().toStdString()) / "generator";
        TrainingSettings settings;
        settings.output = output;
        settings.seed = 5;
        settings.steps = 2;
        TrainingResult result = trainGenerator(data, settings, Device{}, {}, {});
        QCOMPARE(result.end, TrainingEnd::Completed);
        QCOMPARE(result.steps, std::int64_t{2});
        settings.steps = 4;
        settings.start = TrainingStart::Resume;
        double fraction = 0;
        result = trainGenerator(data, settings, Device{}, {},
                                [&](const Progress& progress) { fraction = progress.fraction; });
        QCOMPARE(result.steps, std::int64_t{4});
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
        QCOMPARE(log.number(0, "step"), 2.0);
        QCOMPARE(log.number(1, "step"), 4.0);
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
        QCOMPARE(ended.info.licence, std::string("CC BY-NC-SA 4.0"));
        QCOMPARE(exported.info.name, std::string("a test"));
        QCOMPARE(exported.info.sha256, ended.info.sha256);

        const GeneratorData units(data, {});
        const GanTraining start(GanRecipe::Cpu, smallBatches(), 0, Device{}, ComputeType::Float32);
        const at::Tensor latents = at::randn({2, 128});
        const at::Tensor expected = MusicGenerator::forward(start.average(), latents)
                                        .slice(2, 6, 121)
                                        .mul(units.std())
                                        .add(units.mean())
                                        .clamp_min(low);
        QVERIFY(at::allclose(exported.generator->generate(latents), expected, 1e-4, 1e-3));
        const ContactSheet sheet =
            contactSheet(data, *exported.generator, Device{}, RealSet::HeldOut, 4, 0);
        QCOMPARE(sheet.generated.rows(), std::size_t{4});
        QCOMPARE(sheet.real.columns(), std::size_t{9200});
        QCOMPARE(sheet.names.front(), std::string("recording 2"));
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
        train();
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

        GanTraining another(GanRecipe::Cpu, smallBatches(), 6, Device{}, ComputeType::Float32);
        another.iterate(excerpts);
        another.iterate(excerpts);
        QVERIFY(!another.generator().at("fc.weight").equal(expected.at("generator.fc.weight")));
    }
};

QTEST_GUILESS_MAIN(TestGanTrainer)
#include "tst_gan_trainer.moc"
