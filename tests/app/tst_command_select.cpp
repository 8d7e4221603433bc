// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/csv.h"
#include "tests/app/command_line.h"
#include "tests/app/tiny_models.h"
#include "tests/explain/real_responses_example.h"

#include <QJsonArray>

#include <cmath>
#include <cstring>

using namespace earshot;

class TestCommandSelect : public QObject
{
    Q_OBJECT

    CommandLine m_cli;
    TinyModels m_models;
    QStringList m_call;
    QJsonObject m_document; // of m_call, into "grid"
    QString m_messages;

    QStringList filesIn(const QString& folder) const
    {
        return QDir(m_cli.folder().name(folder))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }
    static QStringList selectInto(const QString& folder, const QStringList& more)
    {
        return QStringList{"select", "--response", "fc9[0]", "--direction", "positive",
                           "--seed", "5",          "--json", "--out",       folder} +
               more;
    }
    // Interrupted as soon as anything is kept.
    Outcome interrupted(const QString& folder, const QStringList& grid, int number) const
    {
        QProcess process;
        m_cli.start(process, selectInto(folder, grid + QStringList{"--threads", "1"}));
        const QString checkpoint = m_cli.folder().name(folder + "/grid-checkpoint.safetensors");
        while (!QFile::exists(checkpoint))
            if (process.waitForFinished(5))
                return {}; // it has failed, and there is nothing to signal
        CommandLine::signal(process, number);
        return CommandLine::finish(process);
    }
    CsvTable tableIn(const QString& folder) const
    {
        return CsvTable::readFile(m_cli.folder().path(folder + "/grid.csv"));
    }
    SafetensorsFile tensorsIn(const QString& folder) const
    {
        return SafetensorsFile(m_cli.folder().path(folder + "/grid.earshot"));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_cli.useModels(m_models.folder());
        writeRealResponses((m_models.classifier() + "/responses.safetensors").toStdString(),
                           {{"fc9[0]", realExample(0)}}, realExample(-3).quantiles);
        m_models.listResponses();
        m_call = selectInto("grid", {"--learning-rates", "0.1,0.01", "--prior-weights", "0.1",
                                     "--steps", "2,1", "--examples", "2"});
        const Outcome outcome = m_cli.run(m_call);
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        m_document = outcome.json();
        m_messages = outcome.err;
    }

    void theTable()
    {
        QCOMPARE(filesIn("grid"), QStringList({"grid.csv", "grid.earshot"}));
        QCOMPARE(m_cli.folder().read("grid/grid.csv").split('\n').front(),
                 "direction,learning_rate,prior_weight,steps,examples,mean,variance,real_mean,"
                 "real_variance,frechet_distance,distance_low,distance_high,state");
        const CsvTable table = tableIn("grid");
        QCOMPARE(table.rows(), 4U);
        for (std::size_t row = 0; row < 4; ++row) {
            QCOMPARE(table.text(row, "direction"), std::string("positive"));
            QCOMPARE(table.number(row, "learning_rate"), row < 2 ? 0.1 : 0.01);
            QCOMPARE(table.number(row, "prior_weight"), 0.1);
            QCOMPARE(table.number(row, "steps"), row % 2 == 0 ? 2.0 : 1.0);
            QCOMPARE(table.text(row, "examples"), std::string("2"));
            QCOMPARE(table.text(row, "state"), std::string("ok"));
            // Of 9.51, 9.52 … 10: (9.51 + 10) / 2 and 0.01² · 50 · 51 / 12.
            QVERIFY(std::abs(table.number(row, "real_mean") - 9.755) < 1e-5);
            QVERIFY(std::abs(table.number(row, "real_variance") - 0.02125) < 1e-5);
        }
    }

