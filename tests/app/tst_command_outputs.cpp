// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/command_line.h"
#include "tests/app/tiny_models.h"
#include "tests/support/sound_files.h"

#include <fcntl.h>
#include <unistd.h>

using namespace earshot;

// Outputs that cannot be written end with exit code 1 and leave nothing half-written.
class TestCommandOutputs : public QObject
{
    Q_OBJECT

    CommandLine m_cli;
    TinyModels m_models;

    static void commands()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("mel") << QStringList{"mel", "sound.wav", "--out"};
        QTest::newRow("respond") << QStringList{"respond", "sound.wav", "--response", "fc9[0]",
                                                "--out"};
        QTest::newRow("resynthesise") << QStringList{"resynthesise", "mel.safetensors", "--out"};
        QTest::newRow("explain") << QStringList{"explain",  "--response", "fc9[0]", "--steps",
                                                "1",        "--examples", "1",      "--direction",
                                                "positive", "--out"};
        QTest::newRow("pack") << QStringList{"pack", "music", "--out"};
    }

    // Everything below the folder.
    QStringList tree() const
    {
        QStringList files;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(m_cli.folder().path(".")))
            files << QString::fromStdString(entry.path().string());
        files.sort();
        return files;
    }

    void checkFails(const QString& output, const QString& message) const
    {
        QFETCH(QStringList, arguments);
        const QStringList before = tree();
        const Outcome outcome = m_cli.run(arguments + QStringList{output, "--json"});
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.err.contains("earshot-cli: error: '" + output), qPrintable(outcome.err));
        QVERIFY2(outcome.err.contains(message), qPrintable(outcome.err));
        QCOMPARE(outcome.out, QString());
        QCOMPARE(tree(), before);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_cli.useModels(m_models.folder());
        const auto sound = m_cli.folder().path("sound.wav");
        QVERIFY(writeSound(sound, sines(40000, 1, 22050), 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
        std::filesystem::create_directories(m_cli.folder().path("music/instrumental/a"));
        std::filesystem::copy_file(sound, m_cli.folder().path("music/instrumental/a/sound.wav"));
        QCOMPARE(m_cli.run({"mel", "sound.wav", "--out", "mel.safetensors"}).code, 0);
        m_cli.folder().write("file", "a file");
        std::filesystem::create_directories(m_cli.folder().path("folder/result.earshot"));
    }

    void cleanup()
    {
        m_cli.limitFileSize(RLIM_INFINITY);
        m_cli.sendOutputTo(-1);
    }

    void belowAFile_data() { commands(); }
    void belowAFile() { checkFails("file/out", "cannot be written"); }

    void aFolder_data() { commands(); }
    void aFolder() { checkFails("folder", "cannot be written: it is a folder"); }

    void aFullDisk_data() { commands(); }
    void aFullDisk()
    {
        m_cli.limitFileSize(10);
        checkFails("out", "cannot be written: ");
    }

    // The results that were there stay whole: a disk with room for the result, but not for its
    // sounds.
    void aFullDiskKeepsTheOldExplanation()
    {
        const QStringList explain{"explain",     "--response", "fc9[0]", "--examples", "1",
                                  "--direction", "positive",   "--out",  "kept"};
        QCOMPARE(m_cli.run(explain + QStringList{"--steps", "1"}).code, 0);
        const QByteArray result = m_cli.folder().read("kept/result.earshot");
        const QByteArray sound = m_cli.folder().read("kept/positive_00.wav");
        const QStringList before = tree();
        m_cli.limitFileSize(static_cast<rlim_t>(sound.size()) - 1);
        QVERIFY(result.size() < sound.size());
        const Outcome outcome = m_cli.run(explain + QStringList{"--steps", "2"});
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.err.contains("error: 'kept/start_00.wav': cannot be written"),
                 qPrintable(outcome.err));
        QCOMPARE(tree(), before);
        QCOMPARE(m_cli.folder().read("kept/result.earshot"), result);
        QCOMPARE(m_cli.folder().read("kept/positive_00.wav"), sound);
    }

    // A reader that has gone is an error of stdout, no signal.
    void aClosedPipe()
    {
        int ends[2];
        QCOMPARE(::pipe2(ends, O_CLOEXEC), 0);
        ::close(ends[0]);
        m_cli.sendOutputTo(ends[1]);
        const Outcome outcome = m_cli.run({"inspect", m_models.classifier(), "--json"});
        ::close(ends[1]);
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.err.contains("'standard output': cannot be written"),
                 qPrintable(outcome.err));
    }

    void aFullDeviceAsOutput()
    {
        const int device = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
        m_cli.sendOutputTo(device);
        const Outcome outcome = m_cli.run({"inspect", m_models.classifier(), "--json"});
        ::close(device);
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.err.contains("'standard output': cannot be written"),
                 qPrintable(outcome.err));
    }
};

QTEST_GUILESS_MAIN(TestCommandOutputs)
#include "tst_command_outputs.moc"
