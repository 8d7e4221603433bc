// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_record.h"
#include "core/io/csv.h"
#include "core/io/safetensors.h"
#include "tests/explain/grid_example.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <QTest>

#include <cmath>

using namespace earshot;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

// Two settings of two starts, whose second has exploded.
GridResult handMade()
{
    GridResult grid;
    grid.response = "fc9[0]";
    grid.settings.direction = Direction::Negative;
    grid.settings.learningRates = {0.1, 0.01};
    grid.settings.priorWeights = {0.001};
    grid.settings.steps = {1};
    grid.settings.examples = 2;
    grid.real = {{-2, -4}, "two numbers", {"they are few"}};
    grid.realMoments = {-3, 2};
    grid.measurements.resize(2);
    grid.measurements[0] = {{0.1, 0.001, 1}, 0, 2, {-1, 0.5}, 4.5, {0.25, 6}, GridState::Ok, 2};
    grid.measurements[0].isTied = true;
    grid.measurements[1] = {{0.01, 0.001, 1},         1,          2,
                            {notANumber, notANumber}, notANumber, {notANumber, notANumber},
                            GridState::Exploded};
    grid.responses = Matrix<float>({-1, -1.5F, std::nanf(""), 0}, 2, 2);
    grid.latents = Matrix<float>(4, 3, 7);
    grid.curves = Matrix<float>(4, 2, 5);
    grid.best = grid.chosen = 0;
    return grid;
}

} // namespace

class TestGridFile : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

    GridResult recorded() const
    {
        GridResult grid = handMade();
        ModelDescription classifier;
        classifier.sha256 = "abc";
        grid.record = gridRecord(grid, classifier, {}, {false, "CPU, 1 thread", 1});
        return grid;
    }

private Q_SLOTS:
    void theTableIsTheContract()
    {
        const std::vector<std::filesystem::path> paths =
            writeGrid(recorded(), m_folder.path("table"));
        QCOMPARE(paths, (std::vector{m_folder.path("table/grid.csv"),
                                     m_folder.path("table/grid.earshot")}));
        QCOMPARE(m_folder.read("table/grid.csv"),
                 "direction,learning_rate,prior_weight,steps,examples,mean,variance,real_mean,"
                 "real_variance,frechet_distance,distance_low,distance_high,state\n"
                 "negative,0.1,0.001,1,2,-1,0.5,-3,2,4.5,0.25,6,ok\n"
                 "negative,0.01,0.001,1,2,nan,nan,-3,2,nan,nan,nan,exploded\n");
    }

    void theTensors()
    {
        GridResult grid = recorded();
        writeGrid(grid, m_folder.path("tensors"));
        const SafetensorsFile file(m_folder.path("tensors/grid.earshot"));
        QVERIFY(hasSameBits(file.floats("responses", {2, 2}), grid.responses.values()));
        QVERIFY(hasSameBits(file.floats("latents", {2, 2, 3}), grid.latents.values()));
        QCOMPARE(file.floats("real_responses", {2}), (std::vector<float>{-2, -4}));
        QVERIFY(hasSameBits(file.floats("responses_by_step", {2, 2, 2}), grid.curves.values()));
        const std::vector<float> changes = file.floats("changes", {2});
        QVERIFY(changes[0] == 2 && std::isnan(changes[1]));
        QVERIFY(!file.contains("fresh_responses"));
        for (const TensorView& tensor : file.tensors())
            QCOMPARE(tensor.type, TensorType::F32);
        grid.fresh = FreshMeasurement{grid.measurements[0], {1, 2, 3}};
        writeGrid(grid, m_folder.path("tensors"));
        const SafetensorsFile again(m_folder.path("tensors/grid.earshot"));
        QCOMPARE(again.floats("fresh_responses", {3}), (std::vector<float>{1, 2, 3}));
    }

    void theRecordIsItsMetadata()
    {
        writeGrid(recorded(), m_folder.path("record"));
        const SafetensorsFile file(m_folder.path("record/grid.earshot"));
        QCOMPARE(file.metadataValue("format"), std::string("earshot-grid-1"));
        QCOMPARE(file.metadataValue("response"), std::string("fc9[0]"));
        QCOMPARE(file.metadataValue("end"), std::string("completed"));
        const auto member = [&](const char* key) {
            return Json::parse(file.metadataValue(key), key);
        };
        QCOMPARE(member("sha256").text("classifier"), std::string("abc"));
        QCOMPARE(member("settings").text("direction"), std::string("negative"));
        QCOMPARE(member("settings").numbers("learning_rates"), (std::vector<double>{0.1, 0.01}));
        QCOMPARE(member("real").text("source"), std::string("two numbers"));
        QCOMPARE(member("real").texts("warnings"), std::vector<std::string>{"they are few"});
        const Json chosen = member("chosen");
        QCOMPARE(chosen.number("learning_rate"), 0.1);
        QCOMPARE(chosen.number("frechet_distance"), 4.5);
        QCOMPARE(chosen.number("distance_low"), 0.25);
        QCOMPARE(chosen.text("state"), std::string("ok"));
        // 2 nepers of amplitude: 20 log10 e².
        QVERIFY(std::abs(chosen.number("change_db") - 17.3717792761) < 1e-9);
        QCOMPARE(member("ties").size(), 1U);
        QVERIFY(member("fresh").isNull());
    }

    void nothingIsChosen()
    {
        GridResult grid = handMade();
        grid.best.reset();
        grid.chosen.reset();
        grid.end = RunEnd::Stopped;
        const Json record = gridRecord(grid, {}, {}, {});
        QVERIFY(record.at("best").isNull());
        QVERIFY(record.at("chosen").isNull());
        QCOMPARE(record.text("end"), std::string("stopped"));
    }

    // Neither file changes where one of them cannot be written.
    void aFullDiskKeepsBoth_data()
    {
        QTest::addColumn<int>("room");
        QTest::newRow("not even for the table") << 10;
        QTest::newRow("for the table only") << 400;
    }

    void aFullDiskKeepsBoth()
    {
        QFETCH(int, room);
        GridResult grid = recorded();
        writeGrid(grid, m_folder.path("full"));
        const QByteArray table = m_folder.read("full/grid.csv");
        const QByteArray tensors = m_folder.read("full/grid.earshot");
        grid.measurements[0].distance = 5;
        grid.responses(0, 0) = 3;
        {
            const FullDisk disk(static_cast<std::size_t>(room));
            QVERIFY(failureOf([&] {
                        writeGrid(grid, m_folder.path("full"));
                    }).startsWith("cannot write: '" + m_folder.name("full")));
        }
        QCOMPARE(m_folder.read("full/grid.csv"), table);
        QCOMPARE(m_folder.read("full/grid.earshot"), tensors);
        QCOMPARE(QDir(m_folder.name("full")).entryList(QDir::Files | QDir::Hidden).size(), 2);
    }
};

QTEST_APPLESS_MAIN(TestGridFile)
#include "tst_grid_file.moc"