    // Each row's numbers are those of its responses.
    void theTensors()
    {
        const CsvTable table = tableIn("grid");
        const SafetensorsFile file = tensorsIn("grid");
        const Matrix<float> responses = file.matrix("responses", 4, 2);
        file.tensor("latents", TensorType::F32, {4, 2, 128});
        QCOMPARE(file.floats("real_responses", {50}).front(), 10.0F);
        for (std::size_t row = 0; row < 4; ++row) {
            const double a = responses(row, 0);
            const double b = responses(row, 1);
            const double mean = (a + b) / 2;
            const double variance = (a - b) * (a - b) / 2;
            const double shift = table.number(row, "real_mean") - mean;
            const double spread =
                std::sqrt(table.number(row, "real_variance")) - std::sqrt(variance);
            const double distance = table.number(row, "frechet_distance");
            QVERIFY(std::abs(table.number(row, "mean") - mean) < 1e-9);
            QVERIFY(std::abs(table.number(row, "variance") - variance) < 1e-9);
            QVERIFY(std::abs(distance - shift * shift - spread * spread) < 1e-9 * distance);
            QVERIFY(table.number(row, "distance_low") <= distance);
            QVERIFY(table.number(row, "distance_high") >= distance);
        }
    }

    // The raw response and the last step of the same starts, to the byte.
    void everyRowIsWhatExplainGives()
    {
        const Outcome outcome = m_cli.run(
            {"explain", "--response",     "fc9[0]", "--direction", "positive", "--seed",
             "5",       "--examples",     "2",      "--steps",     "2",        "--learning-rate",
             "0.01",    "--prior-weight", "0.1",    "--threads",   "1",        "--out",
             "alone",   "--json"});
        QCOMPARE(outcome.code, 0);
        const SafetensorsFile alone(m_cli.folder().path("alone/result.earshot"));
        const SafetensorsFile grid = tensorsIn("grid");
        const std::span<const std::byte> single = alone.tensor("latents_positive").bytes;
        QCOMPARE(single.size(), 2U * 128 * 4);
        QCOMPARE(std::memcmp(grid.tensor("latents").bytes.data() + 2 * single.size(), single.data(),
                             single.size()),
                 0);
    }

    void theDocument()
    {
        QCOMPARE(m_document.keys(), QStringList({"command", "outputs", "record", "results"}));
        QCOMPARE(m_document["outputs"].toArray(),
                 (QJsonArray{"grid/grid.csv", "grid/grid.earshot"}));
        const QJsonObject results = m_document["results"].toObject();
        QCOMPARE(results["state"].toString(), QString("ok"));
        QCOMPARE(results["settings"].toArray().size(), 4);
        QVERIFY(results["chosen"].isObject());
        QVERIFY(results["fresh"].isNull()); // exactly this grid
        const QJsonObject record = m_document["record"].toObject();
        QCOMPARE(record["seed"].toInt(), 5);
        QCOMPARE(record["real"].toObject()["source"].toString(),
                 QString("top 50 of 1,001, from 3 songs"));
        QCOMPARE(record["sha256"].toObject()["classifier"].toString().toStdString(),
                 sha256OfFile((m_models.classifier() + "/weights.safetensors").toStdString()));
    }

    void theCostIsSaidFirst()
    {
        const qsizetype cost = m_messages.indexOf(
            "2 pairs of learning rate and prior weight, 2 examples, 2 numbers of steps up to 2: "
            "about ");
        QVERIFY2(cost >= 0, qPrintable(m_messages));
        QVERIFY(m_messages.indexOf("searching") > cost);
        QVERIFY(m_messages.contains("note: real responses: they are 5 % of the excerpts (more than "
                                    "1 %)\n"));
        QVERIFY(m_messages.contains("note: to compare with more, index music of your own ('index') "
                                    "and give it by --index\n"));
    }

    void theText()
    {
        const Outcome outcome = m_cli.run(
            {"select", "--response", "fc9[0]", "--direction", "negative", "--learning-rates", "0.1",
             "--prior-weights", "0.1", "--steps", "1", "--examples", "2", "--out", "text"});
        QCOMPARE(outcome.code, 0);
        const QStringList lines = outcome.out.split('\n');
        QCOMPARE(lines[0], QString("fc9[0], negative"));
        QVERIFY2(lines[1].startsWith("real responses: bottom 50 of 1,001, from "),
                 qPrintable(lines[1]));
        QVERIFY2(lines[4].contains("0.1") && lines[4].endsWith("  ok, best, chosen"),
                 qPrintable(lines[4]));
        QVERIFY(lines.contains("to use it: earshot-cli explain --response 'fc9[0]' --direction "
                               "negative --learning-rate 0.1 --prior-weight 0.1 --steps 1"));
    }

