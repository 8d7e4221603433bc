// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/device.h"
#include "core/nets/model_bundle.h"
#include "core/nets/residual_net.h"
#include "core/nets/svdnet.h"
#include "tests/nets/closed_formula.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>

#include <QTest>

using namespace earshot;

class TestRandomisedClassifier : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

    std::filesystem::path bundle(const char* name, const std::vector<Weights::Shape>& shapes) const
    {
        Weights weights = filledWeights(shapes);
        weights.add("input.mean", filled({80}, 1, 2));
        weights.add("input.std", filled({80}, 2, 0.5).add_(1.0));
        BundleInfo info;
        info.folder = m_folder.path(name);
        info.kind = "classifier";
        info.architecture = name;
        info.name = "a test";
        info.licence = "CC0";
        info.label = "singing voice";
        writeBundle(info, weights);
        return info.folder;
    }

private Q_SLOTS:
    void initTestCase() { initialiseTorch(DeviceChoice::Cpu, 1); }

    void forgetsFromTheLayerOn_data()
    {
        QTest::addColumn<QString>("layer");
        QTest::addColumn<QStringList>("kept");
        QTest::newRow("fc9") << "fc9"
                             << QStringList{"conv1", "conv2", "conv4", "conv5", "fc7", "fc8"};
        QTest::newRow("conv5") << "conv5" << QStringList{"conv1", "conv2", "conv4"};
        QTest::newRow("conv1") << "conv1" << QStringList{};
    }

    void forgetsFromTheLayerOn()
    {
        QFETCH(QString, layer);
        QFETCH(QStringList, kept);
        const auto folder = bundle("svdnet", SvdNet::weightShapes());
        const ClassifierBundle trained = loadClassifier(folder);
        const ClassifierBundle random =
            loadClassifier(folder, Randomisation{layer.toStdString(), 5});
        const auto& before = dynamic_cast<const SvdNet&>(*trained.classifier).weights();
        const auto& after = dynamic_cast<const SvdNet&>(*random.classifier).weights();
        // Not those that a training with this seed begins with.
        const Weights drawn = SvdNet::initialWeights(5 + 0xA0761D6478BD642FU);
        QVERIFY(!at::equal(after.at("fc9.weight"), SvdNet::initialWeights(5).at("fc9.weight")));
        for (const auto& [name, tensor] : after.entries()) {
            const bool isKept =
                kept.contains(QString::fromStdString(name.substr(0, name.find('.'))));
            QVERIFY2(at::equal(tensor, isKept ? before.at(name) : drawn.at(name)), name.c_str());
        }
    }

    // It never passes for the trained one's.
    void saysSo()
    {
        const auto folder = bundle("svdnet", SvdNet::weightShapes());
        const BundleInfo trained = loadClassifier(folder).info;
        const BundleInfo random = loadClassifier(folder, Randomisation{"fc8", 5}).info;
        QCOMPARE(random.name, std::string("a test, randomised from fc8"));
        QCOMPARE(random.trainedSha256, trained.sha256);
        QCOMPARE(random.sha256.size(), std::size_t(64));
        QVERIFY(random.sha256 != trained.sha256);
        QVERIFY(random.randomised && random.randomised->layer == "fc8");
        QVERIFY(!trained.randomised && trained.trainedSha256.empty());
        QCOMPARE(loadClassifier(folder, Randomisation{"fc8", 5}).info.sha256, random.sha256);
        QVERIFY(loadClassifier(folder, Randomisation{"fc8", 6}).info.sha256 != random.sha256);
        QVERIFY(loadClassifier(folder, Randomisation{"fc9", 5}).info.sha256 != random.sha256);
    }

    // Every architecture, with its own layers; pools and sums have nothing to forget.
    void otherArchitecture()
    {
        const auto folder = bundle("residual-net", ResidualNet::weightShapes());
        const ClassifierBundle random = loadClassifier(folder, Randomisation{"fc10", 1});
        QCOMPARE(random.info.name, std::string("a test, randomised from fc10"));
        QVERIFY(badInputOf([&] {
                    loadClassifier(folder, Randomisation{"sum3", 1});
                }).contains("'sum3': cannot be randomised: expected one of conv1, "));
    }

    void unknownLayer()
    {
        const auto folder = bundle("svdnet", SvdNet::weightShapes());
        QCOMPARE(badInputOf([&] {
                     loadClassifier(folder, Randomisation{"pool3", 1});
                 }),
                 QString("'pool3': cannot be randomised: expected one of conv1, conv2, conv4, "
                         "conv5, fc7, fc8, fc9, found no layer with weights"));
    }
};

QTEST_APPLESS_MAIN(TestRandomisedClassifier)
#include "tst_randomised_classifier.moc"
