// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/real_responses.h"
#include "tests/explain/real_responses_example.h"
#include "tests/ui/network/network_example.h"
#include "ui/network/unit_rows.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

using namespace earshot;

namespace {

QStringList namesOf(const std::vector<LayerRow>& rows)
{
    QStringList names;
    for (const LayerRow& row : rows)
        names += QString::fromStdString(row.layer.name);
    return names;
}

RealResponses constantResponses(float value)
{
    RealResponses real = realExample(0);
    real.mean = value;
    real.standardDeviation = 0;
    real.zeroShare = value == 0 ? 1 : 0;
    std::fill(real.quantiles.begin(), real.quantiles.end(), value);
    return real;
}

// A file of some of exampleLayers' references.
RealResponsesFile fileOf(const std::vector<std::pair<std::string, RealResponses>>& responses)
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("responses.safetensors").toStdString();
    writeRealResponses(path, responses, std::vector<float>(1001, 0));
    return RealResponsesFile(path);
}

} // namespace

class TestUnitRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void outputComesFirstAndActivationsFollowTheirLayer()
    {
        const auto rows = networkRows(exampleLayers(), nullptr, {});
        QCOMPARE(namesOf(rows),
                 QStringList({"fc4", "fc4.act", "fc3", "fc3.act", "pool2", "conv1", "conv1.act"}));
        QVERIFY(!rows[0].afterActivation);
        QVERIFY(rows[1].afterActivation);
        QVERIFY(!rows[4].afterActivation);
    }

    void unitsAndChannels()
    {
        const auto rows = networkRows(exampleLayers(), nullptr, "vocal");
        QCOMPARE(rows[0].shapeText, QString("1 unit"));
        QCOMPARE(rows[0].units[0].label, QString("[0] vocal"));
        QCOMPARE(rows[1].units[0].label, QString("[0] vocal"));
        QCOMPARE(rows[2].shapeText, QString("4 units"));
        QCOMPARE(rows[2].units.size(), std::size_t(4));
        QCOMPARE(rows[2].units[3].label, QString("[3]"));
        QCOMPARE(rows[2].units[3].reference, std::string("fc3[3]"));
        QCOMPARE(rows[2].whole.reference, std::string("mean(fc3)"));
        QCOMPARE(rows[2].whole.label, QString("fc3"));
        QCOMPARE(rows[5].shapeText, QString::fromUtf8("3 × 5 × 4"));
        QCOMPARE(rows[5].units[2].reference, std::string("mean(conv1[2])"));
        // 7 layers with 1 + 1 + 4 + 4 + 3 + 3 + 3 units
        QCOMPARE(references(rows).size(), std::size_t(7 + 19));
    }

    void namesAreQuotedWhereTheyMustBe()
    {
        const auto rows = networkRows({{"two words", {2}, "linear"}}, nullptr, {});
        QCOMPARE(rows[0].units[1].reference, std::string("\"two words\"[1]"));
        QCOMPARE(rows[0].whole.label, QString("two words"));
    }

    void states()
    {
        const RealResponsesFile real = fileOf({{"fc3[0]", realExample(-3)},
                                               {"fc3[1]", constantResponses(0)},
                                               {"fc3[2]", constantResponses(0.25F)},
                                               {"fc3.act[1]", constantResponses(0)}});
        const auto rows = networkRows(exampleLayers(), &real, {});
        const std::vector<UnitRow>& units = rows[2].units;
        QCOMPARE(units[0].state, UnitState::Live);
        QCOMPARE(units[0].spread, 3.0);
        QCOMPARE(units[0].auc, 0.75);
        QCOMPARE(units[0].histogram.size(), histogramBins);
        QVERIFY(units[0].reason.isEmpty());
        QCOMPARE(units[1].state, UnitState::Dead);
        QVERIFY(units[1].histogram.empty());
        QCOMPARE(units[2].state, UnitState::Constant);
        QVERIFY(units[2].reason.contains("0.25"));
        QCOMPARE(units[3].state, UnitState::Unknown);
        QVERIFY(!units[3].reason.isEmpty());
        QVERIFY(std::isnan(units[3].spread));
        // A dead unit behind its activation may be alive before it.
        QCOMPARE(rows[3].units[1].state, UnitState::Dead);
        QVERIFY(rows[3].units[1].reason.contains("fc3[1]"));
        QVERIFY(!units[1].reason.contains("fc3"));
    }

    // Of quantiles a hundredth apart every bin holds the same.
    void evenResponsesFillEvenBins()
    {
        const std::vector<float> histogram = quantileHistogram(realExample(2).quantiles);
        QCOMPARE(histogram.size(), histogramBins);
        for (const float bin : histogram)
            QVERIFY2(std::abs(bin - 1) < 0.01F, qPrintable(QString::number(bin)));
    }

    // 90 % at exactly 0, the rest up to 1: what an activation leaves.
    void mostlyZero()
    {
        std::vector<float> quantiles(1001, 0);
        for (std::size_t i = 900; i <= 1000; ++i)
            quantiles[i] = static_cast<float>(i - 900) / 100;
        const std::vector<float> histogram = quantileHistogram(quantiles);
        QCOMPARE(histogram[0], 1.0F);
        // From 900 to 995 (99.5 %): 95 intervals over 24 bins, beside 895 intervals at 0.
        QVERIFY(std::abs(histogram[12] - (95.0F / 24) / (895 + 95.0F / 24)) < 1e-4F);
    }

    void histogramOfNothing()
    {
        QVERIFY(quantileHistogram({}).empty());
        QVERIFY(quantileHistogram({1}).empty());
        QVERIFY(quantileHistogram(std::vector<float>(1001, 2)).empty());
    }

    // One excerpt a thousand times louder must not hide the shape of the others.
    void farOffResponsesAreLeftOut()
    {
        std::vector<float> quantiles = realExample(0).quantiles;
        quantiles.back() = 10000;
        const std::vector<float> histogram = quantileHistogram(quantiles);
        QVERIFY(*std::min_element(histogram.begin(), histogram.end()) > 0.9F);
    }
};

QTEST_GUILESS_MAIN(TestUnitRows)
#include "tst_unit_rows.moc"
