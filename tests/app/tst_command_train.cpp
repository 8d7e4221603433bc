// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/random.h"
#include "tests/app/command_line.h"
#include "tests/app/tiny_models.h"
#include "tests/support/sound_files.h"

#include <QJsonArray>

#include <cmath>

using namespace earshot;

// From folders of music to models and their measures, on a few seconds of noise and tones.
class TestCommandTrain : public QObject
{
    Q_OBJECT

    CommandLine m_cli;
    TinyModels m_models;

    // Tones over noise, of another pitch for every seed.
    void writeMusic(const QString& file, std::uint64_t seed, double seconds = 3) const
    {
        const auto count = static_cast<std::size_t>(seconds * 22050);
        Matrix<float> samples = sines(count, 1, 22050, 150 + 70 * static_cast<double>(seed));
        CounterRandom random(3, seed);
        for (std::size_t i = 0; i < count; ++i)
            samples(i, 0) = 0.4F * samples(i, 0) + 0.05F * static_cast<float>(random.normal());
        const auto path = m_cli.folder().path(file);
        std::filesystem::create_directories(path.parent_path());
        QVERIFY(writeSound(path, samples, 22050, SF_FORMAT_WAV | SF_FORMAT_PCM_16));
    }

    QByteArray checkpoint() const
    {
        return m_cli.folder().read("generator/checkpoint.safetensors");
    }
    int logLines() const { return m_cli.folder().read("generator/log.csv").count('\n'); }

private Q_SLOTS:
    void initTestCase()
    {
        m_cli.useModels(m_models.folder());
        QByteArray catalogue = "file,kind,split,artist,title,licence\n";
        std::uint64_t seed = 0;
        for (const QString split : {"train", "valid", "test"}) {
            const QString song = "songs/" + split;
            writeMusic("music/" + song + "/audio.wav", ++seed);
            m_cli.folder().write("music/" + song + "/vocals.csv",
                                 "start_s,end_s,label\n0.8,2.0,vocal\n");
            const QString instrumental = "instrumental/" + split + "/a.wav";
            writeMusic("music/" + instrumental, ++seed);
            for (const auto& [file, kind] :
                 {std::pair{song, "songs"}, std::pair{instrumental, "instrumental"}})
                catalogue += (file + "," + (QString(kind) == "songs" ? "song" : kind) + "," +
                              split + ",Somebody,Something,CC0\n")
                                 .toUtf8();
        }
        m_cli.folder().write("music/catalogue.csv", catalogue);
        m_cli.folder().write("music/instrumental/train/broken.wav", "RIFF");
        QFile list(m_cli.folder().name("music/catalogue.csv"));
        QVERIFY(list.open(QIODevice::Append));
        list.write("instrumental/train/broken.wav,instrumental,train,Somebody,Nothing,CC0\n");
        list.close();
        for (const auto& [features, bits, file] :
             {std::tuple{"spectra", "16", "spectra.st"}, {"mel", "8", "mel.st"}}) {
            const Outcome outcome =
                m_cli.run({"pack", "music", "--catalogue", "music/catalogue.csv", "--features",
                           features, "--bits", bits, "--out", file, "--json"});
            QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
            m_packed = outcome;
        }
    }

    void unreadableSourcesAreNamedAndCounted()
    {
        QVERIFY2(m_packed.err.contains("left out: ") && m_packed.err.contains("broken.wav"),
                 qPrintable(m_packed.err));
        const QJsonObject document = m_packed.json();
        QCOMPARE(document["command"].toString(), QString("pack"));
        QCOMPARE(document["outputs"].toArray(), QJsonArray{"mel.st"});
        QCOMPARE(document["results"].toObject()["recordings"].toInt(), 6);
        QCOMPARE(document["results"].toObject()["left_out"].toInt(), 1);
        const SafetensorsFile file(m_cli.folder().path("mel.st"));
        QVERIFY(file.tensor("log_mel").type == TensorType::U8);
        QVERIFY(SafetensorsFile(m_cli.folder().path("spectra.st")).contains("magnitudes"));
    }

