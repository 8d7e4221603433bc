// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/sha256.h"
#include "core/nets/critic.h"
#include "core/nets/device.h"
#include "core/nets/model_bundle.h"
#include "core/nets/music_generator.h"
#include "core/nets/residual_net.h"
#include "core/nets/svdnet.h"
#include "tests/nets/closed_formula.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QTest>

#include <array>

using namespace earshot;
namespace fs = std::filesystem;

namespace {

Weights classifierWeights(const std::vector<Weights::Shape>& shapes = SvdNet::weightShapes())
{
    Weights weights = filledWeights(shapes);
    weights.add("input.mean", filled({80}, 1, 2));
    weights.add("input.std", filled({80}, 2, 0.5).add_(1.0));
    return weights;
}

BundleInfo infoOf(const fs::path& folder, const char* kind, const char* architecture)
{
    BundleInfo info;
    info.folder = folder;
    info.kind = kind;
    info.architecture = architecture;
    info.name = "a test";
    info.licence = "CC0";
    info.label = "singing voice";
    return info;
}

} // namespace

class TestModelBundle : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

    fs::path classifier() const { return m_folder.path("classifier"); }
    Json manifest() const { return Json::readFile(classifier() / "model.json"); }
    void spoil(const char* key, const Json& value) const
    {
        Json changed = manifest();
        changed.set(key, value);
        changed.writeFile(classifier() / "model.json");
    }

