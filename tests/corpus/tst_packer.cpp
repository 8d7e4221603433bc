// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_file.h"
#include "core/corpus/packer.h"
#include "core/dsp/log_mel.h"
#include "core/util/random.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"
#include "tests/support/sound_files.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

using namespace earshot;

namespace {

const FrontEndParameters frontEnd;
constexpr std::size_t songSamples = 44100; // 2 s: 137 frames
constexpr std::size_t songFrames = 137;    // 1 + ⌊(44100 − 1024)/315⌋

// Noise that is told from other noise by its seed.
Matrix<float> noise(std::size_t samples, std::uint64_t seed)
{
    Matrix<float> values(samples, 1);
    CounterRandom random(seed, 0);
    for (float& value : values.values())
        value = static_cast<float>(random.uniform(-0.5, 0.5));
    return values;
}

// One source of each kind, by a catalogue, all in one split but the song.
class Corpus
{
public:
    Corpus()
    {
        for (const char* part : {"song", "duo", "a", "i", "u"})
            QDir().mkpath(m_folder.name(QString("music/") + part));
        sound("song/audio.wav", noise(songSamples, 1));
        labels("song", "start_s,end_s,label\n0.5,1.25,vocal\n1.5,1.6,other\n");
        sound("duo/vocals.wav", noise(songSamples, 2));
        sound("duo/accompaniment.wav", noise(songSamples + 400, 3));
        labels("duo", "start_s,end_s,label\n0,2,vocal\n");
        sound("a/solo.wav", noise(songSamples, 4));
        sound("i/band.wav", noise(60000, 5)); // 188 frames
        sound("u/free.wav", noise(songSamples, 6));
        m_folder.write("music/catalogue.csv", "file,kind,split,artist,title,licence\n"
                                              "song,song,test,Ann,One,CC0\n"
                                              "duo,stems,train,Bob,Two,CC-BY-4.0\n"
                                              "a/solo.wav,a cappella,train,,Three,CC0\n"
                                              "i/band.wav,instrumental,train,,Four,CC0\n"
                                              "u/free.wav,song without labels,train,,Five,CC0\n");
    }

    const TestFolder& folder() const { return m_folder; }
    std::filesystem::path path(const QString& file) const { return m_folder.path("music/" + file); }
    void sound(const QString& file, const Matrix<float>& samples) const
    {
        if (!writeSound(path(file), samples, 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT))
            throw std::runtime_error("the test cannot write a sound");
    }
    void labels(const QString& song, const QByteArray& text) const
    {
        m_folder.write("music/" + song + "/vocals.csv", text);
    }
    void cut(const QString& file) const
    {
        const QByteArray bytes = bytesOf(path(file));
        m_folder.write("music/" + file, bytes.left(bytes.size() / 2));
    }
    PackSettings settings(PackedFeatures features, int bits = 16, int threads = 2) const
    {
        PackSettings settings;
        settings.output = m_folder.path("out/train.earshot");
        settings.catalogue = path("catalogue.csv");
        settings.features = features;
        settings.bits = bits;
        settings.threads = threads;
        return settings;
    }
    PackSummary pack(const PackSettings& settings, std::stop_token stop = {},
                     const ProgressCallback& progress = {}) const
    {
        return packTraining({path("")}, settings, std::move(stop), progress);
    }
    QStringList outputs() const
    {
        return QDir(m_folder.name("out"))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }

private:
    TestFolder m_folder;
};

QStringList names(const std::vector<Recording>& recordings)
{
    QStringList list;
    for (const Recording& recording : recordings)
        list << QString::fromStdString(recording.name);
    return list;
}

const Recording& named(const PackedData& data, std::string_view name)
{
    return *std::ranges::find(data.recordings(), name, &Recording::name);
}

} // namespace

