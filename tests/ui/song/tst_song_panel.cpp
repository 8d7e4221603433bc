// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/strip_plot.h"
#include "ui/song/song_panel.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QProgressBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include <algorithm>
#include <memory>

using namespace earshot;

class TestSongPanel : public QObject
{
    Q_OBJECT

    static std::vector<ExcerptRow> example()
    {
        return {{"b.ogg", "/music/b.ogg", "1:02.5", 6.25, 100},
                {"a.ogg", "/music/a.ogg", "0:00.0", -0.5, 99.2},
                {"c.ogg", "/music/c.ogg", "0:07.1", -2}};
    }

private Q_SLOTS:
    void init()
    {
        m_panel = std::make_unique<SongPanel>(
            SongActions{&m_index, &m_open, &m_update, &m_stop, &m_compare, &m_lowest, &m_play});
        m_panel->resize(1280, 190);
        m_panel->clear("Nothing yet");
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    }

    void rowsAreForPeople()
    {
        ExcerptModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(example());
        QStringList texts;
        for (int column = 0; column < ExcerptModel::ColumnCount; ++column)
            texts += model.index(0, column).data().toString();
        QCOMPARE(texts, QStringList({"1", "+6.3", "p100", "1:02.5", "b.ogg"}));
        QCOMPARE(model.index(2, ExcerptModel::Percentile).data().toString(), QString());
        QCOMPARE(model.index(1, ExcerptModel::Song).data(Qt::ToolTipRole).toString(),
                 QString("/music/a.ogg"));
        model.setRows({});
        QCOMPARE(model.rowCount(), 0);
    }

    void nothing()
    {
        QVERIFY(isShown("Nothing yet"));
        QVERIFY(!table().isVisible());
        m_panel->setExcerpts(example(), 0, "one a song");
        QVERIFY(table().isVisible() && m_panel->strip().isVisible());
        QVERIFY(isShown("one a song"));
        m_panel->clear("Gone");
        QVERIFY(isShown("Gone"));
    }

    // What the program selects is not a choice of the user's.
    void selects()
    {
        QSignalSpy selected(m_panel.get(), &SongPanel::excerptSelected);
        QSignalSpy activated(m_panel.get(), &SongPanel::excerptActivated);
        m_panel->setExcerpts(example(), 1, {});
        QCOMPARE(table().currentIndex().row(), 1);
        QCOMPARE(selected.size(), 0);
        QTest::keyClick(&table(), Qt::Key_Down);
        QCOMPARE(selected.size(), 1);
        QCOMPARE(selected[0][0].toInt(), 2);
        QCOMPARE(activated.size(), 0); // seen, not heard
        QTest::keyClick(&table(), Qt::Key_Return);
        QCOMPARE(activated.size(), 1);
        QCOMPARE(activated[0][0].toInt(), 2);
        const QRect first = table().visualRect(table().model()->index(0, 1));
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, first.center());
        QCOMPARE(selected.last()[0].toInt(), 0);
        QCOMPARE(activated.last()[0].toInt(), 0);
        m_panel->setExcerpts(example(), -1, {});
        QVERIFY(!table().currentIndex().isValid());
        QCOMPARE(selected.size(), 2);
    }

    void choosesSongs()
    {
        QSignalSpy chosen(m_panel.get(), &SongPanel::songChosen);
        m_panel->setExcerpts(example(), 0, {});
        m_panel->setSongs({"a.ogg", "b.ogg"}, {"/music/a.ogg", "/music/b.ogg"});
        m_panel->setSong(1);
        QCOMPARE(songs().currentText(), QString("b.ogg"));
        QCOMPARE(chosen.size(), 0);
        QTest::keyClick(&songs(), Qt::Key_Up);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toInt(), 0);
        QCOMPARE(songs().itemData(0, Qt::ToolTipRole).toString(), QString("/music/a.ogg"));
    }

    void showsProgress()
    {
        QVERIFY(button(&m_index).isVisible() && !button(&m_stop).isVisible());
        m_panel->setStatus("Indexing song 3 of 20", 0.25);
        QVERIFY(isShown("Indexing song 3 of 20"));
        QVERIFY(!button(&m_index).isVisible() && button(&m_stop).isVisible());
        QCOMPARE(m_panel->findChild<QProgressBar*>()->value(), 250);
        m_panel->setStatus("Done");
        QVERIFY(!m_panel->findChild<QProgressBar*>()->isVisible());
    }

    // Songs of one album differ at the end of their paths.
    void ofALongPathTheFileIsSeen()
    {
        const auto picture = [&](const QString& file) {
            std::vector<ExcerptRow> rows = example();
            rows[0].song = QString(80, u'x') + '/' + file;
            m_panel->setExcerpts(rows, -1, {});
            QCoreApplication::processEvents();
            const QModelIndex song = table().model()->index(0, ExcerptModel::Song);
            return table().viewport()->grab(table().visualRect(song)).toImage();
        };
        const QImage first = picture("01 - One.wav");
        QVERIFY(picture("02 - Two.wav") != first);
        QCOMPARE(picture("01 - One.wav"), first);
    }

    void namesWhatIsLeftOut()
    {
        QSignalSpy requested(m_panel.get(), &SongPanel::problemsRequested);
        const auto problems = [&] {
            for (QToolButton* one : m_panel->findChildren<QToolButton*>())
                if (one->text().contains("left out"))
                    return one;
            return static_cast<QToolButton*>(nullptr);
        };
        QVERIFY(!problems()->isVisible());
        m_panel->setProblemCount(1);
        QCOMPARE(problems()->text(), QString("1 file left out…"));
        m_panel->setProblemCount(3);
        QCOMPARE(problems()->text(), QString("3 files left out…"));
        QTest::keyClick(problems(), Qt::Key_Return);
        QCOMPARE(requested.size(), 1);
    }

    void everythingSaysWhatItIs()
    {
        m_panel->setExcerpts(example(), 0, {});
        for (const QWidget* widget :
             {static_cast<QWidget*>(&table()), static_cast<QWidget*>(&songs()),
              static_cast<QWidget*>(&m_panel->strip())}) {
            QVERIFY(!widget->accessibleName().isEmpty());
            QVERIFY(!widget->toolTip().isEmpty());
            QVERIFY(widget->focusPolicy() != Qt::NoFocus);
        }
    }

private:
    bool isShown(const QString& text) const
    {
        return std::ranges::any_of(m_panel->findChildren<QLabel*>(), [&](const QLabel* label) {
            return label->isVisible() && label->text() == text;
        });
    }
    QTableView& table() const { return *m_panel->findChild<QTableView*>(); }
    QComboBox& songs() const { return *m_panel->findChild<QComboBox*>(); }
    QToolButton& button(const QAction* action) const
    {
        for (QToolButton* one : m_panel->findChildren<QToolButton*>())
            if (one->defaultAction() == action)
                return *one;
        qFatal("no button");
    }

    QAction m_index{"Index"};
    QAction m_open{"Open"};
    QAction m_update{"Update"};
    QAction m_stop{"Stop"};
    QAction m_compare{"Compare"};
    QAction m_lowest{"Lowest"};
    QAction m_play{"Play"};
    std::unique_ptr<SongPanel> m_panel;
};

QTEST_MAIN(TestSongPanel)
#include "tst_song_panel.moc"
