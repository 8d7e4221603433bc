// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/equations.h"
#include "core/explain/explanation_record.h"
#include "core/explain/explanation_run.h"
#include "core/io/safetensors.h"
#include "core/nets/music_generator.h"
#include "core/nets/svdnet.h"
#include "tests/explain/toy_path.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <ATen/ops/full.h>

#include <QTest>

#include <cmath>

using namespace earshot;

namespace {

constexpr float rate = 0.125F;

// value[0] is the first value of the log-mel, of gradient 1: Adam moves it by exactly the learning
// rate at every step.
ExplainSettings inputSettings(StepChoice choice = StepChoice::Last)
{
    ExplainSettings settings;
    settings.examples = 3;
    settings.steps = 4;
    settings.learningRate = rate;
    settings.priorWeight = 0;
    settings.seed = 9;
    settings.scale = ResponseScale::Raw;
    settings.choice = choice;
    settings.space = SearchSpace::Input;
    return settings;
}

Explanation explained(const ExplainSettings& settings, const RealResponses* real = nullptr,
                      const ExplainControl& control = {})
{
    const ToyPath toy("value[0]");
    Explanation explanation = runExplanation({toy.path(), settings, real}, control);
    explanation.record = explanationRecord(explanation, {}, {}, {false, "CPU", 1}, real);
    return explanation;
}

} // namespace

// Eq. 1: the spectrogram itself is optimised.
class TestInputSpace : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

