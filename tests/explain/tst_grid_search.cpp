// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explainer.h"
#include "core/explain/grid_batch.h"
#include "core/explain/grid_uncertainty.h"
#include "tests/explain/grid_example.h"
#include "tests/support/failure.h"

#include <QTest>

#include <atomic>
#include <cmath>

using namespace earshot;

namespace {

bool isClose(double a, double b)
{
    return std::abs(a - b) <= 1e-5 * std::max(1.0, std::abs(b));
}

std::vector<GridState> states(const GridResult& grid)
{
    std::vector<GridState> list;
    for (const GridMeasurement& measurement : grid.measurements)
        list.push_back(measurement.state);
    return list;
}

} // namespace

class TestGridSearch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everySettingByHand_data()
    {
        QTest::addColumn<int>("threads");
        QTest::addColumn<bool>("negative");
        QTest::newRow("positive") << 1 << false;
        QTest::newRow("negative, three threads") << 3 << true;
    }

    void everySettingByHand()
    {
        QFETCH(int, threads);
        QFETCH(bool, negative);
        GridSettings settings = toyGrid();
        settings.direction = negative ? Direction::Negative : Direction::Positive;
        const GridResult grid = toySearch(ToyPath("value[0]", threads), settings);
        const Matrix<float> starts = startLatents(11, 5, 4);
        QVERIFY(grid.end == RunEnd::Completed);
        QCOMPARE(grid.response, std::string("value[0]"));
        QCOMPARE(grid.realMoments.mean, 3.0);
        QCOMPARE(grid.realMoments.variance, 1.0);
        QCOMPARE(grid.measurements.size(), 4U);
        for (std::size_t row = 0; row < 4; ++row) {
            const GridSetting& setting = grid.measurements[row].setting;
            QCOMPARE(setting.learningRate, row < 2 ? 0.5 : 0.25);
            QCOMPARE(setting.steps, row % 2 == 0 ? 4 : 8);
            const double change = setting.learningRate * setting.steps * (negative ? -1 : 1);
            for (std::size_t i = 0; i < 3; ++i) {
                QVERIFY(isClose(grid.responses(row, i), starts(i, 0) + change));
                QVERIFY(isClose(grid.latents(row * 3 + i, 0), starts(i, 0) + change));
                QCOMPARE(grid.latents(row * 3 + i, 3), starts(i, 3));
            }
            // One of 115·80 values of the log-mel is another.
            QVERIFY(isClose(grid.measurements[row].change, std::abs(change) / std::sqrt(9200)));
        }
        QVERIFY(isClose(grid.curves(9 + 1, 2), starts(2, 0) + (negative ? -0.25 : 0.25)));
        QVERIFY(grid.seconds > 0);
    }

    void theSmallestChangeOfTheTiedIsChosen()
    {
        const GridResult grid = toySearch(ToyPath("value[0]"), toyGrid());
        QVERIFY(grid.best && grid.chosen);
        const GridMeasurement& best = grid.measurements[*grid.best];
        const GridMeasurement& chosen = grid.measurements[*grid.chosen];
        QVERIFY(best.isTied && chosen.isTied);
        // Compared start for start, by the search's own responses, real side and seed.
        std::vector<GridMeasurement> again = grid.measurements;
        for (GridMeasurement& measurement : again)
            measurement.isTied = false;
        markTies(again, grid.responses, grid.realMoments, 11, *grid.best);
        for (std::size_t i = 0; i < again.size(); ++i) {
            const GridMeasurement& measurement = grid.measurements[i];
            QVERIFY(best.distance <= measurement.distance);
            QCOMPARE(measurement.isTied, again[i].isTied);
            QVERIFY(!measurement.isTied || chosen.change <= measurement.change);
        }
    }

    // Beyond the real mean of 3 by about 5 and 5.5: the second is the farther from every start,
    // though their own intervals overlap.
    void fartherFromEveryStartIsNoTie()
    {
        GridSettings settings = toyGrid();
        settings.learningRates = {0.5};
        settings.steps = {16, 17};
        const GridResult grid = toySearch(ToyPath("value[0]"), settings);
        QCOMPARE(*grid.best, 0U);
        QVERIFY(grid.measurements[1].interval.low < grid.measurements[0].interval.high);
        QVERIFY(grid.measurements[0].isTied);
        QVERIFY(!grid.measurements[1].isTied);
        QCOMPARE(*grid.chosen, 0U);
    }

    void theChosenIsMeasuredOnFreshStarts()
    {
        const GridResult grid = toySearch(ToyPath("value[0]"), toyGrid());
        const Matrix<float> starts = startLatents(11, 5, 4);
        QVERIFY(grid.fresh);
        const GridMeasurement& chosen = grid.measurements[*grid.chosen];
        const GridMeasurement& fresh = grid.fresh->measurement;
        QCOMPARE(fresh.setting.steps, chosen.setting.steps);
        QCOMPARE(fresh.pair, chosen.pair);
        QCOMPARE(fresh.examples, 2);
        QVERIFY(fresh.state == GridState::Ok);
        const double change = chosen.setting.learningRate * chosen.setting.steps;
        QCOMPARE(grid.fresh->responses.size(), 2U);
        for (std::size_t i = 0; i < 2; ++i)
            QVERIFY(isClose(grid.fresh->responses[i], starts(3 + i, 0) + change));
        QVERIFY(isClose(fresh.moments.mean, (starts(3, 0) + starts(4, 0)) / 2.0 + change));

        GridSettings settings = toyGrid();
        settings.freshExamples = 0;
        QVERIFY(!toySearch(ToyPath("value[0]"), settings).fresh);
    }

    // Steps 1 to 8, of which that of mean 3 is the best: for 0.5 about the sixth, for 0.25 the
    // last. The one refined pair is the first.
    void theBestPairIsRefined()
    {
        GridSettings settings = toyGrid();
        settings.choice = StepChoice::SmallestDistance;
        settings.steps = {8};
        settings.refinedPairs = 1;
        settings.refinedExamples = 6;
        std::vector<GridStage> stages;
        GridControl control;
        control.progress = [&](const GridProgress& progress) {
            if (stages.empty() || stages.back() != progress.stage)
                stages.push_back(progress.stage);
        };
        const GridResult grid = toySearch(ToyPath("value[0]", 2), settings, control);
        QCOMPARE(stages, (std::vector<GridStage>{GridStage::Grid, GridStage::Refinement,
                                                 GridStage::Comparison, GridStage::FreshStarts}));
        QCOMPARE(grid.measurements.size(), 2U);
        QVERIFY(grid.measurements[0].isRefined);
        QVERIFY(!grid.measurements[1].isRefined);
        QCOMPARE(grid.measurements[0].examples, 6);
        QCOMPARE(grid.measurements[1].examples, 3);
        QCOMPARE(grid.measurements[1].setting.steps, 8);
        QCOMPARE(grid.chosen, std::optional<std::size_t>(0));
        const Matrix<float> starts = startLatents(11, 8, 4);
        double mean = 0;
        for (std::size_t i = 0; i < 6; ++i)
            mean += starts(i, 0) / 6;
        const int step = grid.measurements[0].setting.steps;
        QVERIFY(std::abs(mean + 0.5 * step - 3) <= 0.25 + 1e-5); // no other is nearer
        QVERIFY(isClose(grid.responses(0, 5), starts(5, 0) + 0.5 * step));
        QVERIFY(isClose(grid.fresh->responses[0], starts(6, 0) + 0.5 * step));
    }

    void explodedAndDeadSettings()
    {
        const GridResult exploded = toySearch(ToyPath("steep[0]"), toyGrid());
        QCOMPARE(states(exploded), std::vector<GridState>(4, GridState::Exploded));
        QVERIFY(!exploded.best && !exploded.chosen && !exploded.fresh);
        QVERIFY(exploded.end == RunEnd::Completed);
        QVERIFY(exploded.measurements[1].distance > 1e12); // marked, not dropped
        const GridResult dead = toySearch(ToyPath("silent.act[0]"), toyGrid());
        QCOMPARE(states(dead), std::vector<GridState>(4, GridState::Dead));
        QVERIFY(!dead.chosen);
    }

    // The 2 · 3 rows of the grid, and the 2 of the fresh starts, by 8 or fewer updates.
    void progressComesToItsEnd()
    {
        std::vector<GridProgress> reports;
        GridControl control;
        control.progressIntervalSeconds = 0;
        control.progress = [&](const GridProgress& progress) { reports.push_back(progress); };
        const GridResult grid = toySearch(ToyPath("value[0]", 2), toyGrid(), control);
        for (std::size_t i = 1; i < reports.size(); ++i)
            QVERIFY(reports[i - 1].fraction <= reports[i].fraction);
        const GridProgress& last = reports.back();
        QCOMPARE(last.fraction, 1.0);
        QCOMPARE(last.secondsLeft, std::optional(0.0));
        QCOMPARE(last.pairs.size(), 2U);
        for (const GridPairProgress& pair : last.pairs) {
            QCOMPARE(pair.examples, 3);
            QCOMPARE(pair.distances.size(), 9U);
            QVERIFY(!pair.isExploded);
        }
        QCOMPARE(last.pairs[0].distances[4], grid.measurements[0].distance);
        QCOMPARE(last.pairs[0].responses.rows(), 9U);
        for (std::size_t i = 0; i < 3; ++i)
            QCOMPARE(last.pairs[0].responses(4, i), grid.responses(0, i));
        QCOMPARE(last.pairs[1].distances[8], grid.measurements[3].distance);
    }

    // In the second block's third step: of its rows three updates are known.
    void aStopKeepsWhatIsKnown()
    {
        std::stop_source stop;
        std::atomic<int> evaluations = 0;
        const ToyPath toy("value[0]", 1, [&] {
            if (++evaluations == 9 + 6)
                stop.request_stop();
        });
        GridControl control;
        control.stop = stop.get_token();
        const GridResult grid = toySearch(toy, toyGrid(), control);
        QVERIFY(grid.end == RunEnd::Stopped);
        QCOMPARE(states(grid), std::vector<GridState>(4, GridState::Stopped));
        // Blocks are starts: the first with both pairs is done, the second has had five updates.
        QCOMPARE(grid.measurements[0].examples, 2);
        QCOMPARE(grid.measurements[1].examples, 1);
        QVERIFY(std::isfinite(grid.measurements[0].distance));
        QVERIFY(std::isnan(grid.responses(1, 1)));
        QVERIFY(!std::isnan(grid.curves(5, 1)));
        QVERIFY(std::isnan(grid.curves(6, 1)));
        // The best of what is known, whose changes are not measured any more.
        QVERIFY(grid.best);
        QCOMPARE(grid.chosen, grid.best);
        QVERIFY(std::isnan(grid.measurements[0].change));
        QVERIFY(!grid.fresh);
    }

    void aStopBeforeAnything()
    {
        std::stop_source stop;
        stop.request_stop();
        GridControl control;
        control.stop = stop.get_token();
        const GridResult grid = toySearch(ToyPath("value[0]"), toyGrid(), control);
        QVERIFY(grid.end == RunEnd::Stopped);
        QVERIFY(!grid.best);
        QCOMPARE(grid.measurements[3].examples, 0);
        QVERIFY(!std::isnan(grid.curves(0, 0)));
    }

    void aFailingReportEndsTheSearch()
    {
        std::atomic<int> evaluations = 0;
        GridSettings settings = toyGrid();
        settings.steps = {100000};
        const ToyPath toy("value[0]", 1, [&] { ++evaluations; });
        GridControl control;
        control.progressIntervalSeconds = 0;
        control.progress = [](const GridProgress&) { throw cannotWrite("the window", "is gone"); };
        QCOMPARE(failureOf([&] { toySearch(toy, settings, control); }),
                 "cannot write: 'the window': is gone");
        QVERIFY(evaluations < 100000);
    }

    void unusableInput()
    {
        const ToyPath toy("value[0]");
        GridSettings settings = toyGrid();
        settings.examples = 1;
        QVERIFY(badInputOf([&] { toySearch(toy, settings); }).startsWith("'examples'"));
        settings = toyGrid();
        for (const std::vector<float>& responses :
             {std::vector<float>(), std::vector<float>{1}, std::vector<float>{1, std::nanf("")}}) {
            const RealSide real{responses, "", {}};
            QVERIFY(badInputOf([&] {
                        searchGrid({toy.path(), settings, real, Json::object()});
                    }).startsWith("'the real side': cannot be compared with"));
        }
    }

    // Two rows a thread, a first step and then four.
    void theCostIsMeasuredOnAFewSteps()
    {
        std::atomic<int> evaluations = 0;
        const ToyPath toy("value[0]", 2, [&] { ++evaluations; });
        const double seconds = expectedGridSeconds(toy.path(), toyGrid());
        QVERIFY(seconds > 0 && std::isfinite(seconds));
        QCOMPARE(evaluations.load(), 2 * 2 + 2 * 5);
    }
};

QTEST_APPLESS_MAIN(TestGridSearch)
#include "tst_grid_search.moc"