    void nothingUsableIsBadInput()
    {
        const CommandLine cli;
        std::filesystem::create_directories(cli.folder().path("music/instrumental"));
        cli.folder().write("music/instrumental/broken.wav", "RIFF");
        const Outcome outcome = cli.run({"pack", "music", "--out", "out.st"});
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.err.contains("broken.wav"), qPrintable(outcome.err));
        QCOMPARE(cli.folder().entries(), QStringList("music"));
    }

    void aTrainedClassifierCanBeUsedAndMeasured()
    {
        const Outcome trained =
            m_cli.run({"train", "classifier", "--data", "spectra.st", "--out", "classifier",
                       "--steps", "1", "--threads", "1", "--json"});
        QVERIFY2(trained.code == 0, qPrintable(trained.err));
        QCOMPARE(trained.json()["command"].toString(), QString("train classifier"));
        QCOMPARE(trained.json()["results"].toObject()["steps"].toInt(), 1);
        for (const char* file : {"model.json", "weights.safetensors", "responses.safetensors",
                                 "checkpoint.safetensors", "log.csv"})
            QVERIFY2(QFile::exists(m_cli.folder().name(QString("classifier/") + file)), file);

        const Outcome judged =
            m_cli.run({"evaluate", "classifier", "--data", "spectra.st", "--classifier",
                       "classifier", "--out", "tables", "--json"});
        QVERIFY2(judged.code == 0, qPrintable(judged.err));
        const QJsonObject document = judged.json();
        QCOMPARE(document.keys(), QStringList({"command", "outputs", "record", "results"}));
        QCOMPARE(document["command"].toString(), QString("evaluate classifier"));
        QCOMPARE(document["record"].toObject()["split"].toString(), QString("test"));
        const QString table = QString::fromUtf8(m_cli.folder().read("tables/classifier.md"));
        for (const char* column :
             {"threshold", "precision", "recall", "specificity", "f1", "error"})
            QVERIFY2(table.contains(column, Qt::CaseInsensitive), qPrintable(table));

        // Recommended: units of the real deviation, the step of the smallest distance.
        const Outcome explained =
            m_cli.run({"explain", "--response", "fc9[0]", "--classifier", "classifier",
                       "--examples", "2", "--steps", "1", "--direction", "positive",
                       "--step-choice", "smallest-distance", "--json"});
        QVERIFY2(explained.code == 0, qPrintable(explained.err));
        const QJsonObject positive = explained.json()["results"].toObject()["positive"].toObject();
        QCOMPARE(positive["percentiles"].toArray().size(), 2);
        QVERIFY(positive["frechet_distance"].isDouble());
    }

    // Twice, with the same figures; of the classifier that was trained above.
    void evaluateAllPrintsOneTable()
    {
        const QStringList arguments{"evaluate",     "all",
                                    "--data",       "spectra.st",
                                    "--examples",   "2",
                                    "--steps",      "1",
                                    "--excerpts",   "4",
                                    "--classifier", "classifier",
                                    "--witness",    m_models.classifier(),
                                    "--out",        "tables"};
        const Outcome first = m_cli.run(arguments);
        QVERIFY2(first.code == 0, qPrintable(first.err));
        const QString table = first.out;
        QCOMPARE(QString::fromUtf8(m_cli.folder().read("tables/all.md")), table);
        for (const char* part :
             {"## Classifier", "| songs, every 50 frames | 0.000 |", "published: replication",
              "## Generator", "| generated | ", "In the witness's features.",
              "## Explanations of fc9[0]", "| start | – | ", "| positive, step ", " of 2 above 0",
              " of 2 below 0", "| *published: start* | -0.50 |"})
            QVERIFY2(table.contains(part), qPrintable(QString(part) + "\n" + table));
        const QJsonObject document =
            QJsonDocument::fromJson(m_cli.folder().read("tables/all.json")).object();
        const QJsonObject explanations = document["explanations"].toObject();
        const QJsonArray rows = explanations["rows"].toArray();
        QCOMPARE(rows.size(), 3);
        QVERIFY2(table.contains("By the preset recommended, with 1 step for its 100 (learning "
                                "rate 0.01, prior weight 0.001, 1 step, response divided by its "
                                "real standard deviation, step of the smallest Eq. 3); 2 starts of "
                                "seed 0."),
                 qPrintable(table));
        checkRecord(document["record"].toObject(), table);
        if (QTest::currentTestFailed())
            return;
        for (const QJsonValue& row : rows) {
            for (const char* answers : {"responses", "heard", "witness"})
                QCOMPARE(row.toObject()[answers].toObject()["values"].toArray().size(), 2);
            QVERIFY(row.toObject()["witness"] != row.toObject()["heard"]);
            // This witness was trained to find something else: it can neither agree nor disagree.
            QVERIFY(!row.toObject()["witness"].toObject().contains("of_wanted_sign"));
            QCOMPARE(row.toObject()["heard"].toObject().contains("of_wanted_sign"),
                     row.toObject()["name"] != "start");
        }
        QVERIFY2(table.contains("trained to find '" +
                                document["explanations"].toObject()["witness_label"].toString() +
                                "'"),
                 qPrintable(table));
        QCOMPARE(m_cli.run(arguments).out, table);
    }

    // As the paper's setting: raw responses, and the last step.
    void evaluateAllByThePapersPreset()
    {
        const Outcome outcome =
            m_cli.run({"evaluate", "all", "--data", "spectra.st", "--examples", "2", "--steps", "2",
                       "--preset", "C1", "--excerpts", "4", "--classifier", "classifier",
                       "--witness", "none", "--seed", "5", "--json"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        const QJsonObject explanations =
            outcome.json()["results"].toObject()["explanations"].toObject();
        QCOMPARE(explanations["preset"].toString(), QString("C1"));
        const QJsonObject settings = explanations["settings"].toObject();
        QCOMPARE(settings["learning_rate"].toDouble(), 0.01);
        QCOMPARE(settings["prior_weight"].toDouble(), 0.001);
        QCOMPARE(settings["steps"].toInt(), 2);
        QCOMPARE(settings["seed"].toInt(), 5);
        QCOMPARE(settings["response_scale"].toString(), QString("raw"));
        QCOMPARE(settings["step_choice"].toString(), QString("last"));
        for (const QJsonValue& row : explanations["rows"].toArray())
            QCOMPARE(row.toObject()["step"].toInt(), row.toObject()["name"] == "start" ? 0 : 2);
    }

    // Without a catalogue: two folders, and what cannot be used.
    void anyTwoClassesCanBePacked()
    {
        for (int i = 0; i < 3; ++i) {
            writeMusic(QString("guitars/guitar/%1.wav").arg(i), 20U + static_cast<unsigned>(i));
            writeMusic(QString("guitars/other/%1.wav").arg(i), 30U + static_cast<unsigned>(i));
        }
        writeMusic("guitars/loose.wav", 40);
        const QStringList arguments{"pack", "guitars", "--out", "guitars.st", "--json"};
        const Outcome packed =
            m_cli.run(arguments + QStringList{"--label", "guitar", "--other", "other"});
        QVERIFY2(packed.code == 0, qPrintable(packed.err));
        const QJsonObject results = packed.json()["results"].toObject();
        QCOMPARE(results["recordings"].toInt(), 6);
        QCOMPARE(results["left_out"].toInt(), 1);
        QVERIFY(results["problems"].toArray()[0].toString().contains("loose.wav': has no labels"));
        QVERIFY(std::abs(results["positive_minutes"].toDouble() -
                         results["minutes"].toDouble() / 2) < 1e-9);
        QVERIFY(packed.err.contains("left out: "));
        const Outcome told = m_cli.run(
            {"pack", "guitars", "--out", "guitars.st", "--label", "guitar", "--other", "other"});
        QVERIFY2(told.out.contains("\nwith guitar   ") && told.out.contains("\nwithout guitar "),
                 qPrintable(told.out));
        // One class twice, or no name, leaves nothing to tell apart.
        for (const QStringList& names :
             {QStringList{"--label", "other", "--other", "other"}, QStringList{"--label", ""},
              QStringList{"--other", "unlabelled"}, QStringList{"--label", "a/b"}}) {
            const Outcome outcome = m_cli.run(arguments + names);
            QCOMPARE(outcome.code, 2);
            QVERIFY2(outcome.err.contains("class"), qPrintable(outcome.err));
        }
        // By other names nothing of it can be used.
        const Outcome refused = m_cli.run(arguments);
        QCOMPARE(refused.code, 2);
        QVERIFY2(refused.err.contains("holds nothing to pack"), qPrintable(refused.err));
    }

    // Named by --name or the folder, however that is written; under the terms that --licence says.
    void aModelHasANameAndALicence_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("licence");
        QTest::newRow("folder") << QStringList{"--out", "named"} << "named"
                                << "unspecified";
        QTest::newRow("slash") << QStringList{"--out", "below/named/"} << "named"
                               << "unspecified";
        QTest::newRow("dots") << QStringList{"--out", "./x/../named2/."} << "named2"
                              << "unspecified";
        QTest::newRow("said") << QStringList{"--out", "named3",    "--name",
                                             "Mine",  "--licence", "CC0"}
                              << "Mine"
                              << "CC0";
    }
    void aModelHasANameAndALicence()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, name);
        QFETCH(QString, licence);
        const QStringList train{"train", "generator", "--data", "mel.st", "--threads", "1"};
        const Outcome trained = m_cli.run(train + QStringList{"--steps", "1"} + arguments);
        QVERIFY2(trained.code == 0, qPrintable(trained.err));
        const QString folder = arguments[1];
        const auto manifest = [&] {
            return QJsonDocument::fromJson(m_cli.folder().read(folder + "/model.json")).object();
        };
        QCOMPARE(manifest()["name"].toString(), name);
        QCOMPARE(manifest()["licence"].toString(), licence);
        // Resumed, it keeps them.
        QStringList again = arguments;
        if (const qsizetype said = again.indexOf("--licence"); said >= 0)
            again.remove(said, 2);
        QCOMPARE(m_cli.run(train + QStringList{"--steps", "2", "--resume"} + again).code, 0);
        QCOMPARE(manifest()["name"].toString(), name);
        QCOMPARE(manifest()["licence"].toString(), licence);
    }

    // Hours of work are not lost to a forgotten --resume.
    void anEarlierTrainingIsNotOverwritten()
    {
        for (const QString& kind : {QString("classifier"), QString("generator")}) {
            const QStringList train{"train",     kind,
                                    "--data",    kind == "classifier" ? "spectra.st" : "mel.st",
                                    "--out",     "kept-" + kind,
                                    "--threads", "1",
                                    "--steps",   "1"};
            QCOMPARE(m_cli.run(train).code, 0);
            const QString checkpoint = "kept-" + kind + "/checkpoint.safetensors";
            const QByteArray saved = m_cli.folder().read(checkpoint);
            const Outcome refused = m_cli.run(train + QStringList{"--seed", "9"});
            QCOMPARE(refused.code, 2);
            QVERIFY2(refused.err.contains("holds a training already: expected --resume to go on "
                                          "with it, --restart to begin anew, or another folder, "
                                          "found a checkpoint after 1 steps"),
                     qPrintable(refused.err));
            QCOMPARE(m_cli.folder().read(checkpoint), saved);
            QCOMPARE(m_cli.run(train + QStringList{"--seed", "9", "--restart"}).code, 0);
            QVERIFY(m_cli.folder().read(checkpoint) != saved);
            m_cli.folder().write(checkpoint, "damaged");
            QCOMPARE(m_cli.run(train).code, 2);
            QCOMPARE(m_cli.run(train + QStringList{"--restart", "--resume"}).code, 2);
        }
    }

    // What a stop and a killed process leave behind is what --resume goes on from.
    void aKilledTrainingGoesOnFromItsCheckpoint()
    {
        const QStringList train{"train",     "generator", "--data",    "mel.st", "--out",
                                "generator", "--json",    "--threads", "1",      "--steps"};
        QProcess stopped;
        m_cli.start(stopped, train + QStringList{"1000000"});
        QVERIFY(CommandLine::waitForMessage(stopped, "iteration"));
        CommandLine::signal(stopped, SIGINT);
        const Outcome stop = CommandLine::finish(stopped);
        QCOMPARE(stop.code, 3);
        QCOMPARE(stop.json()["results"].toObject()["state"].toString(), QString("stopped"));
        const int steps = stop.json()["results"].toObject()["steps"].toInt();
        QVERIFY(steps >= 1);
        const QByteArray saved = checkpoint();

        QProcess killed;
        m_cli.start(killed, train + QStringList{"1000000", "--resume"});
        QVERIFY(CommandLine::waitForMessage(killed, "iteration"));
        CommandLine::signal(killed, SIGKILL);
        QCOMPARE(CommandLine::finish(killed).code, -1);
        QCOMPARE(checkpoint(), saved);

        const Outcome resumed =
            m_cli.run(train + QStringList{QString::number(steps + 1), "--resume"});
        QVERIFY2(resumed.code == 0, qPrintable(resumed.err));
        QCOMPARE(resumed.json()["results"].toObject()["steps"].toInt(), steps + 1);
        QCOMPARE(m_cli.run({"inspect", "generator"}).code, 0);

        const Outcome judged =
            m_cli.run({"evaluate", "generator", "--data", "mel.st", "--generator", "generator",
                       "--excerpts", "8", "--threads", "1", "--json"});
        QVERIFY2(judged.code == 0, qPrintable(judged.err));
        QCOMPARE(judged.json()["record"].toObject()["split"].toString(), QString("heldout"));
        const Outcome tested =
            m_cli.run({"evaluate", "generator", "--data", "mel.st", "--generator", "generator",
                       "--excerpts", "8", "--threads", "1", "--split", "test", "--sheet", "9",
                       "--out", "sheets", "--json"});
        QVERIFY2(tested.code == 0, qPrintable(tested.err));
        QCOMPARE(tested.json()["record"].toObject()["split"].toString(), QString("test"));
        QCOMPARE(tested.json()["results"].toObject()["held_out_songs"].toInt(), 1);
        QCOMPARE(tested.json()["outputs"].toArray(),
                 QJsonArray({"sheets/generator_sheet.safetensors", "sheets/generator_sheet.png",
                             "sheets/generator.json", "sheets/generator.md"}));
        const SafetensorsFile sheet(m_cli.folder().path("sheets/generator_sheet.safetensors"));
        for (const char* kind : {"generated", "real"})
            QCOMPARE(sheet.floats(kind, {9, 115, 80}).size(), std::size_t{9 * 115 * 80});
        // 2 lines of 8 in each half: 2 · 948 + 24 = 0x780 pixels wide, 2 · 80 + 4 = 0xa4 high.
        QCOMPARE(m_cli.folder().read("sheets/generator_sheet.png").mid(16, 8).toHex(),
                 QByteArray("00000780000000a4"));

        // By the features of a network that has other layers.
        const Outcome small =
            m_cli.run({"train", "classifier", "--recipe", "witness", "--data", "spectra.st",
                       "--out", "small", "--steps", "1", "--threads", "1"});
        QVERIFY2(small.code == 0, qPrintable(small.err));
        const Outcome bySmall =
            m_cli.run({"evaluate", "generator", "--data", "mel.st", "--generator", "generator",
                       "--classifier", "small", "--excerpts", "8", "--threads", "1", "--json"});
        QVERIFY2(bySmall.code == 0, qPrintable(bySmall.err));
    }

    void unusableTrainingFile_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        for (const char* command : {"train classifier", "train generator"}) {
            const QStringList start = QString(command).split(' ');
            QTest::addRow("%s, missing", command)
                << start + QStringList{"--data", "none.st", "--out", "o"}
                << "'none.st': cannot be read";
            QTest::addRow("%s, a bundle", command)
                << start + QStringList{"--data", m_models.classifier() + "/weights.safetensors",
                                       "--out", "o"}
                << "lacks metadata: expected 'format'";
            QTest::addRow("%s, nothing to resume", command)
                << start + QStringList{"--data", start[1] == "classifier" ? "spectra.st" : "mel.st",
                                       "--out", "o", "--resume"}
                << "'o': holds nothing to go on from: leave --resume out";
        }
        QTest::newRow("log-mels for a classifier")
            << QStringList{"train", "classifier", "--data", "mel.st", "--out", "o"} << "spectra";
        QTest::newRow("evaluate") << QStringList{"evaluate", "classifier", "--data",
                                                 "none.st",  "--out",      "o"}
                                  << "'none.st': cannot be read";
    }

    void unusableTrainingFile() { checkRefusal(m_cli); }

    void aFolderThatCannotBeMade_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("data");
        QTest::newRow("classifier") << "classifier"
                                    << "spectra.st";
        QTest::newRow("generator") << "generator"
                                   << "mel.st";
    }

    void aFolderThatCannotBeMade()
    {
        QFETCH(QString, model);
        QFETCH(QString, data);
        const Outcome outcome = m_cli.run(
            {"train", model, "--data", data, "--out", "spectra.st/below", "--steps", "1"});
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.err.contains("spectra.st/below"), qPrintable(outcome.err));
    }

