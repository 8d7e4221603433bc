// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/adopted_settings.h"
#include "core/explain/explanation_record.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QTest>

using namespace earshot;

class TestAdoptedSettings : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

private Q_SLOTS:
    void comeBack()
    {
        QVERIFY(readAdoptedSettings(m_folder.path("none.json")).empty());
        const AdoptedSettings written{
            {"fc9[0]", {0.1 + 0.2, 0.001, 63, Direction::Positive}},
            {"\"layer \\ one\"[2]", {0.001, 0, 100000, Direction::Negative}}};
        writeAdoptedSettings(written, m_folder.path("folder/recommended.json"));
        QVERIFY(readAdoptedSettings(m_folder.path("folder/recommended.json")) == written);
    }

    void unusable_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("no JSON") << QByteArray("{");
        QTest::newRow("no object") << QByteArray("[1]");
        QTest::newRow("a member less")
            << QByteArray(R"({"fc9[0]": {"learning_rate": 0.1, "prior_weight": 0, "steps": 3}})");
        QTest::newRow("out of range")
            << QByteArray(R"({"fc9[0]": {"learning_rate": 0.1, "prior_weight": 0, "steps": 0,)"
                          R"( "direction": "positive"}})");
        QTest::newRow("unknown direction")
            << QByteArray(R"({"fc9[0]": {"learning_rate": 0.1, "prior_weight": 0, "steps": 3,)"
                          R"( "direction": "up"}})");
    }
    void unusable()
    {
        QFETCH(QByteArray, text);
        m_folder.write("recommended.json", text);
        QVERIFY(
            !badInputOf([&] { readAdoptedSettings(m_folder.path("recommended.json")); }).isEmpty());
    }

    // As it was measured: the raw response, at the last step.
    void recommended()
    {
        ExplainSettings base = presetSettings(Preset::C3);
        base.examples = 3;
        base.seed = 7;
        base.directions = Directions::Negative;
        ExplainSettings expected = base;
        expected.learningRate = 0.1;
        expected.priorWeight = 0.01;
        expected.steps = 63;
        QCOMPARE(textOf(recommendedSettings(base, AdoptedSetting{0.1, 0.01, 63, {}})),
                 textOf(expected));
        expected = presetSettings(Preset::Recommended);
        expected.examples = 3;
        expected.seed = 7;
        expected.directions = Directions::Negative;
        QCOMPARE(textOf(recommendedSettings(base, std::nullopt)), textOf(expected));
    }

private:
    static std::string textOf(const ExplainSettings& settings)
    {
        return settingsJson(settings).dump();
    }
};

QTEST_APPLESS_MAIN(TestAdoptedSettings)
#include "tst_adopted_settings.moc"
