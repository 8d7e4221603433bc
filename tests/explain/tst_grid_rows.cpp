// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explanation_run.h"
#include "core/nets/music_generator.h"
#include "core/nets/svdnet.h"
#include "tests/explain/grid_example.h"

#include <ATen/ops/full.h>

#include <QTest>

#include <optional>

using namespace earshot;

// Every checkpoint of a grid is what its setting alone gives, bit for bit, with the real networks,
// whose rounding depends on the number of rows they are given.
class TestGridRows : public QObject
{
    Q_OBJECT

    // Made on one thread of torch's, as is everything here.
    std::optional<SvdNet> m_classifier;
    std::optional<MusicGenerator> m_generator;
    std::optional<Standardise> m_inputMap;

private Q_SLOTS:
    void initTestCase()
    {
        initialiseTorch(DeviceChoice::Cpu, 1);
        m_classifier.emplace(SvdNet::initialWeights(1));
        m_generator.emplace(MusicGenerator::initialWeights(2));
        m_inputMap.emplace(at::full({80}, -3.0), at::full({80}, 2.0));
    }

    void everyCheckpointIsTheSingleRun_data()
    {
        QTest::addColumn<bool>("positive");
        QTest::addColumn<int>("threads");
        QTest::newRow("positive, one thread") << true << 1;
        QTest::newRow("negative, three threads") << false << 3;
    }

    void everyCheckpointIsTheSingleRun()
    {
        QFETCH(bool, positive);
        QFETCH(int, threads);
        const ResponseExpression expression =
            parseResponse("fc9[0] + 0.5*mean(conv4[3])", describedLayers(*m_classifier));
        const ResponsePath path{
            *m_generator, *m_inputMap, *m_classifier, expression, {false, "CPU", threads}};
        GridSettings settings = toyGrid();
        settings.direction = positive ? Direction::Positive : Direction::Negative;
        settings.learningRates = {0.1, 0.001, 0.01}; // with 3 starts an odd number of rows
        settings.priorWeights = {0.1};
        settings.steps = {3, 1};
        settings.freshExamples = 0;
        const RealSide real = toyReal();
        const GridResult grid = searchGrid({path, settings, real, Json::object()});
        ExplainSettings single;
        single.directions = positive ? Directions::Positive : Directions::Negative;
        single.examples = settings.examples;
        single.seed = settings.seed;
        single.scale = ResponseScale::Raw;
        single.choice = StepChoice::Last;
        for (std::size_t row = 0; row < grid.measurements.size(); ++row) {
            const GridSetting& setting = grid.measurements[row].setting;
            single.learningRate = setting.learningRate;
            single.priorWeight = setting.priorWeight;
            single.steps = setting.steps;
            const Explanation alone = runExplanation({path, single, nullptr}, {});
            const DirectionResult& result = alone.directions.at(settings.direction);
            const auto step = static_cast<std::size_t>(setting.steps);
            QVERIFY(hasSameBits(result.responses.row(step), grid.responses.row(row)));
            QVERIFY(hasSameBits(result.latents.values(),
                                grid.latents.view().slice(row * 3, 3).values()));
            // They differ from each other, and from the start.
            QVERIFY(!hasSameBits(result.responses.row(step), result.responses.row(0)));
            QVERIFY(row == 0 || !hasSameBits(grid.responses.row(row), grid.responses.row(0)));
            for (std::size_t t = 0; t <= step; ++t)
                QVERIFY(hasSameBits(result.responses.row(t),
                                    grid.curves.row(grid.measurements[row].pair * 4 + t)));
        }
    }
};

QTEST_APPLESS_MAIN(TestGridRows)
#include "tst_grid_rows.moc"
