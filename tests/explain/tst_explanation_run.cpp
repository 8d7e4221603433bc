// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/equations.h"
#include "core/explain/explanation_run.h"
#include "tests/explain/real_responses_example.h"
#include "tests/explain/toy_path.h"

#include <QTest>

#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>

using namespace earshot;

namespace {

// Without a prior value[0] goes by exactly the learning rate at every step.
ExplainSettings settingsOf(int examples, int steps, Directions directions = Directions::Both)
{
    ExplainSettings settings;
    settings.examples = examples;
    settings.steps = steps;
    settings.directions = directions;
    settings.learningRate = 0.125;
    settings.priorWeight = 0;
    settings.seed = 9;
    settings.scale = ResponseScale::Raw;
    settings.choice = StepChoice::Last;
    return settings;
}

Explanation run(const ToyPath& toy, const ExplainSettings& settings,
                const RealResponses* real = nullptr, const ExplainControl& control = {})
{
    return runExplanation({toy.path(), settings, real}, control);
}

std::vector<float> column(const Matrix<float>& matrix, std::size_t index)
{
    std::vector<float> values;
    for (std::size_t row = 0; row < matrix.rows(); ++row)
        values.push_back(matrix(row, index));
    return values;
}

double norm(std::span<const float> values)
{
    return std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0));
}

double meanOf(const std::vector<float>& values)
{
    return sampleMoments(values).mean;
}

bool isSame(const Matrix<float>& a, const Matrix<float>& b)
{
    return a.rows() == b.rows() && std::ranges::equal(a.values(), b.values());
}

} // namespace

class TestExplanationRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pathStepsByHand()
    {
        using Steps = std::vector<int>;
        QCOMPARE(pathSteps(0, {0}), Steps{0});
        QCOMPARE(pathSteps(3, {1, 3}), (Steps{0, 1, 2, 3}));
        QCOMPARE(pathSteps(20, {}).size(), 21U); // all of them
        Steps every5th;
        for (int i = 0; i <= 20; ++i)
            every5th.push_back(5 * i);
        QCOMPARE(pathSteps(100, {100, 35}), every5th);
        every5th.insert(every5th.begin() + 13, {61, 63});
        QCOMPARE(pathSteps(100, {63, 61}), every5th);
        const Steps uneven = pathSteps(21, {21});
        QCOMPARE(uneven.size(), 21U);
        QVERIFY(uneven.front() == 0 && uneven.back() == 21);
    }

    void chooseStepByHand()
    {
        const double none = std::numeric_limits<double>::quiet_NaN();
        const std::vector<double> distances{5, none, 2, 3, 2};
        QCOMPARE(chooseStep(StepChoice::SmallestDistance, distances, 4), 2); // the first of equals
        QCOMPARE(chooseStep(StepChoice::Last, distances, 4), 4);
        QCOMPARE(chooseStep(StepChoice::SmallestDistance, {none, none}, 1), 1);
        QCOMPARE(chooseStep(StepChoice::SmallestDistance, {}, 7), 7);
    }

    void distancesAreEquation3OfTheColumns()
    {
        const Matrix<float> responses({1, 2, 6, 0, 5, 1, 4, 0, 9, 9, 9, 9}, 3, 4);
        const RealResponses real = realExample(2);
        for (const Direction direction : {Direction::Positive, Direction::Negative}) {
            std::vector<float> side;
            for (const RealExcerpt& excerpt :
                 direction == Direction::Positive ? real.highest : real.lowest)
                side.push_back(excerpt.response);
            const std::vector<double> found =
                distancesBySteps(responses, {2, 0}, 2, &real, direction);
            QCOMPARE(found.size(), 2U);
            QCOMPARE(found[0],
                     frechetDistance(sampleMoments(side), sampleMoments(std::vector<float>{6, 1})));
            QCOMPARE(found[1],
                     frechetDistance(sampleMoments(side), sampleMoments(std::vector<float>{4, 5})));
        }
        QVERIFY(distancesBySteps(responses, {1}, 2, &real, Direction::Positive).empty());
        QVERIFY(distancesBySteps(responses, {0, 1}, 2, nullptr, Direction::Positive).empty());
    }

    void shapesAndContents()
    {
        const ToyPath toy("value[0]", 2);
        const Explanation result = run(toy, settingsOf(3, 40));
        QVERIFY(result.end == RunEnd::Completed);
        QCOMPARE(result.response, std::string("value[0]"));
        QCOMPARE(result.examples, (std::vector<int>{0, 1, 2}));
        QVERIFY(isSame(result.startLatents, startLatents(9, 3, 4)));
        QCOMPARE(result.startMels.columns(), 9200U);
        QCOMPARE(result.startMels(2, 3), result.startLatents(2, 3));
        QCOMPARE(result.directions.size(), 2U);
        for (const auto& [direction, part] : result.directions) {
            const float sign = direction == Direction::Positive ? 1 : -1;
            QCOMPARE(part.chosenStep, 40);
            QCOMPARE(part.responses.rows(), 41U);
            QCOMPARE(part.gradientNorms, std::vector<double>(40, 1));
            QVERIFY(part.distances.empty());
            QVERIFY(part.problem.empty());
            QCOMPARE(part.pathSteps, pathSteps(40, {40}));
            QCOMPARE(part.path.size(), part.pathSteps.size());
            for (std::size_t i = 0; i < 3; ++i) {
                const float start = result.startLatents(i, 0);
                QCOMPARE(part.responses(0, i), start);
                QVERIFY(std::abs(part.responses(40, i) - (start + sign * 5)) < 1e-4F);
                QCOMPARE(part.latents(i, 0), part.responses(40, i));
                QCOMPARE(part.mels(i, 0), part.latents(i, 0));
                for (std::size_t k = 0; k < part.path.size(); ++k)
                    QCOMPARE(part.path[k](i, 0),
                             part.responses(static_cast<std::size_t>(part.pathSteps[k]), i));
            }
        }
    }

    // All starts move alike, so Eq. 3 is smallest where their mean meets the real one: after
    // (real mean − mean of the starts)/0.125 updates, each way.
    void recommendedStepMeetsTheRealMean()
    {
        ExplainSettings settings = settingsOf(4, 60);
        const std::vector<float> starts = column(startLatents(9, 4, 4), 0);
        const auto lowest = static_cast<float>(meanOf(starts) - 5); // highest and lowest ± 4.755
        const RealResponses real = realExample(lowest);
        const ToyPath toy("value[0]");
        settings.choice = StepChoice::SmallestDistance;
        const Explanation chosen = run(toy, settings, &real);
        settings.choice = StepChoice::Last;
        const Explanation last = run(toy, settings, &real);
        const DirectionResult& positive = chosen.directions.at(Direction::Positive);
        const DirectionResult& negative = chosen.directions.at(Direction::Negative);
        QCOMPARE(positive.chosenStep, 38); // 4.755/0.125 = 38.04
        QCOMPARE(negative.chosenStep, 38);
        QCOMPARE(positive.distances.size(), 61U);
        QCOMPARE(positive.distances[7], distancesBySteps(positive.responses, {0, 1, 2, 3}, 8, &real,
                                                         Direction::Positive)[7]);
        // Latents, mels and path belong to the chosen step.
        QCOMPARE(positive.latents(3, 0), positive.responses(38, 3));
        QCOMPARE(positive.mels(3, 0), positive.responses(38, 3));
        QVERIFY(std::ranges::find(positive.pathSteps, 38) != positive.pathSteps.end());
        // Only what is shown changes, not what was computed.
        QCOMPARE(last.directions.at(Direction::Positive).chosenStep, 60);
        QVERIFY(isSame(last.directions.at(Direction::Positive).responses, positive.responses));
        QCOMPARE(last.directions.at(Direction::Positive).distances, positive.distances);
    }

    void fewerThanTwoStartsHaveNoDistance()
    {
        ExplainSettings settings = settingsOf(1, 5);
        settings.choice = StepChoice::SmallestDistance;
        const RealResponses real = realExample(0);
        const Explanation result = run(ToyPath("value[0]"), settings, &real);
        QVERIFY(result.directions.at(Direction::Positive).distances.empty());
        QCOMPARE(result.directions.at(Direction::Positive).chosenStep, 5);
    }

    void scaleOfTheResponse()
    {
        ExplainSettings settings = settingsOf(2, 1);
        const ToyPath toy("value[1]", 2);
        QCOMPARE(responseScale({toy.path(), settings, nullptr}), 1.0); // raw
        settings.scale = ResponseScale::Deviation;
        RealResponses real = realExample(0);
        QCOMPARE(responseScale({toy.path(), settings, &real}), 1.0 / 3);
        for (const double deviation : {0.0, 1e-320, std::numeric_limits<double>::infinity()}) {
            real.standardDeviation = deviation;
            QCOMPARE(responseScale({toy.path(), settings, &real}), 1.0);
        }
        // Without statistics: over 256 outputs, which are the latents of seed 256 themselves.
        const double variance = sampleMoments(column(startLatents(256, 256, 4), 1)).variance;
        QCOMPARE(responseScale({toy.path(), settings, nullptr}), 1 / std::sqrt(variance));
        QCOMPARE(responseScale({ToyPath("flat[0]").path(), settings, nullptr}), 1.0);
    }

    void problems_data()
    {
        QTest::addColumn<QString>("response");
        QTest::addColumn<int>("examples");
        QTest::addColumn<QString>("problem");
        QTest::newRow("none") << "value[0]" << 2 << "";
        QTest::newRow("dead") << "silent.act[1]" << 8
                              << "this response is 0 for all 8 starts: use the pre-activation, "
                                 "silent";
        QTest::newRow("saturated") << "gate.act[0]" << 1
                                   << "this response's gradient is 0 for its only start: use the "
                                      "pre-activation, gate";
        QTest::newRow("constant")
            << "flat[0]" << 2
            << "this response's gradient is 0 for all 2 starts: nothing can be explained";
        QTest::newRow("beyond a million")
            << "steep[0]" << 2 << "exploded: after 0 updates the response is beyond a million";
        QTest::newRow("not finite")
            << "1e39*value[0]" << 2 << "exploded: after 0 updates the response is not finite";
    }

    void problems()
    {
        QFETCH(QString, response);
        QFETCH(int, examples);
        QFETCH(QString, problem);
        const Explanation result = run(ToyPath(response.toStdString()), settingsOf(examples, 3));
        for (const auto& [direction, part] : result.directions)
            QCOMPARE(QString::fromStdString(part.problem), problem);
    }

    // 8 up at every step, from about 0, times 1e5.
    void explodesOnTheWay()
    {
        ExplainSettings settings = settingsOf(2, 3, Directions::Positive);
        settings.learningRate = 8;
        const Explanation result = run(ToyPath("1e5*value[0]"), settings);
        QCOMPARE(result.directions.at(Direction::Positive).problem,
                 std::string("exploded: after 2 updates the response is beyond a million; use a "
                             "smaller learning rate"));
    }

    // The second pair is stopped at its third evaluation: only the first, the focus, is kept.
    void stopKeepsWhatIsFinished()
    {
        std::stop_source stop;
        std::atomic<int> evaluations = 0;
        const ToyPath toy("value[0]", 1, [&] {
            if (++evaluations == 6 + 3)
                stop.request_stop();
        });
        ExplainControl control;
        control.stop = stop.get_token();
        control.focus = 2;
        const Explanation result = run(toy, settingsOf(4, 5), nullptr, control);
        QVERIFY(result.end == RunEnd::Stopped);
        QCOMPARE(result.examples, std::vector<int>{2});
        QVERIFY(std::ranges::equal(result.startLatents.row(0), startLatents(9, 4, 4).row(2)));
        QCOMPARE(result.directions.at(Direction::Negative).responses.rows(), 6U);
    }

    // Nothing is finished: what was begun, up to the step it has in common.
    void stopKeepsWhatIsBegun()
    {
        std::stop_source stop;
        std::atomic<int> evaluations = 0;
        const ToyPath toy("value[0]", 1, [&] {
            if (++evaluations == 3)
                stop.request_stop();
        });
        ExplainControl control;
        control.stop = stop.get_token();
        const Explanation result =
            run(toy, settingsOf(4, 5, Directions::Positive), nullptr, control);
        QVERIFY(result.end == RunEnd::Stopped);
        QCOMPARE(result.examples, (std::vector<int>{0, 1})); // one block
        const DirectionResult& positive = result.directions.at(Direction::Positive);
        QCOMPARE(positive.responses.rows(), 3U);
        QCOMPARE(positive.chosenStep, 2);
        QCOMPARE(positive.pathSteps, (std::vector<int>{0, 1, 2}));
        QCOMPARE(positive.gradientNorms.size(), 2U);
    }

    // While the 256 outputs for the scale are generated, nothing is known but the focus' start.
    void stopDuringTheScale()
    {
        std::stop_source stop;
        std::atomic<int> generated = 0;
        const ToyPath toy("value[0]", 1, {}, [&] {
            ++generated;
            stop.request_stop();
        });
        ExplainControl control;
        control.stop = stop.get_token();
        ExplainSettings settings = settingsOf(3, 5);
        settings.scale = ResponseScale::Deviation;
        const Explanation result = run(toy, settings, nullptr, control);
        QVERIFY(result.end == RunEnd::Stopped);
        QCOMPARE(result.examples, std::vector<int>{0});
        QCOMPARE(result.directions.at(Direction::Positive).responses.rows(), 1U);
        QVERIFY(generated < 20);
    }

    void abortDiscardsEverything_data()
    {
        QTest::addColumn<int>("pass");
        QTest::newRow("at the first pass of the generator") << 1;
        QTest::newRow("in the middle") << 6;
        QTest::newRow("while the results are generated") << 14; // 2 pairs·6, then 3 sets
    }

    void abortDiscardsEverything()
    {
        QFETCH(int, pass);
        std::stop_source abort;
        std::atomic<int> generated = 0;
        const ToyPath toy("value[0]", 1, {}, [&] {
            if (++generated == pass)
                abort.request_stop();
        });
        ExplainControl control;
        control.abort = abort.get_token();
        const Explanation result = run(toy, settingsOf(2, 5), nullptr, control);
        QVERIFY(result.end == RunEnd::Aborted);
        QVERIFY(result.examples.empty());
        QVERIFY(result.directions.empty());
        QCOMPARE(generated.load(), pass);
    }

    // The same start and path for both directions, any number of examples, any focus.
    void examplesDependOnNothingElse()
    {
        const ToyPath toy("value[0] + norm(map)", 2);
        const Explanation many = run(toy, settingsOf(5, 6));
        ExplainControl control;
        control.focus = 2;
        const Explanation few = run(toy, settingsOf(3, 6), nullptr, control);
        const Explanation one = run(toy, settingsOf(3, 6, Directions::Negative));
        const DirectionResult& wide = many.directions.at(Direction::Negative);
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY(std::ranges::equal(few.startLatents.row(i), many.startLatents.row(i)));
            for (const Explanation* other : {&few, &one}) {
                const DirectionResult& part = other->directions.at(Direction::Negative);
                QCOMPARE(column(part.responses, i), column(wide.responses, i));
                QVERIFY(std::ranges::equal(part.latents.row(i), wide.latents.row(i)));
            }
        }
    }

    void progressInTheMiddleAndAtTheEnd()
    {
        std::atomic<int> evaluations = 0;
        std::atomic<bool> seen = false;
        // Two pairs (focus 2, then 0) are complete; the third waits in its second step.
        const ToyPath toy("value[0]", 1, [&] {
            if (++evaluations == 2 * 6 + 3)
                while (!seen)
                    std::this_thread::yield();
        });
        std::optional<ExplainProgress> middle;
        std::optional<ExplainProgress> last;
        ExplainControl control;
        control.focus = 2;
        control.watchedExamples = 2;
        control.progressIntervalSeconds = 0.001;
        control.progress = [&](const ExplainProgress& progress) {
            if (evaluations >= 15 && !middle) {
                middle = progress;
                seen = true;
            }
            last = progress;
        };
        const RealResponses real = realExample(0);
        const Explanation result = run(toy, settingsOf(3, 5), &real, control);
        const DirectionResult& expected = result.directions.at(Direction::Positive);
        QVERIFY(middle && last);

        QCOMPARE(middle->finishedExamples, 2);
        QCOMPARE(middle->fraction, 22.0 / 30); // updates of rows: 5 + 5 + 1, both directions
        QVERIFY(middle->secondsLeft && *middle->secondsLeft > 0);
        const DirectionProgress& half = middle->directions.at(Direction::Positive);
        QCOMPARE(half.stepsDone, (std::vector<int>{5, 1, 5}));
        QCOMPARE(column(half.responses, 0), column(expected.responses, 0));
        QVERIFY(std::isnan(half.responses(2, 1)));
        // Row t of the norms: of the latents after t updates, as in the finished path.
        for (std::size_t step = 0; step <= 5; ++step)
            QVERIFY(std::abs(half.latentNorms(step, 0) - norm(expected.path[step].row(0))) < 1e-5);
        QVERIFY(!std::isnan(half.latentNorms(1, 1)) && std::isnan(half.latentNorms(2, 1)));
        QCOMPARE(half.gradientNorms, std::vector<double>(5, 1.0)); // of value[0]
        QCOMPARE(half.distances,
                 distancesBySteps(expected.responses, {0, 2}, 6, &real, Direction::Positive));
        QCOMPARE(half.mels.size(), 2U); // the third pair is not watched
        QCOMPARE(half.mels[0].example, 2);
        QCOMPARE(half.mels[0].step, 5);
        QCOMPARE(half.mels[0].mel.at(0), expected.latents(2, 0));
        QCOMPARE(half.mels[1].example, 0);
        QCOMPARE(half.mels[1].mel.at(0), expected.latents(0, 0));

        QCOMPARE(last->finishedExamples, 3);
        QCOMPARE(last->fraction, 1.0);
        QCOMPARE(last->secondsLeft.value_or(-1), 0.0);
        const DirectionProgress& whole = last->directions.at(Direction::Positive);
        QVERIFY(isSame(whole.responses, expected.responses));
        QCOMPARE(whole.distances.size(), expected.distances.size());
        for (std::size_t step = 0; step <= 5; ++step) // summed in another order
            QCOMPARE(whole.distances[step], expected.distances[step]);
    }
};

QTEST_APPLESS_MAIN(TestExplanationRun)
#include "tst_explanation_run.moc"
