// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_file.h"
#include "core/io/sha256.h"
#include "core/listen/real_examples.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QTest>

#include <cmath>
#include <memory>

using namespace earshot;

namespace fs = std::filesystem;

namespace {

constexpr std::size_t excerptSamples = 36934;

// A bundle's folder with a gallery of two clips of two songs.
class Bundle
{
public:
    Bundle()
    {
        QDir().mkpath(m_folder.name("examples"));
        m_folder.write("model.json", R"({"sha256": {"weights.safetensors": "c1a55"}})");
        QByteArray hashes[2];
        for (int i = 0; i < 2; ++i) {
            std::vector<float> sound(excerptSamples);
            for (std::size_t k = 0; k < sound.size(); ++k)
                sound[k] = 0.5F * std::sin(0.1F * static_cast<float>(i + 1) *
                                           static_cast<float>(k % 62832));
            const fs::path path = m_folder.path(QString("examples/000%1.ogg").arg(i + 1));
            writeOgg(path, sound, 22050, 0.5);
            hashes[i] = QByteArray::fromStdString(sha256OfFile(path));
        }
        m_json = R"({"format": "earshot-examples-1", "classifier": "c1a55",
"sample_rate_hz": 22050, "samples": 36934,
"songs": [
{"file": "songs/b", "artist": "Bob", "title": "Two", "licence": "CC0 1.0", "source": "shop"},
{"file": "songs/a", "artist": "Ann", "title": "One", "licence": "CC BY 4.0", "source": ""}],
"clips": [{"file": "0001.ogg", "sha256": "HASH0", "song": 1, "time_s": 12.5},
{"file": "0002.ogg", "sha256": "HASH1", "song": 0, "time_s": 0}],
"references": {"fc9[0]": {
"highest": [{"clip": 1, "response": 3.5, "clip_response": 3.25},
{"clip": 0, "response": 2, "clip_response": 2.125}],
"lowest": [{"clip": 0, "response": -4, "clip_response": -3}]},
"fc8[3]": {"highest": [], "lowest": []}}})";
        m_json.replace("HASH0", hashes[0]).replace("HASH1", hashes[1]);
        writeJson();
    }

    const TestFolder& folder() const { return m_folder; }
    std::optional<RealExamples> load() const { return RealExamples::load(m_folder.path(".")); }
    void change(const QByteArray& from, const QByteArray& to)
    {
        QVERIFY(m_json.contains(from));
        m_json.replace(from, to);
        writeJson();
    }

private:
    void writeJson() const { m_folder.write("examples/examples.json", m_json); }

    TestFolder m_folder;
    QByteArray m_json;
};

} // namespace

