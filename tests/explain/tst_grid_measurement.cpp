// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_measurement.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace earshot;

namespace {

constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();

// Two pairs of three starts, 1, 2 or 3 steps. Real side: mean 2, variance 0.
GridResult smallGrid(StepChoice choice = StepChoice::Last)
{
    GridResult grid;
    grid.settings.learningRates = {0.5, 0.25};
    grid.settings.priorWeights = {0};
    grid.settings.steps = {3, 1};
    grid.settings.examples = 3;
    grid.settings.freshExamples = 2;
    grid.settings.choice = choice;
    grid.realMoments = {2, 0};
    return grid;
}

// One latent number, ten times the response.
GridTrajectory trajectory(const std::vector<float>& responses, const GridSettings& settings,
                          float gradient = 1)
{
    GridTrajectory row;
    row.stepsDone = static_cast<int>(responses.size()) - 1;
    row.finished = row.stepsDone == largestSteps(settings);
    row.responses = responses;
    row.startGradient = gradient;
    std::vector<float> latents;
    for (const int step : latentSteps(settings))
        if (step <= row.stepsDone)
            latents.push_back(10 * responses[static_cast<std::size_t>(step)]);
    const std::size_t kept = latents.size();
    row.latents = Matrix<float>(std::move(latents), kept, 1);
    return row;
}

GridTrajectories rowsOf(const GridSettings& settings, const std::vector<std::vector<float>>& first,
                        const std::vector<std::vector<float>>& second)
{
    GridTrajectories rows;
    for (std::size_t start = 0; start < first.size(); ++start)
        rows[{0, start}] = trajectory(first[start], settings);
    for (std::size_t start = 0; start < second.size(); ++start)
        rows[{1, start}] = trajectory(second[start], settings);
    return rows;
}

std::vector<GridState> states(const GridResult& grid)
{
    std::vector<GridState> list;
    for (const GridMeasurement& measurement : grid.measurements)
        list.push_back(measurement.state);
    return list;
}

} // namespace

