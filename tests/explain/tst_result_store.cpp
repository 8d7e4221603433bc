// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explainer.h"
#include "core/explain/explanation_record.h"
#include "core/explain/result_store.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <QTest>

#include <atomic>
#include <thread>
#include <utility>

using namespace earshot;

namespace fs = std::filesystem;

namespace {

const ModelHashes models{"3fa2", "77"};
const ModelHashes otherGenerator{"3fa2", "78"};

// One example, one step, both directions; `mark` tells results apart.
Explanation example(const std::string& response, const ExplainSettings& settings, float mark = 1,
                    const ModelHashes& hashes = models, RunEnd end = RunEnd::Completed)
{
    Explanation explanation;
    explanation.response = response;
    explanation.settings = settings;
    explanation.end = end;
    explanation.examples = {0};
    explanation.startLatents = Matrix<float>(1, 4, mark);
    explanation.startMels = Matrix<float>(1, 115 * 80);
    for (const Direction direction : {Direction::Positive, Direction::Negative}) {
        DirectionResult& result = explanation.directions[direction];
        result.latents = Matrix<float>(1, 4);
        result.mels = Matrix<float>(1, 115 * 80);
        result.responses = Matrix<float>(2, 1);
        result.pathSteps = {0, 1};
        result.path.assign(2, Matrix<float>(1, 4));
        result.gradientNorms = {1};
        result.chosenStep = 1;
    }
    ModelDescription classifier;
    classifier.sha256 = hashes.classifier;
    ModelDescription generator;
    generator.sha256 = hashes.generator;
    explanation.record =
        explanationRecord(explanation, classifier, generator, {false, "CPU", 1}, nullptr);
    if (!hashes.music.empty())
        explanation.record.set("index", Json::object({{"sha256", hashes.music}}));
    return explanation;
}

ExplainSettings settings(std::uint64_t seed = 0)
{
    ExplainSettings value;
    value.seed = seed;
    return value;
}

// 0: none
float markOf(const std::optional<Explanation>& explanation)
{
    return explanation ? explanation->startLatents(0, 0) : 0;
}

QStringList problemsOf(ResultStore& store)
{
    QStringList list;
    for (const std::string& problem : store.takeProblems())
        list << QString::fromStdString(problem);
    return list;
}

QStringList responsesIn(const ResultStore& store, const ModelHashes& hashes = models)
{
    QStringList list;
    for (const ResultStore::Entry& entry : store.list(hashes))
        list << QString::fromStdString(entry.response);
    return list;
}

} // namespace

class TestResultStore : public QObject
{
    Q_OBJECT

    std::unique_ptr<TestFolder> m_folder;

    fs::path folder() const { return m_folder->path("results"); }
    fs::path pathOf(const std::string& response, const ExplainSettings& chosen) const
    {
        return folder() / ResultStore::key(models, response, chosen);
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<TestFolder>(); }

    // What was compared with a user's own music is another answer than what was not.
    void resultsAreOfTheirMusic()
    {
        const ModelHashes own{"3fa2", "77", "d15c"};
        const ModelHashes other{"3fa2", "77", "d15d"};
        ResultStore store(folder());
        store.save(example("fc9[0]", settings(), 5));
        QVERIFY(!store.load(own, "fc9[0]", settings()));
        store.save(example("fc9[0]", settings(), 6, own));
        const ResultStore another(folder());
        QCOMPARE(markOf(another.load(models, "fc9[0]", settings())), 5.0F);
        QCOMPARE(markOf(another.load(own, "fc9[0]", settings())), 6.0F);
        QCOMPARE(markOf(another.newest(own, "fc9[0]")), 6.0F);
        QVERIFY(!another.load(other, "fc9[0]", settings()));
        QCOMPARE(responsesIn(another, own), QStringList("fc9[0]"));
        QCOMPARE(responsesIn(another, other), QStringList());
        QCOMPARE(hashesOf(*another.load(own, "fc9[0]", settings())).music, std::string("d15c"));
    }

