// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_trajectories.h"
#include "core/nets/device.h"
#include "tests/app/gui/search_test.h"
#include "tests/support/full_disk.h"

#include <QSignalSpy>

#include <fstream>

using namespace earshot;

// What the window says and does of searches that were killed, or could not be kept.
class TestUnfinishedSearch : public SearchTest
{
    Q_OBJECT

public:
    static void initMain() { static const OwnHome home; }

private Q_SLOTS:
    void init()
    {
        m_results.emplace();
        open();
    }
    void cleanup()
    {
        close();
        m_results.reset();
    }

    // All that is left of a killed search is its checkpoint: it is found, and costs what is left.
    void killedSearch()
    {
        GridSettings many = tinyGrid();
        many.examples = 1000;
        m_search->start(many);
        const auto checkpoints = [this] { return filesNamed("unfinished-2x1000x2.earshot"); };
        QTRY_VERIFY_WITH_TIMEOUT(!checkpoints().empty(), patience);
        m_search->stop();
        QVERIFY(finishes());
        const GridSettings quick = gridOf(SearchForm::Quick, Direction::Positive);
        const Json identity = identityNow(quick);
        close();
        QVERIFY(unfinishedSearch(checkpoints()[0]).updates > 0);
        const std::filesystem::path folder = checkpoints()[0].parent_path();
        std::filesystem::remove_all(folder);
        GridTrajectories finished;
        finished[{0, 0}] = {100, true, std::vector<float>(101), 1, Matrix<float>(100, 128)};
        writeGridCheckpoint(checkpointOf(folder, quick, {}), identity, quick, finished);
        open();
        m_search->setCost({0.01, 0});
        // One start of 206: 9·8, 2·42 more for the best two pairs, and 50 fresh ones.
        QTRY_COMPARE_WITH_TIMEOUT(m_search->unfinishedShare(SearchForm::Quick), 1.0 / 206,
                                  patience);
        QVERIFY(!m_search->result());
        QCOMPARE(m_search->unfinishedShare(SearchForm::Full), 0.0);
        QCOMPARE(m_search->expectedSeconds(SearchForm::Quick), 205.0);
        QCOMPARE(m_search->expectedSeconds(SearchForm::Full), 5000.0);
        m_search->setDirection(Direction::Negative);
        QCOMPARE(m_search->unfinishedShare(SearchForm::Quick), 0.0);
    }

    // What would begin anew is not promised to go on.
    void killedSearchOfAnotherVersion_data()
    {
        QTest::addColumn<QString>("changed");
        QTest::newRow("version") << "versions";
        QTest::newRow("real music") << "real_responses";
    }
    void killedSearchOfAnotherVersion()
    {
        QFETCH(QString, changed);
        const GridSettings quick = gridOf(SearchForm::Quick, Direction::Positive);
        const GridSettings full = gridOf(SearchForm::Full, Direction::Positive);
        Json identity = identityNow(quick);
        identity.set(changed.toStdString(), "others");
        GridTrajectories finished;
        finished[{0, 0}] = {100, true, std::vector<float>(101), 1, Matrix<float>(100, 128)};
        writeGridCheckpoint(checkpointOf(gridFolder(), quick, {}), identity, quick, finished);
        finished[{0, 0}] = {1000, true, std::vector<float>(1001), 1, Matrix<float>(3, 128)};
        writeGridCheckpoint(checkpointOf(gridFolder(), full, {}), identityNow(full), full,
                            finished);
        close();
        open();
        m_search->setCost({0.01, 0});
        QTRY_VERIFY_WITH_TIMEOUT(m_search->unfinishedShare(SearchForm::Full) > 0, patience);
        QCOMPARE(m_search->unfinishedShare(SearchForm::Quick), 0.0);
        QCOMPARE(m_search->expectedSeconds(SearchForm::Quick), 206.0);
    }

