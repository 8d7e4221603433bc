// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_file.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <QtTest>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

using namespace earshot;

class TestWavWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Bit for bit, louder than full scale too.
    void roundTripIsExact()
    {
        std::vector<float> samples(36934);
        for (std::size_t i = 0; i < samples.size(); ++i)
            samples[i] = 3 * std::sin(0.001F * static_cast<float>(i * i % 99991));
        samples[0] = -0.0F;
        samples[1] = std::numeric_limits<float>::denorm_min();
        samples[2] = std::numeric_limits<float>::max();
        const TestFolder folder;
        const auto path = folder.path("sound.wav");
        writeWav(path, samples, 22050);
        const AudioData audio = readAudioFile(path);
        QCOMPARE(audio.sampleRateHz, 22050.0);
        QCOMPARE(audio.samples.columns(), std::size_t(1));
        QCOMPARE(audio.samples.rows(), samples.size());
        QCOMPARE(std::memcmp(audio.samples.data(), samples.data(), samples.size() * sizeof(float)),
                 0);
        QCOMPARE(folder.entries(), QStringList{"sound.wav"});
    }

    void equalSoundsMakeEqualFiles()
    {
        const std::vector<float> samples{0.5F, -0.25F, 0};
        const TestFolder folder;
        writeWav(folder.path("a.wav"), samples, 22050);
        QTest::qSleep(1100); // longer than the clock of a header would need
        writeWav(folder.path("b.wav"), samples, 22050);
        QCOMPARE(folder.read("a.wav"), folder.read("b.wav"));
    }

    void missingFoldersAreMade()
    {
        const TestFolder folder;
        writeWav(folder.path("a/b/sound.wav"), std::vector<float>(5), 22050);
        QCOMPARE(readAudioFile(folder.path("a/b/sound.wav")).samples.rows(), std::size_t(5));
    }

    void unwritableOutputIsNamed()
    {
        const TestFolder folder;
        folder.write("file", "contents");
        const std::vector<float> samples(5);
        const QString below =
            failureOf([&] { writeWav(folder.path("file/sound.wav"), samples, 22050); });
        QVERIFY(below.startsWith("cannot write: ") && below.contains("file/sound.wav"));
        const QString onFolder = failureOf([&] { writeWav(folder.path(""), samples, 22050); });
        QVERIFY(onFolder.startsWith("cannot write: ") && onFolder.contains("folder"));
        QCOMPARE(folder.read("file"), QByteArray("contents"));
        QCOMPARE(folder.entries(), QStringList{"file"});
    }

    // A header is 44 bytes or a few more; the sound has 147,736.
    void fullDiskLeavesWhatWasThere_data()
    {
        QTest::addColumn<int>("room");
        for (const int room : {0, 20, 44, 5000, 147000})
            QTest::addRow("%d bytes", room) << room;
    }
    void fullDiskLeavesWhatWasThere()
    {
        QFETCH(int, room);
        const TestFolder folder;
        folder.write("sound.wav", "what was there");
        QString message;
        {
            const FullDisk disk(static_cast<std::size_t>(room));
            message = failureOf(
                [&] { writeWav(folder.path("sound.wav"), std::vector<float>(36934), 22050); });
        }
        QVERIFY2(message.startsWith("cannot write: ") && message.contains("sound.wav"),
                 qPrintable(message));
        QCOMPARE(folder.read("sound.wav"), QByteArray("what was there"));
        QCOMPARE(folder.entries(), QStringList{"sound.wav"});
    }
};

QTEST_APPLESS_MAIN(TestWavWriter)
#include "tst_wav_writer.moc"
