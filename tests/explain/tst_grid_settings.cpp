// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_batch.h"
#include "core/explain/grid_settings.h"
#include "tests/support/failure.h"

#include <QTest>

#include <functional>
#include <limits>

using namespace earshot;

class TestGridSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The paper's section 3.4: 27 settings, 50 starts.
    void theFullGrid()
    {
        const GridSettings full = fullGrid();
        QCOMPARE(full.learningRates, (std::vector<double>{0.1, 0.01, 0.001}));
        QCOMPARE(full.priorWeights, (std::vector<double>{0.1, 0.01, 0.001}));
        QCOMPARE(full.steps, (std::vector<int>{100, 500, 1000}));
        QCOMPARE(full.examples, 50);
        QVERIFY(full.choice == StepChoice::Last);
        QCOMPARE(latentSteps(full), full.steps);
        // 9 pairs · 50 starts · 1000 steps, and 50 fresh starts.
        QCOMPARE(gridUpdates(full), 450'000.0 + 50'000);
        QCOMPARE(firstFreshStart(full), 50U);
        checkGrid(full);
    }

    void theQuickGrid()
    {
        const GridSettings quick = quickGrid();
        QCOMPARE(pairCount(quick), 9U);
        QCOMPARE(quick.examples, 8);
        const std::vector<int> steps = latentSteps(quick);
        QCOMPARE(steps.size(), 100U);
        QCOMPARE(steps.front(), 1);
        QCOMPARE(steps.back(), 100);
        // Two pairs go from 8 starts to 50; then there are 50 fresh ones.
        QCOMPARE(gridUpdates(quick), 100.0 * (9 * 8 + 2 * 42 + 50));
        QCOMPARE(firstFreshStart(quick), 50U);
        checkGrid(quick);
    }

    // Never those that were searched with.
    void freshStartsBeginWhereTheyAreTold()
    {
        GridSettings settings;
        settings.examples = 16;
        QCOMPARE(firstFreshStart(settings), 16U);
        QVERIFY(!gridSettingsJson(settings).contains("fresh_from"));
        settings.freshFrom = 50;
        QCOMPARE(firstFreshStart(settings), 50U);
        QCOMPARE(gridSettingsJson(settings).integer("fresh_from"), 50);
        settings.examples = 80;
        QCOMPARE(firstFreshStart(settings), 80U);
    }

    void pairsInTheOrderGiven()
    {
        GridSettings settings;
        settings.learningRates = {0.1, 0.5};
        settings.priorWeights = {3, 1, 2};
        settings.steps = {9, 4};
        QCOMPARE(pairCount(settings), 6U);
        const GridSetting fourth = gridPair(settings, 4);
        QCOMPARE(fourth.learningRate, 0.5);
        QCOMPARE(fourth.priorWeight, 1.0);
        QCOMPARE(fourth.steps, 9);
        QCOMPARE(latentSteps(settings), (std::vector<int>{4, 9}));
    }

    void moreRefinedPairsThanPairs()
    {
        GridSettings settings = quickGrid();
        settings.learningRates = {0.1};
        settings.priorWeights = {0.1};
        QCOMPARE(gridUpdates(settings), 100.0 * (8 + 42 + 50));
    }

    void unusableGrids_data()
    {
        using Change = std::function<void(GridSettings&)>;
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* tag, const Change& change, const char* message) {
            QTest::newRow(tag) << change << message;
        };
        constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
        row(
            "no learning rate", [](GridSettings& grid) { grid.learningRates.clear(); },
            "'learning rates': are missing: expected at least one");
        row(
            "no steps", [](GridSettings& grid) { grid.steps.clear(); },
            "'steps': are missing: expected at least one");
        row(
            "twice",
            [](GridSettings& grid) {
                grid.priorWeights = {0.1, 1, 0.1};
            },
            "'prior weights': name a value twice: expected every value once");
        row(
            "NaN",
            [](GridSettings& grid) {
                grid.learningRates = {0.1, notANumber};
            },
            "'learning rate': is out of range: expected above 0 and at most 10, found nan");
        row(
            "negative",
            [](GridSettings& grid) {
                grid.priorWeights = {0.1, -1};
            },
            "'prior weight': is out of range: expected 0 to 1000, found -1");
        row(
            "no step", [](GridSettings& grid) { grid.steps = {0}; },
            "'steps': is out of range: expected 1 to 100000, found 0");
        row(
            "one example", [](GridSettings& grid) { grid.examples = 1; },
            "'examples': is out of range: expected 2 to 100000, found 1");
        row(
            "fewer refined", [](GridSettings& grid) { grid.refinedPairs = 1, grid.examples = 51; },
            "'refined examples': is out of range: expected 51 to 100000, found 50");
        row(
            "one fresh", [](GridSettings& grid) { grid.freshExamples = 1; },
            "'fresh examples': is out of range: expected 2 to 100000, found 1");
        row(
            "large seed", [](GridSettings& grid) { grid.seed = std::uint64_t(1) << 63; },
            "'seed': is out of range: expected 0 to 2^63 - 1, found 9223372036854775808");
        // Rows · (4 · 128 · kept steps + 9 · (steps + 1)) · 4 bytes: 900,050 · 10,545 · 4,
        // 900,050 · 52,109 · 4, (72 + 2 · 99,992 + 50) · 52,109 · 4, 100,450 · 180,521 · 4.
        const auto memory = [](const char* tag, const Change& change, const char* gigabytes) {
            QTest::newRow(tag) << change
                               << "'the grid': needs too much memory: expected at most 16 GB: "
                                  "fewer examples, learning rates, prior weights or steps, found " +
                                      QString(gigabytes) + " GB";
        };
        memory(
            "memory", [](GridSettings& grid) { grid.examples = 100000; }, "37.96");
        memory(
            "memory for every step",
            [](GridSettings& grid) {
                grid = quickGrid();
                grid.examples = grid.refinedExamples = 100000;
            },
            "187.6");
        memory(
            "memory to refine",
            [](GridSettings& grid) {
                grid = quickGrid();
                grid.refinedExamples = 100000;
            },
            "41.71");
        memory(
            "memory for fresh starts",
            [](GridSettings& grid) {
                grid.steps = {20000};
                grid.freshExamples = 100000;
            },
            "72.53");
        row(
            "too many pairs",
            [](GridSettings& grid) {
                for (int i = 0; i < 334; ++i)
                    grid.learningRates.push_back(1 + 0.01 * i);
            },
            "'the grid': is too large: expected at most 1000 learning rates × prior weights, "
            "found 1011");
    }

    void unusableGrids()
    {
        QFETCH(std::function<void(GridSettings&)>, change);
        GridSettings settings;
        change(settings);
        QTEST(badInputOf([&] { checkGrid(settings); }), "message");
    }

    // Below 16 GB.
    void largeGrids()
    {
        GridSettings many;
        many.examples = 42000; // 15.9
        checkGrid(many);
        many.examples = 43000; // 16.3
        QVERIFY(!badInputOf([&] { checkGrid(many); }).isEmpty());
        GridSettings quick = quickGrid();
        quick.examples = quick.refinedExamples = 8500; // 15.9
        checkGrid(quick);
        GridSettings longest;
        longest.steps = {100000}; // 1.8
        checkGrid(longest);
    }
};

QTEST_APPLESS_MAIN(TestGridSettings)
#include "tst_grid_settings.moc"
