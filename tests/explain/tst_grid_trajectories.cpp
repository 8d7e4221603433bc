// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_trajectories.h"
#include "tests/explain/changed_tensors.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <QTest>

#include <cmath>
#include <functional>
#include <limits>

using namespace earshot;

namespace {

constexpr std::size_t latentSize = 2;

// One pair, up to 3 steps, latents after 1 and 3 of them; 4 starts and 2 fresh ones.
GridSettings smallGrid()
{
    GridSettings settings;
    settings.learningRates = {0.5};
    settings.priorWeights = {0, 1};
    settings.steps = {3, 1};
    settings.examples = 4;
    settings.freshExamples = 2;
    return settings;
}

Json identity()
{
    return Json::object({{"response", "fc9[0]"}, {"seed", 7}});
}

GridTrajectory trajectory(int steps, float base)
{
    GridTrajectory row;
    row.stepsDone = steps;
    row.finished = true;
    for (int step = 0; step <= steps; ++step)
        row.responses.push_back(base + static_cast<float>(step));
    row.startGradient = base / 2;
    const std::size_t kept = steps == 3 ? 2 : 1;
    row.latents = Matrix<float>(kept, latentSize, base);
    row.latents(kept - 1, 1) = -base;
    return row;
}

GridTrajectories threeRows()
{
    GridTrajectories rows;
    rows[{0, 2}] = trajectory(3, 10);
    rows[{1, 0}] = trajectory(3, 0);
    rows[{1, 0}].responses[2] = std::numeric_limits<float>::quiet_NaN(); // it has exploded
    rows[{1, 5}] = trajectory(1, 20);                                    // a fresh start
    return rows;
}

bool isSame(const GridTrajectory& a, const GridTrajectory& b)
{
    const auto same = [](float left, float right) {
        return left == right || (std::isnan(left) && std::isnan(right));
    };
    return a.stepsDone == b.stepsDone && a.finished == b.finished &&
           a.startGradient == b.startGradient && a.latents.rows() == b.latents.rows() &&
           a.latents.columns() == b.latents.columns() &&
           std::ranges::equal(a.responses, b.responses, same) &&
           std::ranges::equal(a.latents.values(), b.latents.values());
}

} // namespace

class TestGridTrajectories : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

    GridTrajectories read(const QString& file, const Json& wanted = identity()) const
    {
        return readGridCheckpoint(m_folder.path(file), wanted, smallGrid(), latentSize);
    }

private Q_SLOTS:
    void initTestCase()
    {
        writeGridCheckpoint(m_folder.path("file"), identity(), smallGrid(), threeRows());
    }

    void whatIsFinishedComesBack()
    {
        GridTrajectories rows = threeRows();
        rows[{0, 0}] = trajectory(3, 5);
        rows[{0, 0}].finished = false;
        writeGridCheckpoint(m_folder.path("trip"), identity(), smallGrid(), rows);
        const GridTrajectories expected = threeRows();
        const GridTrajectories found = read("trip");
        QCOMPARE(found.size(), expected.size());
        for (const auto& [key, row] : expected)
            QVERIFY(found.contains(key) && isSame(found.at(key), row));
    }

    void noFileIsNothingKnown() { QVERIFY(read("nowhere").empty()); }

    void anotherSearchSaysWhatDiffers()
    {
        const QString path = m_folder.name("file");
        Json other = identity();
        other.set("seed", 8);
        QCOMPARE(
            badInputOf([&] { read("file", other); }),
            "'" + path +
                "': belongs to an unfinished search with other seed; finish that one with its "
                "own options, choose another folder, or remove this file: expected 8, found 7");
        other.set("response", "fc8[0]");
        other.set("steps", Json::array());
        const QString message = badInputOf([&] { read("file", other); });
        QVERIFY(message.contains("other response, seed, steps; "));
        QVERIFY(message.endsWith("expected \"fc8[0]\", 8, [], found \"fc9[0]\", 7, nothing"));
    }

    void damagedFiles_data()
    {
        using Change = std::function<void(ChangedTensors&)>;
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* tag, const Change& change, const char* message) {
            QTest::newRow(tag) << change << message;
        };
        row(
            "format", [](ChangedTensors& file) { file.metadata()["format"] = "x"; },
            "has an unknown format: expected earshot-grid-checkpoint-1, found x");
        row(
            "identity", [](ChangedTensors& file) { file.metadata()["identity"] = "{"; },
            "identity");
        row(
            "no responses", [](ChangedTensors& file) { file.remove("responses"); }, "responses");
        row(
            "pair", [](ChangedTensors& file) { file.setValue("pairs", 0, 2); },
            "its pairs do not fit the grid: expected whole numbers below 2, found 2");
        row(
            "start", [](ChangedTensors& file) { file.setValue("starts", 1, 6); },
            "its starts do not fit the grid: expected whole numbers below 6, found 6");
        row(
            "half a start", [](ChangedTensors& file) { file.setValue("starts", 1, 0.5); },
            "its starts do not fit");
        row(
            "negative", [](ChangedTensors& file) { file.setValue("steps_done", 0, -1); },
            "its steps_done do not fit");
        row(
            "NaN", [](ChangedTensors& file) { file.setValue("steps_done", 0, std::nan("")); },
            "its steps_done do not fit");
        row(
            "steps", [](ChangedTensors& file) { file.setValue("steps_done", 0, 4); },
            "expected whole numbers below 4, found 4");
        row(
            "twice", [](ChangedTensors& file) { file.setValue("starts", 2, 0); },
            "is damaged: it holds a trajectory twice");
        row(
            "width",
            [](ChangedTensors& file) {
                file.reshape("responses", {3, 3});
            },
            "responses");
        row(
            "latents",
            [](ChangedTensors& file) {
                file.reshape("latents", {3, 2, 1});
            },
            "latents");
    }

    void damagedFiles()
    {
        QFETCH(std::function<void(ChangedTensors&)>, change);
        QFETCH(QString, message);
        ChangedTensors file(m_folder.path("file"));
        change(file);
        file.write(m_folder.path("damaged"));
        const QString found = badInputOf([&] { read("damaged"); });
        QVERIFY2(found.startsWith("'" + m_folder.name("damaged")), qPrintable(found));
        QVERIFY2(found.contains(message), qPrintable(found));
    }

    void cutOffFile()
    {
        m_folder.write("cut", m_folder.read("file").chopped(1));
        QVERIFY(badInputOf([&] { read("cut"); }).startsWith("'" + m_folder.name("cut")));
    }

    void aFullDiskKeepsTheOldFile()
    {
        const QByteArray before = m_folder.read("file");
        GridTrajectories rows = threeRows();
        rows[{0, 1}] = trajectory(3, 1);
        {
            const FullDisk disk(static_cast<std::size_t>(before.size()));
            QVERIFY(failureOf([&] {
                        writeGridCheckpoint(m_folder.path("file"), identity(), smallGrid(), rows);
                    }).startsWith("cannot write: '" + m_folder.name("file")));
        }
        QCOMPARE(m_folder.read("file"), before);
    }
};

QTEST_APPLESS_MAIN(TestGridTrajectories)
#include "tst_grid_trajectories.moc"
