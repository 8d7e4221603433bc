// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/search_store.h"
#include "core/explain/explanation_record.h"
#include "core/explain/grid_batch.h"
#include "core/explain/grid_identity.h"
#include "core/explain/grid_trajectories.h"
#include "core/nets/device.h"
#include "tests/support/files.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace earshot;

namespace fs = std::filesystem;

namespace {

// Nothing is known of it but its grid and its end.
std::shared_ptr<const GridResult> resultOf(SearchForm form, RunEnd end)
{
    auto result = std::make_shared<GridResult>();
    result->settings = gridOf(form, Direction::Positive);
    result->end = end;
    return result;
}

// `rows` finished trajectories of so many updates each.
GridTrajectories trajectories(std::size_t rows, int steps)
{
    GridTrajectories all;
    for (std::size_t i = 0; i < rows; ++i)
        all[{0, i}] = {steps, true, std::vector<float>(static_cast<std::size_t>(steps) + 1), 1,
                       Matrix<float>(1, 4)};
    return all;
}

// Of some response, with one real response.
Json identityOf(const GridSettings& settings, const char* version, float real)
{
    return gridIdentity(Json::object({{"response", "fc9[0]"}, {"versions", version}}), settings,
                        {{real}, "one", {}}, {});
}

} // namespace

class TestSearchStore : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

private Q_SLOTS:
    void names()
    {
        for (const Direction direction : {Direction::Positive, Direction::Negative})
            for (const SearchForm form : {SearchForm::Quick, SearchForm::Full}) {
                QCOMPARE(gridOf(form, direction).direction, direction);
                QVERIFY(formOf(gridOf(form, direction)) == form);
            }
        GridSettings other = quickGrid();
        other.examples = 9;
        QVERIFY(!formOf(other));
        QCOMPARE(gridName(quickGrid()), std::string("9x8x100"));
        QCOMPARE(gridName(fullGrid()), std::string("9x50x1000"));
        Device gpu;
        gpu.isCuda = true;
        QCOMPARE(checkpointOf("f", fullGrid(), {}), fs::path("f/unfinished-9x50x1000.earshot"));
        QCOMPARE(checkpointOf("f", fullGrid(), gpu),
                 fs::path("f/unfinished-gpu-9x50x1000.earshot"));
    }

    void nothing()
    {
        const StoredSearches stored = readSearches(m_folder.path("none"));
        QVERIFY(stored.results.empty() && stored.unfinished.empty() && stored.problems.empty());
        QVERIFY(mostInformative(stored.results) == stored.results.end());
    }

    // Completed before stopped, then the larger grid.
    void mostInformativeOne()
    {
        const auto best = [](RunEnd quick, RunEnd full) {
            const GridResults results{{"q", resultOf(SearchForm::Quick, quick)},
                                      {"f", resultOf(SearchForm::Full, full)}};
            return mostInformative(results)->first;
        };
        QCOMPARE(best(RunEnd::Completed, RunEnd::Completed), std::string("f"));
        QCOMPARE(best(RunEnd::Completed, RunEnd::Stopped), std::string("q"));
        QCOMPARE(best(RunEnd::Stopped, RunEnd::Completed), std::string("f"));
        QCOMPARE(best(RunEnd::Stopped, RunEnd::Stopped), std::string("f"));
    }

    void replacing()
    {
        GridResult stopped;
        stopped.end = RunEnd::Stopped;
        stopped.measurements.resize(1);
        stopped.measurements[0].examples = 2;
        stopped.curves = Matrix<float>({1, std::numeric_limits<float>::quiet_NaN()}, 2, 1);
        GridResult knowsMore = stopped;
        knowsMore.measurements[0].examples = 3;
        GridResult knowsNothing = stopped;
        knowsNothing.curves = Matrix<float>({std::nanf(""), std::nanf("")}, 2, 1);
        GridResult completed = stopped;
        completed.end = RunEnd::Completed;
        QVERIFY(isWorthKeeping(stopped, nullptr));
        QVERIFY(!isWorthKeeping(knowsNothing, nullptr));
        QVERIFY(isWorthKeeping(knowsMore, &stopped));
        QVERIFY(!isWorthKeeping(stopped, &knowsMore));
        QVERIFY(isWorthKeeping(completed, &knowsMore));
        QVERIFY(!isWorthKeeping(knowsMore, &completed));
        QVERIFY(isWorthKeeping(completed, &completed));
    }

    // Two of 50,000 updates of nine pairs and the fresh starts.
    void checkpoint()
    {
        const GridSettings full = gridOf(SearchForm::Full, Direction::Positive);
        const fs::path folder = m_folder.path("searches");
        const fs::path file = checkpointOf(folder, full, {});
        QCOMPARE(unfinishedSearch(file).updates, 0.0);
        const Json identity = identityOf(full, "1.0", 3);
        writeGridCheckpoint(file, identity, full, trajectories(2, 1000));
        QCOMPARE(unfinishedSearch(file).updates, 2000.0);
        const StoredSearches stored = readSearches(folder);
        QCOMPARE(stored.unfinished.size(), std::size_t(1));
        QVERIFY(stored.problems.empty());
        const UnfinishedSearch& unfinished = stored.unfinished.at(file);
        QCOMPARE(unfinished.updates, 2000.0);
        QCOMPARE(shareDone(unfinished, full, identity), 2000.0 / 500000);
        QCOMPARE(shareDone({1e9, identity}, full, identity), 1.0);

        // What the engine would refuse to go on from is nothing to go on with.
        const GridSettings negative = gridOf(SearchForm::Full, Direction::Negative);
        QCOMPARE(shareDone(unfinished, negative, identityOf(negative, "1.0", 3)), 0.0);
        QCOMPARE(shareDone(unfinished, full, identityOf(full, "1.1", 3)), 0.0);
        QCOMPARE(shareDone(unfinished, full, identityOf(full, "1.0", 4)), 0.0);
        m_folder.write("searches/unfinished-9x50x1000.earshot", "garbage");
        QCOMPARE(unfinishedSearch(file).updates, 0.0);
        QVERIFY(readSearches(folder).unfinished.empty());
    }
};

QTEST_APPLESS_MAIN(TestSearchStore)
#include "tst_search_store.moc"
