// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/evaluation_summary.h"

#include <QString>
#include <QTest>

#include <limits>

using namespace earshot;

namespace {

EvaluationSummary exampleSummary(const std::string& label)
{
    EvaluationSummary summary;
    summary.record = Json::object(
        {{"seed", 3},
         {"versions", Json::object({{"earshot", "1.0"}, {"torch", "2.11"}})},
         {"data", "some.st"},
         {"data_identity", Json::object({{"bytes", 77}, {"header_sha256", "4ea"}})},
         {"split", "test"},
         {"device", "a processor"},
         {"sha256", Json::object({{"classifier", "c1"}, {"generator", "9e"}, {"witness", ""}})}});
    summary.classifier.label = label;
    summary.response = "fc9[0]";
    summary.preset = "C2";
    summary.settings = presetSettings(Preset::C2);
    ExplainedRow start;
    start.name = "start";
    start.responses = {1, 2};
    summary.rows = {start};
    return summary;
}

} // namespace

// The tables of `evaluate all`, as text and JSON.
class TestEvaluationSummary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatWasRun()
    {
        const EvaluationSummary summary = exampleSummary("vocal");
        const QString text = QString::fromStdString(summary.markdown());
        for (const char* part :
             {"- data: `some.st`, 77 bytes; SHA-256 of its header (names, splits and offsets, not "
              "the values): 4ea\n",
              "- split: test\n- classifier: SHA-256 c1\n- generator: SHA-256 9e\n- device: a "
              "processor\n- versions: earshot 1.0, torch 2.11\n- seed: 3\n",
              "By the preset C2 (learning rate 0.01, prior weight 0.01, 500 steps, raw response, "
              "last step); 2 starts of seed 0."})
            QVERIFY2(text.contains(part), qPrintable(QString(part) + "\n" + text));
        const Json json = summary.json();
        QCOMPARE(json.at("record").at("data_identity").text("header_sha256"), std::string("4ea"));
        QCOMPARE(json.at("explanations").text("preset"), std::string("C2"));
        QCOMPARE(json.at("explanations").at("settings").integer("steps"), std::int64_t{500});
    }

    // What was published is about singing.
    void publishedFiguresStandBesideThoseOfSinging_data()
    {
        QTest::addColumn<std::string>("label");
        QTest::addColumn<bool>("isSung");
        QTest::newRow("vocal") << std::string("vocal") << true;
        QTest::newRow("guitar") << std::string("guitar") << false;
    }
    void publishedFiguresStandBesideThoseOfSinging()
    {
        QFETCH(std::string, label);
        QFETCH(bool, isSung);
        const QString text = QString::fromStdString(exampleSummary(label).markdown());
        for (const char* part : {"published: replication, Jamendo", "published: maximised",
                                 "The published rows are Table 6 of the paper"})
            QCOMPARE(text.contains(part), isSung);
        QVERIFY(text.contains("| start | 1.00 | 2.00 | – | – |"));
        QVERIFY(text.contains("Ours by the preset C2 (learning rate 0.01, "));
    }

    // What could not become sound is neither above 0 nor below.
    void missingSoundsDoNotCount()
    {
        const float silent = std::numeric_limits<float>::quiet_NaN();
        EvaluationSummary summary = exampleSummary("vocal");
        ExplainedRow row;
        row.name = "positive";
        row.wantedSign = row.witnessSign = 1;
        row.responses = {1, 2, 3};
        row.heard = {silent, 4, -2};
        row.witness = {silent, silent, silent};
        summary.rows.push_back(row);
        const QString text = QString::fromStdString(summary.markdown());
        QVERIFY2(text.contains("| 2.00 (1.00 to 3.00), 3 of 3 above 0 | 1.00 (-2.00 to 4.00), 1 of "
                               "2 above 0, 1 without a number | 3 without a number |"),
                 qPrintable(text));
        const Json json = summary.json().at("explanations").at("rows").at(std::size_t{1});
        QCOMPARE(json.at("heard").number("mean"), 1.0);
        QCOMPARE(json.at("heard").integer("of_wanted_sign"), std::int64_t{1});
        QVERIFY(json.at("witness").isNull());
    }
};

QTEST_GUILESS_MAIN(TestEvaluationSummary)
#include "tst_evaluation_summary.moc"
