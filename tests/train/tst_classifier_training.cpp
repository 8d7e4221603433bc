// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/device.h"
#include "core/train/classifier_trainer.h"
#include "core/train/classifier_training.h"
#include "core/util/error.h"
#include "tests/train/toy_music.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cmath>
#include <limits>

using namespace earshot;

namespace {

TrainingPack::Entry melEntry(const char* kind, const char* split, std::size_t frames,
                             std::function<int(std::size_t)> label, double value)
{
    return {kind, split, frames, std::move(label),
            [value](std::size_t, std::size_t) { return value; }};
}

int positive(std::size_t)
{
    return 1;
}

} // namespace

class TestClassifierTraining : public QObject
{
    Q_OBJECT

    std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    QTemporaryDir m_folder;
    Device m_device;

private Q_SLOTS:
    void initTestCase()
    {
        m_device = initialiseTorch(DeviceChoice::Cpu, 1);
        prepareWorkerThread();
    }

    void bandStatisticsAreOfEveryTenthExcerpt()
    {
        TrainingPack pack;
        pack.features = "mel";
        pack.columns = 80;
        // Excerpts at frames 0 and 500; what lies between counts for nothing.
        pack.entries = {
            {"song", "train", 615, positive,
             [](std::size_t frame, std::size_t band) {
                 const double place = frame < 115 ? 1 : frame < 500 ? 9 : 3;
                 return place + static_cast<double>(band) / 8;
             }},
            {"mix", "train", 615, positive, [](std::size_t, std::size_t) { return 7.0; }},
            {"song", "valid", 615, positive, [](std::size_t, std::size_t) { return 7.0; }}};
        const BandStatistics statistics =
            bandStatistics(PackedData(pack.write(path("statistics"))));
        QVERIFY(std::abs(statistics.mean[0] - 2.0F) < 1e-6F);
        QVERIFY(std::abs(statistics.mean[79] - 11.875F) < 1e-5F);
        // 230 values of ± 1 around the mean, over n − 1.
        QVERIFY(std::abs(statistics.std[5] - std::sqrt(230.0F / 229)) < 1e-5F);
        pack.entries[0].value = [](std::size_t, std::size_t) { return 2.0; };
        QCOMPARE(bandStatistics(PackedData(pack.write(path("statistics")))).std[0], 1e-3F);
        pack.entries[0].value = [](std::size_t, std::size_t) { return std::nan(""); };
        QVERIFY_THROWS_EXCEPTION(Error, bandStatistics(PackedData(pack.write(path("statistics")))));
        pack.entries = {melEntry("song", "test", 300, positive, 1)};
        QVERIFY_THROWS_EXCEPTION(Error, bandStatistics(PackedData(pack.write(path("statistics")))));
    }

    void theRateWarmsUpAndFalls()
    {
        const ClassifierRecipe recipe = classifierRecipe("");
        QCOMPARE(recipe.name, std::string("standard"));
        const auto rate = [&](std::int64_t step, double done) {
            return scheduledLearningRate(recipe, step, done) / recipe.learningRate;
        };
        QVERIFY(std::abs(rate(0, 0) - 1.0 / 101) < 1e-12);
        QVERIFY(std::abs(rate(100, 0) - 1) < 1e-12);
        QVERIFY(std::abs(rate(1000, 0.5) - 0.5) < 1e-12);
        QVERIFY(std::abs(rate(1000, 1)) < 1e-12);
        QVERIFY_THROWS_EXCEPTION(Error, classifierRecipe("fancy"));
    }

