// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_file.h"
#include "core/corpus/example_gallery.h"
#include "core/corpus/packer.h"
#include "core/dsp/log_mel.h"
#include "core/explain/explainer.h"
#include "core/io/json.h"
#include "core/listen/real_examples.h"
#include "core/nets/input_map.h"
#include "core/nets/svdnet.h"
#include "tests/support/example_music.h"
#include "tests/support/failure.h"
#include "tests/support/full_disk.h"
#include "tests/support/toy_networks.h"

#include <ATen/ops/full.h>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

using namespace earshot;

namespace fs = std::filesystem;

namespace {

constexpr std::size_t excerptSamples = 36934;

// SVDNet as it is before training.
ClassifierBundle classifier()
{
    ClassifierBundle bundle;
    bundle.info.sha256 = "5ha";
    bundle.info.kind = "classifier";
    bundle.classifier = std::make_unique<SvdNet>(SvdNet::initialWeights(1));
    bundle.inputMap = std::make_unique<Standardise>(at::full({80}, -4.0F), at::full({80}, 2.0F));
    return bundle;
}

// The quick one. Its last dense layers are steep, 1e7 times the first four values of the log-mel,
// and flat, a constant.
ClassifierBundle toy()
{
    ClassifierBundle bundle;
    bundle.info.sha256 = "70y";
    bundle.classifier = std::make_unique<ToyClassifier>();
    bundle.inputMap = std::make_unique<ToyInputMap>();
    return bundle;
}

} // namespace

class TestExampleGallery : public QObject
{
    Q_OBJECT

    TestFolder m_folder;
    const ExampleMusic m_music{m_folder};
    const Device m_device = initialiseTorch(DeviceChoice::Cpu, 1);

    GallerySettings settings() const
    {
        GallerySettings settings;
        settings.music = m_folder.path("music");
        settings.catalogue = m_folder.path("music/catalogue.csv");
        settings.output = m_folder.path("bundle/examples");
        settings.count = 3;
        settings.innerCount = 0;
        return settings;
    }
    GallerySummary make(const GallerySettings& chosen, ClassifierBundle bundle = toy(),
                        std::stop_token stop = {}) const
    {
        const PackedData data(m_folder.path("packed"));
        return makeExampleGallery(data, bundle, chosen, m_device, std::move(stop), {});
    }
    QString failure(const GallerySettings& chosen) const
    {
        return failureOf([&] { make(chosen); });
    }
    QStringList files(const QString& folder) const
    {
        return QDir(m_folder.name(folder))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }
    std::vector<float> sound(const std::string& song) const
    {
        const auto read = [&](const std::string& file) {
            return readMono(m_folder.path("music") / file, 22050);
        };
        if (song == "song")
            return read("song/audio.wav");
        if (song != "duo")
            return read(song);
        std::vector<float> sum = read("duo/vocals.wav");
        const std::vector<float> other = read("duo/accompaniment.wav");
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] += other[i];
        return sum;
    }
    std::vector<float> excerpt(const std::string& song, double seconds) const
    {
        const std::vector<float> whole = sound(song);
        const auto first = whole.begin() + std::lround(seconds * 22050);
        return {first, first + excerptSamples};
    }