private Q_SLOTS:
    void initTestCase() { initialiseTorch(DeviceChoice::Cpu, 1); }

    void init()
    {
        fs::remove_all(classifier());
        writeBundle(infoOf(classifier(), "classifier", "svdnet"), classifierWeights());
    }

    void aClassifierComesBack()
    {
        const ClassifierBundle bundle = loadClassifier(classifier());
        QCOMPARE(bundle.info.kind, std::string("classifier"));
        QCOMPARE(bundle.info.architecture, std::string("svdnet"));
        QCOMPARE(bundle.info.name, std::string("a test"));
        QCOMPARE(bundle.info.licence, std::string("CC0"));
        QCOMPARE(bundle.info.label, std::string("singing voice"));
        QCOMPARE(bundle.info.sha256, sha256OfFile(classifier() / "weights.safetensors"));
        QCOMPARE(bundle.inputMap->kind(), std::string("standardise"));
        const at::Tensor mels = filled({1, 1, 115, 80}, 3, 1);
        const std::array<std::string, 1> names{"fc9"};
        const SvdNet network(filledWeights(SvdNet::weightShapes()));
        const Weights weights = classifierWeights();
        const at::Tensor input = mels.sub(weights.at("input.mean")).div(weights.at("input.std"));
        QVERIFY(bundle.classifier->activations(bundle.inputMap->apply(mels), names)[0].equal(
            network.activations(input, names)[0]));
        QVERIFY(badInputOf([&] { loadGenerator(classifier()); }).contains("'generator'"));
    }

    void theArchitectureIsTheManifests()
    {
        const Weights weights = classifierWeights(ResidualNet::weightShapes());
        writeBundle(infoOf(classifier(), "classifier", "residual-net"), weights);
        const ClassifierBundle bundle = loadClassifier(classifier());
        QCOMPARE(bundle.info.architecture, std::string("residual-net"));
        const std::array<std::string, 1> names{"fc11"};
        const at::Tensor input = filled({1, 1, 115, 80}, 3, 1);
        const ResidualNet network(filledWeights(ResidualNet::weightShapes()));
        QVERIFY(bundle.classifier->activations(input, names)[0].equal(
            network.activations(input, names)[0]));
        // Its weights are no SVDNet's.
        writeBundle(infoOf(classifier(), "classifier", "svdnet"), weights);
        QVERIFY(badInputOf([&] { loadClassifier(classifier()); }).contains("conv1.weight"));
    }

    void aGeneratorComesBack()
    {
        const fs::path folder = m_folder.path("generator");
        const Weights weights = filledWeights(MusicGenerator::weightShapes());
        writeBundle(infoOf(folder, "generator", "music-generator"), weights);
        const GeneratorBundle bundle = loadGenerator(folder);
        QCOMPARE(bundle.generator->latentSize(), 128);
        const at::Tensor latents = filled({1, 128}, 1, 1);
        QVERIFY(
            bundle.generator->generate(latents).equal(MusicGenerator(weights).generate(latents)));
        QVERIFY(badInputOf([&] { loadClassifier(folder); }).contains("'classifier'"));
        // Another network's weights under the same name.
        writeBundle(infoOf(folder, "generator", "music-generator"),
                    filledWeights(critic::weightShapes()));
        QVERIFY(badInputOf([&] { loadGenerator(folder); }).contains("fc.weight"));
    }

    void wrongManifestsAreRefused_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("message");
        QTest::newRow("kind") << "kind"
                              << "oracle"
                              << "found 'oracle'";
        QTest::newRow("architecture") << "architecture"
                                      << "resnet"
                                      << "expected 'svdnet' or 'residual-net', found 'resnet'";
        QTest::newRow("front end") << "front_end"
                                   << "vggish"
                                   << "expected 'ismir2015'";
        QTest::newRow("input map") << "input_map"
                                   << "none"
                                   << "expected 'standardise'";
        QTest::newRow("format as text") << "format"
                                        << "1"
                                        << "format";
        QTest::newRow("hashes as text") << "sha256"
                                        << "abc"
                                        << "sha256";
    }
    void wrongManifestsAreRefused()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, message);
        spoil(qPrintable(key), value.toStdString());
        const QString failure = badInputOf([&] { loadClassifier(classifier()); });
        QVERIFY2(failure.contains(message) && failure.contains("model.json"), qPrintable(failure));
    }

    void anUnknownFormatIsRefused()
    {
        spoil("format", 2);
        QVERIFY(badInputOf([&] { readBundleInfo(classifier()); }).contains("expected 1, found 2"));
    }

    void whatIsNoBundleIsRefused()
    {
        QVERIFY(badInputOf([&] {
                    readBundleInfo(m_folder.path("nowhere"));
                }).contains("expected a folder with model.json, found nothing"));
        m_folder.write("plain", "a regular file");
        QVERIFY(
            badInputOf([&] { readBundleInfo(m_folder.path("plain")); }).contains("found a file"));
        fs::create_directories(m_folder.path("empty"));
        QVERIFY(badInputOf([&] { readBundleInfo(m_folder.path("empty")); }).contains("model.json"));
        m_folder.write("classifier/model.json", "{\"format\": 1,");
        QVERIFY(badInputOf([&] { readBundleInfo(classifier()); }).contains("model.json"));
        m_folder.write("classifier/model.json", "[]");
        QVERIFY(badInputOf([&] { readBundleInfo(classifier()); }).contains("model.json"));
        m_folder.write("classifier/model.json", R"({"format": 1})");
        QVERIFY(badInputOf([&] { readBundleInfo(classifier()); }).contains("kind"));
    }

    void filesMustBeThoseDescribed()
    {
        const QByteArray weights = m_folder.read("classifier/weights.safetensors");
        QByteArray changed = weights;
        changed[changed.size() - 1] = static_cast<char>(changed.back() ^ 1);
        m_folder.write("classifier/weights.safetensors", changed);
        QString failure = badInputOf([&] { loadClassifier(classifier()); });
        QVERIFY2(failure.contains("weights.safetensors") && failure.contains("expected SHA-256"),
                 qPrintable(failure));
        fs::remove(classifier() / "weights.safetensors");
        failure = badInputOf([&] { loadClassifier(classifier()); });
        QVERIFY2(failure.contains("weights.safetensors"), qPrintable(failure));
        // A manifest that does not know its weights.
        spoil("sha256", Json::object());
        failure = badInputOf([&] { loadClassifier(classifier()); });
        QVERIFY2(failure.contains("weights.safetensors"), qPrintable(failure));
    }

    void filesOutsideTheFolderAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("above") << "../secret";
        QTest::newRow("anywhere") << "/etc/hostname";
        QTest::newRow("below") << "a/b";
        QTest::newRow("the folder above") << "..";
        QTest::newRow("the folder") << ".";
        QTest::newRow("nothing") << "";
    }
    void filesOutsideTheFolderAreRefused()
    {
        QFETCH(QString, name);
        m_folder.write("secret", "secret");
        Json changed = manifest();
        Json hashes = changed.at("sha256");
        hashes.set(name.toStdString(), sha256OfFile(m_folder.path("secret")));
        changed.set("sha256", hashes);
        changed.writeFile(classifier() / "model.json");
        const QString failure = badInputOf([&] { readBundleInfo(classifier()); });
        QVERIFY2(failure.contains("outside its folder"), qPrintable(failure));
    }

    void damagedWeightsAreRefused()
    {
        Weights weights = classifierWeights();
        weights.at("input.std") = filled({80}, 2, 0.5); // of both signs
        writeBundle(infoOf(classifier(), "classifier", "svdnet"), weights);
        QVERIFY(badInputOf([&] { loadClassifier(classifier()); }).contains("above 0"));
        writeBundle(infoOf(classifier(), "classifier", "svdnet"),
                    filledWeights(SvdNet::weightShapes()));
        QVERIFY(badInputOf([&] { loadClassifier(classifier()); }).contains("input.mean"));
    }

    void addedFilesAreHashedOnRequest()
    {
        m_folder.write("classifier/responses.safetensors", "one");
        m_folder.write("classifier/checkpoint.safetensors", "large");
        m_folder.write("classifier/README.md", "a card");
        QVERIFY(!manifest().at("sha256").contains("responses.safetensors"));
        m_folder.write("classifier/training-data.safetensors", "larger");
        spoil("training", Json::object({{"steps", 7}}));
        refreshHashes(classifier(), "responses.safetensors");
        QCOMPARE(manifest().at("sha256").keys(),
                 (std::vector<std::string>{"responses.safetensors", "weights.safetensors"}));
        QCOMPARE(manifest().at("training").integer("steps"), std::int64_t{7});
        loadClassifier(classifier());
        m_folder.write("classifier/responses.safetensors", "two");
        QVERIFY(
            badInputOf([&] { loadClassifier(classifier()); }).contains("responses.safetensors"));
        refreshHashes(classifier(), "weights.safetensors"); // and what is listed
        loadClassifier(classifier());

        // Written again with what was read: everything else of the manifest is kept.
        BundleInfo info = readBundleInfo(classifier());
        info.name = "renamed";
        writeBundle(info, classifierWeights());
        QCOMPARE(manifest().text("name"), std::string("renamed"));
        QCOMPARE(manifest().at("training").integer("steps"), std::int64_t{7});
        QVERIFY(manifest().at("sha256").contains("responses.safetensors"));
        fs::remove(classifier() / "responses.safetensors");
        refreshHashes(classifier(), "README.md");
        QCOMPARE(manifest().at("sha256").keys(),
                 (std::vector<std::string>{"README.md", "weights.safetensors"}));
        fs::remove(classifier() / "README.md");
        writeBundle(info, classifierWeights());
        QCOMPARE(manifest().at("sha256").size(), std::size_t{1});
        QVERIFY(
            badInputOf([&] { refreshHashes(classifier(), "README.md"); }).contains("README.md"));
    }

    void aManifestThatCannotBeWrittenKeepsTheWeights()
    {
        const QByteArray weights = m_folder.read("classifier/weights.safetensors");
        fs::remove(classifier() / "model.json");
        fs::create_directory(classifier() / "model.json");
        Weights others = classifierWeights();
        others.at("fc9.bias") = filled({1}, 5, 1);
        const QString failure =
            failureOf([&] { writeBundle(infoOf(classifier(), "classifier", "svdnet"), others); });
        QVERIFY2(failure.startsWith("cannot write: ") && failure.contains("model.json"),
                 qPrintable(failure));
        QCOMPARE(m_folder.read("classifier/weights.safetensors"), weights);
        QCOMPARE(QDir(m_folder.name("classifier")).entryList(QDir::Files), // no temporary left
                 QStringList{"weights.safetensors"});
    }

    void aBundleBelowAFileCannotBeWritten()
    {
        m_folder.write("plain", "a regular file");
        const QString failure = failureOf([&] {
            writeBundle(infoOf(m_folder.path("plain/bundle"), "generator", "music-generator"), {});
        });
        QVERIFY2(failure.startsWith("cannot write: "), qPrintable(failure));
        QVERIFY(badInputOf([&] {
                    refreshHashes(m_folder.path("nowhere"), "a");
                }).contains("model.json"));
    }
};

QTEST_GUILESS_MAIN(TestModelBundle)
#include "tst_model_bundle.moc"
