// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/packer.h"
#include "core/util/random.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/sound_files.h"

#include <QtTest>

#include <algorithm>
#include <stdexcept>

using namespace earshot;

namespace {

constexpr std::size_t samples = 44100; // 2 s: 137 frames

// A folder as a person may have it, without a catalogue.
class OwnMusic
{
public:
    void sound(const QString& file, std::uint64_t seed, float amplitude = 0.5F) const
    {
        Matrix<float> values(samples, 1);
        CounterRandom random(seed, 0);
        for (float& value : values.values())
            value = amplitude * static_cast<float>(random.uniform(-1, 1));
        makeFolderOf(file);
        if (!writeSound(m_folder.path(file), values, 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT))
            throw std::runtime_error("the test cannot write a sound");
    }
    void text(const QString& file, const QByteArray& bytes) const
    {
        makeFolderOf(file);
        m_folder.write(file, bytes);
    }
    void emptyFolder(const QString& folder) const { QDir().mkpath(m_folder.name(folder)); }
    PackSummary pack(const ClassNames& classes = {}) const
    {
        PackSettings settings;
        settings.output = m_folder.path("out/train.safetensors");
        settings.classes = classes;
        settings.threads = 2;
        return packTraining({m_folder.path("m")}, settings, {}, {});
    }
    PackedData data() const { return PackedData(m_folder.path("out/train.safetensors")); }

private:
    void makeFolderOf(const QString& file) const
    {
        QDir().mkpath(QFileInfo(m_folder.name(file)).path());
    }

    TestFolder m_folder;
};

// Of the one recording of that name: from the first Positive frame to the last, and how many.
struct Sung
{
    std::ptrdiff_t first = -1;
    std::ptrdiff_t count = 0;
};
Sung sungIn(const PackedData& data, const std::string& name)
{
    const auto recording = std::ranges::find(data.recordings(), name, &Recording::name);
    if (recording == data.recordings().end())
        throw std::runtime_error("no recording " + name);
    const auto labels = data.labels(*recording);
    const auto first = std::ranges::find(labels, FrameLabel::Positive);
    return {first - labels.begin(), std::ranges::count(labels, FrameLabel::Positive)};
}

QString lines(const PackSummary& summary)
{
    QString text;
    for (const std::string& problem : summary.problems)
        text += QString::fromStdString(problem) + "\n";
    return text;
}

} // namespace