    // The search begins anew, which is said, and the file is kept.
    void checkpointOfAnotherVersion()
    {
        m_search->start(tinyGrid());
        QVERIFY(finishes());
        const std::filesystem::path folder = gridFolder();
        Json identity = identityNow(tinyGrid());
        identity.set("versions", "others");
        GridTrajectories finished;
        finished[{0, 0}] = {2, true, {1, 2, 3}, 1, Matrix<float>(2, 128)};
        const std::filesystem::path checkpoint = checkpointOf(folder, tinyGrid(), {});
        close(); // writes
        writeGridCheckpoint(checkpoint, identity, tinyGrid(), finished);
        open();
        QSignalSpy setAside(m_search.get(), &SettingsSearch::checkpointSetAside);
        m_search->start(tinyGrid());
        QVERIFY(finishes());
        QCOMPARE(m_search->result()->end, RunEnd::Completed);
        QCOMPARE(setAside.size(), 1);
        const QString what = setAside[0][0].toString();
        const QString file = QString::fromStdString(checkpoint.string());
        QVERIFY2(what.startsWith("'" + file +
                                 "': belongs to an unfinished search with other "
                                 "versions; "),
                 qPrintable(what));
        QVERIFY2(what.endsWith("; it is set aside as " + file + ".refused"), qPrintable(what));
        QVERIFY(std::filesystem::exists(checkpoint.string() + ".refused"));
        QVERIFY(m_failures.isEmpty());
    }

    // The result is shown; what it is of is kept, and the same search has it again at once.
    void resultThatCannotBeKept()
    {
        m_search->start(tinyGrid());
        QVERIFY(finishes());
        const std::filesystem::path folder = gridFolder();
        close(); // writes
        std::filesystem::remove_all(folder / gridName(tinyGrid()));
        std::ofstream(folder / gridName(tinyGrid())) << "a file where the folder would be";
        open();
        m_search->start(tinyGrid());
        QVERIFY(finishes());
        QVERIFY(m_search->result());
        QVERIFY(QTest::qWaitFor([this] { return !m_failures.isEmpty(); }, patience));
        QVERIFY2(m_failures[0].contains("grid.csv': cannot be written: ") &&
                     m_failures[0].endsWith("; what is finished is kept: make room, and the same "
                                            "search goes on"),
                 qPrintable(m_failures[0]));
        QVERIFY(unfinishedSearch(checkpointOf(folder, tinyGrid(), {})).updates > 0);
    }

    // On a full disk, once something is kept.
    void checkpointThatCannotBeKept()
    {
        GridSettings many = tinyGrid();
        many.examples = 1000;
        m_search->start(many);
        QTRY_VERIFY_WITH_TIMEOUT(!filesNamed("unfinished-2x1000x2.earshot").empty(), patience);
        {
            const FullDisk full(100);
            m_search->stop();
            QVERIFY(finishes());
        }
        QVERIFY(!m_failures.isEmpty());
        QVERIFY2(m_failures[0].contains("unfinished-2x1000x2.earshot': cannot be written: ") &&
                     m_failures[0].endsWith("; what is finished is kept: make room, and the same "
                                            "search goes on"),
                 qPrintable(m_failures[0]));
    }

    // A file that is none, where an unfinished search would be: the search begins anew.
    void damagedCheckpoint()
    {
        m_search->start(tinyGrid());
        QVERIFY(finishes());
        close(); // writes
        open();
        const std::filesystem::path checkpoint =
            gridFiles().at(0).parent_path().parent_path() / "unfinished-2x2x2.earshot";
        QFile file(QString::fromStdString(checkpoint.string()));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("garbage") == 7);
        file.close();
        QSignalSpy setAside(m_search.get(), &SettingsSearch::checkpointSetAside);
        m_search->start(tinyGrid());
        QVERIFY(finishes());
        QVERIFY(m_failures.isEmpty());
        QCOMPARE(setAside.size(), 1);
        QVERIFY(setAside[0][0].toString().endsWith("unfinished-2x2x2.earshot.refused"));
        QCOMPARE(m_search->result()->end, RunEnd::Completed);
        QTRY_VERIFY_WITH_TIMEOUT(!std::filesystem::exists(checkpoint), patience);
    }
};

QTEST_MAIN(TestUnfinishedSearch)
#include "tst_unfinished_search.moc"
