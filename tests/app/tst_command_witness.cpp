// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explanation.h"
#include "core/explain/witness.h"
#include "tests/app/command_line.h"
#include "tests/app/tiny_models.h"

#include <QJsonArray>

#include <optional>

using namespace earshot;

// A second classifier's opinion, from the command line to the result.
class TestCommandWitness : public QObject
{
    Q_OBJECT

    CommandLine m_cli;
    std::optional<TinyModels> m_models;

    Outcome explain(const QStringList& more, const char* response = "fc9[0]") const
    {
        return m_cli.run(QStringList{"explain", "--response", response, "--examples", "2",
                                     "--steps", "1", "--threads", "2", "--out", "result"} +
                         more);
    }
    Explanation result() const
    {
        return readExplanation(m_cli.folder().path("result/result.earshot"));
    }

private Q_SLOTS:
    void init()
    {
        m_models.emplace();
        m_cli.useModels(m_models->folder());
    }

    void theShippedOneIsAskedUnlessNoneIs()
    {
        QCOMPARE(explain({}).code, 0); // there is none
        QVERIFY(!witnessOf(result()));
        const QString folder = m_models->addWitness();
        const Outcome outcome = explain({"--json"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        const Explanation explanation = result();
        QCOMPARE(witnessOf(explanation)->sha256,
                 sha256OfFile((folder + "/weights.safetensors").toStdString()));
        const QJsonObject results = outcome.json()["results"].toObject();
        QCOMPARE(results["start"].toObject()["witness"].toArray().size(), 2);
        for (const auto& [direction, one] : explanation.directions) {
            const QJsonObject found =
                results[direction == Direction::Positive ? "positive" : "negative"].toObject();
            QCOMPARE(one.witness.size(), std::size_t(2));
            QVERIFY(one.witness != one.heard);
            QCOMPARE(found["witness"].toArray().size(), 2);
            QCOMPARE(float(found["witness"].toArray()[1].toDouble()), one.witness[1]);
            QCOMPARE(found["witness_agrees"].toInt(-1), int(countOnSide(one.witness, direction)));
        }
        QCOMPARE(outcome.json()["record"].toObject()["witness"].toObject()["label"].toString(),
                 QString("singing voice"));

        QCOMPARE(explain({"--witness", "none"}).code, 0);
        QVERIFY(!witnessOf(result()));
        QVERIFY(result().startWitness.empty());
    }

    void theReportSaysWhatItWasAsked_data()
    {
        QTest::addColumn<QString>("response");
        QTest::addColumn<QString>("label");
        QTest::addColumn<QString>("expected");
        QTest::newRow("output") << "fc9[0]"
                                << "singing voice"
                                << "witness agrees [0-2] of 2";
        QTest::newRow("inner unit") << "fc8[0]"
                                    << "singing voice"
                                    << "witness hears singing voice in [0-2] of 2";
        QTest::newRow("another label") << "fc9[0]"
                                       << "guitar"
                                       << "witness hears guitar in [0-2] of 2";
    }
    void theReportSaysWhatItWasAsked()
    {
        QFETCH(QString, response);
        QFETCH(QString, label);
        QFETCH(QString, expected);
        const QString folder = m_models->addWitness(qPrintable(label));
        const Outcome outcome = explain({"--witness", folder}, qPrintable(response));
        QCOMPARE(outcome.code, 0);
        for (const QString direction : {"positive", "negative"})
            QVERIFY2(outcome.out.contains(
                         QRegularExpression(direction + ": step 1[^\n]*, " + expected + "\n")),
                     qPrintable(outcome.out));
    }

    void unusableOnesAreRefused_data()
    {
        QTest::addColumn<QString>("witness");
        QTest::addColumn<QString>("message");
        QTest::newRow("no bundle") << "nowhere"
                                   << "is not a model bundle";
        QTest::newRow("a generator") << "music-generator"
                                     << "expected 'classifier'";
        QTest::newRow("the classifier itself") << "svdnet"
                                               << "the one that is explained";
    }
    void unusableOnesAreRefused()
    {
        QFETCH(QString, witness);
        QFETCH(QString, message);
        const Outcome outcome = explain({"--witness", m_models->folder() + "/" + witness});
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.err.contains(message), qPrintable(outcome.err));
    }

    // The shipped witness as the classifier: it would only agree with itself.
    void itIsNoWitnessOfItself()
    {
        const QString folder = m_models->addWitness();
        QCOMPARE(explain({"--classifier", folder}).code, 0);
        QVERIFY(!witnessOf(result()));
    }
};

QTEST_GUILESS_MAIN(TestCommandWitness)
#include "tst_command_witness.moc"
