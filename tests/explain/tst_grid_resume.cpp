// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_batch.h"
#include "tests/explain/grid_example.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QTest>

#include <atomic>
#include <cmath>

using namespace earshot;

namespace {

void compareGrids(const GridResult& a, const GridResult& b)
{
    QVERIFY(hasSameBits(a.responses.values(), b.responses.values()));
    QVERIFY(hasSameBits(a.latents.values(), b.latents.values()));
    QVERIFY(hasSameBits(a.curves.values(), b.curves.values()));
    QCOMPARE(a.chosen, b.chosen);
    QVERIFY(a.fresh && b.fresh);
    QVERIFY(hasSameBits(a.fresh->responses, b.fresh->responses));
    QCOMPARE(a.measurements.size(), b.measurements.size());
    for (std::size_t i = 0; i < a.measurements.size(); ++i) {
        QCOMPARE(a.measurements[i].distance, b.measurements[i].distance);
        QCOMPARE(a.measurements[i].interval.low, b.measurements[i].interval.low);
        QCOMPARE(a.measurements[i].change, b.measurements[i].change);
    }
}

GridSettings refinedGrid()
{
    GridSettings settings = toyGrid();
    settings.choice = StepChoice::SmallestDistance;
    settings.refinedPairs = 1;
    settings.refinedExamples = 6;
    return settings;
}

} // namespace

// A search that is stopped or killed and goes on is the search that was never interrupted.
class TestGridResume : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

    GridControl controlOf(const QString& file) const
    {
        GridControl control;
        control.checkpoint = m_folder.path(file);
        control.progressIntervalSeconds = 0;
        control.checkpointIntervalSeconds = 0;
        return control;
    }

private Q_SLOTS:
    // A block of two rows is evaluated 9 times. The grid has 3 blocks, the refinement, of one
    // pair's starts 3, 4 and 5, has 2; then there is one of fresh starts.
    void stoppedAndGoneOnWith_data()
    {
        QTest::addColumn<int>("stopAt"); // evaluation
        QTest::addColumn<int>("saved");  // evaluations that are not repeated
        QTest::newRow("at once") << 1 << 0;
        QTest::newRow("in the second block") << 14 << 9;
        QTest::newRow("in the refinement") << 40 << 36;
        QTest::newRow("in the fresh starts") << 47 << 45;
    }

    void stoppedAndGoneOnWith()
    {
        QFETCH(int, stopAt);
        QFETCH(int, saved);
        std::atomic<int> evaluations = 0;
        std::stop_source stop;
        const ToyPath toy("value[0]", 1, [&] {
            if (++evaluations == stopAt)
                stop.request_stop();
        });
        GridControl control = controlOf("stopped");
        control.stop = stop.get_token();
        const GridResult part = toySearch(toy, refinedGrid(), control);
        QVERIFY(part.end == RunEnd::Stopped);
        QCOMPARE(m_folder.entries().contains("stopped"), saved > 0);

        evaluations = 1'000'000;
        const GridResult whole = toySearch(toy, refinedGrid());
        const int all = evaluations - 1'000'000;
        QVERIFY(whole.end == RunEnd::Completed);
        evaluations = 1'000'000;
        const GridResult resumed = toySearch(toy, refinedGrid(), controlOf("stopped"));
        QVERIFY(resumed.end == RunEnd::Completed);
        QCOMPARE(evaluations - 1'000'000, all - saved);
        compareGrids(resumed, whole);

        // Whoever loses the result, to a full disk or a kill, has it again at once.
        evaluations = 1'000'000;
        compareGrids(toySearch(toy, refinedGrid(), controlOf("stopped")), whole);
        QCOMPARE(evaluations - 1'000'000, 0);
        QVERIFY(std::filesystem::remove(m_folder.path("stopped")));
    }

    // A kill leaves the file as it was last written; what came after is computed again.
    void killedAndGoneOnWith()
    {
        std::atomic<int> evaluations = 0;
        QByteArray file;
        const ToyPath toy("value[0]", 1, [&] { ++evaluations; });
        GridControl control = controlOf("killed");
        control.progress = [&](const GridProgress&) {
            if (file.isEmpty() && m_folder.entries().contains("killed"))
                file = m_folder.read("killed");
        };
        const GridResult whole = toySearch(toy, refinedGrid(), control);
        QVERIFY(!file.isEmpty());
        m_folder.write("killed", file);
        const int all = evaluations.exchange(0);
        compareGrids(toySearch(toy, refinedGrid(), controlOf("killed")), whole);
        QVERIFY(evaluations < all);
    }

    void theFirstReportKnowsWhatIsThere()
    {
        std::stop_source stop;
        std::atomic<int> evaluations = 0;
        const ToyPath toy("value[0]", 1, [&] {
            if (++evaluations == 19)
                stop.request_stop();
        });
        GridControl control = controlOf("known");
        control.stop = stop.get_token();
        toySearch(toy, toyGrid(), control); // two of three blocks are done
        std::vector<GridProgress> reports;
        control = controlOf("known");
        control.progress = [&](const GridProgress& progress) { reports.push_back(progress); };
        toySearch(toy, toyGrid(), control);
        QVERIFY(reports.front().fraction >= 4.0 * 8 / gridUpdates(toyGrid()));
        QVERIFY(reports.front().pairs[1].examples >= 2);
    }

    void anotherSearchIsRefused_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("message");
        QTest::newRow("seed") << "seed"
                              << "other seed; ";
        QTest::newRow("grid") << "steps"
                              << "other steps; ";
        QTest::newRow("direction") << "direction"
                                   << "other direction; ";
        QTest::newRow("real side") << "real"
                                   << "other real_responses; ";
        QTest::newRow("models") << "models"
                                << "other response; ";
    }

    void anotherSearchIsRefused()
    {
        QFETCH(QString, change);
        QFETCH(QString, message);
        std::stop_source stop;
        std::atomic<int> evaluations = 0;
        const ToyPath toy("value[0]", 1, [&] {
            if (++evaluations == 14)
                stop.request_stop();
        });
        GridControl control = controlOf(change);
        control.stop = stop.get_token();
        toySearch(toy, toyGrid(), control);
        const QByteArray before = m_folder.read(change);
        GridSettings settings = toyGrid();
        RealSide real = toyReal();
        if (change == "seed")
            settings.seed = 12;
        if (change == "steps")
            settings.steps = {8, 4};
        if (change == "direction")
            settings.direction = Direction::Negative;
        if (change == "real")
            real.responses[1] = 3.5F;
        const Json origin = Json::object({{"response", change == "models" ? "other" : "toy"}});
        const QString found = badInputOf([&] {
            searchGrid({toy.path(), settings, real, origin}, controlOf(change));
        });
        QVERIFY2(found.contains(message), qPrintable(found));
        QCOMPARE(m_folder.read(change), before);
    }

    void aCheckpointThatCannotBeWritten()
    {
        m_folder.write("plain", "a file");
        QVERIFY(failureOf([&] {
                    toySearch(ToyPath("value[0]"), toyGrid(), controlOf("plain/below"));
                }).startsWith("cannot write: '" + m_folder.name("plain/below")));
    }
};

QTEST_APPLESS_MAIN(TestGridResume)
#include "tst_grid_resume.moc"