    void aResultComesBackByModelsResponseAndSettings()
    {
        ResultStore store(folder());
        QVERIFY(!store.load(models, "fc9[0]", settings()));
        QVERIFY(!store.newest(models, "fc9[0]"));
        QCOMPARE(responsesIn(store), QStringList());
        store.save(example("fc9[0]", settings(), 5));

        const ResultStore another(folder()); // as after a new start
        QCOMPARE(markOf(another.load(models, "fc9[0]", settings())), 5.0F);
        QVERIFY(!another.load(models, "fc9[0]", settings(1)));
        QVERIFY(!another.load(models, "fc9.act[0]", settings()));
        QVERIFY(!another.load(otherGenerator, "fc9[0]", settings()));
        QVERIFY(!another.newest(otherGenerator, "fc9[0]"));
        QCOMPARE(responsesIn(another), QStringList("fc9[0]"));
        QCOMPARE(responsesIn(another, otherGenerator), QStringList());
        QVERIFY(problemsOf(store).isEmpty());
    }

    // Every setting decides an optimisation, and so the key.
    void everySettingIsInTheKey_data()
    {
        QTest::addColumn<int>("field");
        for (int field = 0; field < 8; ++field)
            QTest::addRow("%d", field) << field;
    }
    void everySettingIsInTheKey()
    {
        QFETCH(int, field);
        ExplainSettings changed = settings();
        switch (field) {
        case 0:
            changed.directions = Directions::Positive;
            break;
        case 1:
            changed.examples = 9;
            break;
        case 2:
            changed.seed = 1;
            break;
        case 3:
            changed.learningRate = 0.011;
            break;
        case 4:
            changed.priorWeight = 0;
            break;
        case 5:
            changed.steps = 99;
            break;
        case 6:
            changed.scale = ResponseScale::Raw;
            break;
        default:
            changed.choice = StepChoice::Last;
            break;
        }
        QVERIFY(ResultStore::key(models, "fc9[0]", changed) !=
                ResultStore::key(models, "fc9[0]", settings()));
    }

    void anyResponseHasAName_data()
    {
        QTest::addColumn<QString>("response");
        QTest::newRow("operators") << "0.5*mean(conv4[12]) + fc8[3] - norm(fc7)";
        QTest::newRow("quoted") << "\"a/b ~#%.\\\"ä\"[3]";
        QTest::newRow("dots") << "..";
        QString sum = "fc8[0]";
        for (int i = 1; i < 64; ++i)
            sum += QString(" + fc8[%1]").arg(i);
        QTest::newRow("long") << sum;
    }
    void anyResponseHasAName()
    {
        QFETCH(QString, response);
        ResultStore store(folder());
        store.save(example(response.toStdString(), settings(), 2));
        store.save(example("fc9[0]", settings(), 3));
        QCOMPARE(markOf(store.load(models, response.toStdString(), settings())), 2.0F);
        QCOMPARE(markOf(store.newest(models, response.toStdString())), 2.0F);
        QStringList expected{"fc9[0]", response};
        QStringList found = responsesIn(store);
        expected.sort();
        found.sort();
        QCOMPARE(found, expected);
        QCOMPARE(m_folder->entries(), QStringList("results")); // none beside the folder
    }

    void theNewestOfAResponseIsTheOneSavedLast()
    {
        ResultStore store(folder());
        for (const auto& [seed, mark] : {std::pair{1, 10}, {2, 20}, {3, 30}, {2, 21}})
            store.save(example("fc8[1]", settings(static_cast<std::uint64_t>(seed)),
                               static_cast<float>(mark)));
        store.save(example("fc8[11]", settings(), 40));
        QCOMPARE(markOf(store.newest(models, "fc8[1]")), 21.0F);
        QCOMPARE(markOf(store.load(models, "fc8[1]", settings(3))), 30.0F);
        const std::vector<ResultStore::Entry> list = store.list(models);
        QCOMPARE(list.size(), std::size_t{2});
        QVERIFY(list[1].path == pathOf("fc8[1]", settings(2)));
        QCOMPARE(list[1].bytes, fs::file_size(list[1].path));

        QVERIFY(store.remove(models, "fc8[1]", settings(2)));
        QVERIFY(!store.remove(models, "fc8[1]", settings(2)));
        QCOMPARE(markOf(store.newest(models, "fc8[1]")), 30.0F);
    }