// Music without a catalogue, with labels in every format, and with everything that may be wrong.
class TestOwnMusic : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The same stretch, 0.5 to 1.25 s, which are frames 34 to 85 (tst_packer.cpp).
    void everyFormatSaysTheSame()
    {
        const OwnMusic music;
        for (const char* file : {"m/a/audio.wav", "m/b/b.wav", "m/c/c.wav", "m/d/d.wav"})
            music.sound(file, 1);
        music.text("m/a/vocals.csv", "start_s,end_s,label\n0.5,1.25,vocal\n1.5,1.6,other\n");
        music.text("m/b/b.lab", "0 0.5 nosing\n0.5 1.25 sing\n1.25 2 nosing\n");
        music.text("m/labels/c.csv", "start_s,end_s,label\n0.5,1.25,vocal\n");
        music.text("m/d/song.txt", "#ARTIST:D\xE4n\n#BPM:150\n#GAP:500\n: 0 4 1 a\n: 4 3 1 b\n"
                                   "* 7 0 1 \xE9\nF 7 1 1 c\n"); // 8 quarters of 0.1 s
        const PackSummary summary = music.pack();
        QVERIFY2(summary.problems.empty(), qPrintable(lines(summary)));
        const PackedData data = music.data();
        for (const char* name : {"m/a", "m/b/b.wav", "m/c/c.wav"}) {
            QCOMPARE(sungIn(data, name).first, std::ptrdiff_t(34));
            QCOMPARE(sungIn(data, name).count, std::ptrdiff_t(52));
        }
        // 0.5 to 1.3 s, which are 28,665 samples: frame 89's centre is 28,547, frame 90's 28,862.
        QCOMPARE(sungIn(data, "m/d/d.wav").first, std::ptrdiff_t(34));
        QCOMPARE(sungIn(data, "m/d/d.wav").count, std::ptrdiff_t(56));
        QCOMPARE(std::ranges::find(data.recordings(), std::string("m/d/d.wav"), &Recording::name)
                     ->artist,
                 std::string("Dän"));
        QCOMPARE(summary.positiveSeconds, (3 * 52 + 56) * 315 / 22050.0);
    }

    void twoFoldersNeedNoLabels()
    {
        const OwnMusic music;
        for (int i = 0; i < 4; ++i) {
            music.sound(QString("m/guitar/%1.wav").arg(i), 10U + static_cast<unsigned>(i));
            music.sound(QString("m/other/%1.wav").arg(i), 20U + static_cast<unsigned>(i));
        }
        const PackSummary summary = music.pack({"guitar", "other"});
        QVERIFY2(summary.problems.empty(), qPrintable(lines(summary)));
        const PackedData data = music.data();
        QCOMPARE(data.label(), std::string("guitar"));
        QCOMPARE(data.recordings().size(), std::size_t(8));
        for (const Recording& recording : data.recordings()) {
            const bool isGuitar = recording.name.starts_with("m/guitar/");
            QVERIFY(recording.kind ==
                    (isGuitar ? RecordingKind::Song : RecordingKind::Instrumental));
            for (const FrameLabel label : data.labels(recording))
                QVERIFY(label == (isGuitar ? FrameLabel::Positive : FrameLabel::Negative));
        }
    }

    void everyDamageIsNamedAndTheRestIsPacked()
    {
        const OwnMusic music;
        music.sound("m/vocal/good.wav", 1);
        music.sound("m/instrumental/good.wav", 2);
        music.sound("m/no labels/a.wav", 3);
        music.sound("m/past/b.wav", 4);
        music.text("m/past/b.lab", "0 1 sing\n4 5 sing\n");
        music.sound("m/unreadable labels/c.wav", 5);
        music.text("m/unreadable labels/c.lab", QByteArray("\xFF\xFE"
                                                           "0\0",
                                                           4));
        music.sound("m/vocal/silent.wav", 6, 0);
        music.text("m/vocal/corrupt.mp3", "not a sound");
        music.text("m/instrumental/nothing.wav", "");
        music.emptyFolder("m/empty");
        const PackSummary summary = music.pack();
        const QString said = lines(summary);
        for (const char* part :
             {"m/no labels/a.wav': has no labels", "m/past/b.lab': has a label past",
              "m/unreadable labels/c.lab': cannot be read", "silent.wav': is silent", "corrupt.mp3",
              "nothing.wav", "m/empty': is empty"})
            QVERIFY2(said.contains(part), qPrintable(QString(part) + "\n" + said));
        QCOMPARE(summary.problems.size(), std::size_t(7));
        QCOMPARE(summary.recordings.size(), std::size_t(2));
    }

    void nothingButDamageIsAnErrorThatNamesIt()
    {
        const OwnMusic music;
        music.emptyFolder("m");
        QString said = badInputOf([&] { music.pack(); });
        QVERIFY2(said.contains("nothing to pack") && said.contains("is empty"), qPrintable(said));
        music.sound("m/x/a.wav", 1);
        said = badInputOf([&] { music.pack(); });
        QVERIFY2(said.contains("a.wav': has no labels"), qPrintable(said));
        music.text("m/x/a.lab", "0 9 sing\n");
        said = badInputOf([&] { music.pack(); });
        QVERIFY2(said.contains("nothing can be packed") && said.contains("past the end"),
                 qPrintable(said));
    }
};

QTEST_APPLESS_MAIN(TestOwnMusic)
#include "tst_own_music.moc"