    void quickIsTheDefaultWithoutAGpu()
    {
        QProcess process;
        m_cli.start(process, selectInto("quick", {"--device", "cpu"}));
        QVERIFY(CommandLine::waitForMessage(
            process, "9 pairs of learning rate and prior weight, 8 examples, the best of 100 "
                     "steps; the best 2 pairs with 50 examples; the chosen setting on 50 fresh "
                     "starts: about "));
        CommandLine::signal(process, SIGINT);
        const Outcome outcome = CommandLine::finish(process);
        QCOMPARE(outcome.code, 3);
        QCOMPARE(outcome.json()["results"].toObject()["state"].toString(), QString("stopped"));
    }

    // What is known is written, and the same command would go on.
    void aStopKeepsWhatIsKnown()
    {
        const Outcome outcome = interrupted("stopped",
                                            {"--learning-rates", "0.1", "--prior-weights", "0.1",
                                             "--steps", "1", "--examples", "1000"},
                                            SIGINT);
        QCOMPARE(outcome.code, 3);
        QVERIFY(outcome.err.contains("stopped: the same command goes on from here"));
        QCOMPARE(outcome.json()["results"].toObject()["state"].toString(), QString("stopped"));
        const CsvTable table = tableIn("stopped");
        QCOMPARE(table.text(0, "state"), std::string("stopped"));
        const double examples = table.number(0, "examples");
        QVERIFY(examples >= 2 && examples < 1000);
        const std::vector<float> responses = tensorsIn("stopped").floats("responses", {1, 1000});
        QCOMPARE(static_cast<double>(std::ranges::count_if(
                     responses, [](float response) { return !std::isnan(response); })),
                 examples);
        QCOMPARE(filesIn("stopped"),
                 QStringList({"grid-checkpoint.safetensors", "grid.csv", "grid.earshot"}));
    }

    // The same command ends as if nothing had happened; another one in this folder is refused.
    void killedAndGoneOnWith()
    {
        const QStringList grid{"--learning-rates", "0.1,0.01", "--prior-weights", "0.1",
                               "--steps",          "4",        "--examples",      "8"};
        interrupted("killed", grid, SIGKILL);
        QCOMPARE(filesIn("killed"), QStringList("grid-checkpoint.safetensors"));
        const QByteArray checkpoint = m_cli.folder().read("killed/grid-checkpoint.safetensors");
        const Outcome other = m_cli.run(selectInto("killed", {"--steps", "5", "--examples", "8"}));
        QCOMPARE(other.code, 2);
        QVERIFY2(other.err.contains("belongs to an unfinished search with other learning_rates, "
                                    "prior_weights, steps; "),
                 qPrintable(other.err));
        QCOMPARE(m_cli.folder().read("killed/grid-checkpoint.safetensors"), checkpoint);

        const Outcome resumed = m_cli.run(selectInto("killed", grid));
        QCOMPARE(resumed.code, 0);
        QVERIFY(resumed.err.contains("going on with it"));
        QCOMPARE(m_cli.run(selectInto("whole", grid)).code, 0);
        QCOMPARE(filesIn("killed"), QStringList({"grid.csv", "grid.earshot"}));
        QCOMPARE(m_cli.folder().read("killed/grid.csv"), m_cli.folder().read("whole/grid.csv"));
        for (const char* tensor : {"responses", "latents", "responses_by_step"})
            QVERIFY(std::ranges::equal(tensorsIn("killed").tensor(tensor).bytes,
                                       tensorsIn("whole").tensor(tensor).bytes));

        // Begun again and stopped, it leaves the whole result.
        const QByteArray whole = m_cli.folder().read("killed/grid.earshot");
        const Outcome stopped = interrupted("killed", grid, SIGINT);
        QCOMPARE(stopped.code, 3);
        QVERIFY2(stopped.err.contains("stopped: nothing was written"), qPrintable(stopped.err));
        QCOMPARE(m_cli.folder().read("killed/grid.earshot"), whole);
    }

