// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_reader.h"
#include "core/explain/grid_record.h"
#include "tests/explain/changed_tensors.h"
#include "tests/explain/grid_example.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QTest>

#include <cmath>

using namespace earshot;

class TestGridReader : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

    static GridResult searched(const GridSettings& settings)
    {
        GridResult grid = toySearch(ToyPath("value[0]"), settings);
        grid.real.warnings = {"they are few"};
        grid.record = gridRecord(grid, {}, {}, {false, "CPU, 1 thread", 1});
        return grid;
    }

    // A number that may be NaN.
    static bool isSame(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

    static void compare(const GridMeasurement& a, const GridMeasurement& b)
    {
        QCOMPARE(a.setting.learningRate, b.setting.learningRate);
        QCOMPARE(a.setting.priorWeight, b.setting.priorWeight);
        QCOMPARE(a.setting.steps, b.setting.steps);
        QCOMPARE(a.pair, b.pair);
        QCOMPARE(a.examples, b.examples);
        QVERIFY(isSame(a.moments.mean, b.moments.mean));
        QVERIFY(isSame(a.moments.variance, b.moments.variance));
        QVERIFY(isSame(a.distance, b.distance));
        QVERIFY(isSame(a.interval.low, b.interval.low));
        QVERIFY(isSame(a.interval.high, b.interval.high));
        QCOMPARE(a.state, b.state);
        QCOMPARE(a.isTied, b.isTied);
    }

private Q_SLOTS:
    void comesBack_data()
    {
        QTest::addColumn<bool>("quick");
        QTest::newRow("steps as given") << false;
        QTest::newRow("smallest distance, refined") << true;
    }
    void comesBack()
    {
        QFETCH(bool, quick);
        GridSettings settings = toyGrid();
        settings.direction = quick ? Direction::Negative : Direction::Positive;
        if (quick) {
            settings.steps = {8};
            settings.choice = StepChoice::SmallestDistance;
            settings.refinedPairs = 1;
            settings.refinedExamples = 5;
            settings.seed = (std::uint64_t(1) << 63U) - 1;
        }
        const GridResult written = searched(settings);
        const std::filesystem::path folder = m_folder.path(quick ? "quick" : "full");
        writeGrid(written, folder);
        const std::optional<GridResult> read = readGrid(folder);
        QVERIFY(read);
        QCOMPARE(gridSettingsJson(read->settings).dump(), gridSettingsJson(settings).dump());
        QCOMPARE(read->response, written.response);
        QCOMPARE(read->end, RunEnd::Completed);
        QCOMPARE(read->real.responses, written.real.responses);
        QCOMPARE(read->real.source, written.real.source);
        QCOMPARE(read->real.warnings, written.real.warnings);
        QCOMPARE(read->realMoments.variance, written.realMoments.variance);
        QCOMPARE(read->measurements.size(), written.measurements.size());
        for (std::size_t row = 0; row < read->measurements.size(); ++row) {
            compare(read->measurements[row], written.measurements[row]);
            QCOMPARE(read->measurements[row].isRefined, written.measurements[row].isRefined);
            // Stored as float32.
            QVERIFY(isSame(read->measurements[row].change,
                           static_cast<float>(written.measurements[row].change)));
        }
        QVERIFY(written.best && written.chosen);
        QCOMPARE(read->best, written.best);
        QCOMPARE(read->chosen, written.chosen);
        QVERIFY(hasSameBits(read->responses.values(), written.responses.values()));
        QCOMPARE(read->curves.columns(), written.curves.columns());
        QVERIFY(hasSameBits(read->curves.values(), written.curves.values()));
        QVERIFY(read->fresh && written.fresh);
        QCOMPARE(read->fresh->responses, written.fresh->responses);
        QVERIFY(isSame(read->fresh->measurement.distance, written.fresh->measurement.distance));
        QCOMPARE(read->seconds, written.seconds);
        QCOMPARE(read->record.keys().size(), written.record.keys().size());
        for (const std::string& key : written.record.keys())
            QCOMPARE(read->record.at(key).dump(), written.record.at(key).dump());
    }

    void stoppedAndUnknown()
    {
        std::stop_source stop;
        stop.request_stop();
        GridControl control;
        control.stop = stop.get_token();
        GridResult written = toySearch(ToyPath("value[0]"), toyGrid(), control);
        written.record = gridRecord(written, {}, {}, {});
        writeGrid(written, m_folder.path("stopped"));
        const std::optional<GridResult> read = readGrid(m_folder.path("stopped"));
        QVERIFY(read);
        QCOMPARE(read->end, RunEnd::Stopped);
        QVERIFY(!read->best && !read->chosen && !read->fresh);
        QCOMPARE(read->measurements[0].state, GridState::Stopped);
        QCOMPARE(read->measurements[0].examples, 0);
        QVERIFY(std::isnan(read->measurements[0].distance));
    }

    void nothingIsThere()
    {
        QVERIFY(!readGrid(m_folder.path("nothing")));
        writeGrid(searched(toyGrid()), m_folder.path("half"));
        std::filesystem::remove(m_folder.path("half/grid.csv"));
        QVERIFY(!readGrid(m_folder.path("half")));
    }

    void damaged_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("message");
        QTest::newRow("state") << QByteArray(",ok") << QByteArray(",fine") << "unknown state";
        QTest::newRow("another setting")
            << QByteArray("0.25,0,8") << QByteArray("0.35,0,8") << "does not belong";
        QTest::newRow("steps") << QByteArray("0.25,0,8") << QByteArray("0.25,0,9")
                               << "does not belong";
        QTest::newRow("no number") << QByteArray("0.25,0,8") << QByteArray("0.25,x,8") << "number";
        QTest::newRow("a row less")
            << QByteArray("positive,0.25,0,8") << QByteArray() << "does not belong";
        QTest::newRow("half a step") << QByteArray("0.25,0,4,") << QByteArray("0.25,0,4.5,")
                                     << "expected a whole number, found 4.5";
    }
    void damaged()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QString, message);
        writeGrid(searched(toyGrid()), m_folder.path("damaged"));
        QByteArray table = m_folder.read("damaged/grid.csv");
        QVERIFY(table.contains(from));
        if (to.isEmpty())
            table.truncate(table.indexOf(from));
        m_folder.write("damaged/grid.csv", table.replace(from, to));
        const QString problem = badInputOf([&] { readGrid(m_folder.path("damaged")); });
        QVERIFY2(problem.contains(message) && problem.contains("grid.csv"), qPrintable(problem));
    }

    // What a crash between the two renames leaves.
    void anOlderTableIsRefused_data()
    {
        QTest::addColumn<bool>("fewer");
        QTest::newRow("of a stopped search") << true;
        QTest::newRow("of other models") << false;
    }
    void anOlderTableIsRefused()
    {
        QFETCH(bool, fewer);
        const GridResult now = searched(toyGrid());
        GridResult before = now;
        for (GridMeasurement& measurement : before.measurements) {
            measurement.examples -= fewer ? 1 : 0;
            measurement.moments.mean += fewer ? 0 : 0.01;
        }
        writeGrid(before, m_folder.path("older"));
        const QByteArray table = m_folder.read("older/grid.csv");
        writeGrid(now, m_folder.path("older"));
        QVERIFY(readGrid(m_folder.path("older")));
        m_folder.write("older/grid.csv", table);
        const QString problem = badInputOf([&] { readGrid(m_folder.path("older")); });
        QVERIFY2(problem.contains("grid.csv': does not belong to its grid.earshot"),
                 qPrintable(problem));
    }

    void damagedTensors()
    {
        writeGrid(searched(toyGrid()), m_folder.path("tensors"));
        const QByteArray tensors = m_folder.read("tensors/grid.earshot");
        m_folder.write("tensors/grid.earshot", tensors.left(tensors.size() - 4));
        QVERIFY(badInputOf([&] { readGrid(m_folder.path("tensors")); }).contains("grid.earshot"));
        QByteArray other = tensors;
        m_folder.write("tensors/grid.earshot", other.replace("earshot-grid-1", "earshot-grid-2"));
        QVERIFY(badInputOf([&] { readGrid(m_folder.path("tensors")); }).contains("no grid"));
    }

    void damagedSettings_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("message");
        QTest::newRow("seed") << "seed"
                              << "\"1\""
                              << "wrong value at 'settings.seed'";
        QTest::newRow("no steps") << "steps"
                                  << "[0,8]"
                                  << "'steps': is out of range";
        QTest::newRow("half a step")
            << "steps"
            << "[4.5,8]"
            << "'steps': cannot be used: expected a whole number, found 4.5";
        QTest::newRow("direction") << "direction"
                                   << "\"sideways\""
                                   << "'sideways': is no direction";
    }
    void damagedSettings()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, message);
        writeGrid(searched(toyGrid()), m_folder.path("whole"));
        writeGrid(searched(toyGrid()), m_folder.path("settings"));
        ChangedTensors changed(m_folder.path("whole/grid.earshot"));
        Json settings = Json::parse(changed.metadata().at("settings"), "settings");
        settings.set(key.toStdString(), Json::parse(value.toStdString(), "value"));
        changed.metadata()["settings"] = settings.dump(-1);
        changed.write(m_folder.path("settings/grid.earshot"));
        const QString problem = badInputOf([&] { readGrid(m_folder.path("settings")); });
        QVERIFY2(problem.contains(message) && problem.contains("grid.earshot"),
                 qPrintable(problem));
    }
};

QTEST_APPLESS_MAIN(TestGridReader)
#include "tst_grid_reader.moc"
