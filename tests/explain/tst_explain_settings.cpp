// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/settings.h"
#include "tests/support/failure.h"

#include <QTest>

#include <limits>

using namespace earshot;

Q_DECLARE_METATYPE(ExplainSettings)

class TestExplainSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Table 5 of the paper, and our own preset.
    void presets_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("learningRate");
        QTest::addColumn<double>("priorWeight");
        QTest::addColumn<int>("steps");
        QTest::addColumn<bool>("isPapers");
        QTest::newRow("recommended") << "recommended" << 0.01 << 0.001 << 100 << false;
        QTest::newRow("C1") << "C1" << 0.01 << 0.001 << 100 << true;
        QTest::newRow("C2") << "C2" << 0.01 << 0.01 << 500 << true;
        QTest::newRow("C3") << "C3" << 0.1 << 0.001 << 1000 << true;
    }

    void presets()
    {
        QFETCH(QString, name);
        QFETCH(double, learningRate);
        QFETCH(double, priorWeight);
        QFETCH(int, steps);
        QFETCH(bool, isPapers);
        const ExplainSettings settings = presetSettings(parsePreset(name.toStdString()));
        QCOMPARE(settings.learningRate, learningRate);
        QCOMPARE(settings.priorWeight, priorWeight);
        QCOMPARE(settings.steps, steps);
        QCOMPARE(settings.examples, 8);
        QVERIFY(settings.directions == Directions::Both);
        QCOMPARE(settings.scale == ResponseScale::Raw, isPapers);
        QCOMPARE(settings.choice == StepChoice::Last, isPapers);
        QCOMPARE(failureOf([&] { checkSettings(settings); }), "nothing thrown");
    }

    void unknownNames()
    {
        QCOMPARE(badInputOf([] { parsePreset("c1"); }),
                 "'c1': is no preset: expected recommended, C1, C2 or C3");
        QCOMPARE(badInputOf([] { parseDirections("up"); }),
                 "'up': is no direction: expected positive, negative or both");
        QVERIFY(parseDirections("positive") == Directions::Positive);
        QVERIFY(parseDirections("negative") == Directions::Negative);
        QVERIFY(parseDirections("both") == Directions::Both);
    }

    // The last value of each range that is good, and the first that is not.
    void ranges_data()
    {
        QTest::addColumn<ExplainSettings>("settings");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const auto& change, const QString& message) {
            ExplainSettings settings;
            change(settings);
            QTest::newRow(name) << settings << message;
        };
        row("1 example", [](auto& s) { s.examples = 1; }, {});
        row("100000 examples", [](auto& s) { s.examples = 100000; }, {});
        row(
            "no example", [](auto& s) { s.examples = 0; },
            "'examples': is out of range: expected 1 to 100000, found 0");
        row(
            "too many examples", [](auto& s) { s.examples = 100001; },
            "'examples': is out of range: expected 1 to 100000, found 100001");
        row(
            "no step", [](auto& s) { s.steps = 0; },
            "'steps': is out of range: expected 1 to 100000, found 0");
        row(
            "steps below 0", [](auto& s) { s.steps = -3; },
            "'steps': is out of range: expected 1 to 100000, found -3");
        row("learning rate 10", [](auto& s) { s.learningRate = 10; }, {});
        row(
            "learning rate 0", [](auto& s) { s.learningRate = 0; },
            "'learning rate': is out of range: expected above 0 and at most 10, found 0");
        row(
            "learning rate above 10", [](auto& s) { s.learningRate = 10.5; },
            "'learning rate': is out of range: expected above 0 and at most 10, found 10.5");
        row(
            "no learning rate",
            [](auto& s) { s.learningRate = std::numeric_limits<double>::quiet_NaN(); },
            "'learning rate': is out of range: expected above 0 and at most 10, found nan");
        row("prior weight 0", [](auto& s) { s.priorWeight = 0; }, {});
        row("prior weight 1000", [](auto& s) { s.priorWeight = 1000; }, {});
        row(
            "prior weight below 0", [](auto& s) { s.priorWeight = -0.001; },
            "'prior weight': is out of range: expected 0 to 1000, found -0.001");
        row(
            "infinite prior weight",
            [](auto& s) { s.priorWeight = std::numeric_limits<double>::infinity(); },
            "'prior weight': is out of range: expected 0 to 1000, found inf");
        // 2 · 100,000 · 1,001 · 128 float32; 2 · 50 · 5,001 · 9,200.
        row(
            "latents beyond memory",
            [](auto& s) {
                s.examples = 100000;
                s.steps = 1000;
            },
            "'examples times steps': need too much memory: expected at most 16 GB: fewer of "
            "either, found 102.502 GB");
        const auto inInputSpace = [](auto& s) {
            s.space = SearchSpace::Input;
            s.priorWeight = 0;
            s.examples = 50;
            s.steps = 5000;
        };
        row("spectrograms beyond memory", inInputSpace,
            "'examples times steps': need too much memory: expected at most 16 GB: fewer of "
            "either, or the last step as what is chosen, found 18.4037 GB");
        row("the last spectrograms alone",
            [&](auto& s) {
                inInputSpace(s);
                s.choice = StepChoice::Last;
            },
            {});
        row("largest seed", [](auto& s) { s.seed = (std::uint64_t{1} << 63) - 1; }, {});
        row(
            "seed 2^63", [](auto& s) { s.seed = std::uint64_t{1} << 63; },
            "'seed': is out of range: expected 0 to 2^63 - 1, found 9223372036854775808");
    }

    void ranges()
    {
        QFETCH(ExplainSettings, settings);
        QFETCH(QString, message);
        const QString found = failureOf([&] { checkSettings(settings); });
        QCOMPARE(found, message.isEmpty() ? "nothing thrown" : "bad input: " + message);
    }
};

QTEST_APPLESS_MAIN(TestExplainSettings)
#include "tst_explain_settings.moc"
