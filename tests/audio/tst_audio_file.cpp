// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_file.h"
#include "core/audio/completeness.h"
#include "core/util/regular_file.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/sound_files.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <sys/stat.h>
#include <vector>

using namespace earshot;

namespace {

constexpr int wav = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
constexpr int flac = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
constexpr int vorbis = SF_FORMAT_OGG | SF_FORMAT_VORBIS;
constexpr int opus = SF_FORMAT_OGG | SF_FORMAT_OPUS;
constexpr int mp3 = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;

void addFormats()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<int>("sampleRateHz");
    QTest::addColumn<double>("tolerance");
    QTest::newRow("WAV 16") << wav << 44100 << 3.1e-5; // 2^-15, half a step of rounding
    QTest::newRow("WAV 8") << (SF_FORMAT_WAV | SF_FORMAT_PCM_U8) << 22050 << 1e-2;
    QTest::newRow("WAV 24") << (SF_FORMAT_WAV | SF_FORMAT_PCM_24) << 48000 << 3e-7;
    QTest::newRow("WAV float") << (SF_FORMAT_WAV | SF_FORMAT_FLOAT) << 44100 << 0.0;
    QTest::newRow("WAV extensible") << (SF_FORMAT_WAVEX | SF_FORMAT_PCM_16) << 44100 << 3.1e-5;
    QTest::newRow("FLAC 16") << flac << 44100 << 3.1e-5;
    QTest::newRow("FLAC 24") << (SF_FORMAT_FLAC | SF_FORMAT_PCM_24) << 96000 << 3e-7;
    QTest::newRow("Ogg Vorbis") << vorbis << 44100 << 0.03;
    QTest::newRow("Ogg Opus") << opus << 48000 << 0.15;
    QTest::newRow("MP3") << mp3 << 44100 << 0.03;
}

} // namespace

class TestAudioFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsFormats_data() { addFormats(); }
    void readsFormats()
    {
        QFETCH(int, format);
        QFETCH(int, sampleRateHz);
        QFETCH(double, tolerance);
        const Matrix<float> samples = sines(60000, 2, sampleRateHz);
        const auto path = m_folder.path("sound");
        QVERIFY(writeSound(path, samples, sampleRateHz, format));
        const AudioData audio = readAudioFile(path);
        QCOMPARE(audio.sampleRateHz, double(sampleRateHz));
        QCOMPARE(audio.samples.columns(), std::size_t(2));
        QCOMPARE(audio.samples.rows(), samples.rows());
        for (std::size_t i = 0; i < samples.size(); ++i)
            QVERIFY(std::abs(audio.samples.data()[i] - samples.data()[i]) <= tolerance);
    }

    void averagesChannelsAndResamples_data()
    {
        QTest::addColumn<int>("sampleRateHz");
        QTest::addColumn<int>("channels");
        for (const int rate : {8000, 11025, 16000, 22050, 44100, 48000, 96000})
            for (const int channels : {1, 2, 6})
                QTest::addRow("%d Hz, %d channels", rate, channels) << rate << channels;
    }
    void averagesChannelsAndResamples()
    {
        QFETCH(int, sampleRateHz);
        QFETCH(int, channels);
        const auto columns = static_cast<std::size_t>(channels);
        const auto path = m_folder.path("sound.wav");
        QVERIFY(writeSound(path, sines(8001, columns, sampleRateHz), sampleRateHz,
                           SF_FORMAT_WAV | SF_FORMAT_FLOAT));
        const std::vector<float> mono = readMono(path, 22050);
        QCOMPARE(mono.size(), static_cast<std::size_t>(std::lround(8001 * 22050.0 / sampleRateHz)));
        const Matrix<float> expected = sines(mono.size(), columns, 22050);
        for (std::size_t i = 400; i < mono.size() - 400; ++i) {
            double sum = 0;
            for (const float sample : expected.row(i))
                sum += sample;
            QVERIFY(std::abs(mono[i] - sum / channels) < 1e-4);
        }
    }

    // Every length of a file that was cut off, in steps: never a crash, never taken for whole.
    void cutOffFilesAreRefused_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<int>("sampleRateHz");
        QTest::addColumn<int>("missing"); // at least
        QTest::newRow("WAV") << wav << 44100 << 1;
        QTest::newRow("WAV extensible") << (SF_FORMAT_WAVEX | SF_FORMAT_PCM_16) << 44100 << 1;
        QTest::newRow("FLAC") << flac << 44100 << 1;
        QTest::newRow("Ogg Vorbis") << vorbis << 44100 << 1;
        QTest::newRow("Ogg Opus") << opus << 48000 << 1;
        QTest::newRow("MP3") << mp3 << 44100 << 129; // 128 bytes could be a tag that was stripped
    }
    void cutOffFilesAreRefused()
    {
        QFETCH(int, format);
        QFETCH(int, sampleRateHz);
        QFETCH(int, missing);
        const auto path = m_folder.path("sound");
        QVERIFY(writeSound(path, sines(30000, 1, sampleRateHz), sampleRateHz, format));
        const QByteArray whole = bytesOf(path);
        for (qsizetype length = whole.size() - missing; length > 0;
             length -= 1 + whole.size() / 40) {
            QVERIFY(writeBytes(path, whole.left(length)));
            const QString message = badInputOf([&] { readAudioFile(path); });
            QVERIFY2(!message.isEmpty(), qPrintable(QString::number(length)));
        }
        QVERIFY(writeBytes(path, whole.left(whole.size() - missing)));
        // A FLAC's decoder may notice first.
        const QString message = badInputOf([&] { readAudioFile(path); });
        QVERIFY2(message.contains("is cut off") ||
                     (format == flac && message.contains("cannot be decoded after")),
                 qPrintable(message));
    }

    // After they were opened.
    void shrinkingFilesAreRefused()
    {
        for (const auto& [format, check] :
             {std::pair(wav, &checkWavComplete), std::pair(vorbis, &checkOggComplete),
              std::pair(mp3, &checkMp3Complete)}) {
            const auto path = m_folder.path("sound");
            QVERIFY(writeSound(path, sines(30000, 1, 44100), 44100, format));
            const RegularFile file(path);
            check(file);
            std::filesystem::resize_file(path, 5);
            const QString message = badInputOf([&] { check(file); });
            QVERIFY2(message.contains("sound': shrank while it was read"), qPrintable(message));
        }
    }

    // The last page is looked for in pieces of 64 KiB: it may begin in one and end in the next.
    void lastPagesAreFoundAnywhere()
    {
        QByteArray page("OggS\0\4", 6);
        page.append(21, '\0');
        for (const int behind : {0, 65'532, 65'535, 65'536, 131'069, 200'000}) {
            m_folder.write("page", QByteArray(70'000, 'g') + page + QByteArray(behind, 'g'));
            checkOggComplete(RegularFile(m_folder.path("page")));
        }
        m_folder.write("page", QByteArray(140'000, 'g'));
        QVERIFY(badInputOf([&] {
                    checkOggComplete(RegularFile(m_folder.path("page")));
                }).contains("expected an Ogg stream that ends, found none"));
    }

    void damagedFilesAreReadOrRefused_data() { addFormats(); }
    void damagedFilesAreReadOrRefused()
    {
        QFETCH(int, format);
        QFETCH(int, sampleRateHz);
        const auto path = m_folder.path("sound");
        QVERIFY(writeSound(path, sines(20000, 1, sampleRateHz), sampleRateHz, format));
        const QByteArray whole = bytesOf(path);
        for (int i = 0; i < 60; ++i) { // the headers byte by byte, then all over
            QByteArray bytes = whole;
            const qsizetype place = i < 30 ? i : (i - 30) * whole.size() / 30;
            bytes[place] = static_cast<char>(~bytes[place]);
            QVERIFY(writeBytes(path, bytes));
            const QString outcome = failureOf([&] { readAudioFile(path); });
            QVERIFY2(outcome == "nothing thrown" || outcome.startsWith("bad input: "),
                     qPrintable(outcome));
        }
    }

    void whatIsNoAudioIsRefused()
    {
        m_folder.write("notes.wav", "Not sound but words, and quite a few of them.\n");
        QVERIFY(badInputOf([&] {
                    readAudioFile(m_folder.path("notes.wav"));
                }).contains("notes.wav': cannot be read as audio: expected WAV, FLAC, Ogg or MP3"));
        m_folder.write("notes.mp3", "Not sound but words.\n");
        QVERIFY(badInputOf([&] {
                    readAudioFile(m_folder.path("notes.mp3"));
                }).contains("cannot be read as audio"));
        m_folder.write("empty.flac", "");
        QVERIFY(badInputOf([&] {
                    readAudioFile(m_folder.path("empty.flac"));
                }).contains("empty.flac': is empty"));
        QVERIFY(badInputOf([&] {
                    readAudioFile(m_folder.path("missing.wav"));
                }).contains("missing.wav"));
        QVERIFY(badInputOf([&] { readAudioFile(m_folder.path("")); }).contains("folder"));
    }

    void noSamplesAreRefused()
    {
        for (const int format : {wav, SF_FORMAT_WAV | SF_FORMAT_FLOAT}) {
            const auto path = m_folder.path("none");
            QVERIFY(writeSound(path, Matrix<float>(0, 1), 44100, format));
            const QString message = badInputOf([&] { readAudioFile(path); });
            QVERIFY2(message.contains("holds no sound"), qPrintable(message));
        }
    }

    void badSamplesAreNamedByTheirTime_data()
    {
        QTest::addColumn<float>("value");
        QTest::addColumn<QString>("message");
        const float none = std::numeric_limits<float>::quiet_NaN();
        const float infinite = std::numeric_limits<float>::infinity();
        QTest::newRow("NaN") << none << "NaN at 0.750000 s";
        QTest::newRow("infinity") << infinite << "infinity at 0.750000 s";
        QTest::newRow("minus infinity") << -infinite << "infinity at 0.750000 s";
    }
    void badSamplesAreNamedByTheirTime()
    {
        QFETCH(float, value);
        QFETCH(QString, message);
        Matrix<float> samples = sines(8000, 2, 8000);
        samples(6000, 1) = value; // not in the first piece that is read
        const auto path = m_folder.path("bad.wav");
        QVERIFY(writeSound(path, samples, 8000, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
        QVERIFY(badInputOf([&] { readAudioFile(path); }).contains(message));
        QVERIFY(badInputOf([&] { readMono(path, 22050); }).contains(message));
    }

    void readsInPieces()
    {
        const auto path = m_folder.path("long.wav");
        QVERIFY(writeSound(path, sines(20000, 2, 44100), 44100, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
        std::vector<float> samples;
        std::size_t pieces = 0;
        readMonoPieces(path, 22050, [&](std::span<const float> piece) {
            samples.insert(samples.end(), piece.begin(), piece.end());
            ++pieces;
        });
        QVERIFY(samples == readMono(path, 22050));
        QVERIFY(pieces > 4);
    }

    void partsAreThoseOfTheWhole_data() { addFormats(); }
    void partsAreThoseOfTheWhole()
    {
        QFETCH(int, format);
        QFETCH(int, sampleRateHz);
        const TestFolder folder;
        const std::filesystem::path path = folder.path("sound");
        // An Ogg's end is read from 20 s before it.
        const std::size_t seconds = format == vorbis ? 25 : 4;
        QVERIFY(
            writeSound(path, sines(seconds * sampleRateHz, 2, sampleRateHz), sampleRateHz, format));
        for (const int rate : {22050, 48000}) {
            const std::vector<float> whole = readMono(path, rate);
            const std::size_t second = static_cast<std::size_t>(rate);
            for (const auto& [first, count] :
                 {std::pair(std::size_t(0), second), std::pair(2 * second + 77, second),
                  std::pair(seconds * second - 1000, second),
                  std::pair((seconds + 5) * second, second)}) {
                const std::vector<float> part = readMonoPart(path, rate, first, count);
                const std::size_t there = whole.size() - std::min(whole.size(), first);
                QCOMPARE(part.size(), std::min(count, there));
                for (std::size_t i = 0; i < part.size(); ++i)
                    QVERIFY2(std::abs(part[i] - whole[first + i]) < 1e-4,
                             qPrintable(QString("%1: %2 is not %3")
                                            .arg(first + i)
                                            .arg(part[i])
                                            .arg(whole[first + i])));
            }
        }
    }

    void stopEndsTheReading()
    {
        const auto path = m_folder.path("long.wav");
        QVERIFY(writeSound(path, sines(20000, 1, 22050), 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
        std::stop_source stop;
        std::size_t taken = 0;
        const QString failure = failureOf([&] {
            readMonoPieces(
                path, 22050,
                [&](std::span<const float> piece) {
                    taken += piece.size();
                    stop.request_stop();
                },
                stop.get_token());
        });
        QVERIFY2(failure.startsWith("failed: ") && failure.contains("stopped"),
                 qPrintable(failure));
        QCOMPARE(taken, std::size_t(4096));
    }

    // Programs that write to a pipe cannot go back to fill in the lengths.
    void lengthsOfAPipeAreNotBelieved_data()
    {
        QTest::addColumn<QByteArray>("length");
        QTest::newRow("all ones") << QByteArray::fromHex("ffffffff");
        QTest::newRow("sox") << QByteArray::fromHex("00f0ff7f");
    }
    void lengthsOfAPipeAreNotBelieved()
    {
        QFETCH(QByteArray, length);
        const auto path = m_folder.path("piped.wav");
        QVERIFY(writeSound(path, sines(1000, 1, 44100), 44100, wav));
        QByteArray bytes = bytesOf(path);
        bytes.replace(4, 4, length);
        bytes.replace(40, 4, length); // after 12 bytes, "fmt " with 16, and "data"
        QVERIFY(writeBytes(path, bytes));
        QCOMPARE(readAudioFile(path).samples.rows(), std::size_t(1000));
    }

    void chunksAreSteppedOver()
    {
        const auto path = m_folder.path("list.wav");
        QVERIFY(writeSound(path, sines(1000, 1, 44100), 44100, wav));
        QByteArray bytes = bytesOf(path);
        // An odd chunk and its padding byte, which holds what could be taken for a chunk.
        bytes.insert(36, QByteArray("JUNK\x0d\0\0\0data\xff\xff\xff\x0f_____\0", 22));
        QVERIFY(writeBytes(path, bytes));
        QCOMPARE(readAudioFile(path).samples.rows(), std::size_t(1000));
        QVERIFY(writeBytes(path, bytes.left(bytes.size() - 1)));
        QVERIFY(badInputOf([&] { readAudioFile(path); }).contains("is cut off"));
    }

    void tagsOfAnMp3AreNoSound()
    {
        const auto path = m_folder.path("tagged.mp3");
        QVERIFY(writeSound(path, sines(30000, 1, 44100), 44100, mp3));
        const QByteArray plain = bytesOf(path);
        const std::size_t rows = readAudioFile(path).samples.rows();
        QByteArray front("ID3\x03\0\0\0\0\x01\x00", 10); // 128 bytes follow
        front.append(128, '\0');
        const QByteArray back = "TAG" + QByteArray(125, ' ');
        QVERIFY(writeBytes(path, front + plain + back));
        QCOMPARE(readAudioFile(path).samples.rows(), rows);
        QVERIFY(writeBytes(path, front + plain.left(plain.size() / 2)));
        QVERIFY(badInputOf([&] { readAudioFile(path); }).contains("is cut off"));
    }

private:
    TestFolder m_folder;
};

QTEST_APPLESS_MAIN(TestAudioFile)
#include "tst_audio_file.moc"
