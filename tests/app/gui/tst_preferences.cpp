// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/preferences.h"
#include "core/explain/explanation_record.h"
#include "tests/app/gui/tiny_world.h"

#include <QSettings>
#include <QTest>

using namespace earshot;

class TestPreferences : public QObject
{
    Q_OBJECT

public:
    static void initMain() { static const OwnHome home; }

private Q_SLOTS:
    void init() { QSettings().clear(); }

    void atFirst()
    {
        const Preferences first = loadPreferences();
        QCOMPARE(textOf(first.settings), textOf(presetSettings(Preset::Recommended)));
        QCOMPARE(first.theme, Theme::System);
        QCOMPARE(first.colourMap, ColourMap::Magma);
        QVERIFY(first.isLooping);
        QVERIFY(first.isMatching);
        QCOMPARE(first.volume, 0.8);
        QVERIFY(first.recentResults.isEmpty());
        QVERIFY(first.geometry.isEmpty());
        QCOMPARE(first.cost.cpuSeconds, 0.0); // never measured
        QCOMPARE(first.cost.gpuSeconds, 0.0);
    }

    void comeBack()
    {
        Preferences saved;
        saved.settings = tinySettings();
        saved.settings.seed = 9223372036854775807U;
        saved.settings.learningRate = 0.1 + 0.2;
        saved.theme = Theme::Dark;
        saved.colourMap = ColourMap::Viridis;
        saved.isLooping = false;
        saved.isMatching = false;
        saved.volume = 0;
        saved.outputDevice = "ALSA: Größe, \"a\"";
        saved.recentResults = QStringList({"/a b/ü,1.earshot", "/c;d.earshot"});
        saved.lastFolder = "/a b";
        saved.unitOrder = 2;
        saved.bottomTab = 1;
        saved.cost = {0.015, 0.0002};
        saved.geometry = QByteArray("\0\1\xff", 3);
        savePreferences(saved);
        const Preferences loaded = loadPreferences();
        QCOMPARE(textOf(loaded.settings), textOf(saved.settings));
        QCOMPARE(loaded.settings.seed, saved.settings.seed);
        QCOMPARE(loaded.settings.learningRate, saved.settings.learningRate);
        QCOMPARE(loaded.theme, Theme::Dark);
        QCOMPARE(loaded.colourMap, ColourMap::Viridis);
        QCOMPARE(loaded.isLooping, false);
        QCOMPARE(loaded.isMatching, false);
        QCOMPARE(loaded.volume, 0.0);
        QCOMPARE(loaded.outputDevice, saved.outputDevice);
        QCOMPARE(loaded.recentResults, saved.recentResults);
        QCOMPARE(loaded.lastFolder, saved.lastFolder);
        QCOMPARE(loaded.unitOrder, 2);
        QCOMPARE(loaded.bottomTab, 1);
        QCOMPARE(loaded.cost.cpuSeconds, 0.015);
        QCOMPARE(loaded.cost.gpuSeconds, 0.0002);
        QCOMPARE(loaded.geometry, saved.geometry);
    }

    // By hand, by another version, or half written: as if it was not there.
    void unusableIsAsMissing_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::newRow("settings: no JSON") << "explain/settings"
                                           << "{";
        QTest::newRow("settings: other names") << "explain/settings"
                                               << "{\"examples\": 3}";
        ExplainSettings impossible;
        impossible.steps = 0;
        QTest::newRow("settings: out of range") << "explain/settings" << textOf(impossible);
        QTest::newRow("theme: no number") << "view/theme"
                                          << "dark";
        QTest::newRow("theme: unknown") << "view/theme"
                                        << "7";
        QTest::newRow("colours") << "view/colours"
                                 << "jet";
        QTest::newRow("volume: no number") << "sound/volume"
                                           << "loud";
        QTest::newRow("volume: NaN") << "sound/volume"
                                     << "nan";
        QTest::newRow("cost: no number") << "machine/cpuSecondsPerUpdate"
                                         << "fast";
        QTest::newRow("cost: NaN") << "machine/cpuSecondsPerUpdate"
                                   << "nan";
        QTest::newRow("cost: beyond reason") << "machine/cpuSecondsPerUpdate"
                                             << "1e6";
        QTest::newRow("cost: negative") << "machine/cpuSecondsPerUpdate"
                                        << "-1";
    }
    void unusableIsAsMissing()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QSettings().setValue(key, value);
        const Preferences loaded = loadPreferences();
        QCOMPARE(textOf(loaded.settings), textOf(presetSettings(Preset::Recommended)));
        QCOMPARE(loaded.theme, Theme::System);
        QCOMPARE(loaded.colourMap, ColourMap::Magma);
        QCOMPARE(loaded.volume, 0.8);
        QCOMPARE(loaded.cost.cpuSeconds, 0.0);
    }

private:
    static QString textOf(const ExplainSettings& settings)
    {
        return QString::fromStdString(settingsJson(settings).dump(-1));
    }
};

QTEST_GUILESS_MAIN(TestPreferences)
#include "tst_preferences.moc"