private:
    // Of spectra.st, in all.json, and its hashes in all.md.
    void checkRecord(const QJsonObject& record, const QString& table) const
    {
        const SafetensorsFile data(m_cli.folder().path("spectra.st"));
        const QJsonObject identity = record["data_identity"].toObject();
        const QString header = QString::fromStdString(sha256(data.header()));
        QCOMPARE(record["data"].toString(), QString("spectra.st"));
        QCOMPARE(identity["header_sha256"].toString(), header);
        QCOMPARE(identity["bytes"].toInteger(),
                 QFileInfo(m_cli.folder().name("spectra.st")).size());
        QCOMPARE(record["split"].toString(), QString("test"));
        QCOMPARE(record["seed"].toInt(), 0);
        QVERIFY(!record["device"].toString().isEmpty());
        QVERIFY(record["versions"].toObject().contains("torch"));
        const QJsonObject hashes = record["sha256"].toObject();
        for (const QString& hash : {header, hashes["classifier"].toString(),
                                    hashes["generator"].toString(), hashes["witness"].toString()})
            QVERIFY2(hash.size() == 64 && table.contains(hash), qPrintable(hash));
    }

    Outcome m_packed; // of mel.st
};

QTEST_GUILESS_MAIN(TestCommandTrain)
#include "tst_command_train.moc"