class TestGridMeasurement : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void settingsInTheOrderGiven()
    {
        GridResult grid = smallGrid();
        measureGrid(grid,
                    rowsOf(grid.settings, {{0, 1, 5, 2}, {0, 2, 5, 4}, {0, 3, 5, 6}},
                           {{0, 2, 2, 2}, {0, 2, 2, 2}, {0, 2, 2, 2}}),
                    {}, 1);
        QCOMPARE(grid.measurements.size(), 4U);
        // After 3 steps 2, 4, 6: mean 4, variance 4; (4 − 2)² + 4.
        const GridMeasurement& last = grid.measurements[0];
        QCOMPARE(last.setting.learningRate, 0.5);
        QCOMPARE(last.setting.steps, 3);
        QCOMPARE(last.examples, 3);
        QCOMPARE(last.moments.mean, 4.0);
        QCOMPARE(last.moments.variance, 4.0);
        QCOMPARE(last.distance, 8.0);
        QVERIFY(last.interval.low < 8 && last.interval.high > 8);
        QCOMPARE(grid.measurements[1].setting.steps, 1);
        QCOMPARE(grid.measurements[1].distance, 1.0); // 1, 2, 3
        QCOMPARE(grid.measurements[2].setting.learningRate, 0.25);
        QCOMPARE(grid.measurements[2].distance, 0.0);
        QCOMPARE(grid.measurements[2].pair, 1U);
        QCOMPARE(states(grid), std::vector<GridState>(4, GridState::Ok));

        QCOMPARE(grid.responses.rows(), 4U);
        QVERIFY(std::ranges::equal(grid.responses.row(0), std::vector<float>{2, 4, 6}));
        QVERIFY(std::ranges::equal(grid.responses.row(1), std::vector<float>{1, 2, 3}));
        QCOMPARE(grid.latents.rows(), 12U);
        QCOMPARE(grid.latents(0 * 3 + 2, 0), 60.0F); // after 3 steps
        QCOMPARE(grid.latents(1 * 3 + 2, 0), 30.0F); // after 1
        QCOMPARE(grid.curves.rows(), 8U);
        QVERIFY(std::ranges::equal(grid.curves.row(2), std::vector<float>{5, 5, 5}));
        QVERIFY(std::ranges::equal(grid.curves.row(4 + 1), std::vector<float>{2, 2, 2}));
    }

    // A row counts from the first step at which it is beyond a million or not finite, even where
    // it comes back.
    void explodedSettingsAreMarked()
    {
        GridResult grid = smallGrid();
        measureGrid(grid,
                    rowsOf(grid.settings, {{0, 1, 2e6F, 2}, {0, 2, 5, 4}, {0, 3, 5, 6}},
                           {{0, notANumber, notANumber, notANumber}, {0, 2, 2, 2}, {0, 2, 2, 2}}),
                    {}, 1);
        QCOMPARE(states(grid), (std::vector<GridState>{GridState::Exploded, GridState::Ok,
                                                       GridState::Exploded, GridState::Exploded}));
        QCOMPARE(grid.measurements[0].distance, 8.0);
        QVERIFY(std::isnan(grid.measurements[2].distance));
        QCOMPARE(grid.measurements[2].examples, 3);
        QVERIFY(std::isnan(grid.responses(2, 0)));
    }

    // Dead only if no start has a gradient.
    void deadSettingsAreMarked()
    {
        GridResult grid = smallGrid();
        GridTrajectories rows = rowsOf(grid.settings, {{7, 7, 7, 7}, {7, 7, 7, 7}, {7, 7, 7, 7}},
                                       {{7, 7, 7, 7}, {7, 7, 7, 7}, {7, 7, 7, 7}});
        for (std::size_t start = 0; start < 3; ++start)
            rows.at({0, start}).startGradient = 0;
        rows.at({1, 0}).startGradient = 0;
        measureGrid(grid, rows, {}, 1);
        QCOMPARE(states(grid), (std::vector<GridState>{GridState::Dead, GridState::Dead,
                                                       GridState::Ok, GridState::Ok}));
        QCOMPARE(grid.measurements[0].distance, 25.0);
    }

    // The first row came to its end, the second to step 2, the third was never begun; of the second
    // pair nothing is known.
    void whatAStopLeaves()
    {
        GridResult grid = smallGrid();
        measureGrid(grid, rowsOf(grid.settings, {{0, 1, 2, 3}, {0, 3, 5}}, {}), {}, 1);
        QCOMPARE(states(grid), std::vector<GridState>(4, GridState::Stopped));
        QCOMPARE(grid.measurements[0].examples, 1);
        QCOMPARE(grid.measurements[0].moments.mean, 3.0);
        QVERIFY(std::isnan(grid.measurements[0].distance));
        QCOMPARE(grid.measurements[1].examples, 2); // after 1 step: 1, 3
        QCOMPARE(grid.measurements[1].distance, 2.0);
        QCOMPARE(grid.measurements[2].examples, 0);
        QVERIFY(std::isnan(grid.measurements[2].moments.mean));
        QVERIFY(std::isnan(grid.responses(0, 1)));
        QCOMPARE(grid.responses(1, 1), 3.0F);
        QCOMPARE(grid.latents(1 * 3 + 1, 0), 30.0F);
        QCOMPARE(grid.curves(2, 1), 5.0F);
        QVERIFY(std::isnan(grid.curves(3, 1)));
    }

    // Eq. 3 by step over 0, 1, 2, 3: the start would be the best, but is no explanation.
    void theBestStepOfAPair()
    {
        GridResult grid = smallGrid(StepChoice::SmallestDistance);
        measureGrid(grid,
                    rowsOf(grid.settings, {{2, 9, 3, 4}, {2, 9, 3, 4}, {2, 9, 3, 4}},
                           {{0, notANumber, notANumber, notANumber},
                            {0, notANumber, notANumber, notANumber},
                            {0, notANumber, notANumber, notANumber}}),
                    {}, 1);
        QCOMPARE(grid.measurements.size(), 2U);
        QCOMPARE(grid.measurements[0].setting.steps, 2);
        QCOMPARE(grid.measurements[0].distance, 1.0);
        QCOMPARE(grid.latents(0, 0), 30.0F);
        // Without any distance the last.
        QCOMPARE(grid.measurements[1].setting.steps, 3);
        QCOMPARE(states(grid), (std::vector<GridState>{GridState::Ok, GridState::Exploded}));
    }

    void refinedPairsHaveMoreStarts()
    {
        GridResult grid = smallGrid(StepChoice::SmallestDistance);
        grid.settings.refinedPairs = 1;
        grid.settings.refinedExamples = 5;
        const std::vector<float> row{0, 1, 2, 3};
        GridTrajectories rows = rowsOf(grid.settings, {row, row, row}, {row, row, row, row, row});
        rows[{1, 5}] = trajectory({0, 100, 100, 100}, grid.settings); // a fresh start
        measureGrid(grid, rows, {1}, 1);
        QCOMPARE(grid.responses.columns(), 5U);
        QCOMPARE(grid.measurements[0].examples, 3);
        QVERIFY(!grid.measurements[0].isRefined);
        QVERIFY(std::isnan(grid.responses(0, 3)));
        QCOMPARE(grid.measurements[1].examples, 5);
        QVERIFY(grid.measurements[1].isRefined);
        QCOMPARE(grid.measurements[1].distance, 0.0);
        QCOMPARE(states(grid), std::vector<GridState>(2, GridState::Ok));
    }

    // While fewer than two have all steps, the distances are over those begun, as far as the
    // slowest.
    void curvesWhileRowsAreUnderWay()
    {
        const GridResult grid = smallGrid();
        const auto curve = [&](const std::vector<std::vector<float>>& rows) {
            return pairCurve(rowsOf(grid.settings, rows, {}), 0, {0, 3}, 3, grid.realMoments);
        };
        QCOMPARE(curve({}).lastStep(), -1);
        const PairCurve alone = curve({{2, 2}});
        QCOMPARE(alone.lastStep(), 1);
        QVERIFY(std::isnan(alone.distances[1])); // one start has no variance
        const PairCurve begun = curve({{0, 0, 0, 0}, {0, 4, 9}});
        QCOMPARE(begun.starts, (std::vector<std::size_t>{0, 1}));
        QCOMPARE(begun.distances.size(), 3U);
        QCOMPARE(begun.distances[1], 8.0); // 0, 4: mean 2, variance 8
        const PairCurve finished = curve({{0, 0, 0, 0}, {2e6F}, {0, 4, 0, 0}});
        QCOMPARE(finished.starts, (std::vector<std::size_t>{0, 2}));
        QCOMPARE(finished.distances.size(), 4U);
        QCOMPARE(finished.responses.rows(), 4U);
        QCOMPARE(finished.responses(1, 1), 4.0F); // of start 2
        QCOMPARE(finished.distances[3], 4.0);
        QVERIFY(finished.isExploded);
        QVERIFY(!begun.isExploded);
    }
};

QTEST_APPLESS_MAIN(TestGridMeasurement)
#include "tst_grid_measurement.moc"
