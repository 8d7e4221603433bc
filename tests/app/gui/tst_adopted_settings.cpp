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
        const AdoptedSetting up{0.1 + 0.2, 0.001, 63, Direction::Positive};
        const AdoptedSetting down{0.001, 0, 100000, Direction::Negative};
        const AdoptedSettings written{{"fc9[0]", {up}},
                                      {"fc8[0]", {up, down}},
                                      {"fc8[1]", {down, up}},
                                      {"\"layer \\ one\"[2]", {down}}};
        writeAdoptedSettings(written, m_folder.path("folder/recommended.json"));
        QVERIFY(readAdoptedSettings(m_folder.path("folder/recommended.json")) == written);
    }

    // One setting a response, for both directions.
    void fileOfAnEarlierVersion()
    {
        m_folder.write("old.json", R"({"fc9[0]": {"learning_rate": 0.1, "prior_weight": 0.01,)"
                                   R"( "steps": 63, "direction": "negative"}})");
        const AdoptedSettings read = readAdoptedSettings(m_folder.path("old.json"));
        QCOMPARE(read.size(), std::size_t(1));
        QVERIFY(read.at("fc9[0]") ==
                Adoptions{(AdoptedSetting{0.1, 0.01, 63, Direction::Negative})});
    }

    // Each direction has its own; where both are explained, the one taken last is used.
    void directions()
    {
        const AdoptedSetting up{0.1, 0.01, 63, Direction::Positive};
        const AdoptedSetting down{0.01, 0.1, 7, Direction::Negative};
        Adoptions adopted = withAdopted({}, up);
        QVERIFY(adoptedFor(adopted, Directions::Positive) == up);
        QVERIFY(!adoptedFor(adopted, Directions::Negative));
        QVERIFY(adoptedFor(adopted, Directions::Both) == up);
        adopted = withAdopted(adopted, down);
        QVERIFY(adoptedFor(adopted, Directions::Positive) == up);
        QVERIFY(adoptedFor(adopted, Directions::Negative) == down);
        QVERIFY(adoptedFor(adopted, Directions::Both) == down);
        AdoptedSetting other = up;
        other.steps = 64;
        adopted = withAdopted(adopted, other);
        QCOMPARE(adopted.size(), std::size_t(2));
        QVERIFY(adoptedFor(adopted, Directions::Both) == other);
        QVERIFY(!adoptedFor({}, Directions::Both));
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
        QTest::newRow("the other direction out of range")
            << QByteArray(R"({"fc9[0]": {"learning_rate": 0.1, "prior_weight": 0, "steps": 3,)"
                          R"( "direction": "positive", "other_direction": {"learning_rate": 0.1,)"
                          R"( "prior_weight": 0, "steps": 0, "direction": "negative"}}})");
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
        QCOMPARE(textOf(recommendedSettings(base, {{0.1, 0.01, 63, Direction::Negative}})),
                 textOf(expected));
        expected = presetSettings(Preset::Recommended);
        expected.examples = 3;
        expected.seed = 7;
        expected.directions = Directions::Negative;
        QCOMPARE(textOf(recommendedSettings(base, {})), textOf(expected));
        // Found for the other direction.
        QCOMPARE(textOf(recommendedSettings(base, {{0.1, 0.01, 63, Direction::Positive}})),
                 textOf(expected));
    }

private:
    static std::string textOf(const ExplainSettings& settings)
    {
        return settingsJson(settings).dump();
    }
};

QTEST_APPLESS_MAIN(TestAdoptedSettings)
#include "tst_adopted_settings.moc"
