// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explainer.h"
#include "core/explain/optimiser.h"
#include "core/nets/music_generator.h"
#include "core/nets/svdnet.h"
#include "tests/explain/toy_path.h"

#include <ATen/ops/full.h>

#include <QTest>

#include <cstring>
#include <limits>
#include <optional>
#include <string>

using namespace earshot;

namespace {

constexpr int steps = 2;

// All that happened to one row, as bits.
std::string bitsOf(const Trajectories& result, std::size_t row)
{
    std::string bits;
    const auto append = [&bits](std::span<const float> values) {
        bits.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    };
    for (std::size_t step = 0; step <= steps; ++step) {
        append({&result.responses(step, row), 1});
        append(result.latents[step].row(row));
        if (step < steps)
            append({&result.gradientNorms(step, row), 1});
    }
    return bits;
}

} // namespace

// A row's bits depend on that row alone, with the real networks, whose rounding depends on the
// number of rows they are given.
class TestOptimiserRows : public QObject
{
    Q_OBJECT

    // Made on one thread of torch's, as is everything here.
    std::optional<SvdNet> m_classifier;
    std::optional<MusicGenerator> m_generator;
    std::optional<Standardise> m_inputMap;
    Matrix<float> m_starts = startLatents(5, 4); // the last is poisoned
    std::vector<OptimiserRow> m_rows{{0, Direction::Positive, 0.01, 0.001},
                                     {1, Direction::Negative, 0.1, 0.1},
                                     {2, Direction::Positive, 0.001, 0}};
    std::vector<std::string> m_alone; // bits of each row in a run of its own

    std::vector<std::string> run(const std::vector<OptimiserRow>& rows, int threads) const
    {
        const ResponseExpression expression = parseResponse(
            "fc9[0] + fc9.act[0] + 0.5*mean(conv4[3])", describedLayers(*m_classifier));
        const ResponsePath path{
            *m_generator, *m_inputMap, *m_classifier, expression, {false, "CPU", threads}};
        OptimiserTask task;
        task.starts = m_starts;
        task.rows = rows;
        task.steps = steps;
        const Trajectories result = optimise(path, task);
        std::vector<std::string> bits;
        for (std::size_t row = 0; row < rows.size(); ++row)
            bits.push_back(bitsOf(result, row));
        return bits;
    }

private Q_SLOTS:
    void initTestCase()
    {
        initialiseTorch(DeviceChoice::Cpu, 1);
        m_classifier.emplace(SvdNet::initialWeights(1));
        m_generator.emplace(MusicGenerator::initialWeights(2));
        m_inputMap.emplace(at::full({80}, -3.0), at::full({80}, 2.0));
        m_starts(3, 7) = std::numeric_limits<float>::quiet_NaN();
        for (const OptimiserRow& row : m_rows)
            m_alone.push_back(run({row}, 1).front());
        QVERIFY(m_alone[0] != m_alone[1]);
        // Rows move, so that equal bits say something.
        const std::string& bits = m_alone[0];
        const std::size_t perStep = 4 + 128 * 4 + 4;
        QVERIFY(bits.substr(4, 128 * 4) != bits.substr(perStep + 4, 128 * 4));
    }

    void neighboursOrderAndThreads_data()
    {
        QTest::addColumn<QList<int>>("order"); // 3: a row whose start has a NaN
        QTest::addColumn<int>("threads");
        QTest::newRow("two in a block, one padded") << QList<int>{0, 1, 2} << 1;
        QTest::newRow("three threads") << QList<int>{1, 0, 0, 2, 1} << 3;
        QTest::newRow("beside NaN, first") << QList<int>{3, 0} << 1;
        QTest::newRow("beside NaN, second") << QList<int>{1, 3, 3, 2} << 2;
    }

    void neighboursOrderAndThreads()
    {
        QFETCH(QList<int>, order);
        QFETCH(int, threads);
        std::vector<OptimiserRow> rows;
        for (const int row : order)
            rows.push_back(row == 3 ? OptimiserRow{3, Direction::Negative, 0.1, 0.1}
                                    : m_rows[static_cast<std::size_t>(row)]);
        const std::vector<std::string> bits = run(rows, threads);
        for (std::size_t i = 0; i < bits.size(); ++i) {
            const int row = order[static_cast<qsizetype>(i)];
            if (row < 3) {
                QVERIFY2(bits[i] == m_alone[static_cast<std::size_t>(row)],
                         qPrintable(QString("row %1 in place %2").arg(row).arg(i)));
                continue;
            }
            float response = 0; // the poisoned one is NaN from the start
            std::memcpy(&response, bits[i].data(), sizeof response);
            QVERIFY(std::isnan(response));
        }
    }

    // An example's two directions from one start, as explanations pair them: they share row 0 of
    // their trajectories, and each is what it is alone.
    void directionsAsAPair()
    {
        OptimiserRow negative = m_rows[0];
        negative.direction = Direction::Negative;
        const std::vector<std::string> pair = run({m_rows[0], negative}, 1);
        QVERIFY(pair[0] == m_alone[0]);
        QVERIFY(pair[1] == run({negative}, 1).front());
        const std::size_t start = 4 + 128 * 4;
        QVERIFY(pair[0].substr(0, start) == pair[1].substr(0, start));
        QVERIFY(pair[0] != pair[1]);
    }
};

QTEST_APPLESS_MAIN(TestOptimiserRows)
#include "tst_optimiser_rows.moc"
