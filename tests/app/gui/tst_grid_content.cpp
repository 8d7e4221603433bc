// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/grid_content.h"
#include "core/explain/grid_progress.h"
#include "core/explain/grid_result.h"
#include "tests/explain/real_responses_example.h"

#include <QTest>

#include <cmath>

using namespace earshot;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// One learning rate, two prior weights, two steps.
GridSettings smallGrid(StepChoice choice)
{
    GridSettings settings;
    settings.learningRates = {0.1};
    settings.priorWeights = {0.01, 0.001};
    settings.steps = choice == StepChoice::Last ? std::vector{1, 2} : std::vector{2};
    settings.choice = choice;
    settings.examples = 2;
    return settings;
}

// Real responses of mean 3 and variance 2. Pair 0 over three starts, whose means are 0, 3 and 6 by
// step and whose variance is 4; pair 1 over two, of which one explodes at step 2.
GridResult smallResult()
{
    GridResult result;
    result.settings = smallGrid(StepChoice::Last);
    result.real.responses = {4, 2};
    result.realMoments = {3, 2};
    result.measurements.resize(4);
    result.measurements[0] = {{0.1, 0.01, 1}, 0, 3, {3, 4}, 0.34, {0.1, 2}, GridState::Ok, 0.5};
    result.measurements[1] = {{0.1, 0.01, 2}, 0, 3, {6, 4}, 9.34, {4, 12}, GridState::Stopped};
    result.measurements[2] = {{0.1, 0.001, 1}, 1, 2, {1, 2}, 4, {1, 9}, GridState::Dead};
    result.measurements[3] = {{0.1, 0.001, 2},    1, 2, {none, none}, none, {none, none},
                              GridState::Exploded};
    result.measurements[0].isTied = result.measurements[2].isTied = true;
    result.best = 2;
    result.chosen = 0;
    const float gone = std::nanf("");
    result.curves = Matrix<float>({-2, 0, 2, 1, 3, 5, 4, 6, 8,                 // pair 0
                                   0, 2, gone, 0, 2, gone, 0, INFINITY, gone}, // pair 1
                                  6, 3);
    return result;
}

} // namespace

