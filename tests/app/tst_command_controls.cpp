// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explanation.h"
#include "tests/app/command_line.h"
#include "tests/app/tiny_models.h"

using namespace earshot;

// What says how much an explanation is worth.
class TestCommandControls : public QObject
{
    Q_OBJECT

    const TinyModels m_models;
    CommandLine m_cli;

    Outcome explain(const QString& out, const QStringList& options) const
    {
        return m_cli.run(QStringList{"explain", "--response", "fc9[0]", "--examples", "1",
                                     "--direction", "positive", "--steps", "2", "--witness", "none",
                                     "--out", out, "--json", "--threads", "1"} +
                         options);
    }

private Q_SLOTS:
    void initTestCase() { m_cli.useModels(m_models.folder()); }

    void inputSpace()
    {
        const Outcome outcome = explain("input", {"--space", "input"});
        QCOMPARE(outcome.code, 0);
        const QJsonObject settings = outcome.json()["record"].toObject()["settings"].toObject();
        QCOMPARE(settings["space"].toString(), "input");
        QCOMPARE(settings["prior_weight"].toDouble(), 0.0);
        const Explanation read = readExplanation(m_cli.folder().path("input/result.earshot"));
        const DirectionResult& result = read.directions.at(Direction::Positive);
        QCOMPARE(result.responses.rows(), std::size_t(3));
        QVERIFY(result.responses(2, 0) > result.responses(0, 0));
        QVERIFY(result.latents.empty());
        QVERIFY(!result.heard.empty());
    }

    void randomised()
    {
        const Outcome trained = explain("trained", {});
        const Outcome random = explain("random", {"--randomise-from", "fc8", "--seed", "3"});
        QCOMPARE(trained.code, 0);
        QCOMPARE(random.code, 0);
        const auto hashOf = [](const Outcome& outcome) -> QString {
            return outcome.json()["record"]
                .toObject()["sha256"]
                .toObject()["classifier"]
                .toString();
        };
        const QJsonObject record = random.json()["record"].toObject();
        QVERIFY(hashOf(random) != hashOf(trained));
        QCOMPARE(record["models"].toObject()["classifier"].toString(),
                 "random, randomised from fc8");
        const QJsonObject said = record["randomised"].toObject();
        QCOMPARE(said["from"].toString(), "fc8");
        QCOMPARE(said["seed"].toInt(), 3);
        QCOMPARE(said["trained_sha256"].toString(), hashOf(trained));
        QVERIFY(!trained.json()["record"].toObject().contains("randomised"));
        const Explanation read = readExplanation(m_cli.folder().path("random/result.earshot"));
        QCOMPARE(read.record.at("randomised").text("from"), std::string("fc8"));
    }

    void refusals_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const QStringList start{"explain", "--response", "fc9[0]", "--out", "refused"};
        QTest::newRow("compact") << start + QStringList{"--space", "input", "--compact"}
                                 << "'--compact': cannot be used with --space input";
        QTest::newRow("prior") << start + QStringList{"--space", "input", "--prior-weight", "0.1"}
                               << "'prior weight': has no part in Eq. 1";
        QTest::newRow("space") << start + QStringList{"--space", "outer"} << "latent or input";
        QTest::newRow("layer") << start + QStringList{"--randomise-from", "fc3"}
                               << "'fc3': cannot be randomised: expected one of conv1, conv2";
    }

    void refusals() { checkRefusal(m_cli); }
};

QTEST_GUILESS_MAIN(TestCommandControls)
#include "tst_command_controls.moc"
