// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/gui/search_test.h"

#include <QSignalSpy>

#include <set>

using namespace earshot;

class TestSettingsSearch : public SearchTest
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

    void searchesAndRemembers()
    {
        QSignalSpy progressed(m_search.get(), &SettingsSearch::progressed);
        QCOMPARE(m_search->obstacle(), QString());
        m_search->start(tinyGrid());
        QVERIFY(m_search->run());
        QVERIFY(m_search->run()->isHere);
        QVERIFY(!m_search->obstacle().isEmpty()); // one at a time
        m_search->start(tinyGrid(Direction::Negative));
        QCOMPARE(m_search->run()->settings.direction, Direction::Positive);
        QVERIFY(finishes());
        QVERIFY(progressed.size() > 1);
        QVERIFY(!m_search->progress());
        const auto result = m_search->result();
        QVERIFY(result);
        QCOMPARE(result->end, RunEnd::Completed);
        QCOMPARE(result->response, std::string("fc9[0]"));
        QCOMPARE(result->measurements.size(), std::size_t(4));
        QVERIFY(result->chosen);

        // The other direction and another response have nothing.
        QSignalSpy changed(m_search.get(), &SettingsSearch::resultChanged);
        m_search->setDirection(Direction::Negative);
        QCOMPARE(changed.size(), 1);
        QVERIFY(!m_search->result());
        m_search->setDirection(Direction::Positive);
        m_session->show("fc8[0]");
        QVERIFY(!m_search->result());
        m_session->show("fc9[0]");
        QCOMPARE(m_search->result(), result);

        // It is there at the next start.
        close();
        open();
        QTRY_VERIFY_WITH_TIMEOUT(m_search->result(), patience);
        QCOMPARE(m_search->result()->chosen, result->chosen);
        QCOMPARE(m_search->result()->measurements[0].distance, result->measurements[0].distance);
    }

    void goesOnWhileAnotherUnitIsShown()
    {
        m_search->start(tinyGrid());
        m_session->show("fc8[0]");
        QVERIFY(m_search->run());
        QVERIFY(!m_search->run()->isHere);
        QSignalSpy progressed(m_search.get(), &SettingsSearch::progressed);
        QVERIFY(finishes());
        QCOMPARE(progressed.size(), 0);
        QVERIFY(!m_search->result());
        m_session->show("fc9[0]");
        QVERIFY(m_search->result());
        QCOMPARE(m_search->result()->response, std::string("fc9[0]"));
    }

    // What is known is kept, and shown.
    void stops()
    {
        m_search->start(endless());
        QTRY_VERIFY_WITH_TIMEOUT(isUnderWay(), patience);
        m_search->stop();
        QVERIFY(m_search->run()->isStopping);
        QVERIFY(finishes());
        QVERIFY(m_search->result());
        QCOMPARE(m_search->result()->end, RunEnd::Stopped);
        QCOMPARE(m_search->obstacle(), QString());
        m_search->stop(); // nothing runs
        QVERIFY(!m_search->run());
    }

    // Neither a short search nor one that is stopped takes anything away; at the next start the
    // completed one is shown that took longest.
    void searchesOfSeveralForms()
    {
        GridSettings larger = tinyGrid();
        larger.examples = 3;
        m_search->start(larger);
        QVERIFY(finishes());
        const auto whole = m_search->result();
        QVERIFY(whole && !m_search->otherResult());
        m_search->start(tinyGrid());
        QVERIFY(finishes());
        const auto quick = m_search->result();
        QCOMPARE(quick->settings.examples, 2);
        QCOMPARE(m_search->otherResult(), whole);
        QSignalSpy changed(m_search.get(), &SettingsSearch::resultChanged);
        m_search->showOther();
        QCOMPARE(changed.size(), 1);
        QCOMPARE(m_search->result(), whole);
        QCOMPARE(m_search->otherResult(), quick);
        m_session->show("fc8[0]");
        QVERIFY(!m_search->result() && !m_search->otherResult());
        m_session->show("fc9[0]");
        QCOMPARE(m_search->result(), whole);

        m_search->start(endless());
        QTRY_VERIFY_WITH_TIMEOUT(isUnderWay(), patience);
        m_search->stop();
        QVERIFY(finishes());
        QCOMPARE(m_search->result()->settings.steps, std::vector<int>{5000});
        QCOMPARE(m_search->result()->end, RunEnd::Stopped);

        close();
        open();
        QTRY_VERIFY_WITH_TIMEOUT(m_search->result(), patience);
        std::set<std::string> grids;
        QCOMPARE(m_search->result()->settings.examples, 3);
        for (int i = 0; i < 3; ++i) {
            grids.insert(gridName(m_search->result()->settings));
            m_search->showOther();
        }
        QCOMPARE(grids.size(), std::size_t(3));
        QCOMPARE(m_search->result()->settings.examples, 3); // once around
    }

    // Of a version that kept one result for all grids.
    void resultOfAnEarlierVersion()
    {
        m_search->start(tinyGrid());
        QVERIFY(finishes());
        close();
        const std::filesystem::path slot = gridFiles().at(0).parent_path();
        for (const char* name : {"grid.csv", "grid.earshot"})
            std::filesystem::rename(slot / name, slot.parent_path() / name);
        std::filesystem::remove(slot);
        open();
        QTRY_VERIFY_WITH_TIMEOUT(m_search->result(), patience);
        QVERIFY(!m_search->otherResult());
        // One of another grid leaves it, one of the same takes its place.
        GridSettings larger = tinyGrid();
        larger.examples = 3;
        m_search->start(larger);
        QVERIFY(finishes());
        QVERIFY(m_search->otherResult());
        QCOMPARE(m_search->otherResult()->settings.examples, 2);
        m_search->start(tinyGrid());
        QVERIFY(finishes());
        QCOMPARE(m_search->otherResult()->settings.examples, 3);
        const double seconds = m_search->result()->seconds;
        close();
        open();
        QTRY_VERIFY_WITH_TIMEOUT(m_search->result(), patience);
        m_search->showOther();
        QCOMPARE(m_search->result()->seconds, seconds);
    }

    void endsWithTheWindow()
    {
        m_search->start(endless());
        QTRY_VERIFY_WITH_TIMEOUT(isUnderWay(), patience);
        close(); // returns
        QVERIFY(!m_search);
    }

    void obstacles()
    {
        m_session->show("fc9[0] + fc8[0]"); // of a sum nothing is known
        QVERIFY(m_search->obstacle().contains("drop a folder of music"));
        for (const char* unheardOf : {"norm(fc8)", "fc8[0] - norm(fc8)", "conv5[0,1,2]"}) {
            m_session->show(unheardOf); // nor would it be of an index
            QVERIFY(m_search->obstacle().contains("cannot be had"));
            QVERIFY(!m_search->obstacle().contains("drop"));
        }
        m_search->start(SearchForm::Quick);
        QVERIFY(!m_search->run());
        m_session->show("fc9[0]");
        m_session->setSettings(tinySettings());
        QSignalSpy changed(m_search.get(), &SettingsSearch::runChanged);
        m_session->explain(0);
        QVERIFY(changed.size() > 0);
        QVERIFY(m_search->obstacle().contains("explanation"));
        m_search->start(SearchForm::Quick);
        QVERIFY(!m_search->run());
        QVERIFY(QTest::qWaitFor([this] { return !m_session->run(); }, patience));
        QCOMPARE(m_search->obstacle(), QString());
    }

    void damagedResult()
    {
        m_search->start(tinyGrid());
        QVERIFY(finishes());
        close();
        const std::vector<std::filesystem::path> files = gridFiles();
        QCOMPARE(files.size(), std::size_t(1));
        QFile file(QString::fromStdString(files[0].string()));
        QVERIFY(file.resize(file.size() / 2));
        open();
        QTRY_COMPARE_WITH_TIMEOUT(m_failures.size(), 1, patience);
        QVERIFY(m_failures[0].contains("grid.earshot"));
        QVERIFY(!m_search->result());
        m_session->show("fc8[0]");
        m_session->show("fc9[0]");
        m_search->start(tinyGrid()); // replaces it
        QVERIFY(finishes());
        QVERIFY(m_search->result());
        QCOMPARE(m_failures.size(), 1); // it was said once
    }

    // The result is shown; that it cannot be kept is said.
    void unwritableFolder()
    {
        close();
        m_results->write("searches", "a file where the folder would be");
        open();
        m_search->start(tinyGrid());
        QVERIFY(QTest::qWaitFor([this] { return !m_failures.isEmpty(); }, patience));
        QVERIFY(finishes());
        QVERIFY2(m_failures[0].contains("searches"), qPrintable(m_failures[0]));
    }

    // 9·8·100 + 2·42·100 + 50·100 updates, and 9·50·1000 + 50·1000.
    void expectedTimes()
    {
        QVERIFY(!m_search->isCostMeasured());
        QVERIFY(m_search->expectedSeconds(SearchForm::Quick) > 0);
        QSignalSpy changed(m_search.get(), &SettingsSearch::costChanged);
        m_search->setCost({0.01, 0});
        QCOMPARE(changed.size(), 1);
        QVERIFY(m_search->isCostMeasured());
        QCOMPARE(m_search->expectedSeconds(SearchForm::Quick), 206.0);
        QCOMPARE(m_search->expectedSeconds(SearchForm::Full), 5000.0);
        // A long enough run corrects it, a short one does not.
        Q_EMIT m_session->runTimed(100, 4);
        QCOMPARE(m_search->cost().cpuSeconds, 0.01);
        Q_EMIT m_session->runTimed(1000, 20);
        QCOMPARE(m_search->cost().cpuSeconds, 0.02);
        QCOMPARE(m_search->expectedSeconds(SearchForm::Quick), 412.0);
    }

    // *Recommended* is this unit's own, at the next start too.
    void adoption()
    {
        const AdoptedSetting adopted{0.1, 0.01, 63, Direction::Positive};
        QVERIFY(m_session->isRecommended());
        m_session->adopt("fc8[0]", {adopted});
        QVERIFY(m_session->adopted().empty());
        m_session->show("fc8[0]");
        QCOMPARE(m_session->adopted(), Adoptions{adopted});
        QCOMPARE(m_session->settings().steps, 63);
        QCOMPARE(m_session->settings().scale, ResponseScale::Raw);
        QVERIFY(m_session->isRecommended());
        m_session->show("fc9[0]");
        QCOMPARE(m_session->settings().steps, 100);
        // What was set by hand stays.
        m_session->setSettings(tinySettings());
        m_session->show("fc8[0]");
        QCOMPARE(m_session->settings().steps, 3);
        QVERIFY(!m_session->isRecommended());
        close();
        open();
        m_session->show("fc8[0]");
        QCOMPARE(m_session->adopted(), Adoptions{adopted});
        QCOMPARE(m_session->settings().steps, 63);
        QSignalSpy changed(m_session.get(), &Session::adoptedChanged);
        m_session->adopt("fc8[0]", {});
        QCOMPARE(changed.size(), 1);
        QVERIFY(m_session->adopted().empty());
        close();
        open();
        m_session->show("fc8[0]");
        QVERIFY(m_session->adopted().empty());
        QVERIFY(m_failures.isEmpty());
    }

    // It is said, and what the file held is not written over.
    void damagedAdoption()
    {
        m_session->adopt("fc8[0]", {{0.1, 0.01, 63, Direction::Positive}});
        close();
        std::filesystem::path file;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(m_results->path("results")))
            if (entry.path().filename() == "recommended.json")
                file = entry.path();
        QVERIFY(!file.empty());
        std::filesystem::resize_file(file, std::filesystem::file_size(file) - 2);
        const auto size = std::filesystem::file_size(file);
        open();
        QCOMPARE(m_failures.size(), 1);
        QVERIFY2(m_failures[0].contains("recommended.json"), qPrintable(m_failures[0]));
        m_session->adopt("fc8[1]", {{0.01, 0.1, 7, Direction::Positive}});
        close();
        QCOMPARE(std::filesystem::file_size(file.string() + ".damaged"), size);
        QCOMPARE(readAdoptedSettings(file).size(), std::size_t(1));
    }

private:
    static GridSettings endless()
    {
        GridSettings settings = tinyGrid();
        settings.steps = {5000};
        return settings;
    }
};

QTEST_MAIN(TestSettingsSearch)
#include "tst_settings_search.moc"