    void aSeparableToyIsLearnt_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("SVDNet") << "standard";
        QTest::newRow("residual network") << "witness";
    }
    void aSeparableToyIsLearnt()
    {
        QFETCH(QString, name);
        const PackedData data(toyMusic().write(path("toy")));
        ClassifierRecipe recipe = classifierRecipe(name.toStdString());
        recipe.batch.size = 8;
        recipe.batch.augmentation = {0, 0, 0, 0}; // learnt sooner; tst_augmentation has them
        recipe.batch.sampling.syntheticWeight = 0;
        recipe.batch.sampling.edgeFocusShare = 0; // there it is hard
        const BandStatistics statistics = bandStatistics(data);
        const auto tensor = [](const std::array<float, 80>& values) {
            at::Tensor result = at::zeros({80});
            std::copy(values.begin(), values.end(), result.mutable_data_ptr<float>());
            return result;
        };
        ClassifierTraining training(recipe, 3, m_device, at::kFloat, tensor(statistics.mean),
                                    tensor(statistics.std));
        const BatchMaker maker(data, recipe.batch, 3);
        double last = 0;
        for (std::uint64_t step = 0; step < 20; ++step) {
            const double loss = training.step(maker.batch(step), 1e-3);
            last += step < 15 ? 0 : loss / 5;
        }
        QVERIFY2(last < 0.35, std::to_string(last).c_str()); // ln 2 = 0.69 knows nothing
        QCOMPARE(training.steps(), std::int64_t{20});
        // The averaged weights tell the two sounds apart as well.
        at::Tensor pair = at::zeros({2, 1, 115, 80});
        for (const int side : {0, 1}) {
            const Recording& song = data.recordings()[1];
            const Matrix<float> mel = data.logMels(song, side == 0 ? 17U : 167U, 115);
            std::copy(mel.values().begin(), mel.values().end(),
                      pair.mutable_data_ptr<float>() + side * 115 * 80);
        }
        const at::Tensor logits = training.averagedLogits(pair);
        QVERIFY(logits[1].item<double>() > logits[0].item<double>() + 0.5);
    }

    void restoredWeightsGoOnToTheBit()
    {
        const PackedData data(toyMusic().write(path("toy")));
        ClassifierRecipe recipe = classifierRecipe("quick");
        recipe.batch.size = 4;
        const BatchMaker maker(data, recipe.batch, 3);
        const auto start = [&](std::uint64_t seed) {
            return ClassifierTraining(recipe, seed, m_device, at::kFloat, at::zeros({80}),
                                      at::ones({80}));
        };
        ClassifierTraining whole = start(3);
        whole.step(maker.batch(0), 1e-3);
        const Weights state = whole.state();
        for (const Weights::Shape& shape : whole.stateShapes())
            QVERIFY2(state.at(shape.name).sizes() == at::IntArrayRef(shape.shape),
                     shape.name.c_str());
        QCOMPARE(state.entries().size(), whole.stateShapes().size());
        whole.step(maker.batch(1), 1e-3);
        ClassifierTraining resumed = start(3);
        resumed.restore(state, 1);
        resumed.step(maker.batch(1), 1e-3);
        const Weights expected = whole.state();
        const Weights found = resumed.state();
        for (const auto& [name, tensor] : expected.entries())
            QVERIFY2(found.at(name).equal(tensor), name.c_str());
        QVERIFY(!expected.at("weights.fc8.weight").equal(state.at("weights.fc8.weight")));
        // After step n of the first few the average keeps (1 + n)/(10 + n) of itself.
        const at::Tensor before = start(3).state().at("average.fc9.bias");
        const at::Tensor first = state.at("weights.fc9.bias");
        const double decay = 2.0 / 11;
        const double average = decay * before.item<double>() + (1 - decay) * first.item<double>();
        QVERIFY(std::abs(state.at("average.fc9.bias").item<double>() - average) < 1e-9);
    }

    void aStepTakesItsRateAndItsOwnDropout()
    {
        const PackedData data(toyMusic().write(path("toy")));
        ClassifierRecipe recipe = classifierRecipe("quick");
        recipe.batch.size = 4;
        const TrainingBatch batch = BatchMaker(data, recipe.batch, 3).batch(0);
        ClassifierTraining training(recipe, 3, m_device, at::kFloat, at::zeros({80}),
                                    at::ones({80}));
        const at::Tensor before = training.state().at("weights.fc8.weight").clone();
        const double first = training.step(batch, 0);
        const double second = training.step(batch, 0);
        QVERIFY(training.state().at("weights.fc8.weight").equal(before));
        QVERIFY(first != second);
    }

    void aLossThatIsNoNumberIsAnError()
    {
        ClassifierTraining training(classifierRecipe(""), 3, m_device, at::kFloat, at::zeros({80}),
                                    at::ones({80}));
        TrainingBatch batch;
        batch.logMels.assign(2 * 115 * 80, 0.5F);
        batch.labels = {1, 0};
        batch.logMels[9000] = std::numeric_limits<float>::quiet_NaN();
        const at::Tensor before = training.exported().at("fc9.weight").clone();
        try {
            training.step(batch, 1e-3);
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::Failed);
            QVERIFY(QString(error.what()).contains("NaN"));
        }
        QVERIFY(before.equal(training.exported().at("fc9.weight")));
    }
};

QTEST_GUILESS_MAIN(TestClassifierTraining)
#include "tst_classifier_training.moc"
