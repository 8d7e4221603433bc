// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/gui/window_test.h"
#include "ui/explorer/focus_area.h"
#include "ui/network/network_model.h"
#include "ui/network/network_tree.h"
#include "ui/network/response_box.h"
#include "ui/panels/dial.h"
#include "ui/plot/film_strip.h"

#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QStatusBar>
#include <QTabWidget>
#include <QTest>
#include <QTreeView>

#include <algorithm>

using namespace earshot;

class TestMainWindow : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        forgetEverything();
        open();
    }
    void cleanup() { m_window.reset(); }

    void afterLoading()
    {
        const auto* view = find<NetworkTree>()->findChild<QTreeView*>();
        QVERIFY(view->model()->rowCount() > 5);
        QCOMPARE(view->currentIndex().data(ReferenceRole).toString(), QString("fc9[0]"));
        QCOMPARE(find<ResponseBox>()->response(), QString("fc9[0]"));
        for (const Cell cell : {Cell::Negative, Cell::Start, Cell::Positive, Cell::Real})
            QVERIFY(!picture(cell).hasSpectrogram());
        QVERIFY(action("&Explain")->isEnabled());
        QVERIFY(!action("Export figure…")->isEnabled());
        QCOMPARE(find<SettingsPanel>()->settings().steps, 3);
    }

    void explain()
    {
        QTest::keyClick(m_window.get(), Qt::Key_E);
        QVERIFY(session().run());
        QVERIFY(!action("&Explain")->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(!session().run(), patience);
        for (const Cell cell : {Cell::Negative, Cell::Start, Cell::Positive}) {
            QVERIFY(picture(cell).hasSpectrogram());
            QVERIFY2(captions(cell).contains(" · p") || captions(cell).contains(" · > max") ||
                         captions(cell).contains(" · < min"),
                     qPrintable(captions(cell)));
        }
        QVERIFY(captions(Cell::Start).contains("start 1"));
        QCOMPARE(area().strip().examples(), 2);
        QVERIFY(!area().strip().accessibleDescription().contains(", start ,"));
        QVERIFY(area().dial().scale());
        QCOMPARE(area().dial().position(), 3);
        QVERIFY(action("Export figure…")->isEnabled());

        // What is written is said to be.
        m_window->writeFigure(m_files.name("figure.svg"));
        QTRY_COMPARE_WITH_TIMEOUT(m_window->statusBar()->currentMessage(),
                                  "Saved " + m_files.name("figure.svg"), patience);

        // The dial by keys, and another example.
        QTest::keyClick(m_window.get(), Qt::Key_BracketLeft);
        QCOMPARE(area().dial().position(), 2);
        QVERIFY(captions(Cell::Positive).contains("step 2"));
        QTest::keyClick(m_window.get(), Qt::Key_0);
        QCOMPARE(area().dial().position(), 0);
        QTest::keyClick(m_window.get(), Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(area().strip().focusedExample(), 1);
        QVERIFY(captions(Cell::Start).contains("start 2"));

        // Another unit has no pictures; they are back with the first.
        Q_EMIT find<ResponseBox>()->committed("fc8[1]");
        for (const Cell cell : {Cell::Negative, Cell::Start, Cell::Positive})
            QVERIFY(!picture(cell).hasSpectrogram());
        QVERIFY(!action("Export figure…")->isEnabled());
        const auto* view = find<NetworkTree>()->findChild<QTreeView*>();
        QCOMPARE(view->currentIndex().data(ReferenceRole).toString(), QString("fc8[1]"));
        Q_EMIT find<NetworkTree>()->selected("fc9[0]");
        QTRY_VERIFY_WITH_TIMEOUT(picture(Cell::Positive).hasSpectrogram(), patience);
        QCOMPARE(find<ResponseBox>()->response(), QString("fc9[0]"));
    }

    // What is clicked next is where it was.
    void tabsStayWhereTheyAre_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("smallest") << QSize(960, 640);
        QTest::newRow("laptop") << QSize(1280, 800);
        QTest::newRow("desk") << QSize(1920, 1080);
    }
    void tabsStayWhereTheyAre()
    {
        QFETCH(QSize, size);
        m_window->setWindowState(Qt::WindowNoState);
        m_window->resize(size);
        QCoreApplication::processEvents();
        auto* tabs = find<QTabWidget>();
        const QRect place = tabs->geometry();
        QVERIFY(place.height() > size.height() / 6);
        QVERIFY(place.height() < size.height() / 3);
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            QCoreApplication::processEvents();
            QCOMPARE(tabs->geometry(), place);
        }
        m_window->statusBar()->showMessage("The first message");
        QCoreApplication::processEvents();
        QCOMPARE(tabs->geometry(), place);
    }

    // The line with the error keeps what was typed.
    void wrongResponse()
    {
        auto* box = find<ResponseBox>();
        auto* line = box->findChild<QLineEdit*>();
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, "fc8[64]");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(box->response(), QString("fc8[64]"));
        QCOMPARE(session().response(), std::string("fc9[0]"));
        const QList<QLabel*> labels = box->findChildren<QLabel*>();
        QVERIFY(std::ranges::any_of(labels, [](const QLabel* label) {
            return label->isVisible() && !label->text().isEmpty();
        }));
        QCOMPARE(messageBox(), nullptr);

        // Once it is right, single keys are the window's again.
        QVERIFY(box->hasLineFocus());
        line->selectAll();
        QTest::keyClicks(line, "fc8[1]");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(session().response(), std::string("fc8[1]"));
        QVERIFY(!box->hasLineFocus());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_E);
        QVERIFY(session().run());
        QTRY_VERIFY_WITH_TIMEOUT(!session().run(), patience);
    }

    // Digits are shortcuts too, but not while a number is typed.
    void undoOfSettings()
    {
        QVERIFY(!action("&Undo")->isEnabled());
        const auto* panel = find<SettingsPanel>();
        QSpinBox* examples = settingsField("Examples");
        examples->setFocus();
        examples->selectAll();
        QTest::keyClicks(examples, "10");
        QTest::keyClick(examples, Qt::Key_Return);
        QCOMPARE(session().settings().examples, 10);
        QVERIFY(!session().run());
        action("&Undo")->trigger();
        QCOMPARE(session().settings().examples, 2);
        QCOMPARE(panel->settings().examples, 2);
        QCOMPARE(examples->value(), 2);
        action("&Redo")->trigger();
        QCOMPARE(panel->settings().examples, 10);
    }

    // Somebody else's result brings its settings, and does not lose one's own.
    void undoOfOpenedSettings()
    {
        QVERIFY(session().settings().steps != 5);
        const ExplainSettings own = session().settings();
        ExplainSettings theirs = own;
        theirs.steps = 5;
        theirs.seed = 77;
        const TestFolder files;
        writeExplanation(session().models()->explainer->explain("fc8[0]", theirs),
                         files.path("theirs.earshot"));
        drop({QString::fromStdString(files.path("theirs.earshot").string())});
        QTRY_COMPARE_WITH_TIMEOUT(session().openedFile(), files.path("theirs.earshot"), patience);
        const auto* panel = find<SettingsPanel>();
        QVERIFY(isSame(panel->settings(), theirs));
        QVERIFY(m_window->statusBar()->currentMessage().contains("Ctrl+Z"));
        action("&Undo")->trigger();
        QVERIFY(isSame(panel->settings(), own));
        QVERIFY(isSame(session().settings(), own));
        QVERIFY(isSame(session().shownSettings(), theirs)); // the result is looked at all the same
        action("&Redo")->trigger();
        QVERIFY(isSame(session().settings(), theirs));
        action("&Undo")->trigger();

        // Of one that was made with one's own there is nothing to take back.
        writeExplanation(session().models()->explainer->explain("fc8[1]", own),
                         files.path("alike.earshot"));
        drop({QString::fromStdString(files.path("alike.earshot").string())});
        QTRY_COMPARE_WITH_TIMEOUT(session().openedFile(), files.path("alike.earshot"), patience);
        QVERIFY(!action("&Undo")->isEnabled());
    }

    void escapeStops()
    {
        beginEndlessRun();
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(!session().run(), patience);
        QVERIFY(session().explanation());
        QCOMPARE(session().explanation()->end, RunEnd::Stopped);
        QVERIFY(picture(Cell::Positive).hasSpectrogram());
        QVERIFY(action("&Explain")->isEnabled());
    }

    // What it has come to is there when the window opens again, without being asked for.
    void closeDuringARun()
    {
        beginEndlessRun();
        QVERIFY(m_window->close());
        QVERIFY(!session().run());
        m_window.reset();
        open();
        QTRY_VERIFY_WITH_TIMEOUT(session().explanation(), patience);
        QCOMPARE(session().explanation()->settings.steps, 5000);
        QCOMPARE(session().explanation()->end, RunEnd::Stopped);
        QCOMPARE(find<SettingsPanel>()->settings().steps, 5000);
    }

    void actionsAreComplete()
    {
        QStringList shortcuts;
        for (const QAction* one : m_window->actions()) {
            QVERIFY(!one->text().isEmpty());
            QVERIFY2(!one->toolTip().isEmpty() && one->toolTip() != one->iconText(),
                     qPrintable(one->text()));
            QVERIFY2(!one->statusTip().isEmpty(), qPrintable(one->text()));
            for (const QKeySequence& keys : one->shortcuts())
                shortcuts += keys.toString();
        }
        QVERIFY(shortcuts.size() > 30);
        const qsizetype all = shortcuts.size();
        QCOMPARE(shortcuts.removeDuplicates(), 0);
        QCOMPARE(shortcuts.size(), all);
    }

    void wrongFilesAreDropped_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("message");
        m_files.write("notes.txt", "text");
        m_files.write("broken.earshot", "text");
        QDir(m_files.name(".")).mkpath("folder");
        QDir(m_files.name(".")).mkpath("bundle");
        m_files.write("bundle/model.json", "{\"kind\": \"classifier\"}");
        QTest::newRow("text") << "notes.txt"
                              << "notes.txt";
        QTest::newRow("damaged result") << "broken.earshot"
                                        << "broken.earshot";
        QTest::newRow("missing result") << "missing.earshot"
                                        << "missing.earshot";
        QTest::newRow("no music") << "folder"
                                  << "holds no music";
        m_files.write("broken.index", "text");
        QTest::newRow("damaged index") << "broken.index"
                                       << "broken.index";
        QTest::newRow("broken bundle") << "bundle"
                                       << "model.json";
    }
    void wrongFilesAreDropped()
    {
        QFETCH(QString, file);
        QFETCH(QString, message);
        drop({m_files.name(file)});
        QTRY_VERIFY_WITH_TIMEOUT(messageBox(), patience);
        const QString text = messageBox()->text() + '\n' + messageBox()->informativeText();
        QVERIFY2(text.contains(message), qPrintable(text));
        if (file == "broken.earshot")
            QVERIFY(text.startsWith("This is no result of Earshot, "));
        messageBox()->close();
        QTRY_VERIFY(!messageBox());
        QCOMPARE(session().response(), std::string("fc9[0]"));
        QVERIFY(session().models());
        m_window->activateWindow(); // the offscreen platform does not by itself
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTest::keyClick(m_window.get(), Qt::Key_E);
        QVERIFY(session().run());
    }

    void resultOfAnotherClassifier()
    {
        Explanation result = session().models()->explainer->explain("fc9[0]", tinySettings());
        Json hashes = result.record.at("sha256");
        hashes.set("classifier", std::string(64, '0'));
        result.record.set("sha256", hashes);
        writeExplanation(result, m_files.path("other.earshot"));
        drop({m_files.name("other.earshot")});
        QTRY_VERIFY_WITH_TIMEOUT(picture(Cell::Positive).hasSpectrogram(), patience);
        const QList<QLabel*> labels = area().findChildren<QLabel*>();
        QVERIFY(std::ranges::any_of(labels, [](const QLabel* label) {
            return label->isVisible() && label->text().contains("another classifier");
        }));
        QVERIFY(!messageBox());
    }

    // A classifier that could not be loaded is not tried again with the next generator.
    void goodBundleAfterABrokenOne()
    {
        const auto before = session().models();
        QDir(m_files.name(".")).mkpath("broken");
        m_files.write("broken/model.json", "{\"kind\": \"classifier\"}");
        drop({m_files.name("broken")});
        QTRY_VERIFY_WITH_TIMEOUT(messageBox(), patience);
        messageBox()->close();
        QCOMPARE(session().models(), before);
        drop({QString::fromStdString(m_world.request().generator.string())});
        QTRY_VERIFY_WITH_TIMEOUT(session().models() != before, patience);
        QCOMPARE(session().models()->request.classifier, m_world.request().classifier);
    }

    void bothBundlesAtOnce()
    {
        const TinyWorld other;
        drop({QString::fromStdString(other.request().classifier.string()),
              QString::fromStdString(other.request().generator.string())});
        QTRY_COMPARE_WITH_TIMEOUT(session().models()->request.generator, other.request().generator,
                                  patience);
        QCOMPARE(session().models()->request.classifier, other.request().classifier);
    }

private:
    void beginEndlessRun()
    {
        ExplainSettings endless = tinySettings();
        endless.steps = 5000;
        session().setSettings(endless);
        action("&Explain")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(session().progress() && picture(Cell::Positive).hasSpectrogram(),
                                 patience);
    }

    QMessageBox* messageBox() const
    {
        for (QMessageBox* box : m_window->findChildren<QMessageBox*>())
            if (box->isVisible())
                return box;
        return nullptr;
    }

    FocusArea& area() const { return *find<FocusArea>(); }
    SpectrogramView& picture(Cell cell) const { return area().panel(cell).view(); }

    QString captions(Cell cell) const
    {
        QStringList texts;
        for (const QLabel* label : area().panel(cell).findChildren<QLabel*>())
            texts += label->text();
        return texts.join('\n');
    }

    TestFolder m_files;
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
