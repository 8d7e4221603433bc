// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/model_bundle.h"
#include "core/train/classifier_trainer.h"
#include "core/train/classifier_validation.h"
#include "core/util/error.h"
#include "tests/support/failure.h"
#include "tests/train/toy_music.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>
#include <iostream>
#include <map>

using namespace earshot;

namespace {

TrainingSettings shortTraining(const std::filesystem::path& output)
{
    TrainingSettings settings;
    settings.output = output;
    settings.steps = 2;
    settings.seed = 9;
    return settings;
}

// Another process, to be killed: says when a step is done.
int trainForEver(const char* pack, const char* output)
{
    TrainingSettings settings = shortTraining(output);
    settings.steps = 1000000;
    settings.start = TrainingStart::Restart;
    trainClassifier(PackedData(pack), settings, initialiseTorch(DeviceChoice::Cpu, 1), {},
                    [](const Progress&) { std::cout << "a step" << std::endl; });
    return 0;
}

} // namespace

class TestClassifierTrainer : public QObject
{
    Q_OBJECT

    std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    static std::string file(const std::filesystem::path& path)
    {
        std::ifstream stream(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    QTemporaryDir m_folder;
    Device m_device;

private Q_SLOTS:
    void initTestCase()
    {
        m_device = initialiseTorch(DeviceChoice::Cpu, 1);
        prepareWorkerThread();
        const PackedData data(toyMusic().write(path("toy")));
        const TrainingResult whole =
            trainClassifier(data, shortTraining(path("whole")), m_device, {}, {});
        QVERIFY(whole.end == TrainingEnd::Completed && whole.steps == 2);
    }

    void aStoppedTrainingResumesToTheBit()
    {
        const PackedData data(path("toy"));
        TrainingSettings settings = shortTraining(path("parts"));
        std::stop_source stop;
        const TrainingResult first = trainClassifier(
            data, settings, m_device, stop.get_token(), [&](const Progress& progress) {
                QVERIFY(progress.fraction > 0 && progress.fraction <= 1);
                stop.request_stop();
            });
        QVERIFY(first.end == TrainingEnd::Stopped);
        QCOMPARE(first.steps, std::int64_t{1});
        QVERIFY(loadClassifier(settings.output).classifier != nullptr); // usable as it is
        settings.start = TrainingStart::Resume;
        // Responses of the weights that go.
        std::ofstream(settings.output / "responses.safetensors") << "of the first step";
        QCOMPARE(trainClassifier(data, settings, m_device, {}, {}).steps, std::int64_t{2});
        QVERIFY(!std::filesystem::exists(settings.output / "responses.safetensors"));

        const SafetensorsFile a(path("whole") / "checkpoint.safetensors");
        const SafetensorsFile b(path("parts") / "checkpoint.safetensors");
        for (const TensorView& tensor : a.tensors())
            QVERIFY2(std::ranges::equal(tensor.bytes, b.tensor(tensor.name).bytes),
                     tensor.name.c_str());
        QCOMPARE(file(path("parts") / "weights.safetensors"),
                 file(path("whole") / "weights.safetensors"));
        const std::string log = file(path("parts") / "log.csv");
        QVERIFY(log.starts_with("step,seconds,learning_rate,loss,valid_area,"));
        QVERIFY(log.find("\n2,") != std::string::npos);

        stoppedValidationIsMadeUpFor(data, settings);
        aFailedWriteKeepsTheResponses(data, settings);

        // The bundle: as loaded, a threshold of 0 is the best one for the validation split.
        ClassifierBundle bundle = loadClassifier(path("whole"));
        QCOMPARE(bundle.info.label, std::string("singing voice"));
        QCOMPARE(bundle.info.name, std::string("whole"));
        const double threshold =
            ClassifierValidation(data).threshold(outputNeuron(bundle), m_device, {});
        QVERIFY(std::abs(threshold) < 1e-3);

        refusesOtherCheckpoints(data, settings);
    }

    // An earlier step with a larger area stays the one that is shipped; with a smaller one not.
    void theBestStepIsKept_data()
    {
        QTest::addColumn<QString>("area");
        QTest::addColumn<int>("best");
        QTest::newRow("better") << "2" << 1;
        QTest::newRow("worse") << "-1" << 2;
    }
    void theBestStepIsKept()
    {
        QFETCH(QString, area);
        QFETCH(int, best);
        TrainingSettings settings = shortTraining(path("best"));
        settings.start = TrainingStart::Resume;
        writeChanged(
            settings.output / "checkpoint.safetensors",
            {{"best_step", "1"}, {"best_area", area.toStdString()}, {"validated_step", "0"}}, true);
        trainClassifier(PackedData(path("toy")), settings, m_device, {}, {});
        QCOMPARE(bestStep(settings.output), std::int64_t{best});
    }

    // Killed at once, over what an earlier training left: what is resumed is this training.
    void aKilledTrainingResumesToTheBit()
    {
        std::filesystem::create_directories(path("killed"));
        std::ofstream(path("killed") / "checkpoint.safetensors") << "of an earlier training";
        std::ofstream(path("killed") / "log.csv") << "step\n1000\n";
        QProcess process;
        process.start(QCoreApplication::applicationFilePath(),
                      {"--train-for-ever", QString::fromStdString(path("toy").string()),
                       QString::fromStdString(path("killed").string())});
        QVERIFY(process.waitForReadyRead(60000)); // the first step is done
        process.kill();
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitStatus(), QProcess::CrashExit);
        QVERIFY(!std::filesystem::exists(path("killed") / "model.json"));

        const PackedData data(path("toy"));
        TrainingSettings settings = shortTraining(path("killed"));
        settings.start = TrainingStart::Resume;
        QCOMPARE(trainClassifier(data, settings, m_device, {}, {}).steps, std::int64_t{2});
        QCOMPARE(file(path("killed") / "weights.safetensors"),
                 file(path("whole") / "weights.safetensors"));
        QVERIFY(file(path("killed") / "log.csv").find("1000") == std::string::npos);
    }

    void aWitnessIsTrainedAlike()
    {
        const PackedData data(path("toy"));
        TrainingSettings settings = shortTraining(path("witness"));
        settings.recipe = "witness";
        settings.steps = 1;
        QCOMPARE(trainClassifier(data, settings, m_device, {}, {}).steps, std::int64_t{1});
        const ClassifierBundle bundle = loadClassifier(settings.output);
        QCOMPARE(bundle.info.architecture, std::string("residual-net"));
        QCOMPARE(bundle.info.manifest.at("training").text("recipe"), std::string("witness"));

        settings.start = TrainingStart::Resume;
        settings.steps = 2;
        QCOMPARE(trainClassifier(data, settings, m_device, {}, {}).steps, std::int64_t{2});
        // Neither goes on with the other's weights.
        settings.recipe = "standard";
        QVERIFY(badInputOf([&] {
                    trainClassifier(data, settings, m_device, {}, {});
                }).contains("another recipe: expected standard, found witness"));
    }

    // Folders of two classes: no song has both labels.
    void validationNeedsBothLabelsSomewhere()
    {
        TrainingPack pack = toyMusic();
        const auto add = [&](const char* kind, int label) {
            pack.entries.push_back({kind, "valid", 300, [label](std::size_t) { return label; },
                                    [label](std::size_t frame, std::size_t bin) {
                                        return toySpectrum(frame, bin, label == 1);
                                    }});
        };
        pack.entries.pop_back();
        add("song", 1);
        QVERIFY(!ClassifierValidation(PackedData(pack.write(path("one")))).isPossible());
        add("instrumental", 0);
        const PackedData both(pack.write(path("both")));
        QVERIFY(ClassifierValidation(both).isPossible());
        const ClassifierBundle bundle = loadClassifier(path("whole"));
        const ValidationFigures figures =
            ClassifierValidation(both).run(outputNeuron(bundle), m_device, {});
        QVERIFY(figures.area >= 0 && figures.area <= 1);
        QVERIFY(figures.instrumentalSpecificity >= 0);
    }

    void settingsAndOutputsAreChecked()
    {
        const PackedData data(path("toy"));
        TrainingSettings settings;
        settings.output = path("refused");
        settings.steps = 0;
        QVERIFY_THROWS_EXCEPTION(Error, trainClassifier(data, settings, m_device, {}, {}));
        settings.steps = 1;
        settings.minutes = -1;
        QVERIFY_THROWS_EXCEPTION(Error, trainClassifier(data, settings, m_device, {}, {}));
        settings.minutes.reset();
        settings.recipe = "fancy";
        QVERIFY_THROWS_EXCEPTION(Error, trainClassifier(data, settings, m_device, {}, {}));
        settings.recipe.clear();
        settings.start = TrainingStart::Resume; // there is nothing to resume
        QVERIFY_THROWS_EXCEPTION(Error, trainClassifier(data, settings, m_device, {}, {}));
        QVERIFY(!std::filesystem::exists(path("refused")));
        settings.start = TrainingStart::Fresh;
        std::ofstream(path("plain")) << "a regular file";
        settings.output = path("plain") / "below";
        try {
            trainClassifier(data, settings, m_device, {}, {});
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::CannotWrite);
        }
    }

private:
    // Of the whole training, with other metadata; perhaps without the best weights.
    void writeChanged(const std::filesystem::path& checkpoint,
                      const std::map<std::string, std::string>& changes, bool hasBest) const
    {
        const SafetensorsFile whole(path("whole") / "checkpoint.safetensors");
        SafetensorsWriter writer;
        for (const TensorView& tensor : whole.tensors())
            if (hasBest || !tensor.name.starts_with("best."))
                writer.add(tensor.name, tensor.type, tensor.shape, tensor.bytes);
        for (const auto& [key, value] : whole.metadata())
            writer.setMetadata(key, changes.contains(key) ? changes.at(key) : value);
        writer.write(checkpoint);
    }
    static std::int64_t bestStep(const std::filesystem::path& bundle)
    {
        return loadClassifier(bundle).info.manifest.at("training").integer("best_step");
    }

