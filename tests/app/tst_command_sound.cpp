// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/command_line.h"
#include "tests/app/tiny_models.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/sound_files.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <cmath>
#include <limits>

using namespace earshot;

namespace {

constexpr int sampleRateHz = 22050;

// A header with one tensor "log_mel" of [2, 80].
QByteArray header(const QByteArray& shape = "[2,80]", const QByteArray& offsets = "[0,640]",
                  const QByteArray& more = {})
{
    return '{' + describedTensor("log_mel", "F32", shape, offsets) + more + '}';
}

QByteArray floats(float value, int count = 160)
{
    QByteArray bytes;
    for (int i = 0; i < count; ++i)
        bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    return bytes;
}

} // namespace

// mel, respond, resynthesise and inspect: what they write, and what they refuse.
class TestCommandSound : public QObject
{
    Q_OBJECT

    CommandLine m_cli;
    TinyModels m_models;

    std::filesystem::path path(const QString& name) const { return m_cli.folder().path(name); }
    void writeSines(const QString& name, std::size_t samples) const
    {
        QVERIFY(writeSound(path(name), sines(samples, 1, sampleRateHz), sampleRateHz,
                           SF_FORMAT_WAV | SF_FORMAT_FLOAT));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_cli.useModels(m_models.folder());
        writeSines("excerpt.wav", 36934); // 115 frames: 1024 + 114·315 samples
        writeSines("hops.wav", 36934 + 2 * 50 * 315);
    }

    void melWritesFramesOfEightyBands()
    {
        const Outcome outcome = m_cli.run({"mel", "excerpt.wav", "--out", "mel.out", "--json"});
        QCOMPARE(outcome.code, 0);
        const QJsonObject document = outcome.json();
        QCOMPARE(document.keys(), QStringList({"command", "outputs", "record", "results"}));
        QCOMPARE(document["command"].toString(), QString("mel"));
        QCOMPARE(document["outputs"].toArray(), QJsonArray{"mel.out"});
        QCOMPARE(document["results"].toObject()["frames"].toInt(), 115);
        const Matrix<float> mels = SafetensorsFile(path("mel.out")).matrix("log_mel");
        QCOMPARE(mels.rows(), std::size_t(115));
        QCOMPARE(mels.columns(), std::size_t(80));
        QVERIFY(SafetensorsFile(path("mel.out")).tensor("log_mel").type == TensorType::F32);
    }

    // First samples 0, 50·315, 100·315; centres 57·315 + 512 = 18467 samples later.
    // What is there is written, and said to be a part.
    void aStoppedRespondSaysSo()
    {
        writeSines("long.wav", 20 * sampleRateHz);
        QProcess process;
        m_cli.start(process, {"respond", "long.wav", "--response", "fc9[0]", "--hop-frames", "1",
                              "--out", "part.csv"});
        QVERIFY(CommandLine::waitForMessage(process, "responding"));
        CommandLine::signal(process, SIGINT);
        const Outcome outcome = CommandLine::finish(process);
        QCOMPARE(outcome.code, 3);
        const QRegularExpressionMatch said =
            QRegularExpression("^part.csv: ([0-9]+) of 1283 excerpts, stopped, response .*, mean")
                .match(outcome.out);
        QVERIFY2(said.hasMatch(), qPrintable(outcome.out));
        QCOMPARE(m_cli.folder().read("part.csv").count('\n'), said.captured(1).toInt() + 1);
    }