    void aStoppedResultIsKeptButReplacesNoFinishedOne()
    {
        ResultStore store(folder());
        const auto stopped = [](float mark) {
            return example("fc9[0]", settings(), mark, models, RunEnd::Stopped);
        };
        store.save(stopped(1));
        QCOMPARE(markOf(store.load(models, "fc9[0]", settings())), 1.0F);
        store.save(stopped(2));
        QCOMPARE(markOf(store.load(models, "fc9[0]", settings())), 2.0F);
        store.save(example("fc9[0]", settings(), 3));
        store.save(stopped(4));
        QCOMPARE(markOf(store.load(models, "fc9[0]", settings())), 3.0F);
        QVERIFY(failureOf([&] {
                    store.save(example("fc9[0]", settings(), 5, models, RunEnd::Aborted));
                }).contains("aborted"));
    }

    void aDamagedFileIsMissingAndReportedOnce_data()
    {
        QTest::addColumn<QString>("damage");
        for (const char* damage : {"cut", "empty", "text", "other response", "other settings"})
            QTest::newRow(damage) << damage;
    }
    void aDamagedFileIsMissingAndReportedOnce()
    {
        QFETCH(QString, damage);
        ResultStore store(folder());
        store.save(example("fc9[0]", settings(1), 1));
        store.save(example("fc9[0]", settings(2), 2));
        store.save(example("fc8[3]", settings(2), 3));
        const fs::path path = pathOf("fc9[0]", settings(2));
        if (damage == "cut")
            fs::resize_file(path, fs::file_size(path) - 1);
        else if (damage == "empty")
            fs::resize_file(path, 0);
        else if (damage == "text")
            m_folder->write(
                QString::fromStdString(path.lexically_relative(m_folder->path("")).string()),
                "this is no explanation at all");
        else
            fs::copy_file(damage == "other response" ? pathOf("fc8[3]", settings(2))
                                                     : pathOf("fc9[0]", settings(1)),
                          path, fs::copy_options::overwrite_existing);
        QVERIFY(!store.load(models, "fc9[0]", settings(2)));
        const QStringList problems = problemsOf(store);
        QCOMPARE(problems.size(), 1);
        QVERIFY2(problems[0].startsWith("'" + QString::fromStdString(path.string()) + "': "),
                 qPrintable(problems[0]));
        QVERIFY(!store.load(models, "fc9[0]", settings(2)));
        QVERIFY(problemsOf(store).isEmpty());
        const auto list = store.list(models);
        QCOMPARE(list.size(), std::size_t{2});
        QVERIFY(list[1].path == pathOf("fc9[0]", settings(1)));

        store.save(example("fc9[0]", settings(2), 4));
        QCOMPARE(markOf(store.load(models, "fc9[0]", settings(2))), 4.0F);
        QVERIFY(store.list(models)[1].path == path);
    }

    void theNewestIntactOneIsTaken()
    {
        ResultStore store(folder());
        store.save(example("fc9[0]", settings(1), 1));
        store.save(example("fc9[0]", settings(2), 2));
        fs::resize_file(pathOf("fc9[0]", settings(2)), 100);
        QCOMPARE(markOf(store.newest(models, "fc9[0]")), 1.0F);
        QCOMPARE(problemsOf(store).size(), 1);
    }

