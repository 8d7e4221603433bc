// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/gui/window_test.h"
#include "ui/explorer/focus_area.h"
#include "ui/plot/film_strip.h"

#include <QDir>
#include <QLabel>
#include <QMessageBox>
#include <QTest>
#include <QToolButton>

using namespace earshot;

// A window whose models cannot be loaded at the start.
class TestNoModels : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        forgetEverything();
        QDir(m_files.name(".")).mkpath("broken");
        m_files.write("broken/model.json", "{\"kind\": \"classifier\"}");
        ModelRequest request = m_world.request();
        request.classifier = m_files.path("broken");
        m_window = std::make_unique<MainWindow>(StartOptions{request, {}, {}, {}});
        m_window->show();
        QVERIFY(session().isLoading());
        QVERIFY(isShown(*m_window, "Loading the models…"));
        QVERIFY(!isShown(*m_window, "No classifier is loaded"));
        QTRY_VERIFY_WITH_TIMEOUT(!session().isLoading(), patience);
    }
    void cleanup() { m_window.reset(); }

    void itSaysSoAndWhy()
    {
        QVERIFY(!isShown(*m_window, "Loading the models…"));
        QVERIFY(isShown(*m_window, "No models are loaded"));
        QVERIFY(isShown(area(), "No classifier is loaded"));
        QVERIFY(isShown(area(), "This model cannot be used: "));
        QVERIFY(isShown(area(), "model.json': lacks a value"));
        QVERIFY(m_window->findChildren<QMessageBox*>().isEmpty());
    }

    void whatNeedsModelsIsDisabled_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"&Explain", "Export sound…", "Export picture…", "Export figure…",
                                 "Export curves…", "&Save result as…", "Index a folder of &music…",
                                 "Open an i&ndex…", "Play all neg", "Play all pos"})
            QTest::newRow(text) << QString::fromUtf8(text);
    }
    void whatNeedsModelsIsDisabled()
    {
        QFETCH(QString, text);
        QVERIFY(!action(text)->isEnabled());
    }

    void theFilmStripIsSilent()
    {
        for (const QToolButton* button : area().strip().findChildren<QToolButton*>())
            QVERIFY2(!button->isEnabled(), qPrintable(button->accessibleName()));
    }

    // The buttons are there until one of them helps.
    void waysOut()
    {
        QVERIFY(action("Load &classifier…")->isEnabled());
        QCOMPARE(waysShown(),
                 QStringList({"Load the shipped models", "Load classifier…", "Load generator…"}));
        for (QToolButton* button : area().findChildren<QToolButton*>())
            if (button->text() == "Load the shipped models")
                return QTest::mouseClick(button, Qt::LeftButton);
        QFAIL("no button");
    }

    void shippedModelsMayLackToo()
    {
        waysOut();
        QVERIFY(session().isLoading());
        QVERIFY(waysShown().isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(!session().isLoading(), patience);
        QCOMPARE(waysShown().size(), 3);
        QVERIFY(isShown(area(), "svdnet"));
    }

    void aGoodClassifierHelps()
    {
        drop({QString::fromStdString(m_world.request().classifier.string())});
        QTRY_VERIFY_WITH_TIMEOUT(session().models(), patience);
        QCOMPARE(session().models()->request.generator, m_world.request().generator);
        QVERIFY(waysShown().isEmpty());
        QVERIFY(!isShown(*m_window, "No classifier is loaded"));
        QVERIFY(!isShown(*m_window, "No models are loaded"));
        QVERIFY(isShown(area(), "fc9[0]"));
        QVERIFY(action("Index a folder of &music…")->isEnabled());
    }

    // What was chosen is good, and what lacks beside it is named; its own faults come first.
    void oneIsChosenAndTheOtherDidNotCome()
    {
        m_window.reset();
        m_window = std::make_unique<MainWindow>(StartOptions{});
        m_window->show();
        QTRY_VERIFY_WITH_TIMEOUT(!session().isLoading(), patience);
        drop({m_files.name("broken")});
        QTRY_VERIFY_WITH_TIMEOUT(!session().isLoading(), patience);
        QVERIFY(isShown(area(), "This model cannot be used: "));
        drop({QString::fromStdString(m_world.request().classifier.string())});
        QTRY_VERIFY_WITH_TIMEOUT(!session().isLoading(), patience);
        QVERIFY(isShown(area(), "The classifier is chosen. A generator is needed too"));
        drop({QString::fromStdString(m_world.request().generator.string())});
        QTRY_VERIFY_WITH_TIMEOUT(session().models(), patience);
    }

    // Both are put right one after the other.
    void bothAreBroken()
    {
        m_window.reset();
        ModelRequest request;
        request.classifier = request.generator = m_files.path("broken");
        request.device = DeviceChoice::Cpu;
        request.threads = 1;
        m_window = std::make_unique<MainWindow>(StartOptions{request, {}, {}, {}});
        m_window->show();
        QTRY_VERIFY_WITH_TIMEOUT(!session().isLoading(), patience);
        drop({QString::fromStdString(m_world.request().classifier.string())});
        QTRY_VERIFY_WITH_TIMEOUT(!session().isLoading(), patience);
        QVERIFY(!session().models());
        drop({QString::fromStdString(m_world.request().generator.string())});
        QTRY_VERIFY_WITH_TIMEOUT(session().models(), patience);
    }

private:
    QStringList waysShown() const
    {
        QStringList texts;
        for (const QToolButton* button : area().findChildren<QToolButton*>())
            if (button->isVisible() && button->text().startsWith("Load "))
                texts += button->text();
        return texts;
    }
    FocusArea& area() const { return *find<FocusArea>(); }

    TestFolder m_files;
};

QTEST_MAIN(TestNoModels)
#include "tst_no_models.moc"
