// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explainer.h"
#include "core/explain/witness.h"
#include "core/nets/model_bundle.h"
#include "tests/support/failure.h"
#include "tests/support/toy_networks.h"

#include <QTest>

#include <limits>

using namespace earshot;

namespace {

Explainer toy(const char* label, const char* sha256)
{
    ClassifierBundle bundle;
    bundle.info.kind = "classifier";
    bundle.info.name = "a toy";
    bundle.info.label = label;
    bundle.info.sha256 = sha256;
    bundle.classifier = std::make_unique<ToyClassifier>();
    bundle.inputMap = std::make_unique<ToyInputMap>();
    return Explainer(std::move(bundle), std::nullopt, nullptr,
                     initialiseTorch(DeviceChoice::Cpu, 1));
}

} // namespace

class TestWitness : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The toy's output is "flat", its last linear layer of one unit.
    void onlyTheOutputAsksTheSame_data()
    {
        QTest::addColumn<QString>("response");
        QTest::addColumn<QString>("label");
        QTest::addColumn<bool>("isSame");
        QTest::newRow("output") << "flat[0]"
                                << "vocal" << true;
        QTest::newRow("a multiple") << "0.5*flat[0]"
                                    << "vocal" << true;
        QTest::newRow("its opposite") << "-flat[0]"
                                      << "vocal" << false;
        QTest::newRow("another label") << "flat[0]"
                                       << "guitar" << false;
        QTest::newRow("inner unit") << "value[0]"
                                    << "vocal" << false;
        QTest::newRow("norm") << "norm(flat)"
                              << "vocal" << false;
        QTest::newRow("sum") << "flat[0] + value[0]"
                             << "vocal" << false;
    }
    void onlyTheOutputAsksTheSame()
    {
        QFETCH(QString, response);
        QFETCH(QString, label);
        QFETCH(bool, isSame);
        const Explainer explained = toy("vocal", "one");
        const Explainer witness = toy(qPrintable(label), "two");
        QCOMPARE(explained.outputLayer(), std::string("flat"));
        const WitnessDescription described =
            describeWitness(explained, explained.parse(response.toStdString()), witness);
        QCOMPARE(described.isSameQuestion, isSame);
        QCOMPARE(described.label, label.toStdString());
        QCOMPARE(described.sha256, std::string("two"));
        QCOMPARE(described.name, std::string("a toy"));
    }

    void theRecordTellsIt()
    {
        Explanation explanation;
        explanation.record = Json::object({{"response", "fc9[0]"}});
        QVERIFY(!witnessOf(explanation)); // as results were before there were witnesses
        recordWitness({"small", "abc", "vocal", true}, explanation);
        const std::optional<WitnessDescription> found = witnessOf(explanation);
        QVERIFY(found);
        QCOMPARE(found->name, std::string("small"));
        QCOMPARE(found->sha256, std::string("abc"));
        QCOMPARE(found->label, std::string("vocal"));
        QVERIFY(found->isSameQuestion);
        recordWitness({"other", "def", "guitar", false}, explanation);
        QCOMPARE(witnessOf(explanation)->name, std::string("other"));
        QVERIFY(!witnessOf(explanation)->isSameQuestion);

        explanation.record.set("witness", Json::object({{"name", "small"}}));
        QVERIFY(badInputOf([&] { witnessOf(explanation); }).contains("sha256"));
    }

    void zeroAndNoNumberLieOnNeitherSide()
    {
        const std::vector<float> logits{3, -1, 0, std::numeric_limits<float>::quiet_NaN(), 0.5F};
        QCOMPARE(countOnSide(logits, Direction::Positive), std::size_t(2));
        QCOMPARE(countOnSide(logits, Direction::Negative), std::size_t(1));
        QCOMPARE(countOnSide({}, Direction::Positive), std::size_t(0));
    }

    // What was never asked does not count against it.
    void onlyWhatWasHeardCounts()
    {
        const float silent = std::numeric_limits<float>::quiet_NaN();
        const std::vector<float> logits{3, silent, -1, silent};
        QCOMPARE(countHeard(logits), std::size_t(2));
        QCOMPARE(onSideText(logits, Direction::Negative),
                 std::string("1 of 2 heard (2 of 4 could not become sound)"));
        QCOMPARE(onSideText(std::vector<float>{3, -1, 2}, Direction::Positive),
                 std::string("2 of 3"));
        QCOMPARE(onSideText(std::vector<float>{silent}, Direction::Positive),
                 std::string("0 of 0 heard (1 of 1 could not become sound)"));
    }
};

QTEST_APPLESS_MAIN(TestWitness)
#include "tst_witness.moc"