class TestPacker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void spectraAreReadBack()
    {
        const Corpus corpus;
        const PackSummary summary = corpus.pack(corpus.settings(PackedFeatures::Spectra));
        QVERIFY(summary.problems.empty() && !summary.stopped);
        const PackedData data(corpus.folder().path("out/train.earshot"));
        QVERIFY(data.features() == PackedFeatures::Spectra);
        QCOMPARE(data.sampleRateHz(), 22050.0);
        QCOMPARE(data.hopSamples(), 315.0);
        QCOMPARE(data.magnitudeFloor(), 1e-7);
        QCOMPARE(data.label(), std::string("vocal"));
        const QStringList list = names(data.recordings());
        QCOMPARE(list, names(summary.recordings));
        // Three mixes, four of the stems, the instrumental, the song, and that without labels.
        QCOMPARE(list.size(), 10);
        QCOMPARE(list.mid(0, 4), (QStringList{"a/solo.wav @ -6.0 dB", "a/solo.wav @ +0.0 dB",
                                              "a/solo.wav @ +6.0 dB", "duo"}));
        QCOMPARE(list.mid(6), (QStringList{"duo @ no voice", "i/band.wav", "song", "u/free.wav"}));
        QCOMPARE(summary.seconds, (9 * songFrames + 188) * 315 / 22050.0);

        const Recording& song = named(data, "song");
        QCOMPARE(song.frames, songFrames);
        QCOMPARE(song.artist, std::string("Ann"));
        QVERIFY(song.split == Split::Test && song.kind == RecordingKind::Song);
        QCOMPARE(named(data, "duo").licence, std::string("CC-BY-4.0"));
        const Matrix<float> expected =
            stftMagnitudes(readMono(corpus.path("song/audio.wav"), 22050), frontEnd);
        const Matrix<float> rows = data.rows(song, 0, songFrames);
        QCOMPARE(rows.size(), expected.size());
        for (std::size_t i = 0; i < rows.size(); ++i)
            QCOMPARE(rows.data()[i], halfToFloat(floatToHalf(expected.data()[i])));
        const Matrix<float> bank = melFilterBank(frontEnd);
        QVERIFY(std::ranges::equal(data.melFilterBank().values(), bank.values()));
    }

    // A frame is sung if its centre, 315·frame + 512 samples after the start, is.
    void labelsStandAtTheirFrames()
    {
        const Corpus corpus;
        corpus.pack(corpus.settings(PackedFeatures::Spectra));
        const PackedData data(corpus.folder().path("out/train.earshot"));
        const auto song = data.labels(named(data, "song"));
        QCOMPARE(song.size(), songFrames);
        // 0.5 s are 11,025 samples: frame 34's centre is sample 11,222, frame 33's 10,907.
        // 1.25 s are 27,562.5: frame 85's is 27,287, frame 86's 27,602.
        for (std::size_t frame = 0; frame < songFrames; ++frame)
            QVERIFY(song[frame] ==
                    (frame >= 34 && frame <= 85 ? FrameLabel::Positive : FrameLabel::Negative));
        const auto all = [&](const std::string& name, FrameLabel label) {
            return std::ranges::all_of(data.labels(named(data, name)),
                                       [label](FrameLabel one) { return one == label; });
        };
        QVERIFY(all("duo", FrameLabel::Positive));
        QVERIFY(all("duo @ no voice", FrameLabel::Negative));
        QVERIFY(all("i/band.wav", FrameLabel::Negative));
        QVERIFY(all("a/solo.wav @ +0.0 dB", FrameLabel::Positive));
    }

    void logMelsAreReadBack_data()
    {
        QTest::addColumn<int>("bits");
        QTest::addColumn<double>("tolerance");
        QTest::newRow("8") << 8 << (std::log(1e7) + 6) / 255 / 2 + 1e-5; // half a step
        QTest::newRow("16") << 16 << 0.0079; // half a step of float16 from 16 to 32
    }
    void logMelsAreReadBack()
    {
        QFETCH(int, bits);
        QFETCH(double, tolerance);
        const Corpus corpus;
        Matrix<float> pause = noise(songSamples, 1); // the first 100 frames are at the floor
        std::fill_n(pause.data(), 99 * 315 + 1024, 0.0F);
        corpus.sound("song/audio.wav", pause);
        corpus.pack(corpus.settings(PackedFeatures::Mel, bits));
        const PackedData data(corpus.folder().path("out/train.earshot"));
        QCOMPARE(names(data.recordings()),
                 (QStringList{"duo", "i/band.wav", "song", "u/free.wav"}));
        for (const char* name : {"i/band.wav", "u/free.wav"}) {
            const Recording& recording = named(data, name);
            const Matrix<float> expected = logMel(readMono(corpus.path(name), 22050), frontEnd);
            const Matrix<float> rows = data.rows(recording, 0, recording.frames);
            QCOMPARE(rows.size(), expected.size());
            for (std::size_t i = 0; i < rows.size(); ++i)
                QVERIFY(std::abs(rows.data()[i] - expected.data()[i]) <= tolerance);
        }
        const Matrix<float> silence = data.rows(named(data, "song"), 0, 100);
        for (const float value : silence.values())
            QVERIFY(std::abs(value - std::log(1e-7)) <= tolerance);
        for (const FrameLabel label : data.labels(named(data, "u/free.wav")))
            QVERIFY(label == FrameLabel::Unknown);
    }

    void bytesDoNotDependOnThreads()
    {
        const Corpus corpus;
        for (const auto features : {PackedFeatures::Spectra, PackedFeatures::Mel}) {
            corpus.pack(corpus.settings(features, 16, 1));
            const QByteArray one = corpus.folder().read("out/train.earshot");
            corpus.pack(corpus.settings(features, 16, 4));
            QVERIFY(one == corpus.folder().read("out/train.earshot"));
        }
    }

    void damageIsLeftOutAndNamed_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QStringList>("names"); // in the messages
        QTest::addColumn<int>("recordings");    // of 10
        QTest::newRow("song cut off") << "song" << QStringList{"song/audio.wav"} << 9;
        QTest::newRow("labels damaged") << "labels" << QStringList{"song/vocals.csv"} << 9;
        QTest::newRow("stem missing") << "stem" << QStringList{"accompaniment"} << 6;
        QTest::newRow("voice silent") << "silent" << QStringList{"a/solo.wav"} << 7;
        QTest::newRow("voice short") << "short" << QStringList{"is too short"} << 7;
        QTest::newRow("song silent") << "pause" << QStringList{"song': is silent"} << 9;
        QTest::newRow("labels past the end") << "past" << QStringList{"song/vocals.csv"} << 9;
        QTest::newRow("no labels in the file") << "none" << QStringList{"song/vocals.csv"} << 9;
        QTest::newRow("song too loud") << "loud" << QStringList{"is too loud"} << 9;
        QTest::newRow("the only instrumental cut off")
            << "band" << QStringList{"i/band.wav", "an instrumental of its split"} << 6;
    }
    void damageIsLeftOutAndNamed()
    {
        QFETCH(QString, what);
        QFETCH(QStringList, names);
        QFETCH(int, recordings);
        const Corpus corpus;
        if (what == "song")
            corpus.cut("song/audio.wav");
        else if (what == "labels")
            corpus.labels("song", "start_s,end_s,label\n2,1,vocal\n");
        else if (what == "stem")
            QFile::remove(corpus.folder().name("music/duo/accompaniment.wav"));
        else if (what == "silent")
            corpus.sound("a/solo.wav", Matrix<float>(songSamples, 1));
        else if (what == "pause")
            corpus.sound("song/audio.wav", Matrix<float>(songSamples, 1, 5e-5F));
        else if (what == "past")
            corpus.labels("song", "start_s,end_s,label\n0,1,vocal\n2.5,2.75,vocal\n");
        else if (what == "none")
            corpus.labels("song", "start_s,end_s,label\n");
        else if (what == "short")
            corpus.sound("a/solo.wav", noise(36933, 4));
        else if (what == "loud")
            corpus.sound("song/audio.wav", Matrix<float>(songSamples, 1, 32767));
        else
            corpus.cut("i/band.wav");
        const PackSummary summary = corpus.pack(corpus.settings(PackedFeatures::Spectra));
        QCOMPARE(static_cast<int>(summary.problems.size()), static_cast<int>(names.size()));
        QString said;
        for (const std::string& problem : summary.problems)
            said += QString::fromStdString(problem) + "\n";
        for (const QString& name : names)
            QVERIFY2(said.contains(name), qPrintable(said));
        const PackedData data(corpus.folder().path("out/train.earshot"));
        QCOMPARE(static_cast<int>(data.recordings().size()), recordings);
        for (const Recording& recording : data.recordings()) {
            const Matrix<float> rows = data.rows(recording, 0, recording.frames);
            QVERIFY(std::ranges::all_of(rows.values(), [](float x) { return std::isfinite(x); }));
        }
    }

    // Packed, as without the label: but it may be a slip of the pen.
    void labelsOfAnotherNameAreSaid()
    {
        const Corpus corpus;
        corpus.labels("song", "start_s,end_s,label\n0,1,Vocals\n1,2,drums\n");
        const PackSummary summary = corpus.pack(corpus.settings(PackedFeatures::Spectra));
        QCOMPARE(summary.problems.size(), std::size_t(0));
        QCOMPARE(summary.notes.size(), std::size_t(1));
        const QString note = QString::fromStdString(summary.notes.front());
        QVERIFY2(note.contains("song/vocals.csv': never says 'vocal', only 'Vocals', 'drums'"),
                 qPrintable(note));
        corpus.labels("song", "start_s,end_s,label\n0,1,nosing\n");
        QVERIFY(corpus.pack(corpus.settings(PackedFeatures::Spectra)).notes.empty());
    }

    // Another instrumental steps in for one that is damaged.
    void mixesUseWhatIsUsable()
    {
        const Corpus corpus;
        corpus.sound("i/other.wav", noise(50000, 7));
        corpus.cut("i/band.wav");
        corpus.folder().write("music/catalogue.csv", "file,kind,split,artist,title,licence\n"
                                                     "a/solo.wav,a cappella,train,,Three,CC0\n"
                                                     "i/band.wav,instrumental,train,,Four,CC0\n"
                                                     "i/other.wav,instrumental,train,,Six,CC0\n");
        const PackSummary summary = corpus.pack(corpus.settings(PackedFeatures::Spectra));
        QCOMPARE(summary.problems.size(), std::size_t(1));
        QCOMPARE(summary.recordings.size(), std::size_t(4));
    }

    void nothingUsableIsAnError()
    {
        const Corpus corpus;
        for (const char* file :
             {"song/audio.wav", "duo/vocals.wav", "i/band.wav", "a/solo.wav", "u/free.wav"})
            corpus.cut(file);
        const QString said =
            badInputOf([&] { corpus.pack(corpus.settings(PackedFeatures::Spectra)); });
        QVERIFY2(said.contains("nothing can be packed"), qPrintable(said));
        QVERIFY(corpus.outputs().isEmpty());
        PackSettings odd = corpus.settings(PackedFeatures::Mel, 12);
        QVERIFY(badInputOf([&] { corpus.pack(odd); }).contains("8 or 16"));
    }

    void stopLeavesNothing_data()
    {
        QTest::addColumn<QString>("stage");
        QTest::newRow("before it starts") << "";
        QTest::newRow("while reading") << "reading";
        QTest::newRow("while writing") << "packing";
    }
    void stopLeavesNothing()
    {
        QFETCH(QString, stage);
        const Corpus corpus;
        std::stop_source stop;
        if (stage.isEmpty())
            stop.request_stop();
        const auto progress = [&](const Progress& now) {
            if (QString::fromStdString(now.stage).startsWith(stage))
                stop.request_stop();
        };
        const PackSummary summary =
            corpus.pack(corpus.settings(PackedFeatures::Spectra), stop.get_token(), progress);
        QVERIFY(summary.stopped);
        QVERIFY(corpus.outputs().isEmpty());
    }

    void progressRisesToOne()
    {
        const Corpus corpus;
        std::vector<double> fractions;
        corpus.pack(corpus.settings(PackedFeatures::Mel), {},
                    [&](const Progress& now) { fractions.push_back(now.fraction); });
        QVERIFY(std::ranges::is_sorted(fractions));
        QCOMPARE(fractions.back(), 1.0);
    }

    void unwritableOutputIsNamed()
    {
        const Corpus corpus;
        PackSettings settings = corpus.settings(PackedFeatures::Spectra);
        settings.output = corpus.path("song/audio.wav/train.earshot");
        QVERIFY(failureOf([&] { corpus.pack(settings); }).startsWith("cannot write: "));
        settings.output = corpus.path("song");
        QVERIFY(failureOf([&] { corpus.pack(settings); }).startsWith("cannot write: "));
        settings = corpus.settings(PackedFeatures::Spectra);
        const FullDisk disk(500000);
        QVERIFY(failureOf([&] { corpus.pack(settings); }).startsWith("cannot write: "));
        QVERIFY(corpus.outputs().isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestPacker)
#include "tst_packer.moc"
