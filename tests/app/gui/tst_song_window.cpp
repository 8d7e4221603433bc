// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/focus.h"
#include "app/gui/music_index.h"
#include "app/gui/texts.h"
#include "tests/app/gui/own_songs.h"
#include "tests/app/gui/window_test.h"
#include "ui/explorer/focus_area.h"
#include "ui/panels/evidence_panel.h"
#include "ui/plot/strip_plot.h"
#include "ui/song/song_panel.h"

#include <QComboBox>
#include <QLabel>
#include <QMessageBox>
#include <QStatusBar>
#include <QTabWidget>
#include <QTableView>
#include <QTest>

#include <algorithm>
#include <optional>

using namespace earshot;

// Music of the user's own, as the user meets it.
class TestSongWindow : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        forgetEverything();
        m_songs.emplace();
        open();
    }
    void cleanup()
    {
        m_window.reset();
        m_songs.reset();
    }

    void aFolderIsDropped()
    {
        QVERIFY(isShown(panel(), "Drop a folder of music"));
        QVERIFY(!action("Compare with my music")->isEnabled());
        drop({QString::fromStdString(m_songs->folder().string())});
        QCOMPARE(find<QTabWidget>()->currentWidget(), static_cast<QWidget*>(&panel()));
        // Whatever ends the program now, the folder is known at the next start.
        QCOMPARE(loadPreferences().musicFolder, QString::fromStdString(m_songs->folder().string()));
        QVERIFY(isIndexed());
        QVERIFY(table().isVisible());
        QCOMPARE(table().model()->rowCount(), 3);
        QVERIFY(isShown(panel(), "top 6 of 6, from 3 songs"));
        QVERIFY(isShown(panel(), "music: 3 songs"));
        QVERIFY(action("Compare with my music")->isChecked());
        QVERIFY(m_window->statusBar()->currentMessage().contains("are compared with it"));
        // The warnings of so little music stand beside the explanation.
        session().explain(0);
        QTRY_VERIFY_WITH_TIMEOUT(!session().run() && session().explanation(), patience);
        QTRY_VERIFY(isShown(*find<EvidencePanel>(), "Compared with music: "));
        QVERIFY(isShown(*find<EvidencePanel>(), "top 6 of 6, from 3 songs"));
        QVERIFY(isShown(*find<EvidencePanel>(), "they are from 3 songs (fewer than 5)"));
        QVERIFY(isShown(*find<EvidencePanel>(), "add music to the folder and press F5"));
        QVERIFY(commandLineOf(session()).contains(
            QString("--index '%1'")
                .arg(QString::fromStdString(index().music()->index.path().string()))));
        // The way back, and forth.
        QTest::keyClick(m_window.get(), Qt::Key_I);
        QVERIFY(!session().music());
        QTRY_VERIFY(!isShown(*find<EvidencePanel>(), "Compared with music: "));
        QTest::keyClick(m_window.get(), Qt::Key_I);
        QVERIFY(session().music());
    }

    // Silent excerpts are in the curve, though in no list; the window says so.
    void silenceIsCountedAndDrawn()
    {
        m_songs->addSilent("quiet.wav", 2);
        drop({QString::fromStdString(m_songs->folder().string())});
        QVERIFY(isIndexed());
        QVERIFY(isShown(panel(), "6 of 8 excerpts; 2 silent ones are left out of the lists"));
        QVERIFY(isShown(panel(), "top 6 of 6, from 3 songs"));
        const SongStrip& strip = panel().strip().strip();
        for (const float response : index().responses()->values) {
            QVERIFY(response >= strip.lowest);
            QVERIFY(response <= strip.highest);
        }
    }

    // What the index does not hold is compared with nothing, and does not claim to be.
    void whatIsNotIndexed()
    {
        drop({QString::fromStdString(m_songs->folder().string())});
        QVERIFY(isIndexed());
        session().show("norm(fc8)");
        QTRY_VERIFY_WITH_TIMEOUT(isShown(panel(), "norm(fc8) is not in the index"), patience);
        ExplainSettings settings = tinySettings();
        settings.choice = StepChoice::SmallestDistance;
        session().setSettings(settings);
        session().explain(0);
        QTRY_VERIFY_WITH_TIMEOUT(!session().run() && session().explanation(), patience);
        QVERIFY(!session().explanation()->record.contains("index"));
        QVERIFY(!commandLineOf(session()).contains("--index"));
        QVERIFY(!isShown(*find<FocusArea>(), "were chosen by"));
    }

    // The list leads, the real panel and the strip follow; and the other way round.
    void excerptsAreChosen()
    {
        drop({QString::fromStdString(m_songs->folder().string())});
        QVERIFY(isIndexed());
        auto* focus = find<Focus>();
        QCOMPARE(table().currentIndex().row(), 0);
        QTest::keyClick(&table(), Qt::Key_Down);
        QCOMPARE(focus->realIndex(), std::size_t(1));
        const TopExcerpt second = index().responses()->top.at(Direction::Positive)[1];
        const IndexedSong& song = index().music()->index.songs()[second.song];
        QCOMPARE(songs().currentText(), QString::fromStdString(song.name));
        QCOMPARE(panel().strip().strip().responses.size(), song.excerpts);
        QTest::keyClick(m_window.get(), Qt::Key_R);
        QCOMPARE(table().currentIndex().row(), 2);
        QTest::keyClick(m_window.get(), Qt::Key_D, Qt::ShiftModifier);
        QCOMPARE(table().currentIndex().row(), 0);
        QVERIFY(isShown(panel(), "bottom 6 of 6, from 3 songs"));
        // Another song can be looked at.
        const int other = songs().currentIndex() == 0 ? 1 : 0;
        songs().setCurrentIndex(other);
        Q_EMIT songs().activated(other);
        QCOMPARE(panel().strip().strip().responses.size(),
                 index().music()->index.songs()[static_cast<std::size_t>(other)].excerpts);
        // Without a sound device a click only says why.
        Q_EMIT panel().strip().seekRequested(1);
        QVERIFY(!panel().strip().isHidden());
    }

    // Opened at once at the next start, with what is compared with.
    void isRemembered()
    {
        drop({QString::fromStdString(m_songs->folder().string())});
        QVERIFY(isIndexed());
        QTest::keyClick(m_window.get(), Qt::Key_I);
        m_songs->remove("b.wav");
        m_window->close();
        open();
        QTRY_VERIFY_WITH_TIMEOUT(index().responses(), patience);
        QVERIFY(!index().run());
        QVERIFY(!session().music());
        QVERIFY(!action("Compare with my music")->isChecked());
        QVERIFY(isShown(panel(), "1 vanished"));
        QVERIFY(isShown(panel(), "F5"));
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(index().music() && index().music()->index.songs().size() == 2,
                                 patience);
        QVERIFY(!isShown(panel(), "vanished"));
    }

    void leftOutFilesAreNamed()
    {
        m_songs->addBroken("broken.ogg");
        drop({QString::fromStdString(m_songs->folder().string())});
        QVERIFY(isIndexed());
        Q_EMIT panel().problemsRequested();
        const QWidget* box = QApplication::activeModalWidget();
        QVERIFY(box != nullptr);
        QVERIFY(qobject_cast<const QMessageBox*>(box)->informativeText().contains("broken.ogg"));
    }

    void anIndexIsDropped()
    {
        drop({QString::fromStdString(m_songs->folder().string())});
        QVERIFY(isIndexed());
        const TestFolder folder;
        std::filesystem::copy_file(index().music()->index.path(), folder.path("my.index"));
        drop({folder.name("my.index")});
        QTRY_VERIFY_WITH_TIMEOUT(
            index().music() && index().music()->index.path() == folder.path("my.index"), patience);
        QVERIFY(!index().run());
    }

    void aFolderIsGivenAtTheStart()
    {
        m_window.reset();
        open(m_songs->folder());
        QCOMPARE(find<QTabWidget>()->currentWidget(), static_cast<QWidget*>(&panel()));
        QVERIFY(isIndexed());
        QCOMPARE(table().model()->rowCount(), 3);
    }

private:
    bool isIndexed()
    {
        return QTest::qWaitFor([this] { return index().summary() && index().responses(); },
                               patience);
    }
    MusicIndex& index() const { return *find<MusicIndex>(); }
    SongPanel& panel() const { return *find<SongPanel>(); }
    QTableView& table() const { return *panel().findChild<QTableView*>(); }
    QComboBox& songs() const { return *panel().findChild<QComboBox*>(); }

    std::optional<OwnSongs> m_songs;
};

QTEST_MAIN(TestSongWindow)
#include "tst_song_window.moc"