private Q_SLOTS:
    void initTestCase()
    {
        PackSettings pack;
        pack.output = m_folder.path("packed");
        pack.catalogue = m_folder.path("music/catalogue.csv");
        pack.threads = 1;
        QVERIFY(packTraining({m_folder.path("music")}, pack, {}, {}).problems.empty());
        fs::create_directories(m_folder.path("bundle"));
        m_folder.write("bundle/model.json", R"({"sha256": {"weights.safetensors": "5ha"}})");
        m_summary = make(settings(), classifier());
    }

    void everyUnitHasItsSongs()
    {
        QCOMPARE(m_summary.references, std::size_t{65}); // fc8 and fc9
        QCOMPARE(m_summary.constant, std::size_t{0});
        QCOMPARE(m_summary.unshared, std::size_t{1});
        QCOMPARE(m_summary.songs, std::size_t{4});
        QCOMPARE(m_summary.fewest, std::size_t{3});
        QCOMPARE(m_summary.examples, std::size_t{65 * 6});
        QVERIFY(m_summary.clips <= 22); // four recordings of six excerpts, two silent
        const auto gallery = RealExamples::load(m_folder.path("bundle"));
        QVERIFY(gallery.has_value());
        QCOMPARE(gallery->references().size(), std::size_t{65});
        for (const std::string& reference : gallery->references()) {
            QCOMPARE(gallery->highest(reference)->size(), std::size_t{3});
            QCOMPARE(gallery->lowest(reference)->size(), std::size_t{3});
        }
        std::uintmax_t bytes = 0;
        for (const fs::directory_entry& entry : fs::directory_iterator(settings().output))
            bytes += entry.file_size();
        QCOMPARE(m_summary.bytes, bytes);
        QCOMPARE(files("bundle/examples").size(), static_cast<int>(m_summary.clips) + 2);
    }

    // Silence would fill many a list, and there is nothing to hear in it.
    void silenceIsLeftOut()
    {
        QCOMPARE(m_summary.silent, std::size_t{2});
        const auto gallery = RealExamples::load(m_folder.path("bundle"));
        for (const std::string& reference : gallery->references())
            for (const auto* list : {gallery->highest(reference), gallery->lowest(reference)})
                for (const RealExample& example : *list)
                    QVERIFY(example.file != "i/band.wav" || example.timeSeconds > 1.4);
    }

    void constantUnitsAreLeftOut()
    {
        GallerySettings other = settings();
        other.output = m_folder.path("toy/examples");
        const GallerySummary summary = make(other);
        QCOMPARE(summary.references, std::size_t{4});
        QCOMPARE(summary.constant, std::size_t{1});
        m_folder.write("toy/model.json", R"({"sha256": {"weights.safetensors": "70y"}})");
        const auto gallery = RealExamples::load(m_folder.path("toy"));
        QVERIFY(gallery->highest("steep[3]") != nullptr);
        QVERIFY(gallery->highest("flat[0]") == nullptr);
    }

    void innerUnitsShareClips()
    {
        GallerySettings other = settings();
        other.output = m_folder.path("inner/examples");
        other.innerCount = 2;
        const GallerySummary summary = make(other, classifier());
        // fc7; conv1, conv2, conv4 and conv5.
        QCOMPARE(summary.references, std::size_t{65 + 256 + 64 + 32 + 128 + 64});
        QCOMPARE(summary.examples, std::size_t{65 * 6 + 544 * 4});
        QCOMPARE(summary.fewest, std::size_t{3});
        QCOMPARE(summary.fewestInner, std::size_t{2});
        QVERIFY(summary.clips <= 22);
        m_folder.write("inner/model.json", R"({"sha256": {"weights.safetensors": "5ha"}})");
        const auto gallery = RealExamples::load(m_folder.path("inner"));
        for (const char* reference : {"fc7[255]", "mean(conv1[0])", "mean(conv5[63])"}) {
            const auto* highest = gallery->highest(reference);
            const auto* lowest = gallery->lowest(reference);
            QVERIFY(highest != nullptr && lowest != nullptr);
            QCOMPARE(highest->size(), std::size_t{2});
            QCOMPARE(lowest->size(), std::size_t{2});
            for (const auto* list : {highest, lowest})
                for (const RealExample& example : *list)
                    QVERIFY(std::abs(example.clipResponse - example.response) < 1);
        }
        QVERIFY(gallery->highest("mean(pool3[0])") == nullptr);
        // The outer units' lists are as they were.
        const auto outer = RealExamples::load(m_folder.path("bundle"));
        for (const char* reference : {"fc9[0]", "fc8[7]"})
            for (std::size_t i = 0; i < 3; ++i) {
                const RealExample& a = outer->highest(reference)->at(i);
                const RealExample& b = gallery->highest(reference)->at(i);
                QCOMPARE(a.file, b.file);
                QCOMPARE(a.timeSeconds, b.timeSeconds);
            }
    }

    // A channel's mean is what the facade says it is.
    void channelsAreMeans()
    {
        GallerySettings other = settings();
        other.output = m_folder.path("channels/examples");
        other.innerCount = 1;
        make(other);
        m_folder.write("channels/model.json", R"({"sha256": {"weights.safetensors": "70y"}})");
        const auto gallery = RealExamples::load(m_folder.path("channels"));
        QVERIFY(gallery->highest("value[0]") != nullptr && gallery->highest("gate[3]") != nullptr);
        QVERIFY(gallery->highest("gate.act[3]") == nullptr);
        const RealExample& example = gallery->highest("mean(map[1])")->front();
        const Matrix<float> mel = logMel(samples(example), FrontEndParameters());
        const float expected = (mel.data()[2] + mel.data()[3]) / 2;
        QVERIFY(std::abs(example.clipResponse - expected) < 1e-4F);
    }

    // By the facade, from the music itself.
    void theListsHoldTheSongsBest_data()
    {
        QTest::addColumn<QString>("reference");
        for (const char* reference : {"fc9[0]", "fc8[0]", "fc8[63]"})
            QTest::newRow(reference) << reference;
    }
    void theListsHoldTheSongsBest()
    {
        QFETCH(QString, reference);
        const Explainer explainer(classifier(), std::nullopt, nullptr, m_device);
        const ResponseExpression expression = explainer.parse(reference.toStdString());
        std::vector<float> best;
        for (const char* song : {"song", "duo", "i/band.wav", "i/choir.wav"}) {
            const std::size_t silent = song == std::string_view("i/band.wav") ? 2 : 0;
            Matrix<float> mels(6 - silent, 115 * 80);
            for (std::size_t i = 0; i < mels.rows(); ++i) {
                const double seconds = 50 * 315 * static_cast<double>(silent + i) / 22050;
                const Matrix<float> mel = logMel(excerpt(song, seconds), FrontEndParameters());
                std::ranges::copy(mel.values(), mels.row(i).begin());
            }
            best.push_back(std::ranges::max(explainer.responses(mels, expression)));
        }
        std::ranges::sort(best, std::greater());
        const auto gallery = RealExamples::load(m_folder.path("bundle"));
        const std::vector<RealExample>& highest = *gallery->highest(reference.toStdString());
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY2(std::abs(highest[i].response - best[i]) < 0.002F, // float16 spectra
                     qPrintable(QString("%1 %2").arg(highest[i].response).arg(best[i])));
        QVERIFY(gallery->lowest(reference.toStdString())->front().response < best.back());
    }

    // Sample for sample: a shift by one would be an error of a tenth of these tones and more.
    void clipsAreTheSoundOfTheirTimes()
    {
        const auto gallery = RealExamples::load(m_folder.path("bundle"));
        const Explainer explainer(classifier(), std::nullopt, nullptr, m_device);
        for (const auto* list : {gallery->highest("fc9[0]"), gallery->lowest("fc9[0]")})
            for (const RealExample& example : *list) {
                const std::vector<float> clip = samples(example);
                QCOMPARE(clip.size(), excerptSamples);
                const std::vector<float> expected = excerpt(example.file, example.timeSeconds);
                double error = 0;
                double power = 0;
                for (std::size_t i = 0; i < clip.size(); ++i) {
                    error += std::pow(static_cast<double>(clip[i] - expected[i]), 2);
                    power += std::pow(static_cast<double>(expected[i]), 2);
                }
                QVERIFY2(error < 0.005 * power, qPrintable(QString::number(error / power)));
                Matrix<float> mel = logMel(clip, FrontEndParameters());
                const MatrixView<const float> row(mel.data(), 1, mel.size());
                const float heard = explainer.responses(row, explainer.parse("fc9[0]")).front();
                QVERIFY(std::abs(heard - example.clipResponse) < 1e-4F);
            }
        QVERIFY(m_summary.meanDifference > 0 &&
                m_summary.meanDifference <= m_summary.largestDifference);
    }

    void everySongIsAttributed()
    {
        const auto gallery = RealExamples::load(m_folder.path("bundle"));
        QCOMPARE(gallery->attributions().size(), std::size_t{4});
        const Attribution& first = gallery->attributions()[1];
        QCOMPARE(first.artist, std::string("Ann"));
        QCOMPARE(first.title, std::string("One | two"));
        QCOMPARE(first.licence, std::string("CC BY 4.0"));
        QCOMPARE(first.source, std::string("a/shop"));
        const QString text = QString::fromUtf8(m_folder.read("bundle/examples/ATTRIBUTION.md"));
        for (const char* part :
             {"| Ann | One \\| two | CC BY 4.0 | a/shop | 00", "| Bob | Two | CC0 1.0 | debian/duo",
              "| (see the source) | Four |", "/usr/share/doc/NAME/copyright", "1.7 s"})
            QVERIFY2(text.contains(part), qPrintable(text));
        QVERIFY(!text.contains("Eve") && !text.contains("Fay"));
    }

    void anotherRunMakesTheSameFiles()
    {
        GallerySettings other = settings();
        other.output = m_folder.path("other/");
        make(other, classifier());
        QCOMPARE(files("other"), files("bundle/examples"));
        for (const QString& file : files("other"))
            QCOMPARE(m_folder.read("other/" + file), m_folder.read("bundle/examples/" + file));
        QVERIFY(failure(other).startsWith("nothing thrown")); // a gallery is replaced
        QVERIFY(!files(".").join(' ').contains("partial"));
    }

    void theSizeIsKept()
    {
        GallerySettings other = settings();
        other.output = m_folder.path("small");
        other.count = 1;
        const GallerySummary free = make(other);
        other.maximumBytes = free.bytes - 30'000;
        const GallerySummary bound = make(other);
        QVERIFY(bound.bytes <= other.maximumBytes);
        QVERIFY(bound.quality < free.quality);
        other.maximumBytes = 10'000;
        const QByteArray before = m_folder.read("small/examples.json");
        QVERIFY2(failure(other).contains("are too large: expected at most 10000 bytes"),
                 qPrintable(failure(other)));
        QCOMPARE(m_folder.read("small/examples.json"), before);
    }

    void aFolderOfOtherThingsIsNotReplaced()
    {
        GallerySettings other = settings();
        other.output = m_folder.path("bundle");
        QVERIFY2(failure(other).contains("is not replaced: expected a gallery or an empty folder"),
                 qPrintable(failure(other)));
        other.output = m_folder.path("packed");
        QVERIFY(failure(other).startsWith("cannot write: "));
        other.output = m_folder.path("packed/below");
        QVERIFY(failure(other).startsWith("cannot write: "));
        QVERIFY(fs::exists(m_folder.path("bundle/model.json")));
    }

    void otherMusicIsNoticed_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("message");
        QTest::newRow("another sound") << "i/band.wav"
                                       << "'i/band.wav': is not the music that was packed";
        QTest::newRow("another stem") << "duo/vocals.wav"
                                      << "'duo': is not the music that was packed";
        QTest::newRow("missing") << "song/audio.wav"
                                 << "song': cannot be packed: expected audio.wav";
    }
    void otherMusicIsNoticed()
    {
        QFETCH(QString, file);
        QFETCH(QString, message);
        const TestFolder folder;
        const ExampleMusic music(folder);
        if (file.startsWith("song"))
            QFile::remove(folder.name("music/" + file));
        else
            music.sound(file, 20);
        GallerySettings other = settings();
        other.count = 8; // everything
        other.music = folder.path("music");
        other.catalogue = folder.path("music/catalogue.csv");
        other.output = folder.path("out");
        QVERIFY2(failure(other).contains(message), qPrintable(failure(other)));
        QCOMPARE(folder.entries(), QStringList("music"));
    }

    void anotherFolderIsNoticed()
    {
        GallerySettings other = settings();
        other.output = m_folder.path("none");
        other.count = 8;
        const TestFolder folder;
        const ExampleMusic music(folder);
        QByteArray catalogue = folder.read("music/catalogue.csv");
        folder.write("music/catalogue.csv", catalogue.replace("duo,stems,train", "duo,stems,"));
        other.music = folder.path("music");
        other.catalogue = folder.path("music/catalogue.csv");
        QVERIFY2(failure(other).contains("expected 'duo' in its catalogue"),
                 qPrintable(failure(other)));
        other.catalogue = folder.path("nothing.csv");
        QVERIFY(failure(other).contains("nothing.csv"));
        QVERIFY(!fs::exists(other.output));
    }

    void aStopLeavesNothing()
    {
        std::stop_source stop;
        stop.request_stop();
        GallerySettings other = settings();
        other.output = m_folder.path("stopped");
        QVERIFY(failureOf([&] { make(other, toy(), stop.get_token()); }).contains("stopped"));
        QVERIFY(!m_folder.entries().join(' ').contains("stopped"));
    }

    void aFullDiskLeavesTheOldGallery()
    {
        const QByteArray before = m_folder.read("bundle/examples/examples.json");
        {
            const FullDisk full(5000);
            QVERIFY(failure(settings()).startsWith("cannot write: "));
        }
        QCOMPARE(m_folder.read("bundle/examples/examples.json"), before);
        QCOMPARE(files("bundle"), (QStringList{"examples", "model.json"}));
    }

private:
    GallerySummary m_summary;
};

QTEST_GUILESS_MAIN(TestExampleGallery)
#include "tst_example_gallery.moc"