private Q_SLOTS:
    void initTestCase() { initialiseTorch(DeviceChoice::Cpu, 1); }

    void gradient()
    {
        std::vector<float> gradient(2);
        inputObjectiveGradient(std::vector<float>{3, -4}, Direction::Positive, 0.5, gradient);
        QCOMPARE(gradient, (std::vector<float>{1.5F, -2}));
        inputObjectiveGradient(std::vector<float>{3, -4}, Direction::Negative, 1, gradient);
        QCOMPARE(gradient, (std::vector<float>{-3, 4}));
    }

    // Only what the response depends on moves, by the learning rate, from the generator's output of
    // the starts that Eq. 2 has.
    void movesTheSpectrogram()
    {
        const Explanation explanation = explained(inputSettings());
        ExplainSettings latent = inputSettings();
        latent.space = SearchSpace::Latent;
        const Explanation other = explained(latent);
        QVERIFY(std::ranges::equal(explanation.startMels.values(), other.startMels.values()));
        QVERIFY(std::ranges::equal(explanation.startLatents.values(), other.startLatents.values()));
        for (const auto& [direction, result] : explanation.directions) {
            QCOMPARE(result.mels.rows(), std::size_t(3));
            QVERIFY(result.latents.empty() && result.path.empty() && result.pathSteps.empty());
            const float way = direction == Direction::Positive ? rate : -rate;
            for (std::size_t i = 0; i < 3; ++i) {
                QVERIFY(std::abs(result.mels(i, 0) - explanation.startMels(i, 0) - 4 * way) <
                        1e-5F);
                for (std::size_t value = 1; value < 6; ++value)
                    QCOMPARE(result.mels(i, value), explanation.startMels(i, value));
                QCOMPARE(result.responses(0, i), explanation.startMels(i, 0));
                QCOMPARE(result.responses(4, i), result.mels(i, 0));
            }
            for (const double norm : result.gradientNorms)
                QCOMPARE(norm, 1.0);
        }
    }

    // A log-mel of the step that Eq. 3 chooses, not of the last.
    void chosenStep()
    {
        const Explanation last = explained(inputSettings());
        const DirectionResult& end = last.directions.at(Direction::Positive);
        RealResponses real;
        for (std::size_t i = 0; i < 3; ++i) // what it is after two steps
            real.highest.push_back({end.responses(2, i), "song", 0});
        real.lowest = real.highest;
        const Explanation chosen = explained(inputSettings(StepChoice::SmallestDistance), &real);
        const DirectionResult& result = chosen.directions.at(Direction::Positive);
        QCOMPARE(result.chosenStep, 2);
        QVERIFY(result.distances[2] < 1e-9);
        QVERIFY(std::abs(result.mels(1, 0) - chosen.startMels(1, 0) - 2 * rate) < 1e-5F);
    }

    void file()
    {
        const Explanation written = explained(inputSettings());
        writeExplanation(written, m_folder.path("input.earshot"));
        const SafetensorsFile file(m_folder.path("input.earshot"));
        for (const TensorView& tensor : file.tensors())
            QVERIFY2(tensor.name == "latents_start" || !tensor.name.starts_with("latents"),
                     tensor.name.c_str());
        const Explanation read = readExplanation(m_folder.path("input.earshot"));
        QVERIFY(read.settings.space == SearchSpace::Input);
        for (const auto& [direction, expected] : written.directions) {
            const DirectionResult& found = read.directions.at(direction);
            QVERIFY(std::ranges::equal(found.mels.values(), expected.mels.values()));
            QVERIFY(std::ranges::equal(found.responses.values(), expected.responses.values()));
            QCOMPARE(found.chosenStep, 4);
        }
        writeExplanation(read, m_folder.path("again.earshot"));
        QCOMPARE(m_folder.read("again.earshot"), m_folder.read("input.earshot"));
        QVERIFY(badInputOf([&] {
                    writeExplanation(read, m_folder.path("c.earshot"), ResultDetail::Compact);
                }).contains("cannot be compact"));
        QVERIFY(!m_folder.entries().contains("c.earshot"));
    }

    // Eq. 1 has no prior; and what was stored before Eq. 1 was known keeps its settings' text.
    void settings()
    {
        ExplainSettings wrong = inputSettings();
        wrong.priorWeight = 0.001;
        QVERIFY(badInputOf([&] { checkSettings(wrong); }).contains("no part in Eq. 1"));
        QVERIFY(!settingsJson(ExplainSettings()).contains("space"));
        QVERIFY(settingsOf(settingsJson(ExplainSettings())).space == SearchSpace::Latent);
        Json json = settingsJson(inputSettings());
        QVERIFY(settingsOf(json).space == SearchSpace::Input);
        json.set("space", "outer");
        QVERIFY(badInputOf([&] { settingsOf(json); }).contains("latent, input"));
    }

    // Nothing of a start that was begun is kept; one that was finished is.
    void stops_data()
    {
        QTest::addColumn<int>("finished"); // examples before the stop
        QTest::newRow("before anything") << 0;
        QTest::newRow("after the first") << 1;
    }

    void stops()
    {
        QFETCH(int, finished);
        std::stop_source source;
        std::atomic<int> passes = 0;
        // Two rows of the classifier a pass, five passes an example.
        const ToyPath toy("value[0]", 1, [&] {
            if (passes++ == 5 * finished + 2)
                source.request_stop();
        });
        ExplainControl control;
        control.stop = source.get_token();
        const Explanation explanation =
            runExplanation({toy.path(), inputSettings(), nullptr}, control);
        QVERIFY(explanation.end == RunEnd::Stopped);
        QCOMPARE(explanation.examples.size(), static_cast<std::size_t>(finished));
        QCOMPARE(explanation.directions.size(), finished == 0 ? 0U : 2U);
        if (finished > 0)
            QCOMPARE(explanation.directions.at(Direction::Negative).mels.rows(), std::size_t(1));
    }

    void stoppedAtOnce()
    {
        std::stop_source source;
        source.request_stop();
        ExplainControl control;
        control.stop = source.get_token();
        const Explanation explanation = explained(inputSettings(), nullptr, control);
        QVERIFY(explanation.end == RunEnd::Stopped && explanation.examples.empty());
    }

    // With the real classifier, whose rounding depends on the number of rows it is given.
    void rowsAreIndependent()
    {
        const SvdNet classifier(SvdNet::initialWeights(1));
        const MusicGenerator generator(MusicGenerator::initialWeights(2));
        const Standardise inputMap(at::full({80}, -3.0), at::full({80}, 2.0));
        const ResponseExpression expression = parseResponse("fc9[0]", describedLayers(classifier));
        Matrix<float> starts(2, 115 * 80);
        for (std::size_t i = 0; i < starts.size(); ++i)
            starts.data()[i] = static_cast<float>(std::sin(0.37 * static_cast<double>(i)));
        const auto run = [&](const std::vector<OptimiserRow>& rows, int threads) {
            const ResponsePath path{
                generator, inputMap, classifier, expression, {false, "CPU", threads}};
            OptimiserTask task;
            task.space = SearchSpace::Input;
            task.starts = starts;
            task.rows = rows;
            task.steps = 2;
            return optimise(path, task);
        };
        const OptimiserRow first{0, Direction::Positive, 0.01, 0};
        const OptimiserRow second{1, Direction::Negative, 0.1, 0};
        const Trajectories alone = run({first}, 1);
        const Trajectories beside = run({second, second, second, first}, 2);
        QVERIFY(std::ranges::equal(alone.latents[2].row(0), beside.latents[2].row(3)));
        QCOMPARE(alone.responses(2, 0), beside.responses(2, 3));
        QVERIFY(alone.responses(2, 0) > alone.responses(0, 0));
        QVERIFY(beside.responses(2, 0) < beside.responses(0, 0));
    }
};

QTEST_APPLESS_MAIN(TestInputSpace)
#include "tst_input_space.moc"