class TestRealExamples : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aBundleWithoutExamplesIsFine()
    {
        const TestFolder folder;
        QVERIFY(!RealExamples::load(folder.path(".")).has_value());
        QVERIFY(!RealExamples::load(folder.path("nowhere")).has_value());
    }

    void listsAndAttributionsAreRead()
    {
        const Bundle bundle;
        const auto examples = bundle.load();
        QVERIFY(examples.has_value());
        QCOMPARE(examples->references(), (std::vector<std::string>{"fc8[3]", "fc9[0]"}));
        QVERIFY(examples->highest("fc7[0]") == nullptr && examples->lowest("fc7[0]") == nullptr);
        QVERIFY(examples->highest("fc8[3]")->empty());
        const std::vector<RealExample>& highest = *examples->highest("fc9[0]");
        QCOMPARE(highest.size(), std::size_t{2});
        QCOMPARE(highest[0].response, 3.5F);
        QCOMPARE(highest[0].clipResponse, 3.25F);
        QCOMPARE(highest[0].artist, std::string("Bob"));
        QCOMPARE(highest[0].source, std::string("shop"));
        QCOMPARE(highest[0].timeSeconds, 0.0);
        QCOMPARE(highest[1].title, std::string("One"));
        QCOMPARE(highest[1].licence, std::string("CC BY 4.0"));
        QCOMPARE(highest[1].file, std::string("songs/a"));
        QCOMPARE(highest[1].timeSeconds, 12.5);
        QCOMPARE(examples->lowest("fc9[0]")->front().response, -4.0F);
        QVERIFY(examples->lowest("fc9[0]")->front().clip == highest[1].clip);
        QCOMPARE(examples->attributions().size(), std::size_t{2});
        QCOMPARE(examples->attributions()[0].artist, std::string("Ann"));
        QCOMPARE(examples->attributions()[1].licence, std::string("CC0 1.0"));
    }

    void clipsAreDecoded()
    {
        const Bundle bundle;
        const std::vector<float> sound = samples(bundle.load()->highest("fc9[0]")->at(1));
        QCOMPARE(sound.size(), excerptSamples);
        for (std::size_t i = 1000; i < 2000; ++i)
            QVERIFY(std::abs(sound[i] - 0.5F * std::sin(0.1F * static_cast<float>(i))) < 0.02F);
    }

    void aDamagedGalleryIsNamed_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* from, const char* to,
                            const char* message) {
            QTest::newRow(name) << QByteArray(from) << QByteArray(to) << QString(message);
        };
        const char* damaged = "examples.json': is damaged";
        row("no JSON", "\"references\"", "references", "examples.json'");
        row("format", "earshot-examples-1", "earshot-examples-2", "has an unknown format");
        row("other weights", "\"c1a55\"", "\"c1a56\"", "belongs to another classifier");
        row("rate", "22050", "44100", "has clips of another kind");
        row("length", "36934", "36935", "has clips of another kind: expected 36934 samples");
        row("no songs", "\"songs\"", "\"music\"", "examples.json'");
        row("no list", "\"highest\": []", "\"highest\": {\"clip\": 1}", "examples.json'");
        row("song", "\"song\": 0", "\"song\": 2",
            "'song' is out of range: expected a number below 2");
        row("clip", "\"clip\": 1", "\"clip\": -1", "'clip' is out of range");
        row("clip's type", "\"clip\": 1", "\"clip\": \"1\"", "examples.json'");
        row("time", "12.5", "-1", damaged);
        row("no time", "12.5", "null", damaged);
        row("response", "3.5", "null", damaged);
        row("order", "\"response\": 3.5", "\"response\": 1", damaged);
        row("twice", "\"clip\": 0, \"response\": 2", "\"clip\": 1, \"response\": 2", damaged);
        row("outside", "\"0001.ogg\"", "\"../model.json\"", "names a file outside its folder");
        row("nameless", "\"0001.ogg\"", "\"\"", "names a file outside its folder");
        row("no clip", "\"0001.ogg\"", "\"0003.ogg\"", "examples/0003.ogg': is missing");
        row("no title", "\"title\": \"One\"", "\"name\": \"One\"", "examples.json'");
    }
    void aDamagedGalleryIsNamed()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QString, message);
        Bundle bundle;
        bundle.change(from, to);
        const QString found = badInputOf([&] { bundle.load(); });
        QVERIFY2(found.contains(message), qPrintable(found));
    }

    void aFolderWithoutItsListIsNamed()
    {
        const Bundle bundle;
        QVERIFY(QFile::remove(bundle.folder().name("examples/examples.json")));
        QVERIFY(badInputOf([&] { bundle.load(); }).contains("examples.json'"));
    }

    void aDamagedClipIsNamed_data()
    {
        QTest::addColumn<QString>("damage");
        for (const char* damage : {"cut", "other", "gone"})
            QTest::newRow(damage) << damage;
    }
    void aDamagedClipIsNamed()
    {
        QFETCH(QString, damage);
        const Bundle bundle;
        const RealExample example = bundle.load()->highest("fc9[0]")->at(1);
        if (damage == "cut")
            fs::resize_file(example.clip, fs::file_size(example.clip) - 1);
        else if (damage == "other")
            fs::copy_file(bundle.folder().path("examples/0002.ogg"), example.clip,
                          fs::copy_options::overwrite_existing);
        else
            fs::remove(example.clip);
        const QString message = badInputOf([&] { samples(example); });
        QVERIFY2(message.contains("examples/0001.ogg'"), qPrintable(message));
    }

    // As if the gallery had been made wrong.
    void aClipOfAnotherLengthIsNamed()
    {
        const Bundle bundle;
        RealExample example = bundle.load()->highest("fc9[0]")->at(1);
        writeOgg(example.clip, std::vector<float>(36933), 22050, 0.5);
        example.clipSha256 = sha256OfFile(example.clip);
        const QString message = badInputOf([&] { samples(example); });
        QVERIFY2(message.contains("is no excerpt: expected 36934 samples, found 36933"),
                 qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TestRealExamples)
#include "tst_real_examples.moc"
