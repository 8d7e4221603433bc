// SPDX-License-Identifier: GPL-3.0-or-later
//
// The window while a run goes on or models are loaded, and what remains of an earlier result then.
#include "app/gui/run_bar.h"
#include "app/gui/settings_search.h"
#include "app/gui/texts.h"
#include "tests/app/gui/window_test.h"
#include "ui/explorer/focus_area.h"
#include "ui/network/network_tree.h"
#include "ui/network/response_box.h"
#include "ui/panels/dial.h"
#include "ui/plot/film_strip.h"

#include <QLineEdit>
#include <QMessageBox>
#include <QStatusBar>
#include <QTest>
#include <QToolButton>

using namespace earshot;

class TestRunningWindow : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        forgetEverything();
        open();
    }
    void cleanup() { m_window.reset(); }

    // The stored result has 2 examples and one direction, the run more.
    void dragsOfTheStripAreOfWhatIsShown_data()
    {
        QTest::addColumn<int>("cell");
        QTest::addColumn<int>("example");
        QTest::newRow("beyond the result") << static_cast<int>(Cell::Positive) << 4;
        QTest::newRow("direction that the result lacks") << static_cast<int>(Cell::Negative) << 1;
        QTest::newRow("in both") << static_cast<int>(Cell::Positive) << 1;
        QTest::newRow("start") << static_cast<int>(Cell::Start) << 1;
    }
    void dragsOfTheStripAreOfWhatIsShown()
    {
        QFETCH(int, cell);
        QFETCH(int, example);
        ExplainSettings positive = tinySettings();
        positive.directions = Directions::Positive;
        finishRun(positive);
        beginEndlessRun(5);
        Q_EMIT area().strip().cellDragStarted(static_cast<Cell>(cell), example);
        QCOMPARE(m_window->statusBar()->currentMessage(),
                 QString("The sound of this cell is still being made"));
    }

    void onlyWhatIsShownCanBeSavedAndPlayed()
    {
        finishRun(tinySettings());
        const QStringList ofTheResult{"&Save result", "Export figure", "Export curves",
                                      "Play all negative", "Play all positive"};
        for (const QString& text : ofTheResult)
            QVERIFY2(action(text)->isEnabled(), qPrintable(text));
        beginEndlessRun(2);
        for (const QString& text : ofTheResult)
            QVERIFY2(!action(text)->isEnabled(), qPrintable(text));
        action("&Stop")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!session().run(), patience);
        for (const QString& text : ofTheResult)
            QVERIFY2(action(text)->isEnabled(), qPrintable(text));
    }

    void rowOfADirectionThatWasNotExplained()
    {
        ExplainSettings positive = tinySettings();
        positive.directions = Directions::Positive;
        finishRun(positive);
        QVERIFY(action("Play all positive")->isEnabled());
        QVERIFY(!action("Play all negative")->isEnabled());
    }

    void runOfFewerExamplesThanWereShown()
    {
        finishRun(tinySettings());
        QTest::keyClick(m_window.get(), Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(area().strip().focusedExample(), 1);
        beginEndlessRun(1);
        QTRY_VERIFY_WITH_TIMEOUT(area().panel(Cell::Positive).view().hasSpectrogram(), patience);
        QVERIFY(isShown(area().panel(Cell::Start), "start 1"));
        QCOMPARE(area().strip().focusedExample(), 0);
    }

    // As after a stop: only starts 5 and 7 were finished.
    void startsKeepTheirNumbers()
    {
        Explanation result = session().models()->explainer->explain("fc9[0]", tinySettings());
        Json numbers = Json::array();
        for (const int number : {4, 6})
            numbers.append(number);
        result.record.set("examples", numbers);
        Json settings = result.record.at("settings");
        settings.set("examples", 8);
        result.record.set("settings", settings);
        writeExplanation(result, m_files.path("some.earshot"));
        drop({m_files.name("some.earshot")});
        QTRY_VERIFY_WITH_TIMEOUT(isShown(area().panel(Cell::Start), "start 5"), patience);
        QTest::keyClick(m_window.get(), Qt::Key_Right, Qt::ControlModifier);
        QVERIFY(isShown(area().panel(Cell::Start), "start 7"));
    }

    void numbersBeingTypedAreTaken()
    {
        QSpinBox* steps = settingsField("Steps");
        steps->setFocus();
        steps->selectAll();
        QTest::keyClicks(steps, "7");
        QCOMPARE(session().settings().steps, tinySettings().steps);
        QTest::keyClick(steps, Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(session().run());
        QCOMPARE(session().settings().steps, 7);
        QTRY_VERIFY_WITH_TIMEOUT(!session().run(), patience);
        QCOMPARE(session().explanation()->settings.steps, 7);
    }

    // What is written is explained, or nothing.
    void responseBeingTypedIsTaken()
    {
        auto* line = find<ResponseBox>()->findChild<QLineEdit*>();
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, "fc8[64]");
        action("&Explain")->trigger();
        QVERIFY(!session().run());
        QVERIFY(isShown(*find<ResponseBox>(), "fc8"));
        action("Choose settings")->trigger();
        QVERIFY(!find<SettingsSearch>()->run());
        line->selectAll();
        QTest::keyClicks(line, "fc8[1]");
        action("&Explain")->trigger();
        QCOMPARE(session().run()->response, std::string("fc8[1]"));
        QTRY_VERIFY_WITH_TIMEOUT(!session().run(), patience);
    }

    void oneThatWaitsSaysSo()
    {
        beginEndlessRun(2);
        session().show("fc8[1]");
        session().setSettings(tinySettings());
        QTRY_COMPARE(area().panel(Cell::Start).view().placeholder(), QString("Press Explain (E)"));
        action("&Explain")->trigger();
        QVERIFY(session().run()->isWaitingHere);
        QCOMPARE(area().panel(Cell::Start).view().placeholder(),
                 QString("Waiting for fc9[0] to end"));
        QVERIFY(!action("&Explain")->isEnabled());
        for (QToolButton* button : m_window->findChildren<QToolButton*>())
            if (button->text() == "Do not wait")
                QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(session().run()->waiting, std::size_t(0));
        QCOMPARE(area().panel(Cell::Start).view().placeholder(), QString("Press Explain (E)"));
        QVERIFY(action("&Explain")->isEnabled());
    }

    void directionThatIsNotRun()
    {
        ExplainSettings positive = tinySettings();
        positive.directions = Directions::Positive;
        positive.steps = 5000;
        session().setSettings(positive);
        action("&Explain")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(session().progress(), patience);
        QCOMPARE(area().panel(Cell::Negative).view().placeholder(),
                 QString("This direction is not run"));
    }

    // Of the same settings: the fragment adds nothing.
    void aStoppedRunLeavesTheWholeResult()
    {
        ExplainSettings settings = tinySettings();
        settings.steps = 40;
        finishRun(settings);
        const auto whole = session().explanation();
        action("&Explain")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(session().progress(), patience);
        action("&Stop")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!session().run(), patience);
        QCOMPARE(session().explanation()->end, RunEnd::Completed);
        QCOMPARE(session().explanation()->examples, whole->examples);
        QVERIFY(area().panel(Cell::Positive).view().hasSpectrogram());
    }

    void picturesOfOtherSettingsAreSaidToBe()
    {
        finishRun(tinySettings());
        QVERIFY(!belongsToOf(session()).contains("other settings"));
        ExplainSettings changed = tinySettings();
        changed.seed = 3;
        changed.steps = 77;
        session().setSettings(changed);
        QVERIFY2(belongsToOf(session()).contains("made with other settings: 3 steps, seed 0"),
                 qPrintable(belongsToOf(session())));
    }

    void howLongItTakes()
    {
        ExplainSettings settings = tinySettings();
        QVERIFY(!isShown(*find<RunBar>(), "takes about "));
        settings.examples = 100000;
        settings.steps = 100000;
        session().setSettings(settings);
        QVERIFY(isShown(*find<RunBar>(), "takes about "));
    }

    void escapeClearsTheFilterFirst()
    {
        beginEndlessRun(2);
        find<NetworkTree>()->focusFilter();
        auto* line = find<NetworkTree>()->findChild<QLineEdit*>();
        QTest::keyClicks(line, "conv");
        QTest::keyClick(line, Qt::Key_Escape);
        QCOMPARE(line->text(), QString());
        QVERIFY(!session().run()->isStopping);
        QTest::keyClick(line, Qt::Key_Escape);
        QVERIFY(!session().run() || session().run()->isStopping);
    }

    void zeroBelongsToAZoomedPicture()
    {
        finishRun(tinySettings());
        SpectrogramView& picture = area().panel(Cell::Positive).view();
        const int position = area().dial().position();
        QVERIFY(position != 0);
        picture.setFocus();
        QTest::keyClick(&picture, Qt::Key_Plus);
        QVERIFY(picture.range() != ExcerptRange());
        QTest::keyClick(&picture, Qt::Key_0);
        QVERIFY(picture.range() == ExcerptRange());
        QCOMPARE(area().dial().position(), position);
        QTest::keyClick(&picture, Qt::Key_0);
        QCOMPARE(area().dial().position(), 0);
    }

    void undoLeavesTheCourseOfAnotherUnit()
    {
        auto* panel = find<SettingsPanel>();
        ExplainSettings edited = session().settings();
        edited.seed = 5;
        edited.steps = 40;
        Q_EMIT panel->settingsChanged(edited);
        session().show("fc8[1]");
        ExplainSettings other = session().settings();
        other.steps = 60;
        session().setSettings(other);
        action("&Undo")->trigger();
        QCOMPARE(session().settings().seed, tinySettings().seed);
        QCOMPARE(session().settings().steps, 60);
        session().show("fc9[0]");
        action("&Redo")->trigger();
        QCOMPARE(session().settings().steps, 40);
    }

    // What was begun meanwhile would mix both classifiers.
    void nothingBeginsWhileModelsAreLoaded()
    {
        const TinyWorld other;
        session().load(other.request());
        QVERIFY(!action("&Explain")->isEnabled());
        session().explain(0);
        QVERIFY(!session().run());
        QTRY_COMPARE_WITH_TIMEOUT(session().models()->request.classifier,
                                  other.request().classifier, patience);
        QVERIFY(action("&Explain")->isEnabled());
    }

    void wrongFilesShareOneMessage()
    {
        QStringList songs;
        for (int i = 0; i < 5; ++i) {
            const QString song = QString("song%1.mp3").arg(i);
            m_files.write(song, "sound");
            songs += m_files.name(song);
        }
        drop(songs);
        const QList<QMessageBox*> boxes = m_window->findChildren<QMessageBox*>();
        QCOMPARE(boxes.size(), 1);
        const QString text = boxes.front()->text() + boxes.front()->informativeText();
        QVERIFY2(text.contains("song0.mp3") && text.contains("4 more"), qPrintable(text));
        boxes.front()->close();
    }

private:
    void finishRun(const ExplainSettings& settings)
    {
        session().setSettings(settings);
        action("&Explain")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!session().run() && session().explanation(), patience);
    }
    void beginEndlessRun(int examples)
    {
        ExplainSettings endless = tinySettings();
        endless.steps = 5000;
        endless.examples = examples;
        session().setSettings(endless);
        action("&Explain")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(session().progress(), patience);
    }
    FocusArea& area() const { return *find<FocusArea>(); }

    TestFolder m_files;
};

QTEST_MAIN(TestRunningWindow)
#include "tst_running_window.moc"
