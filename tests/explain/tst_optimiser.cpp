// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/optimiser.h"
#include "tests/explain/toy_path.h"
#include "tests/support/failure.h"

#include <QTest>

#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

using namespace earshot;

namespace {

using Clock = std::chrono::steady_clock;

// Row r starts at (r, r, r, r).
Matrix<float> startsOf(std::size_t rows)
{
    Matrix<float> starts(rows, 4);
    for (std::size_t row = 0; row < rows; ++row)
        std::ranges::fill(starts.row(row), static_cast<float>(row));
    return starts;
}

// The rows of positive ascents at learning rate 0.5 without a prior.
OptimiserTask taskOf(const Matrix<float>& starts, int steps)
{
    OptimiserTask task;
    task.starts = starts;
    task.steps = steps;
    for (std::size_t row = 0; row < starts.rows(); ++row)
        task.rows.push_back({row, Direction::Positive, 0.5, 0});
    return task;
}

bool isClose(float a, double b)
{
    return std::abs(a - b) <= 1e-5 * std::max(1.0, std::abs(b));
}

} // namespace

class TestOptimiser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The gradient of value[0] is 1, so Adam goes by the learning rate at every step: z0 ± l_r t.
    // The other coordinates have no gradient and stay.
    void climbsAndFallsByEachRowsLearningRate()
    {
        const Matrix<float> starts = startsOf(3);
        OptimiserTask task = taskOf(starts, 5);
        task.rows = {{2, Direction::Positive, 0.5, 0},
                     {2, Direction::Negative, 0.5, 0},
                     {0, Direction::Positive, 0.01, 0}};
        const Trajectories result = optimise(ToyPath("value[0]").path(), task);
        QVERIFY(!result.aborted);
        QCOMPARE(result.stepsDone, (std::vector<int>{5, 5, 5}));
        QCOMPARE(result.responses.rows(), 6U);
        QCOMPARE(result.responses.columns(), 3U);
        QCOMPARE(result.latents.size(), 6U);
        for (std::size_t step = 0; step <= 5; ++step) {
            const auto t = static_cast<double>(step);
            QVERIFY(isClose(result.responses(step, 0), 2 + 0.5 * t));
            QVERIFY(isClose(result.responses(step, 1), 2 - 0.5 * t));
            QVERIFY(isClose(result.responses(step, 2), 0.01 * t));
            for (std::size_t row = 0; row < 3; ++row) {
                QCOMPARE(result.latents[step](row, 0), result.responses(step, row));
                QCOMPARE(result.latents[step](row, 3), row == 2 ? 0.0F : 2.0F);
            }
        }
    }

    // Summed, not averaged: a row's raw gradient is that of its own response, however many rows.
    // ∇(2 z0 − 2 z1 + z2) = (2, −2, 1, 0), of length 3, whatever the scale.
    void gradientNormsAreOfTheRawResponse()
    {
        const Matrix<float> starts = startsOf(4);
        OptimiserTask task = taskOf(starts, 2);
        task.responseScale = 100;
        const ToyPath toy("2*value[0] - 2*value[1] + value[2]");
        const Trajectories result = optimise(toy.path(), task);
        QCOMPARE(result.gradientNorms.rows(), 2U);
        for (const float norm : result.gradientNorms.values())
            QCOMPARE(norm, 3.0F);
    }

    // Where the response has no gradient, the prior alone moves z, by l_r towards 0 at first.
    void eachRowHasItsOwnPriorWeight()
    {
        const Matrix<float> starts = startsOf(3);
        OptimiserTask task = taskOf(starts, 1);
        task.rows[1].priorWeight = 0.001;
        task.rows[2].priorWeight = 10;
        task.rows.push_back({2, Direction::Negative, 0.5, 10});
        const Trajectories result = optimise(ToyPath("silent.act[0]").path(), task);
        QCOMPARE(result.latents[1](0, 0), 0.0F);
        QVERIFY(isClose(result.latents[1](1, 0), 0.5));
        QVERIFY(isClose(result.latents[1](2, 0), 1.5));
        // The prior keeps its sign in the negative direction.
        QVERIFY(isClose(result.latents[1](3, 0), 1.5));
        for (const float norm : result.gradientNorms.values())
            QCOMPARE(norm, 0.0F);
    }

    // At z0 = 2 and λ = 1 the response's 1 loses against the prior's −2; four times 1 wins.
    void scaleWeighsTheResponseAgainstThePrior()
    {
        const Matrix<float> starts(1, 4, 2);
        OptimiserTask task = taskOf(starts, 1);
        task.rows[0].priorWeight = 1;
        const ToyPath toy("value[0]");
        QVERIFY(isClose(optimise(toy.path(), task).responses(1, 0), 1.5));
        task.responseScale = 4;
        QVERIFY(isClose(optimise(toy.path(), task).responses(1, 0), 2.5));
    }

    // Neither a gradient that is 0 nor none at all is a failure.
    void responseThatDependsOnNothing()
    {
        const Matrix<float> starts = startsOf(2);
        const Trajectories result = optimise(ToyPath("flat[0]").path(), taskOf(starts, 3));
        for (const float response : result.responses.values())
            QCOMPARE(response, 7.0F);
        QVERIFY(std::ranges::equal(result.latents[3].values(), starts.values()));
    }

    void nothingToDo()
    {
        const Trajectories result = optimise(ToyPath("value[0]").path(), {});
        QVERIFY(result.stepsDone.empty());
        QVERIFY(!result.aborted);
    }

    // Even then the first block's starts are known, and nothing else.
    void stopBeforeAnything()
    {
        std::stop_source stop;
        stop.request_stop();
        OptimiserControl control;
        control.stop = stop.get_token();
        const Matrix<float> starts = startsOf(5);
        const Trajectories result =
            optimise(ToyPath("value[0]", 3).path(), taskOf(starts, 4), control);
        QVERIFY(!result.aborted);
        QCOMPARE(result.stepsDone, (std::vector<int>{0, 0, -1, -1, -1}));
        QCOMPARE(result.responses(0, 1), 1.0F);
        QVERIFY(std::isnan(result.responses(0, 2)));
        QVERIFY(std::isnan(result.responses(1, 0)));
        QCOMPARE(result.latents[0](1, 2), 1.0F);
        QVERIFY(std::isnan(result.latents[0](2, 0)));
    }

    // The fourth evaluation of the second block is its third step: it is still completed.
    void stopEndsAfterTheStepInHand()
    {
        std::stop_source stop;
        std::atomic<int> evaluations = 0;
        const ToyPath toy("value[0]", 1, [&] {
            if (++evaluations == 6 + 4)
                stop.request_stop();
        });
        OptimiserControl control;
        control.stop = stop.get_token();
        const Matrix<float> starts = startsOf(6);
        const Trajectories result = optimise(toy.path(), taskOf(starts, 5), control);
        QCOMPARE(result.stepsDone, (std::vector<int>{5, 5, 3, 3, -1, -1}));
        QVERIFY(isClose(result.responses(3, 3), 3 + 1.5));
        QVERIFY(std::isnan(result.responses(4, 3)));
        QVERIFY(std::isnan(result.gradientNorms(3, 3)));
        QCOMPARE(result.gradientNorms(2, 3), 1.0F);
    }

    // The first block waits within its third step's evaluation for the callback, which sees two.
    void stopFromTheProgressCallback()
    {
        std::stop_source stop;
        std::atomic<int> evaluations = 0;
        const ToyPath toy("value[0]", 1, [&] {
            if (++evaluations == 4)
                while (!stop.stop_requested())
                    std::this_thread::yield();
        });
        std::vector<OptimiserSnapshot> snapshots;
        std::thread::id thread;
        OptimiserControl control;
        control.stop = stop.get_token();
        control.progressIntervalSeconds = 0.001;
        control.progress = [&](const OptimiserSnapshot& snapshot) {
            thread = std::this_thread::get_id();
            if (evaluations < 4)
                return;
            snapshots.push_back(snapshot);
            stop.request_stop();
        };
        const Matrix<float> starts = startsOf(4);
        OptimiserTask task = taskOf(starts, 5);
        task.watchedRows = {1, 3};
        const Trajectories result = optimise(toy.path(), task, control);
        QCOMPARE(result.stepsDone, (std::vector<int>{3, 3, -1, -1}));
        QVERIFY(thread == std::this_thread::get_id());
        QVERIFY(snapshots.size() >= 2);

        const OptimiserSnapshot& middle = snapshots.front();
        QCOMPARE(middle.stepsDone, (std::vector<int>{2, 2, -1, -1}));
        QVERIFY(isClose(middle.responses(2, 1), 2));
        for (std::size_t step = 0; step <= 5; ++step)
            for (std::size_t row = 0; row < 4; ++row)
                QCOMPARE(std::isnan(middle.responses(step, row)), row > 1 || step > 2);
        for (std::size_t step = 0; step <= 5; ++step)
            for (std::size_t row = 0; row < 4; ++row) {
                QCOMPARE(std::isnan(middle.latentNorms(step, row)), row > 1 || step > 2);
                if (step < 5)
                    QCOMPARE(std::isnan(middle.gradientNorms(step, row)), row > 1 || step > 2);
            }
        QVERIFY(isClose(middle.latentNorms(0, 1), 2));                // (1, 1, 1, 1)
        QVERIFY(isClose(middle.latentNorms(1, 1), std::sqrt(5.25F))); // (1.5, 1, 1, 1)
        QCOMPARE(middle.gradientNorms(1, 0), 1.0F);
        QCOMPARE(middle.watchedSteps, (std::vector<int>{2, -1}));
        QVERIFY(isClose(middle.watchedMels(0, 0), 2)); // 1 + 2·0.5
        QCOMPARE(middle.watchedMels(0, 1), 1.0F);
        QVERIFY(std::isnan(middle.watchedMels(1, 0)));
        QCOMPARE(middle.fraction, 4.0 / 20);

        const OptimiserSnapshot& last = snapshots.back();
        QCOMPARE(last.stepsDone, result.stepsDone);
        QCOMPARE(last.fraction, 6.0 / 20);
    }

    void abortLeavesNothing()
    {
        std::stop_source abort;
        std::atomic<int> evaluations = 0;
        const ToyPath toy("value[0]", 1, [&] {
            if (++evaluations == 3)
                abort.request_stop();
        });
        OptimiserControl control;
        control.abort = abort.get_token();
        const Matrix<float> starts = startsOf(4);
        for (int run = 0; run < 2; ++run) { // in the middle, and before anything
            const Trajectories result = optimise(toy.path(), taskOf(starts, 5), control);
            QVERIFY(result.aborted);
            QVERIFY(result.stepsDone.empty());
            QVERIFY(result.responses.empty());
            QVERIFY(result.latents.empty());
        }
        QCOMPARE(evaluations.load(), 3);
    }

    // Each at least an interval after the one before, but for the last, which always comes.
    void snapshotsAreThrottled()
    {
        const ToyPath toy("value[0]", 2,
                          [] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); });
        std::vector<Clock::time_point> times{Clock::now()};
        std::vector<double> fractions;
        OptimiserControl control;
        control.progressIntervalSeconds = 0.02;
        control.progress = [&](const OptimiserSnapshot& snapshot) {
            times.push_back(Clock::now());
            fractions.push_back(snapshot.fraction);
        };
        const Matrix<float> starts = startsOf(4);
        optimise(toy.path(), taskOf(starts, 60), control);
        for (std::size_t i = 1; i + 1 < times.size(); ++i)
            QVERIFY(times[i] - times[i - 1] >= std::chrono::milliseconds(20));
        QVERIFY(fractions.size() >= 2);
        QVERIFY(std::ranges::is_sorted(fractions));
        QCOMPARE(fractions.back(), 1.0);

        fractions.clear();
        control.progressIntervalSeconds = 1000;
        optimise(toy.path(), taskOf(starts, 3), control);
        QCOMPARE(fractions, std::vector<double>{1.0});
    }

    void onlyTheWantedLatentsAreKept()
    {
        const Matrix<float> starts = startsOf(3);
        OptimiserTask task = taskOf(starts, 5);
        const ToyPath toy("value[0]");
        const Trajectories all = optimise(toy.path(), task);
        task.keptSteps = {2, 5};
        const Trajectories kept = optimise(toy.path(), task);
        QVERIFY(std::ranges::equal(kept.responses.values(), all.responses.values()));
        for (std::size_t step = 0; step <= 5; ++step)
            QVERIFY(std::ranges::equal(kept.latents[step].values(),
                                       step == 2 || step == 5 ? all.latents[step].values()
                                                              : std::span<const float>()));
    }

    // Each block when it is done, while others still run; none of what a stop has cut off.
    void finishedRowsAreReportedAtOnce()
    {
        std::stop_source stop;
        std::atomic<int> evaluations = 0;
        const ToyPath toy("value[0]", 1, [&] {
            if (++evaluations == 6 + 6 + 2)
                stop.request_stop();
        });
        std::vector<std::size_t> rows;
        std::vector<float> last;
        OptimiserControl control;
        control.stop = stop.get_token();
        control.finished = [&](const Trajectories& all, std::size_t first, std::size_t count) {
            for (std::size_t row = first; row < first + count; ++row) {
                QCOMPARE(all.stepsDone[row], 5);
                rows.push_back(row);
                last.push_back(all.latents[5](row, 0));
            }
            QCOMPARE(evaluations.load(), static_cast<int>(6 * rows.size() / 2));
        };
        const Matrix<float> starts = startsOf(7);
        const Trajectories result = optimise(toy.path(), taskOf(starts, 5), control);
        QCOMPARE(result.stepsDone, (std::vector<int>{5, 5, 5, 5, 1, 1, -1}));
        QCOMPARE(rows, (std::vector<std::size_t>{0, 1, 2, 3}));
        QCOMPARE(last, (std::vector<float>{2.5, 3.5, 4.5, 5.5}));
    }

    void explodedResponses()
    {
        for (const float sound : {0.0F, 1e6F, -1e6F})
            QVERIFY(!hasExploded(sound));
        constexpr float infinity = std::numeric_limits<float>::infinity();
        for (const float exploded : {1.000001e6F, -1.1e6F, infinity, -infinity, std::nanf("")})
            QVERIFY(hasExploded(exploded));
    }

    void failuresOfTorchAreErrors()
    {
        std::atomic<int> evaluations = 0;
        const ToyPath toy("value[0]", 2,
                          [&] { TORCH_CHECK(++evaluations < 5, "not enough memory"); });
        const Matrix<float> starts = startsOf(8);
        QCOMPARE(failureOf([&] { optimise(toy.path(), taskOf(starts, 100)); }),
                 "failed: 'torch': failed: not enough memory");
        QVERIFY(evaluations < 8 / 2 * 101);
    }
};

QTEST_APPLESS_MAIN(TestOptimiser)
#include "tst_optimiser.moc"