    // What a run leaves that is stopped in the middle of its last validation: the validation's
    // outcome is missing in the checkpoint.
    void stoppedValidationIsMadeUpFor(const PackedData& data, TrainingSettings settings)
    {
        settings.output = path("unvalidated");
        settings.name = "whole";
        writeChanged(settings.output / "checkpoint.safetensors",
                     {{"best_step", "0"}, {"validated_step", "0"}}, false);
        trainClassifier(data, settings, m_device, {}, {});
        QCOMPARE(bestStep(settings.output), std::int64_t{2});
        QCOMPARE(file(settings.output / "weights.safetensors"),
                 file(path("whole") / "weights.safetensors"));
        QVERIFY(file(settings.output / "log.csv").find("\n2,") != std::string::npos);
    }

    void aFailedWriteKeepsTheResponses(const PackedData& data, const TrainingSettings& settings)
    {
        const std::filesystem::path weights = settings.output / "weights.safetensors";
        const std::filesystem::path responses = settings.output / "responses.safetensors";
        std::ofstream(responses) << "of these weights";
        std::filesystem::rename(weights, settings.output / "aside");
        std::filesystem::create_directory(weights);
        const QString failure =
            failureOf([&] { trainClassifier(data, settings, m_device, {}, {}); });
        QVERIFY2(failure.startsWith("cannot write: ") && failure.contains("weights.safetensors"),
                 qPrintable(failure));
        QVERIFY(std::filesystem::exists(responses));
        std::filesystem::remove(weights);
        std::filesystem::rename(settings.output / "aside", weights);
    }