    void theOldestGoWhenTheFolderIsFull()
    {
        ResultStore measure(m_folder->path("measure"));
        measure.save(example("fc8[0]", settings()));
        const std::uintmax_t size = measure.list(models)[0].bytes;
        ResultStore store(folder(), 3 * size + size / 2);
        store.save(example("fc8[0]", settings()));
        store.save(example("fc8[1]", settings(), 1, otherGenerator));
        m_folder->write("results/mine.earshot", QByteArray(static_cast<int>(size), 'x'));
        fs::create_directories(folder() / "own");
        m_folder->write("results/own/mine.earshot", QByteArray(static_cast<int>(size), 'x'));
        store.save(example("fc8[2]", settings()));
        store.save(example("fc8[0]", settings(), 2)); // newer now
        QCOMPARE(responsesIn(store, otherGenerator), QStringList("fc8[1]"));
        store.save(example("fc8[3]", settings()));
        QCOMPARE(responsesIn(store, otherGenerator), QStringList());
        QCOMPARE(responsesIn(store), QStringList({"fc8[0]", "fc8[2]", "fc8[3]"}));
        QVERIFY(fs::exists(folder() / "mine.earshot") &&
                fs::exists(folder() / "own" / "mine.earshot"));

        ResultStore tiny(folder(), 1);
        tiny.save(example("fc8[4]", settings()));
        QCOMPARE(responsesIn(tiny), QStringList("fc8[4]"));
    }

    void whatAKilledProgramLeftIsRemovedLater()
    {
        ResultStore store(folder());
        store.save(example("fc9[0]", settings()));
        const fs::path old = pathOf("fc9[0]", settings()).string() + ".12-1.partial";
        const fs::path young = pathOf("fc9[0]", settings()).string() + ".13-1.partial";
        for (const fs::path& path : {old, young})
            fs::copy_file(pathOf("fc9[0]", settings()), path);
        fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(2));
        store.save(example("fc9[0]", settings(1)));
        QVERIFY(!fs::exists(old) && fs::exists(young));
        QCOMPARE(responsesIn(store), QStringList("fc9[0]"));
    }

    void whatCannotBeWrittenIsAnErrorAndLeavesTheOldResult()
    {
        ResultStore store(folder());
        store.save(example("fc9[0]", settings(), 1));
        {
            const FullDisk full(1000);
            const QString failure =
                failureOf([&] { store.save(example("fc9[0]", settings(), 2)); });
            QVERIFY2(failure.startsWith("cannot write: "), qPrintable(failure));
        }
        QCOMPARE(markOf(store.load(models, "fc9[0]", settings())), 1.0F);

        m_folder->write("file", "");
        ResultStore below(m_folder->path("file/results"));
        QVERIFY(failureOf([&] {
                    below.save(example("fc9[0]", settings()));
                }).startsWith("cannot write: "));
        QVERIFY(!below.load(models, "fc9[0]", settings()));
        QVERIFY(!below.remove(models, "fc9[0]", settings()));
        QCOMPARE(responsesIn(below), QStringList());
    }

    // Two stores stand for two programs: one writes and pushes out what the other reads.
    void twoProgramsShareAFolder()
    {
        ResultStore writer(folder(), 300'000); // a few results of 110 kB
        std::atomic<bool> done = false;
        std::jthread other([&] {
            for (std::uint64_t i = 0; i < 60; ++i)
                writer.save(example("fc9[0]", settings(i % 4), 1));
            done = true;
        });
        ResultStore reader(folder(), 300'000);
        int found = 0;
        do {
            for (std::uint64_t seed = 0; seed < 4; ++seed)
                found += markOf(reader.load(models, "fc9[0]", settings(seed))) == 1 ? 1 : 0;
            reader.list(models);
            reader.save(example("fc8[0]", settings(), 2));
        } while (!done);
        other.join();
        QVERIFY(found > 0);
        QCOMPARE(problemsOf(reader), QStringList());
        QCOMPARE(problemsOf(writer), QStringList());
    }
};

QTEST_GUILESS_MAIN(TestResultStore)
#include "tst_result_store.moc"
