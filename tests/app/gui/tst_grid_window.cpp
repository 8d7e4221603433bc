// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/settings_search.h"
#include "core/explain/grid_identity.h"
#include "core/explain/grid_trajectories.h"
#include "core/nets/device.h"
#include "tests/app/gui/window_test.h"
#include "ui/explorer/focus_area.h"
#include "ui/grid/grid_model.h"
#include "ui/grid/grid_panel.h"
#include "ui/grid/heat_map.h"
#include "ui/panels/settings_panel.h"

#include <QLabel>
#include <QTabWidget>
#include <QTest>

#include <algorithm>

using namespace earshot;

// The search for settings, as the user meets it.
class TestGridWindow : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        forgetEverything();
        open();
    }
    void cleanup() { m_window.reset(); }

    void choosesSettings()
    {
        QVERIFY(action("Choose settings (about ")->isEnabled());
        QVERIFY(!action("Use the selected setting")->isEnabled());
        search().start(tinyGrid());
        QVERIFY(!action("&Explain")->isEnabled());
        QVERIFY(action("&Explain")->toolTip().contains("search for settings"));
        QVERIFY(action("&Stop")->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(!search().run(), patience);
        QVERIFY(action("&Explain")->isEnabled());
        auto* panel = find<GridPanel>();
        QCOMPARE(panel->findChild<GridModel*>()->rowCount(), 4);
        QVERIFY(panel->selected()); // what is best

        // U takes it, for this unit alone, and can be undone.
        const SettingPlace best = *panel->selected();
        QTest::keyClick(m_window.get(), Qt::Key_U);
        QCOMPARE(session().adopted().size(), std::size_t(1));
        QCOMPARE(session().adopted()[0].steps, best.step);
        QCOMPARE(session().settings().learningRate, panel->content().learningRate(best.pair));
        QCOMPARE(find<SettingsPanel>()->settings().steps, best.step);
        QVERIFY(action("In use: ")->text().contains(QString::number(best.step)));
        QVERIFY(!action("In use: ")->isEnabled());
        action("&Undo")->trigger();
        QVERIFY(session().adopted().empty());
        QCOMPARE(find<SettingsPanel>()->settings().steps, 3);
        action("&Redo")->trigger();
        QVERIFY(!session().adopted().empty());

        // What was clicked here is not what another direction, or this one again, begins with.
        Q_EMIT panel->findChild<HeatMap*>()->pairChosen(1 - best.pair);
        QCOMPARE(panel->selected()->pair, 1 - best.pair);
        QTest::keyClick(m_window.get(), Qt::Key_N);
        QTest::keyClick(m_window.get(), Qt::Key_N);
        QCOMPARE(*panel->selected(), best);

        // Explained with it, the pictures say so.
        QTest::keyClick(m_window.get(), Qt::Key_E);
        QTRY_VERIFY_WITH_TIMEOUT(!session().run() && session().explanation(), patience);
        const QList<QLabel*> labels = find<FocusArea>()->findChildren<QLabel*>();
        QVERIFY(std::ranges::any_of(labels, [](const QLabel* label) {
            return label->text().contains("recommended for this unit");
        }));
    }

    // Each direction has its own; for both, what was taken last is used.
    void adoptsByDirection()
    {
        const auto search = [this](Direction direction) {
            GridSettings grid = tinyGrid();
            grid.direction = direction;
            grid.learningRates = direction == Direction::Positive ? std::vector{0.05, 0.01}
                                                                  : std::vector{0.04, 0.02};
            this->search().start(grid);
            QTRY_VERIFY_WITH_TIMEOUT(!this->search().run(), patience);
            QTest::keyClick(m_window.get(), Qt::Key_U);
        };
        search(Direction::Positive);
        const ExplainSettings up = session().settings();
        QCOMPARE(session().adopted().size(), std::size_t(1));
        search(Direction::Negative);
        const ExplainSettings down = session().settings();
        QCOMPARE(session().adopted().size(), std::size_t(2));
        QVERIFY(down.learningRate != up.learningRate);
        QVERIFY(session().isRecommended());

        // One direction alone: its own, as the panel of the settings has it.
        const auto choose = [this](Directions directions) {
            auto* panel = find<SettingsPanel>();
            ExplainSettings edited = panel->settings();
            edited.directions = directions;
            panel->setSettings(edited);
            Q_EMIT panel->settingsChanged(edited);
        };
        choose(Directions::Positive);
        QCOMPARE(session().settings().learningRate, up.learningRate);
        QCOMPARE(session().settings().steps, up.steps);
        QVERIFY(session().isRecommended());
        choose(Directions::Negative);
        QCOMPARE(session().settings().learningRate, down.learningRate);
        choose(Directions::Both);
        QCOMPARE(session().settings().learningRate, down.learningRate);
        for (int i = 0; i < 4; ++i) // the three choices, and the negative one's use
            action("&Undo")->trigger();
        QCOMPARE(session().adopted().size(), std::size_t(1));
        QCOMPARE(session().settings().learningRate, up.learningRate);
        action("&Undo")->trigger();
        QVERIFY(session().adopted().empty());
        QCOMPARE(session().settings().steps, 3);
    }

    // Where only the other direction is explained, nothing changes for it.
    void adoptsForWhatIsNotExplained()
    {
        ExplainSettings settings = session().settings();
        settings.directions = Directions::Negative;
        session().setSettings(settings);
        search().start(tinyGrid());
        QTRY_VERIFY_WITH_TIMEOUT(!search().run(), patience);
        QTest::keyClick(m_window.get(), Qt::Key_U);
        QCOMPARE(session().adopted().size(), std::size_t(1));
        QCOMPARE(session().settings().steps, 3);
        QVERIFY(!action("In use: ")->isEnabled());
        action("&Undo")->trigger();
        QVERIFY(session().adopted().empty());
    }

    // V looks at what another search found.
    void showsTheOtherSearch()
    {
        QVERIFY(!action("Shown: ")->isVisible());
        GridSettings larger = tinyGrid();
        larger.steps = {3};
        search().start(larger);
        QTRY_VERIFY_WITH_TIMEOUT(!search().run(), patience);
        QVERIFY(!action("Shown: ")->isVisible());
        search().start(tinyGrid());
        QVERIFY(!action("Shown: ")->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!search().run(), patience);
        QVERIFY(action("Shown: 2×2×2")->isVisible());
        QCOMPARE(find<GridPanel>()->content().steps, 2);
        QTest::keyClick(m_window.get(), Qt::Key_V);
        QCOMPARE(find<GridPanel>()->content().steps, 3);
        QVERIFY(action("Shown: 2×2×3")->toolTip().contains("2×2×2"));
        QVERIFY(isShown(*find<GridPanel>(), "Best of the search 2×2×3"));
    }

    // What a search that was killed has left is said, with the key that goes on, and costs less.
    void unfinishedSearch()
    {
        search().setCost({0.01, 0});
        QCOMPARE(action("Full search (")->text(), QString("Full search (83 min)"));
        search().start(tinyGrid());
        QTRY_VERIFY_WITH_TIMEOUT(!search().run(), patience);
        const GridSettings full = gridOf(SearchForm::Full, Direction::Positive);
        const Json identity =
            gridIdentity(*session().models()->explainer, session().response(), full,
                         realSide(*session().realResponses(), Direction::Positive));
        m_window.reset();
        std::filesystem::path folder; // where searches for this unit are kept
        for (const auto& entry : std::filesystem::recursive_directory_iterator(
                 home().results().parent_path() / "searches"))
            if (entry.path().filename() == "grid.csv")
                folder = entry.path().parent_path().parent_path();
        std::filesystem::remove_all(folder);
        // 190 of the search's 500 starts, with all their updates.
        GridTrajectories finished;
        for (std::size_t start = 0; start < 190; ++start)
            finished[{start / 50, start % 50}] = {1000, true, std::vector<float>(1001), 1,
                                                  Matrix<float>(3, 128)};
        writeGridCheckpoint(checkpointOf(folder, full, {}), identity, full, finished);
        open();
        search().setCost({0.01, 0});
        QTRY_VERIFY_WITH_TIMEOUT(
            isShown(*find<GridPanel>(),
                    "An unfinished full search is here (38\u00a0% done): Shift+G goes on."),
            patience);
        QCOMPARE(action("Full search (")->text(), QString("Full search (52 min left)"));
        QVERIFY(!action("Choose settings (")->text().contains("left"));
        // It is said beside a result too.
        search().start(tinyGrid());
        QTRY_VERIFY_WITH_TIMEOUT(!search().run(), patience);
        QVERIFY(isShown(*find<GridPanel>(), "An unfinished full search is here (38\u00a0% done)"));
        QVERIFY(isShown(*find<GridPanel>(), "Best of the search 2×2×2"));
    }

    // Models that are loaded again may be others, whose units it would change.
    void undoEndsWithItsModels()
    {
        search().start(tinyGrid());
        QTRY_VERIFY_WITH_TIMEOUT(!search().run(), patience);
        QTest::keyClick(m_window.get(), Qt::Key_U);
        QVERIFY(action("&Undo")->isEnabled());
        const auto before = session().models();
        session().load(m_world.request(), "fc9[0]");
        QTRY_VERIFY_WITH_TIMEOUT(session().models() != before, patience);
        QVERIFY(!action("&Undo")->isEnabled());
        QVERIFY(!session().adopted().empty()); // it is kept
    }

    void directionOfTheSearch()
    {
        QTest::keyClick(m_window.get(), Qt::Key_N);
        QCOMPARE(search().direction(), Direction::Negative);
        QVERIFY(find<QTabWidget>()->currentWidget() == find<GridPanel>());
        const QAction* negative = action("Search the negative direction");
        QVERIFY(negative->isChecked());
        QCOMPARE(negative->iconText(), QString("Direction: negative"));
        QTest::keyClick(m_window.get(), Qt::Key_N);
        QCOMPARE(search().direction(), Direction::Positive);
    }

    // Escape stops it; a search that runs when the window closes is kept too.
    void stopOfASearch()
    {
        GridSettings endless = tinyGrid();
        endless.steps = {5000};
        for (const bool isClosed : {false, true}) {
            search().start(endless);
            QTRY_VERIFY_WITH_TIMEOUT(search().progress() && search().progress()->fraction > 0,
                                     patience);
            if (isClosed)
                QVERIFY(m_window->close());
            else
                QTest::keyClick(m_window.get(), Qt::Key_Escape);
            QTRY_VERIFY_WITH_TIMEOUT(!search().run(), patience);
            QVERIFY(search().result());
        }
        m_window.reset();
        open();
        QTRY_VERIFY_WITH_TIMEOUT(search().result(), patience);
        QCOMPARE(search().result()->end, RunEnd::Stopped);
    }

private:
    // Two pairs, two starts, two steps.
    static GridSettings tinyGrid()
    {
        GridSettings settings;
        settings.learningRates = {0.05, 0.01};
        settings.priorWeights = {0.001};
        settings.steps = {1, 2};
        settings.examples = 2;
        settings.freshExamples = 0;
        return settings;
    }

    SettingsSearch& search() const { return *find<SettingsSearch>(); }
};

QTEST_MAIN(TestGridWindow)
#include "tst_grid_window.moc"
