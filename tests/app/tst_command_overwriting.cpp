// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explanation.h"
#include "tests/app/command_line.h"
#include "tests/app/tiny_models.h"
#include "tests/support/sound_files.h"

using namespace earshot;

// No command destroys what it is given, or what it was not asked to replace.
class TestCommandOverwriting : public QObject
{
    Q_OBJECT

    CommandLine m_cli;
    TinyModels m_models;

    QStringList filesIn(const QString& folder) const
    {
        return QDir(m_cli.folder().name(folder)).entryList(QDir::Files, QDir::Name);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_cli.useModels(m_models.folder());
        const TestFolder& folder = m_cli.folder();
        const auto sound = folder.path("sound.wav");
        QVERIFY(writeSound(sound, sines(40000, 1, 22050), 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
        for (const char* name : {"music/instrumental/a.wav", "music/song.wav",
                                 "music/stems/vocals.wav", "music/stems/accompaniment.wav"}) {
            std::filesystem::create_directories(folder.path(name).parent_path());
            std::filesystem::copy_file(sound, folder.path(name));
        }
        folder.write("music/song.csv", "start_s,end_s,label\n0.5,1,vocal\n");
        folder.write("music/stems/vocals.csv", "start_s,end_s,label\n0.5,1,vocal\n");
        folder.write("music/catalogue.csv", "file,kind,split,artist,title,licence\n"
                                            "instrumental/a.wav,instrumental,train,,,\n");
        std::filesystem::create_hard_link(sound, folder.path("linked.wav"));
        QCOMPARE(m_cli.run({"mel", "sound.wav", "--out", "mel.safetensors"}).code, 0);
    }

    void theInputItself_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("output");
        QTest::addColumn<QString>("input");
        const QStringList pack{"pack", "music"};
        const QStringList respond{"respond", "sound.wav", "--response", "fc9[0]"};
        QTest::newRow("mel") << QStringList{"mel", "sound.wav"} << "sound.wav"
                             << "";
        QTest::newRow("linked") << QStringList{"mel", "sound.wav"} << "linked.wav"
                                << ", sound.wav";
        QTest::newRow("respond") << respond << "./sound.wav"
                                 << ", sound.wav";
        QTest::newRow("resynthesise")
            << QStringList{"resynthesise", "mel.safetensors"} << "mel.safetensors"
            << "";
        QTest::newRow("pack, sound") << pack << "music/instrumental/a.wav"
                                     << ", /";
        QTest::newRow("pack, song") << pack << "music/song.wav"
                                    << ", /";
        QTest::newRow("pack, labels") << pack << "music/song.csv"
                                      << ", /";
        QTest::newRow("pack, voice") << pack << "music/stems/vocals.wav"
                                     << ", /";
        QTest::newRow("pack, backing") << pack << "music/stems/accompaniment.wav"
                                       << ", /";
        QTest::newRow("pack, stems' labels") << pack << "music/stems/vocals.csv"
                                             << ", /";
        QTest::newRow("pack, catalogue")
            << QStringList{"pack", "music", "--catalogue", "music/catalogue.csv"}
            << "music/catalogue.csv"
            << "";
    }

    void theInputItself()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, output);
        QFETCH(QString, input);
        const QByteArray before = m_cli.folder().read(output);
        const Outcome outcome = m_cli.run(arguments + QStringList{"--out", output});
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.err.contains("error: '" + output + "': is the input itself" + input),
                 qPrintable(outcome.err));
        QVERIFY2(outcome.err.endsWith(": give another file\n"), qPrintable(outcome.err));
        QCOMPARE(m_cli.folder().read(output), before);
    }

    // A bundle as others publish it, which has no checkpoint.
    void aFinishedModelIsNotTrainedOver_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("features");
        QTest::addColumn<QString>("file");
        QTest::newRow("classifier") << "classifier"
                                    << "spectra"
                                    << "model.json";
        QTest::newRow("generator") << "generator"
                                   << "mel"
                                   << "weights.safetensors";
    }

    void aFinishedModelIsNotTrainedOver()
    {
        QFETCH(QString, kind);
        QFETCH(QString, features);
        QFETCH(QString, file);
        const TestFolder& folder = m_cli.folder();
        QCOMPARE(m_cli.run({"pack", "music", "--features", features, "--out", "data"}).code, 0);
        const QStringList train{"train", kind, "--data", "data", "--steps", "1", "--out", kind};
        std::filesystem::create_directory(folder.path(kind));
        const Outcome early = m_cli.run(train + QStringList{"--resume"});
        QCOMPARE(early.code, 2);
        QVERIFY2(
            early.err.contains("'" + kind + "': holds nothing to go on from: leave --resume out\n"),
            qPrintable(early.err));
        folder.write(kind + "/" + file, "a model's");
        const QStringList before = filesIn(kind);
        const QString rest = ": expected --restart to begin anew, or another folder, found a model "
                             "without a checkpoint\n";
        const Outcome fresh = m_cli.run(train);
        QCOMPARE(fresh.code, 2);
        QVERIFY2(fresh.err.contains("'" + kind + "': holds a training already" + rest),
                 qPrintable(fresh.err));
        const Outcome resumed = m_cli.run(train + QStringList{"--resume"});
        QCOMPARE(resumed.code, 2);
        QVERIFY2(resumed.err.contains("'" + kind + "': holds nothing to go on from" + rest),
                 qPrintable(resumed.err));
        QCOMPARE(folder.read(kind + "/" + file), QByteArray("a model's"));
        QCOMPARE(filesIn(kind), before);
    }

    // Stopped before its first step, or where the same is finished already.
    void aStoppedExplanationLeavesAFinishedOne()
    {
        const QStringList explain{"explain",   "--response",  "fc9[0]",   "--examples", "1",
                                  "--witness", "none",        "--out",    "kept",       "--json",
                                  "--seed",    "3",           "--device", "cpu",        "--steps",
                                  "100000",    "--direction", "positive"};
        QProcess begun;
        m_cli.start(begun, explain);
        for (int line = 0; line < 2; ++line) // seconds lie between them
            QVERIFY(CommandLine::waitForMessage(begun, "explaining"));
        CommandLine::signal(begun, SIGINT);
        QCOMPARE(CommandLine::finish(begun).code, 3);
        const auto file = m_cli.folder().path("kept/result.earshot");
        const QByteArray part = m_cli.folder().read("kept/result.earshot");
        m_cli.folder().write("kept/start_00.wav", "its sound");
        const auto isKept = [&](const Outcome& outcome, const QByteArray& result) {
            return outcome.code == 3 && outcome.err.contains("stopped: nothing was written") &&
                   m_cli.folder().read("kept/result.earshot") == result &&
                   m_cli.folder().read("kept/start_00.wav") == "its sound";
        };
        m_cli.setInterrupted(true);
        const Outcome early = m_cli.run(explain);
        m_cli.setInterrupted(false);
        QVERIFY2(isKept(early, part), qPrintable(early.err));

        Explanation finished = readExplanation(file);
        finished.record.set("end", "completed");
        writeExplanation(finished, file);
        const QByteArray whole = m_cli.folder().read("kept/result.earshot");
        QProcess again;
        m_cli.start(again, explain);
        for (int line = 0; line < 2; ++line)
            QVERIFY(CommandLine::waitForMessage(again, "explaining"));
        CommandLine::signal(again, SIGINT);
        const Outcome outcome = CommandLine::finish(again);
        QVERIFY2(isKept(outcome, whole), qPrintable(outcome.err));
        QVERIFY2(outcome.err.contains("note: kept holds the finished explanation of this response "
                                      "and these settings, which stays\n"),
                 qPrintable(outcome.err));
    }

    // Only what belongs to the result that is there is replaced.
    void soundsOfOthersAreKept()
    {
        const QStringList explain{"explain", "--response", "fc9[0]",  "--direction", "positive",
                                  "--out",   "mixed",      "--steps", "1",           "--examples"};
        std::filesystem::create_directory(m_cli.folder().path("mixed"));
        m_cli.folder().write("mixed/start_01.wav", "mine");
        m_cli.folder().write("mixed/negative_00.wav", "mine");
        const Outcome refused = m_cli.run(explain + QStringList{"2"});
        QCOMPARE(refused.code, 2);
        QVERIFY2(refused.err.contains("'mixed/start_01.wav': is in the way: it belongs to no "
                                      "result.earshot here: move it, or give another folder"),
                 qPrintable(refused.err));
        QCOMPARE(filesIn("mixed"), QStringList({"negative_00.wav", "start_01.wav"}));
        QCOMPARE(m_cli.run(explain + QStringList{"1"}).code, 0);
        std::filesystem::remove(m_cli.folder().path("mixed/start_01.wav"));
        QCOMPARE(m_cli.run(explain + QStringList{"2"}).code, 0); // positive_00.wav is its own
        QCOMPARE(m_cli.run(explain + QStringList{"1"}).code, 0);
        QCOMPARE(filesIn("mixed"), QStringList({"negative_00.wav", "positive_00.wav",
                                                "result.earshot", "start_00.wav"}));
        QCOMPARE(m_cli.folder().read("mixed/negative_00.wav"), QByteArray("mine"));
    }
};

QTEST_GUILESS_MAIN(TestCommandOverwriting)
#include "tst_command_overwriting.moc"