    void respondWritesARowAnExcerpt()
    {
        const Outcome outcome =
            m_cli.run({"respond", "hops.wav", "--response", "fc9[0]", "--out", "r.csv", "--json"});
        QCOMPARE(outcome.code, 0);
        QCOMPARE(outcome.json()["results"].toObject()["excerpts"].toInt(), 3);
        const QStringList lines =
            QString::fromUtf8(m_cli.folder().read("r.csv")).split('\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 4);
        QCOMPARE(lines[0], QString("time_s,centre_s,response"));
        for (int i = 0; i < 3; ++i) {
            const QStringList cells = lines[i + 1].split(',');
            QCOMPARE(cells.size(), 3);
            QVERIFY(std::abs(cells[0].toDouble() - i * 15750 / 22050.0) < 1e-6);
            QVERIFY(std::abs(cells[1].toDouble() - (i * 15750 + 18467) / 22050.0) < 1e-6);
            bool isNumber = false;
            QVERIFY(std::isfinite(cells[2].toDouble(&isNumber)));
            QVERIFY(isNumber);
        }
        // Half the hop: every second row is the same excerpt.
        QCOMPARE(m_cli
                     .run({"respond", "hops.wav", "--response", "fc9[0]", "--hop-frames", "25",
                           "--out", "half.csv"})
                     .code,
                 0);
        const QStringList half =
            QString::fromUtf8(m_cli.folder().read("half.csv")).split('\n', Qt::SkipEmptyParts);
        QCOMPARE(half.size(), 6);
        QCOMPARE(half[3].section(',', 0, 1), lines[2].section(',', 0, 1));
    }

    void resynthesisOfAnExcerptHasItsSamples_data()
    {
        QTest::addColumn<QString>("method");
        QTest::newRow("joint") << "joint";
        QTest::newRow("paper") << "paper";
    }

    void resynthesisOfAnExcerptHasItsSamples()
    {
        QFETCH(QString, method);
        QCOMPARE(m_cli.run({"mel", "excerpt.wav", "--out", "again.safetensors"}).code, 0);
        const Outcome outcome = m_cli.run({"resynthesise", "again.safetensors", "--method", method,
                                           "--out", method + ".wav", "--json"});
        QCOMPARE(outcome.code, 0);
        QCOMPARE(outcome.json()["record"].toObject()["method"].toString(), method);
        QCOMPARE(outcome.json()["results"].toObject()["samples"].toInt(), 36934);
        SF_INFO info{};
        SNDFILE* file = ::sf_open(path(method + ".wav").c_str(), SFM_READ, &info);
        QVERIFY(file != nullptr);
        ::sf_close(file);
        QCOMPARE(info.frames, sf_count_t(36934));
        QCOMPARE(info.samplerate, sampleRateHz);
        QCOMPARE(info.channels, 1);
        QCOMPARE(info.format, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
    }

    void inspectSaysWhatABundleIs()
    {
        const QJsonObject classifier =
            m_cli.run({"inspect", m_models.classifier(), "--json"}).json();
        QCOMPARE(classifier.keys(), QStringList({"kind", "layers", "licence", "sha256"}));
        QCOMPARE(classifier["kind"].toString(), QString("classifier"));
        QCOMPARE(classifier["licence"].toString(), QString("CC0-1.0"));
        QCOMPARE(classifier["sha256"].toString().size(), 64);
        const QJsonArray layers = classifier["layers"].toArray();
        QCOMPARE(layers.size(), 16);
        QCOMPARE(layers[0].toObject(), (QJsonObject{{"name", "conv1"},
                                                    {"shape", QJsonArray{64, 113, 78}},
                                                    {"units", 64},
                                                    {"activation", "linear"}}));
        QCOMPARE(layers[15].toObject()["name"].toString(), QString("fc9.act"));
        QCOMPARE(layers[15].toObject()["activation"].toString(), QString("sigmoid"));
        const Outcome text = m_cli.run({"inspect", m_models.generator()});
        QCOMPARE(text.code, 0);
        QVERIFY2(text.out.contains("generator"), qPrintable(text.out));
    }

    void unusableSound_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const auto respond = [](const char* file, const char* message) {
            QTest::newRow(file) << QStringList{"respond", file,    "--response", "fc9[0]",
                                               "--out",   "o.csv", "--json"}
                                << QString("'%1': %2").arg(file, message);
        };
        respond("empty.wav", "is empty");
        respond("cut.wav", "is cut off: expected");
        respond("cut.ogg", "is cut off: expected");
        respond("renamed.wav", "cannot be read as audio: expected WAV, FLAC, Ogg or MP3");
        respond("missing.wav", "cannot be read: No such file");
        respond("short.wav", "is too short: expected at least 115 frames (1.675 s), found 114");
        respond("nan.wav", "cannot be used: expected finite samples, found NaN at 0.0");
        respond(".", "cannot be read: it is a folder");
        QTest::newRow("mel") << QStringList{"mel", "shorter.wav", "--out", "o.safetensors"}
                             << "'shorter.wav': is too short: expected at least 1024 samples";
        respond("huge.wav", "cannot be analysed: expected samples of finite power");
        QTest::newRow("mel of huge samples")
            << QStringList{"mel", "huge.wav", "--out", "o.safetensors"}
            << "'huge.wav': cannot be analysed: expected samples of finite power";
    }

    void unusableSound()
    {
        const TestFolder& folder = m_cli.folder();
        const QByteArray whole = folder.read("excerpt.wav");
        folder.write("empty.wav", {});
        folder.write("cut.wav", whole.left(whole.size() / 2));
        if (!QFile::exists(folder.name("cut.ogg"))) {
            QVERIFY(writeSound(path("whole.ogg"), sines(441000, 1, sampleRateHz), sampleRateHz,
                               SF_FORMAT_OGG | SF_FORMAT_VORBIS));
            const QByteArray ogg = folder.read("whole.ogg");
            folder.write("cut.ogg", ogg.left(ogg.size() * 3 / 4));
        }
        folder.write("renamed.wav", QByteArray("%PDF-1.4\n").repeated(500));
        writeSines("short.wav", 36933);
        writeSines("shorter.wav", 1023);
        Matrix<float> broken = sines(40000, 1, sampleRateHz);
        broken(500, 0) = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(writeSound(path("nan.wav"), broken, sampleRateHz, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
        Matrix<float> huge = sines(40000, 1, sampleRateHz);
        for (float& sample : huge.values())
            sample *= 1e37F;
        QVERIFY(writeSound(path("huge.wav"), huge, sampleRateHz, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
        checkRefusal(m_cli);
    }

    void unusableSpectrogram_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("message");
        const QByteArray data = floats(-3);
        QTest::newRow("wrong length")
            << safetensorsBytes(header(), data.left(600)) << "tensor 'log_mel' has bad offsets";
        QTest::newRow("overlapping offsets")
            << safetensorsBytes(
                   header("[2,80]", "[0,640]",
                          ',' + describedTensor("other", "F32", "[2,80]", "[320,960]")),
                   data + data.left(320))
            << "overlaps the one before it: expected offset 640, found 320";
        QTest::newRow("missing tensor")
            << safetensorsBytes('{' + describedTensor("mel", "F32", "[2,80]", "[0,640]") + '}',
                                data)
            << "has no such tensor: expected 'log_mel', found mel";
        QTest::newRow("wrong shape") << safetensorsBytes(header("[80,2]"), data)
                                     << "expected F32 [any, 80], found F32 [80, 2]";
        QByteArray huge = safetensorsBytes(header(), data);
        const std::uint64_t length = 10'000'000'000;
        std::memcpy(huge.data(), &length, 8);
        QTest::newRow("10 GB header") << huge << "found 10000000000";
        QTest::newRow("no frame") << safetensorsBytes(header("[0,80]", "[0,0]"))
                                  << "expected [at least 1, 80], found [0, 80]";
        QTest::newRow("not a number")
            << safetensorsBytes(header(), floats(std::numeric_limits<float>::quiet_NaN()))
            << "expected finite values";
        QTest::newRow("text") << QByteArray("a letter, not a spectrogram")
                              << "is not a safetensors file";
        QTest::newRow("empty") << QByteArray() << "expected at least 8 bytes, found 0";
    }

    void unusableSpectrogram()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, message);
        const CommandLine cli;
        cli.folder().write("bad.safetensors", bytes);
        const Outcome outcome = cli.run({"resynthesise", "bad.safetensors", "--out", "o.wav"});
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.err.contains("error: 'bad.safetensors': "), qPrintable(outcome.err));
        QVERIFY2(outcome.err.contains(message), qPrintable(outcome.err));
        QCOMPARE(cli.folder().entries(), QStringList("bad.safetensors"));
    }
};

QTEST_GUILESS_MAIN(TestCommandSound)
#include "tst_command_sound.moc"
