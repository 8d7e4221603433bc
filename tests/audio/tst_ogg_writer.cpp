// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_file.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

using namespace earshot;

namespace {

// A tone of 441 Hz that swells to `peak`.
std::vector<float> tone(std::size_t samples, double peak)
{
    std::vector<float> values(samples);
    for (std::size_t i = 0; i < samples; ++i)
        values[i] = static_cast<float>(
            peak * static_cast<double>(i) / static_cast<double>(samples) *
            std::sin(2 * std::numbers::pi * 441 * static_cast<double>(i) / 22050));
    return values;
}

double rmsOf(std::span<const float> values)
{
    double sum = 0;
    for (const float value : values)
        sum += static_cast<double>(value) * static_cast<double>(value);
    return std::sqrt(sum / static_cast<double>(values.size()));
}

} // namespace

class TestOggWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Sample for sample in place: a shift by one would be an error of 12 % of this tone.
    void whatIsReadIsAsLongAndNearlyTheSame_data()
    {
        QTest::addColumn<int>("samples");
        QTest::addColumn<double>("peak");
        QTest::newRow("an excerpt") << 36934 << 0.9;
        QTest::newRow("beyond full scale") << 36934 << 1.8;
        QTest::newRow("short") << 100 << 0.5;
        QTest::newRow("long") << 300001 << 0.5;
    }
    void whatIsReadIsAsLongAndNearlyTheSame()
    {
        QFETCH(int, samples);
        QFETCH(double, peak);
        const TestFolder folder;
        const std::vector<float> sound = tone(static_cast<std::size_t>(samples), peak);
        writeOgg(folder.path("sound.ogg"), sound, 22050, 0.6);
        const AudioData audio = readAudioFile(folder.path("sound.ogg"));
        QCOMPARE(audio.sampleRateHz, 22050.0);
        QCOMPARE(audio.samples.columns(), std::size_t{1});
        QCOMPARE(audio.samples.rows(), sound.size());
        std::vector<float> difference = sound;
        for (std::size_t i = 0; i < sound.size(); ++i)
            difference[i] -= audio.samples(i, 0);
        QVERIFY2(rmsOf(difference) < 0.05 * rmsOf(sound),
                 qPrintable(QString::number(rmsOf(difference) / rmsOf(sound))));
        QCOMPARE(folder.entries(), QStringList("sound.ogg"));
    }

    void equalSoundsMakeEqualFiles()
    {
        const TestFolder folder;
        for (const char* name : {"a.ogg", "b.ogg"})
            writeOgg(folder.path(name), tone(36934, 0.5), 22050, 0.6);
        QCOMPARE(folder.read("a.ogg"), folder.read("b.ogg"));
    }

    void betterQualityIsLonger()
    {
        const TestFolder folder;
        std::vector<float> sound = tone(36934, 0.3);
        for (std::size_t i = 0; i < sound.size(); ++i)
            sound[i] += 0.2F * static_cast<float>(std::sin(static_cast<double>(i * i % 99991)));
        qint64 before = 0;
        for (const double quality : {0.0, 0.3, 0.6, 1.0}) {
            writeOgg(folder.path("a.ogg"), sound, 22050, quality);
            const qint64 size = folder.read("a.ogg").size();
            QVERIFY2(size > before + 1000, qPrintable(QString::number(size)));
            before = size;
        }
    }

    void whatCannotBeWrittenIsNamed()
    {
        const TestFolder folder;
        const auto failure = [&](const char* name, std::vector<float> sound, double quality) {
            return failureOf([&] { writeOgg(folder.path(name), sound, 22050, quality); });
        };
        const float nan = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(
            failure("a.ogg", {0, nan}, 0.5).contains("a.ogg': cannot be used: expected finite"));
        QVERIFY(failure("a.ogg", {0}, 1.1).contains("expected a quality from 0 to 1"));
        QVERIFY(failure("a.ogg", {0}, static_cast<double>(nan)).startsWith("bad input: "));
        folder.write("file", "");
        QVERIFY(failure("file/a.ogg", {0}, 0.5).startsWith("cannot write: "));
        {
            const FullDisk full(2000);
            QVERIFY(failure("a.ogg", tone(36934, 0.5), 0.5).startsWith("cannot write: "));
        }
        QCOMPARE(folder.entries(), QStringList("file"));
    }
};

QTEST_GUILESS_MAIN(TestOggWriter)
#include "tst_ogg_writer.moc"
