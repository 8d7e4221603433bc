// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_file.h"
#include "core/audio/wav_bytes.h"
#include "tests/support/files.h"

#include <QTest>

#include <limits>
#include <vector>

using namespace earshot;

class TestWavBytes : public QObject
{
    Q_OBJECT

    const TestFolder m_folder;

    AudioData readBack(const std::vector<float>& samples, std::uint32_t rate) const
    {
        const std::vector<std::byte> bytes = wavBytes(samples, rate);
        m_folder.write("sound.wav", {reinterpret_cast<const char*>(bytes.data()),
                                     static_cast<qsizetype>(bytes.size())});
        return readAudioFile(m_folder.path("sound.wav"));
    }

private Q_SLOTS:
    // libsndfile reads a 16-bit sample s as s/32,768.
    void samples()
    {
        const AudioData read = readBack({0, 0.5F, -0.25F, 1, -1}, 22050);
        QCOMPARE(read.sampleRateHz, 22050.0);
        QCOMPARE(read.samples.columns(), std::size_t(1));
        QCOMPARE(read.samples.rows(), std::size_t(5));
        const std::vector<float> expected{0, 16384, -8192, 32767, -32767};
        for (std::size_t i = 0; i < expected.size(); ++i)
            QCOMPARE(read.samples(i, 0), expected[i] / 32768);
    }

    void beyondFullScale()
    {
        const AudioData read = readBack({3, -3, std::numeric_limits<float>::infinity(),
                                         std::numeric_limits<float>::quiet_NaN(), 0.5F},
                                        8000);
        QCOMPARE(read.samples(0, 0), 32767.0F / 32768);
        QCOMPARE(read.samples(1, 0), -32767.0F / 32768);
        QCOMPARE(read.samples(2, 0), 0.0F);
        QCOMPARE(read.samples(3, 0), 0.0F);
    }

    void header()
    {
        const std::vector<std::byte> bytes = wavBytes(std::vector<float>{1}, 22050);
        QCOMPARE(QByteArray(reinterpret_cast<const char*>(bytes.data()), 46).toHex(),
                 QByteArray("52494646"
                            "26000000"
                            "57415645"
                            "666d7420"
                            "10000000"
                            "0100"
                            "0100"
                            "22560000"
                            "44ac0000"
                            "0200"
                            "1000"
                            "64617461"
                            "02000000"
                            "ff7f"));
    }
};

QTEST_APPLESS_MAIN(TestWavBytes)
#include "tst_wav_bytes.moc"