class TestGridContent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingHasCome()
    {
        const GridContent content = gridContent(smallGrid(StepChoice::Last), nullptr);
        QVERIFY(content.isRunning);
        QCOMPARE(content.steps, 2);
        QCOMPARE(content.pairs.size(), std::size_t(2));
        QCOMPARE(content.rows.size(), std::size_t(4));
        QVERIFY(!content.bestRow());
        for (const SettingRow& row : content.rows)
            QCOMPARE(row.state, SettingState::Waiting);
        QCOMPARE(gridContent(smallGrid(StepChoice::SmallestDistance), nullptr).rows.size(),
                 std::size_t(2));
    }

    void running()
    {
        GridProgress progress;
        progress.pairs = {{2, false, {9, 4, 1}, {}}, {1, false, {none, none}, {}}};
        const GridContent content = gridContent(smallGrid(StepChoice::Last), &progress);
        QCOMPARE(content.pairs[0].state, SettingState::Known);
        QCOMPARE(content.pairs[1].state, SettingState::Running);
        QCOMPARE(content.rows[0].distance, 4.0);
        QCOMPARE(content.rows[1].distance, 1.0);
        QVERIFY(std::isnan(content.rows[1].mean));
        QCOMPARE(content.bestRow(), std::optional<std::size_t>(1));
        QCOMPARE(content.rows[3].state, SettingState::Running);
    }

    // With a step of its own for each pair; the start itself is no explanation.
    void runningToTheSmallestDistance()
    {
        GridProgress progress;
        progress.pairs = {{2, false, {0.1, 4, 9}, {}}, {2, true, {9, 3, none}, {}}};
        const GridContent content = gridContent(smallGrid(StepChoice::SmallestDistance), &progress);
        QCOMPARE(content.rows[0].steps, 1);
        QCOMPARE(content.rows[0].distance, 4.0);
        QCOMPARE(content.rows[1].steps, 1);
        QCOMPARE(content.pairs[1].explodedStep, 2);
        QCOMPARE(content.rows[1].state, SettingState::Known);
        QCOMPARE(content.bestRow(), std::optional<std::size_t>(1));
        // A finite number may be an explosion too.
        progress.pairs[1].distances = {9, 1e12, 1e13};
        const GridContent later = gridContent(smallGrid(StepChoice::Last), &progress);
        QCOMPARE(later.pairs[1].explodedStep, 1);
        QCOMPARE(later.rows[3].state, SettingState::Exploded);
        QVERIFY(std::isnan(later.rows[3].distance));
    }

    // Eq. 3 by hand: (3 − mean)² + 2 + 4 − 2 √8 for pair 0; 4 + 2 + 2 − 2·2 for pair 1's start.
    void ended()
    {
        const GridContent content = gridContent(smallResult());
        QVERIFY(!content.isRunning);
        QCOMPARE(content.rows.size(), std::size_t(4));
        QCOMPARE(content.rows[0].mark, SettingMark::Best);
        QCOMPARE(content.rows[1].mark, SettingMark::None);
        QCOMPARE(content.rows[2].mark, SettingMark::Tied);
        QCOMPARE(content.rows[1].state, SettingState::Stopped);
        QCOMPARE(content.rows[2].state, SettingState::Dead);
        QCOMPARE(content.rows[3].state, SettingState::Exploded);
        QCOMPARE(content.rows[0].mean, 3.0);
        QCOMPARE(content.rows[0].low, 0.1);
        QCOMPARE(content.rows[0].high, 2.0);
        const double spread = 6 - 2 * std::sqrt(8.0);
        const std::vector<double>& distances = content.pairs[0].distances;
        QCOMPARE(distances.size(), std::size_t(3));
        for (std::size_t step = 0; step < 3; ++step)
            QVERIFY(std::abs(distances[step] - (step == 1 ? 0 : 9) - spread) < 1e-9);
        QVERIFY(std::abs(content.pairs[1].distances[0] - 4) < 1e-9);
        QVERIFY(std::isnan(content.pairs[1].distances[2]));
        QCOMPARE(content.pairs[1].explodedStep, 2);
        QCOMPARE(content.pairs[0].examples, 3);
    }

    void distributions()
    {
        GridResult result = smallResult();
        const RealResponses real = realExample(-5);
        Distributions shown = gridDistributions(result, {0, 2}, &real);
        QCOMPARE(shown.realQuantiles.size(), std::size_t(1001));
        QCOMPARE(shown.realHighest, (std::vector<float>{4, 2})); // that it was compared with
        QVERIFY(shown.realLowest.empty() && shown.negative.empty());
        QCOMPARE(shown.start, (std::vector<float>{-2, 0, 2}));
        QCOMPARE(shown.positive, (std::vector<float>{4, 6, 8}));
        QVERIFY(std::abs(shown.positiveDistance - (15 - 2 * std::sqrt(8.0))) < 1e-9);
        QVERIFY(std::isnan(shown.negativeDistance));

        result.settings.direction = Direction::Negative;
        shown = gridDistributions(result, {1, 1}, nullptr);
        QVERIFY(shown.realQuantiles.empty() && shown.positive.empty());
        QCOMPARE(shown.negative, (std::vector<float>{0, 2})); // the third start was never run
        QVERIFY(std::isnan(gridDistributions(result, {1, 2}, nullptr).negativeDistance));
    }

    void distributionsOfRealMusicAlone()
    {
        const RealResponses real = realExample(-5);
        GridSettings settings;
        QCOMPARE(gridDistributions(settings, nullptr, {}, &real).realHighest.size(),
                 std::size_t(50));
        settings.direction = Direction::Negative;
        const Distributions shown = gridDistributions(settings, nullptr, SettingPlace{0, 1}, &real);
        QCOMPARE(shown.realLowest.size(), std::size_t(50));
        QVERIFY(shown.realHighest.empty() && shown.start.empty());
        QVERIFY(gridDistributions(settings, nullptr, {}, nullptr).realLowest.empty());
    }

    // After one update of two, of three starts of pair 1.
    void distributionsWhileItRuns()
    {
        GridProgress progress;
        progress.pairs = {{0, false, {}, {}},
                          {3, false, {9, 4}, Matrix<float>({-2, 0, 2, 4, 6, 8}, 2, 3)}};
        GridSettings settings = smallGrid(StepChoice::Last);
        Distributions shown = gridDistributions(settings, &progress, SettingPlace{1, 1}, nullptr);
        QCOMPARE(shown.start, (std::vector<float>{-2, 0, 2}));
        QCOMPARE(shown.positive, (std::vector<float>{4, 6, 8}));
        QCOMPARE(shown.positiveDistance, 4.0);
        QVERIFY(shown.negative.empty() && std::isnan(shown.negativeDistance));
        settings.direction = Direction::Negative;
        shown = gridDistributions(settings, &progress, SettingPlace{1, 0}, nullptr);
        QCOMPARE(shown.negative, (std::vector<float>{-2, 0, 2}));
        QCOMPARE(shown.negativeDistance, 9.0);
        // What has not come yet, and nothing selected.
        for (const std::optional<SettingPlace> place :
             {std::optional(SettingPlace{1, 2}), std::optional(SettingPlace{0, 0}),
              std::optional(SettingPlace{2, 0}), std::optional<SettingPlace>()})
            QVERIFY(gridDistributions(settings, &progress, place, nullptr).start.empty());
    }
};

QTEST_GUILESS_MAIN(TestGridContent)
#include "tst_grid_content.moc"