    // Of an hour's work nothing is lost to another command.
    void theResultOfAnotherSearchIsKept_data()
    {
        QTest::addColumn<QStringList>("changed");
        QTest::addColumn<QString>("message");
        QTest::newRow("direction")
            << QStringList{"--direction", "negative"}
            << R"(other direction; choose another folder, or remove it: expected "negative", found "positive")";
        QTest::newRow("response") << QStringList{"--response", "2*fc9[0]"}
                                  << "other response; choose";
        QTest::newRow("grid") << QStringList{"--steps", "2"} << "other steps; choose";
        QTest::newRow("examples") << QStringList{"--examples", "3"} << "other examples";
        QTest::newRow("seed") << QStringList{"--seed", "6"} << "other seed; choose";
    }
    void theResultOfAnotherSearchIsKept()
    {
        QFETCH(QStringList, changed);
        QFETCH(QString, message);
        const QByteArray table = m_cli.folder().read("grid/grid.csv");
        const QByteArray tensors = m_cli.folder().read("grid/grid.earshot");
        QStringList call = m_call;
        call[call.indexOf(changed[0]) + 1] = changed[1];
        const Outcome outcome = m_cli.run(call);
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.err.contains("error: 'grid/grid.earshot': is the result of a search "
                                      "with " +
                                      message),
                 qPrintable(outcome.err));
        QCOMPARE(filesIn("grid"), QStringList({"grid.csv", "grid.earshot"}));
        QCOMPARE(m_cli.folder().read("grid/grid.csv"), table);
        QCOMPARE(m_cli.folder().read("grid/grid.earshot"), tensors);
    }

    void theSameSearchAgain()
    {
        const QByteArray table = m_cli.folder().read("grid/grid.csv");
        QCOMPARE(m_cli.run(m_call).code, 0);
        QCOMPARE(m_cli.folder().read("grid/grid.csv"), table);
    }

    void otherRealMusic()
    {
        const QString file = m_models.classifier() + "/responses.safetensors";
        const QString aside = file + ".aside";
        QVERIFY(QFile::rename(file, aside));
        writeRealResponses(file.toStdString(), {{"fc9[0]", realExample(1)}},
                           realExample(-3).quantiles);
        m_models.listResponses();
        const Outcome outcome = m_cli.run(m_call);
        QVERIFY(QFile::remove(file) && QFile::rename(aside, file));
        m_models.listResponses();
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.err.contains("is the result of a search with other real_responses; "),
                 qPrintable(outcome.err));
    }

    void aFileThatIsNoResult()
    {
        QDir(m_cli.folder().name(".")).mkpath("mine");
        m_cli.folder().write("mine/grid.earshot", "something else");
        const Outcome outcome = m_cli.run(selectInto("mine", {"--steps", "1", "--examples", "2"}));
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.err.contains("error: 'mine/grid.earshot': would be replaced; choose "
                                      "another folder, or remove it: expected the result of a "
                                      "search, found "),
                 qPrintable(outcome.err));
        QCOMPARE(m_cli.folder().read("mine/grid.earshot"), "something else");
    }

    void oneProcessAtATime()
    {
        const QStringList call = selectInto("shared", {"--steps", "100", "--examples", "100"});
        QProcess process;
        m_cli.start(process, call);
        QVERIFY(CommandLine::waitForMessage(process, "9 pairs of learning rate"));
        const Outcome outcome = m_cli.run(call);
        CommandLine::signal(process, SIGINT);
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.err.contains("error: 'shared': is in use by another search: wait for it, "
                                      "or choose another folder"),
                 qPrintable(outcome.err));
        CommandLine::finish(process);
    }

    void unusableInput_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* tag, const QStringList& arguments, const char* message) {
            QTest::newRow(tag) << arguments << QString(message);
        };
        const QStringList select = selectInto("refused", {});
        row("no direction", {"select", "--response", "fc9[0]", "--out", "refused"}, "--direction");
        row("both directions",
            {"select", "--response", "fc9[0]", "--direction", "both", "--out", "refused"},
            "'--direction': is unknown: expected positive or negative, found 'both'");
        row("no folder", {"select", "--response", "fc9[0]", "--direction", "positive"}, "--out");
        row("quick and full", select + QStringList{"--quick", "--full"}, "excludes");
        row("quick and a list", select + QStringList{"--quick", "--steps", "1"}, "excludes");
        row("one example", select + QStringList{"--examples", "1"},
            "'examples': is out of range: expected 2 to 100000, found 1");
        row("much memory", select + QStringList{"--full", "--examples", "100000"},
            "'the grid': needs too much memory: expected at most 16 GB: fewer examples, ");
        row("no step", select + QStringList{"--steps", "1,0"},
            "'steps': is out of range: expected 1 to 100000, found 0");
        row("twice", select + QStringList{"--steps", "1,1"}, "'steps': name a value twice");
        row("no number", select + QStringList{"--learning-rates", "0.1,fast"},
            "'--learning-rates': is not a number: expected above 0 and at most 10, found 'fast'");
        row("negative weight", select + QStringList{"--prior-weights", "-1"},
            "'prior weight': is out of range: expected 0 to 1000, found -1");
        row("no statistics",
            {"select", "--response", "fc8[3]", "--direction", "positive", "--out", "refused"},
            "'fc8[3]': has no real responses to compare with");
        row("a sum",
            {"select", "--response", "fc9[0] + fc8[1]", "--direction", "positive", "--out",
             "refused"},
            "has no real responses to compare with");
        row("no such unit",
            {"select", "--response", "fc9[1]", "--direction", "positive", "--out", "refused"},
            "found 1");
    }

    void unusableInput() { checkRefusal(m_cli); }

    void outputsThatCannotBeWritten()
    {
        m_cli.folder().write("file", "a file");
        const Outcome below = m_cli.run(selectInto("file/out", {}));
        QCOMPARE(below.code, 1);
        QVERIFY2(below.err.contains("error: 'file/out/grid.csv': cannot be written"),
                 qPrintable(below.err));
        QCOMPARE(below.out, QString());
        m_cli.limitFileSize(100);
        const Outcome full =
            m_cli.run(selectInto("full", {"--learning-rates", "0.1", "--prior-weights", "0.1",
                                          "--steps", "1", "--examples", "2"}));
        m_cli.limitFileSize(RLIM_INFINITY);
        QCOMPARE(full.code, 1);
        QVERIFY2(full.err.contains("cannot be written"), qPrintable(full.err));
        QVERIFY(!m_cli.folder().entries().contains("full"));
    }

    // Room for the first checkpoint (8 kB for 10 of 60 starts), and not for the result.
    void aFullDiskOnceSomethingIsKept()
    {
        const QStringList call =
            selectInto("late", {"--learning-rates", "0.1", "--prior-weights", "0.1", "--steps", "1",
                                "--examples", "60", "--threads", "1"});
        m_cli.limitFileSize(20000);
        const Outcome full = m_cli.run(call);
        m_cli.limitFileSize(RLIM_INFINITY);
        QCOMPARE(full.code, 1);
        QVERIFY2(full.err.contains("': cannot be written: File too large; what is finished is "
                                   "kept: make room, and the same search goes on"),
                 qPrintable(full.err));
        QCOMPARE(filesIn("late"), QStringList("grid-checkpoint.safetensors"));
        const Outcome resumed = m_cli.run(call);
        QCOMPARE(resumed.code, 0);
        QVERIFY(resumed.err.contains("going on with it"));
        QCOMPARE(tableIn("late").text(0, "examples"), std::string("60"));
        QCOMPARE(filesIn("late"), QStringList({"grid.csv", "grid.earshot"}));
    }
};

QTEST_GUILESS_MAIN(TestCommandSelect)
#include "tst_command_select.moc"