    void refusesOtherCheckpoints(const PackedData& data, TrainingSettings settings)
    {
        const auto message = [&] {
            try {
                trainClassifier(data, settings, m_device, {}, {});
                return QString("no error");
            } catch (const Error& error) {
                return QString(error.kind() == ErrorKind::BadInput ? error.what() : "other kind");
            }
        };
        settings.seed = 10;
        QVERIFY2(message().contains("another seed"), qPrintable(message()));
        settings.seed = 9;
        settings.recipe = "quick";
        QVERIFY2(message().contains("another recipe"), qPrintable(message()));
        settings.recipe.clear();
        TrainingPack louder = toyMusic();
        louder.entries[0].value = [](std::size_t, std::size_t) { return 50.0; };
        const PackedData other(louder.write(path("louder")));
        try {
            trainClassifier(other, settings, m_device, {}, {});
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("another training set"), error.what());
        }
        const std::filesystem::path checkpoint = settings.output / "checkpoint.safetensors";
        std::filesystem::resize_file(checkpoint, std::filesystem::file_size(checkpoint) - 1);
        QVERIFY2(message().contains("checkpoint.safetensors"), qPrintable(message()));
    }
};

int main(int argc, char** argv)
{
    if (argc == 4 && std::string_view(argv[1]) == "--train-for-ever")
        return trainForEver(argv[2], argv[3]);
    QCoreApplication application(argc, argv);
    TestClassifierTrainer test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_classifier_trainer.moc"
