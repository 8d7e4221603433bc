// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explainer.h"

#include <QFile>
#include <QTest>

#include <filesystem>

using namespace earshot;

namespace {

const std::filesystem::path models = std::filesystem::path(EARSHOT_SOURCE_DIR) / "models";

const Explainer& shipped()
{
    static const Device device = initialiseTorch(DeviceChoice::Cpu);
    static const Explainer explainer(models / "svdnet", models / "music-generator", device);
    return explainer;
}

} // namespace

// The bundles under models/: that they load, with hashes as their manifests say, and do what they
// are there for.
class TestShippedModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyBundleHasACard_data()
    {
        QTest::addColumn<QString>("bundle");
        QTest::newRow("classifier") << "svdnet";
        QTest::newRow("generator") << "music-generator";
    }
    void everyBundleHasACard()
    {
        QFETCH(QString, bundle);
        QFile card(QString::fromStdString((models / bundle.toStdString() / "README.md").string()));
        QVERIFY(card.open(QIODevice::ReadOnly));
        const QByteArray text = card.readAll();
        for (const char* part :
             {"Licence", "CC BY-NC-SA 4.0", "earshot-cli train", "Jonathan Coulton"})
            QVERIFY2(text.contains(part), part);
    }

    void realResponsesCoverEveryUnitAndChannel()
    {
        const RealResponsesFile* real = shipped().realResponses();
        QVERIFY(real != nullptr);
        for (const LayerDescription& layer : shipped().layers()) {
            QVERIFY2(real->find("mean(" + layer.name + ")") != nullptr, layer.name.c_str());
            for (std::int64_t unit = 0; unit < layer.units(); ++unit) {
                const std::string place = layer.name + "[" + std::to_string(unit) + "]";
                const std::string reference =
                    layer.isConvolutional() ? "mean(" + place + ")" : place;
                const RealResponses* responses = real->find(reference);
                QVERIFY2(responses != nullptr, reference.c_str());
                QCOMPARE(responses->highest.size(), std::size_t{50});
            }
        }
        QCOMPARE(real->logMelQuantiles().size(), std::size_t{1001});
    }

    void outputNeuronSeparatesTheLabel()
    {
        const RealResponses* output = shipped().realResponses()->find("fc9[0]");
        QVERIFY(output->auc > 0.9);
        // The threshold is 0: music with and without singing lies on both sides.
        QVERIFY(output->lowest.front().response < 0);
        QVERIFY(output->highest.front().response > 0);
    }

    void explainingMovesTheOutputNeuronBothWays()
    {
        ExplainSettings settings = presetSettings(Preset::C1);
        settings.examples = 2;
        settings.steps = 20;
        const Explanation explanation = shipped().explain("fc9[0]", settings);
        const DirectionResult& positive = explanation.directions.at(Direction::Positive);
        const DirectionResult& negative = explanation.directions.at(Direction::Negative);
        for (std::size_t i = 0; i < 2; ++i) {
            QVERIFY(positive.responses(20, i) > positive.responses(0, i));
            QVERIFY(negative.responses(20, i) < negative.responses(0, i));
        }
        QVERIFY(positive.problem.empty());
        QVERIFY(negative.problem.empty());
    }
};

QTEST_GUILESS_MAIN(TestShippedModels)
#include "tst_shipped_models.moc"
