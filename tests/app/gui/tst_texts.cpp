// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/session.h"
#include "app/gui/texts.h"
#include "tests/app/gui/tiny_world.h"

#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

#include <optional>

using namespace earshot;

class TestTexts : public QObject
{
    Q_OBJECT

public:
    static void initMain() { static const OwnHome home; }

private Q_SLOTS:
    // The classifier's folder has everything in its name that a shell reads in its own way.
    void initTestCase()
    {
        ModelRequest request = m_world.request();
        const QString awkward = m_folder.name("it's \"$HOME\" `a\\b` & ü");
        QVERIFY(QFile::link(QString::fromStdString(request.classifier.string()), awkward));
        request.classifier = awkward.toStdString();
        m_session.emplace(m_folder.path("results"));
        QSignalSpy loaded(&*m_session, &Session::modelsLoaded);
        m_session->load(request);
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, patience);
        m_models = {"--classifier", awkward,
                    "--generator",  QString::fromStdString(request.generator.string()),
                    "--device",     "cpu"};
    }

    void heading()
    {
        m_session->show("fc9[0]");
        QVERIFY(headingOf(*m_session).contains("singing voice"));
        QVERIFY(headingOf(*m_session).startsWith("fc9[0]"));
        m_session->show("fc8[1]");
        QCOMPARE(headingOf(*m_session), QString("fc8[1]"));
        const std::string hash = m_session->models()->hashes().classifier;
        QVERIFY(belongsToOf(*m_session).contains(QString::fromStdString(hash.substr(0, 4))));
    }

    // Chosen by which search: not said where only that direction is explained.
    void adoptedSettings()
    {
        const AdoptedSetting up{0.1, 0.01, 63, Direction::Positive};
        const AdoptedSetting down{0.01, 0.1, 7, Direction::Negative};
        const Adoptions adopted{up, down};
        ExplainSettings settings = recommendedSettings({}, adopted);
        QVERIFY(settingsText(settings, adopted)
                    .startsWith("recommended for this unit (negative search): "));
        settings = recommendedSettings({}, {up}); // from before the other was taken
        QVERIFY(settingsText(settings, adopted)
                    .startsWith("recommended for this unit (positive search): "));
        settings.directions = Directions::Positive;
        QVERIFY(settingsText(settings, adopted).startsWith("recommended for this unit: "));
        settings.directions = Directions::Negative;
        QVERIFY(settingsText(settings, adopted).startsWith("by hand: "));
    }

    void commandLineRepeatsTheView_data()
    {
        QTest::addColumn<QString>("response");
        QTest::addColumn<ExplainSettings>("settings");
        QTest::addColumn<QStringList>("words");
        ExplainSettings settings;
        settings.seed = 9223372036854775807U;
        settings.examples = 12;
        QTest::newRow("recommended")
            << "fc9[0]" << settings
            << QStringList{"--direction",         "both",     "--examples", "12", "--seed",
                           "9223372036854775807", "--preset", "recommended"};
        settings = presetSettings(Preset::C2);
        settings.directions = Directions::Negative;
        QTest::newRow("C2") << "mean(conv4[12])" << settings
                            << QStringList{"--direction", "negative", "--examples", "8",
                                           "--seed",      "0",        "--preset",   "C2"};
        settings = tinySettings();
        settings.directions = Directions::Positive;
        settings.learningRate = 1.5e-7;
        settings.priorWeight = 0.1 + 0.2;
        QTest::newRow("by hand") << "2*fc8[0] - fc8[1]" << settings
                                 << QStringList{"--direction",     "positive",
                                                "--examples",      "2",
                                                "--seed",          "0",
                                                "--steps",         "3",
                                                "--learning-rate", "1.5e-07",
                                                "--prior-weight",  "0.30000000000000004"};
        settings = ExplainSettings();
        settings.steps = 7;
        QTest::newRow("recommended, other steps")
            << "fc9[0]" << settings
            << QStringList{"--direction",      "both",      "--examples",     "8",
                           "--seed",           "0",         "--steps",        "7",
                           "--learning-rate",  "0.01",      "--prior-weight", "0.001",
                           "--response-scale", "deviation", "--step-choice",  "smallest-distance"};
        settings.examples = 1; // there is no distance
        QTest::newRow("recommended, one example")
            << "fc9[0]" << settings
            << QStringList{"--direction",      "both",     "--examples",     "1",
                           "--seed",           "0",        "--steps",        "7",
                           "--learning-rate",  "0.01",     "--prior-weight", "0.001",
                           "--response-scale", "deviation"};
    }
    void commandLineRepeatsTheView()
    {
        QFETCH(QString, response);
        QFETCH(ExplainSettings, settings);
        QFETCH(QStringList, words);
        m_session->show(response);
        m_session->setSettings(settings);
        const QStringList expected = QStringList{"earshot-cli", "explain", "--response",
                                                 QString::fromStdString(m_session->response())} +
                                     words + m_models;
        QCOMPARE(wordsOf(commandLineOf(*m_session)), expected);
    }

    void times_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("start") << 0.0 << "0:00.0";
        QTest::newRow("tenths") << 62.54 << "1:02.5";
        QTest::newRow("rounded up to a minute") << 59.96 << "1:00.0";
        QTest::newRow("long") << 3600.0 << "60:00.0";
    }
    void times()
    {
        QFETCH(double, seconds);
        QFETCH(QString, text);
        QCOMPARE(timeText(seconds), text);
    }

    void durations_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << 0.2 << "0 s";
        QTest::newRow("seconds") << 89.4 << "89 s";
        QTest::newRow("minutes") << 90.0 << "2 min";
        QTest::newRow("four minutes") << 240.0 << "4 min";
        QTest::newRow("hours") << 7170.0 << "1 h 59 min";
    }
    void durations()
    {
        QFETCH(double, seconds);
        QFETCH(QString, text);
        QCOMPARE(durationText(seconds), text);
    }

    void attribution()
    {
        RealExample example;
        example.title = "Song";
        example.licence = "CC BY 4.0";
        example.timeSeconds = 62.5;
        QCOMPARE(attributionOf(example).split('\n'),
                 QStringList({"Song", "1.7 s from 1:02.5", "CC BY 4.0"}));
        example.artist = "Someone";
        example.source = "https://example.org";
        QCOMPARE(attributionOf(example).split('\n'),
                 QStringList(
                     {"Someone: Song", "1.7 s from 1:02.5", "CC BY 4.0", "https://example.org"}));
    }

private:
    // As a shell reads it.
    static QStringList wordsOf(const QString& line)
    {
        QProcess shell;
        shell.start("/bin/sh", {"-c", "printf '%s\\n' " + line});
        shell.waitForFinished();
        QStringList words = QString::fromUtf8(shell.readAllStandardOutput()).split('\n');
        words.removeLast(); // after the last line's end
        return words;
    }

    TinyWorld m_world;
    TestFolder m_folder;
    std::optional<Session> m_session;
    QStringList m_models;
};

QTEST_MAIN(TestTexts)
#include "tst_texts.moc"
