// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/checkpoint.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <QProcess>
#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>
#include <limits>

using namespace earshot;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
const std::vector<std::string> columns{"step", "loss", "error"};

// 4 MB that all hold the number of the step.
void writeCheckpoint(const std::filesystem::path& path, std::size_t step)
{
    const std::vector<float> values(1 << 20, static_cast<float>(step));
    SafetensorsWriter writer;
    writer.add("values", {1 << 20}, values);
    writer.setMetadata("steps", std::to_string(step));
    writer.write(path);
}

// Another process, to be killed: checkpoints without end, each told when it is complete.
[[noreturn]] void writeForEver(const std::filesystem::path& path)
{
    for (std::size_t step = 1;; ++step) {
        writeCheckpoint(path, step);
        std::cout << step << std::endl;
    }
}

} // namespace

class TestCheckpoint : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

private Q_SLOTS:
    // Whenever it is killed, a whole checkpoint is there, and no older one than the last that was
    // said to be complete.
    void aKillLeavesAWholeCheckpoint()
    {
        const QString path = m_folder.name("killed.safetensors");
        for (int round = 0; round < 4; ++round) {
            QProcess process;
            process.start(QCoreApplication::applicationFilePath(), {"--write-for-ever", path});
            QVERIFY(process.waitForReadyRead());
            QTest::qWait(3 + 17 * round);
            process.kill();
            QVERIFY(process.waitForFinished());
            QCOMPARE(process.exitStatus(), QProcess::CrashExit);
            const QByteArray said = process.readAllStandardOutput();
            const qsizetype end = said.lastIndexOf('\n');
            const qsizetype before = said.lastIndexOf('\n', end - 1);
            const auto last = said.mid(before + 1, end - before - 1).toULongLong();
            QVERIFY(last > 0);

            const SafetensorsFile file(path.toStdString());
            const std::uint64_t step = metadataInteger(file, "steps");
            QVERIFY(step == last || step == last + 1);
            const std::vector<float> values = file.floats("values", {1 << 20});
            QVERIFY(std::all_of(values.begin(), values.end(),
                                [&](float value) { return value == static_cast<float>(step); }));
        }
    }

    void aFullDiskKeepsTheOneBefore()
    {
        const std::filesystem::path path = m_folder.path("kept.safetensors");
        writeCheckpoint(path, 1);
        {
            const FullDisk disk(1 << 16);
            QVERIFY(failureOf([&] { writeCheckpoint(path, 2); }).startsWith("cannot write: "));
        }
        QCOMPARE(metadataInteger(SafetensorsFile(path), "steps"), std::uint64_t{1});
    }

    void numbersInMetadataAreExact()
    {
        const std::array<double, 6> numbers{0.1, -1e-300, 1.0 / 3, 123456789.125, 0, 1e22};
        SafetensorsWriter writer;
        for (std::size_t i = 0; i < numbers.size(); ++i)
            writer.setMetadata("n" + std::to_string(i), exactText(numbers[i]));
        writer.setMetadata("seed", "18446744073709551615");
        writer.write(m_folder.path("numbers"));
        const SafetensorsFile file(m_folder.path("numbers"));
        for (std::size_t i = 0; i < numbers.size(); ++i)
            QVERIFY(metadataNumber(file, "n" + std::to_string(i)) == numbers[i]);
        QCOMPARE(metadataInteger(file, "seed"), std::numeric_limits<std::uint64_t>::max());
    }

    void unusableNumbersAreRefused_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("isNumber"); // but no whole one
        QTest::newRow("fraction") << "1.5" << true;
        QTest::newRow("negative") << "-1" << true;
        QTest::newRow("too large") << "18446744073709551616" << true;
        QTest::newRow("empty") << "" << false;
        QTest::newRow("text behind") << "12 steps" << false;
        QTest::newRow("text before") << " 12" << false;
        QTest::newRow("nan") << "nan" << false;
        QTest::newRow("inf") << "inf" << false;
        QTest::newRow("too large for a double") << "1e999" << false;
    }
    void unusableNumbersAreRefused()
    {
        QFETCH(QString, text);
        QFETCH(bool, isNumber);
        SafetensorsWriter writer;
        writer.setMetadata("key", text.toStdString());
        writer.write(m_folder.path("unusable"));
        const SafetensorsFile file(m_folder.path("unusable"));
        const QString whole = badInputOf([&] { metadataInteger(file, "key"); });
        QVERIFY2(whole.contains("unusable metadata 'key'"), qPrintable(whole));
        QVERIFY2(whole.contains("found '" + text + "'"), qPrintable(whole));
        QCOMPARE(badInputOf([&] { metadataNumber(file, "key"); }).isEmpty(), isNumber);
        QVERIFY(badInputOf([&] { metadataNumber(file, "other"); }).contains("other"));
    }

    void theLogContinuesAtTheCheckpoint()
    {
        const std::filesystem::path path = m_folder.path("log.csv");
        {
            TrainingLog log(path, columns, 0);
            log.add(20, std::array{0.5, none});
            log.add(40, std::array{0.25, 0.125});
            log.add(60, std::array{0.125, none});
        }
        // Killed while writing.
        m_folder.write("log.csv", m_folder.read("log.csv") + "80,0.0");
        TrainingLog(path, columns, 40).add(60, std::array{0.375, none});
        QCOMPARE(m_folder.read("log.csv"),
                 QByteArray("step,loss,error\n20,0.5,\n40,0.25,0.125\n60,0.375,\n"));
        const TrainingLog fresh(path, columns, 0);
        QCOMPARE(m_folder.read("log.csv"), QByteArray("step,loss,error\n"));
    }

    void aLineThatWasCutOffIsDropped()
    {
        // "4" is what is left of "40,…": not a line of step 4.
        m_folder.write("cut.csv", "step,loss,error\n20,0.5,\n4");
        TrainingLog(m_folder.path("cut.csv"), columns, 40).add(41, std::array{1.0, none});
        QCOMPARE(m_folder.read("cut.csv"), QByteArray("step,loss,error\n20,0.5,\n41,1,\n"));
    }

    void aLogThatCannotBeWrittenIsAnError()
    {
        m_folder.write("plain", "a regular file");
        QVERIFY(failureOf([&] {
                    TrainingLog(m_folder.path("plain/log.csv"), columns, 0);
                }).startsWith("cannot write: "));
        TrainingLog log(m_folder.path("full.csv"), columns, 0);
        const FullDisk disk(20);
        const QString failure = failureOf([&] { log.add(1, std::array{0.123456, 0.5}); });
        QVERIFY2(failure.startsWith("cannot write: ") && failure.contains("full.csv"),
                 qPrintable(failure));
    }
};

int main(int argc, char** argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--write-for-ever")
        writeForEver(argv[2]);
    QCoreApplication application(argc, argv);
    TestCheckpoint test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_checkpoint.moc"
