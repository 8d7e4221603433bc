// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/csv.h"
#include "tests/app/command_line.h"
#include "tests/app/tiny_models.h"
#include "tests/support/example_music.h"

#include <QJsonArray>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <vector>

using namespace earshot;

// A small folder of music indexed, asked, and compared with.
class TestCommandIndex : public QObject
{
    Q_OBJECT

    static constexpr std::size_t excerptsOfASong = 6;

    CommandLine m_cli;
    TinyModels m_models;
    const ExampleMusic m_music{m_cli.folder()};

    Outcome index(const QString& out, const QStringList& more = {}) const
    {
        return m_cli.run(QStringList{"index", "music", "--out", out, "--threads", "1"} + more);
    }
    Outcome top(const QStringList& more, const QString& file = "music.index") const
    {
        return m_cli.run(QStringList{"top", "--index", file, "--threads", "1"} + more);
    }
    CsvTable table(const Outcome& outcome) const
    {
        return CsvTable::parse(outcome.out.toStdString(), "stdout");
    }
    QStringList parts(const QString& out) const
    {
        return QDir(m_cli.folder().name(out + ".partial")).entryList({"*.part"}, QDir::Files);
    }

private Q_SLOTS:
    // Seven sound files of six excerpts each (the song's, the duo's two, four), of which number 4
    // begins with silence.
    void initTestCase()
    {
        m_cli.useModels(m_models.folder());
        m_cli.folder().write("music/i/broken.flac", "not a sound");
        const Outcome outcome = index("music.index", {"--json"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        QVERIFY2(outcome.err.contains("left out: '") && outcome.err.contains("broken.flac"),
                 qPrintable(outcome.err));
        const QJsonObject document = outcome.json();
        QCOMPARE(document["outputs"].toArray(), QJsonArray{"music.index"});
        const QJsonObject results = document["results"].toObject();
        QCOMPARE(results["songs"].toInt(), 7);
        QCOMPARE(results["excerpts"].toInt(), 42);
        QCOMPARE(results["silent_excerpts"].toInt(), 2);
        QCOMPARE(results["left_out"].toInt(), 1);
        QCOMPARE(results["state"].toString(), QString("ok"));
    }

    // The same numbers that 'respond' gives, in order.
    void topRanksWhatRespondSays()
    {
        std::vector<double> expected;
        for (const char* song : {"song/audio.wav", "duo/vocals.wav", "duo/accompaniment.wav",
                                 "i/band.wav", "i/choir.wav", "i/nobody.wav", "i/later.wav"}) {
            const Outcome outcome = m_cli.run({"respond", QString("music/") + song, "--response",
                                               "fc8[3]", "--out", "song.csv", "--threads", "1"});
            QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
            const CsvTable rows = CsvTable::readFile(m_cli.folder().path("song.csv"));
            QCOMPARE(rows.rows(), excerptsOfASong);
            for (std::size_t i = 0; i < rows.rows(); ++i)
                expected.push_back(rows.number(i, "response"));
        }
        std::ranges::sort(expected, std::greater());
        const Outcome outcome =
            top({"--response", "fc8[3]", "--direction", "positive", "--count", "1000"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        QVERIFY2(outcome.err.contains("only 42 of 1,000 asked for"), qPrintable(outcome.err));
        QVERIFY2(outcome.err.contains("2 of these are silence"), qPrintable(outcome.err));
        const CsvTable rows = table(outcome);
        QVERIFY((rows.columns() == std::vector<std::string>{"rank", "file", "time_s", "response"}));
        QCOMPARE(rows.rows(), std::size_t(42));
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            QCOMPARE(rows.number(i, "rank"), static_cast<double>(i + 1));
            QVERIFY(std::abs(rows.number(i, "response") - expected[i]) < 1e-4);
            QVERIFY(QFileInfo::exists(QString::fromStdString(rows.text(i, "file"))));
        }
        const CsvTable low =
            table(top({"--response", "fc8[3]", "--direction", "negative", "--count", "3"}));
        QCOMPARE(low.rows(), std::size_t(3));
        QVERIFY(std::abs(low.number(0, "response") - expected.back()) < 1e-4);
    }

    void onePerSong()
    {
        const CsvTable rows =
            table(top({"--response", "2*fc9[0]", "--count", "50", "--one-per-song"}));
        QCOMPARE(rows.rows(), std::size_t(7));
        std::set<std::string> songs;
        for (std::size_t i = 0; i < rows.rows(); ++i)
            songs.insert(rows.text(i, "file"));
        QCOMPARE(songs.size(), std::size_t(7));
    }

    void withoutSilence()
    {
        const Outcome outcome = top({"--response", "fc9[0]", "--count", "50", "--without-silence"});
        QCOMPARE(table(outcome).rows(), std::size_t(40));
        QVERIFY2(!outcome.err.contains("silence"), qPrintable(outcome.err));
    }

    void anythingElseIsComputed()
    {
        const Outcome outcome = top({"--response", "norm(fc8)", "--count", "2", "--json"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        QVERIFY2(outcome.err.contains("'norm(fc8)' is not in the index: it is computed from the "
                                      "audio, in about "),
                 qPrintable(outcome.err));
        const QJsonObject results = outcome.json()["results"].toObject();
        QCOMPARE(results["excerpts"].toArray().size(), 2);
        QVERIFY(results["excerpts"].toArray()[0].toObject()["response"].toDouble() > 0);
    }

    void explainComparesWithIt()
    {
        const Outcome outcome = m_cli.run({"explain", "--response", "fc8[3] - fc8[7]", "--index",
                                           "music.index", "--examples", "2", "--steps", "1",
                                           "--threads", "2", "--out", "e", "--json"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        QVERIFY2(outcome.err.contains("real music: top 40 of 40, from 7 songs"),
                 qPrintable(outcome.err));
        QVERIFY2(outcome.err.contains("note: they are 100 % of the excerpts"),
                 qPrintable(outcome.err));
        QVERIFY2(!outcome.err.contains("since it was indexed"), qPrintable(outcome.err));
        const SafetensorsFile file(m_cli.folder().path("e/result.earshot"));
        const QJsonObject record = outcome.json()["record"].toObject();
        QCOMPARE(record["index"].toObject()["negative"].toString(),
                 QString("bottom 40 of 40, from 7 songs"));
        QCOMPARE(record["real_responses"].toObject()["excerpts"].toInt(), 40);
        QVERIFY(std::ranges::any_of(file.metadata(), [](const auto& entry) {
            return entry.second.find("bottom 40 of 40, from 7 songs") != std::string::npos;
        }));
    }

    // Sums have no statistics in the bundle: without the index there is nothing to compare with.
    void selectComparesWithIt()
    {
        const QStringList call{"select",
                               "--response",
                               "fc8[3] - fc8[7]",
                               "--direction",
                               "negative",
                               "--learning-rates",
                               "0.01",
                               "--prior-weights",
                               "0.01",
                               "--steps",
                               "1",
                               "--examples",
                               "2",
                               "--threads",
                               "2",
                               "--out",
                               "s",
                               "--json"};
        QCOMPARE(m_cli.run(call).code, 2);
        const Outcome outcome = m_cli.run(call + QStringList{"--index", "music.index"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        QVERIFY2(outcome.err.contains("real music: bottom 40 of 40, from 7 songs"),
                 qPrintable(outcome.err));
        QCOMPARE(outcome.err.count("100 % of the excerpts"), 1);
        QVERIFY(
            outcome.err.contains("note: to compare with more, add music to the folder and index "
                                 "it again\n"));
        QCOMPARE(outcome.json()["record"].toObject()["index"].toObject()["negative"].toString(),
                 QString("bottom 40 of 40, from 7 songs"));
        const SafetensorsFile file(m_cli.folder().path("s/grid.earshot"));
        QCOMPARE(file.tensor("real_responses").shape, (std::vector<std::int64_t>{40}));
    }

    void changedFilesAreNoticed()
    {
        m_cli.folder().write("music/i/copy.wav", m_cli.folder().read("music/i/later.wav"));
        QCOMPARE(index("changed.index").code, 0);
        QFile::remove(m_cli.folder().name("music/i/copy.wav"));
        const Outcome outcome = top({"--response", "fc9[0]", "--count", "100"}, "changed.index");
        QCOMPARE(outcome.code, 0);
        QVERIFY2(outcome.err.contains("copy.wav' has vanished since it was indexed"),
                 qPrintable(outcome.err));
        // Others than 'top' name none, but count them.
        m_cli.folder().write("file", "in the way");
        const QStringList common{"--index", "changed.index", "--threads", "2", "--examples", "2"};
        for (const QStringList& call :
             {QStringList{"explain", "--response", "fc9[0]", "--steps", "1", "--out", "stale"},
              QStringList{"select", "--response", "fc9[0]", "--direction", "positive",
                          "--learning-rates", "0.01", "--prior-weights", "0.01", "--steps", "1",
                          "--out", "stale-grid"},
              QStringList{"reproduce", "--quick", "--most-steps", "1", "--witness", "none", "--out",
                          "file/below"}}) {
            const Outcome stale = m_cli.run(call + common);
            QCOMPARE(stale.code, call[0] == "reproduce" ? 1 : 0);
            QVERIFY2(stale.err.contains("note: of the 8 songs in '" + m_cli.folder().name("music") +
                                        "' 0 changed and 1 vanished since it was indexed: run "
                                        "'index' again\n"),
                     qPrintable(stale.err));
            QCOMPARE(stale.err.count("since it was indexed"), 1);
        }
        const Outcome again = index("changed.index", {"--json"});
        const QJsonObject results = again.json()["results"].toObject();
        QCOMPARE(results["kept"].toInt(), 7);
        QCOMPARE(results["removed"].toInt(), 1);
        QCOMPARE(m_cli.folder().read("changed.index").size(),
                 m_cli.folder().read("music.index").size());
    }

    // SIGINT: 3, and the same command goes on; SIGKILL: likewise.
    void goesOnAfterEveryEnd_data()
    {
        QTest::addColumn<int>("number");
        QTest::newRow("stopped") << SIGINT;
        QTest::newRow("killed") << SIGKILL;
    }
    void goesOnAfterEveryEnd()
    {
        QFETCH(int, number);
        QProcess process;
        m_cli.start(process, {"index", "music", "--out", "b.index", "--threads", "1", "--json"});
        QTRY_VERIFY_WITH_TIMEOUT(!parts("b.index").isEmpty(), 120000);
        CommandLine::signal(process, number);
        const Outcome outcome = CommandLine::finish(process);
        if (number == SIGINT) {
            QCOMPARE(outcome.code, 3);
            QCOMPARE(outcome.json()["results"].toObject()["state"].toString(), QString("stopped"));
            QVERIFY2(outcome.err.contains("the same command goes on"), qPrintable(outcome.err));
        } else {
            QCOMPARE(outcome.code, -1);
        }
        QVERIFY(!QFileInfo::exists(m_cli.folder().name("b.index")));
        const Outcome early = top({"--response", "fc9[0]"}, "b.index");
        QCOMPARE(early.code, 2);
        QVERIFY2(early.err.contains("is unfinished"), qPrintable(early.err));
        const Outcome again = index("b.index", {"--json"});
        QVERIFY2(again.code == 0, qPrintable(again.err));
        QVERIFY(again.json()["results"].toObject()["kept"].toInt() >= 1);
        QCOMPARE(m_cli.folder().read("b.index"), m_cli.folder().read("music.index"));
        QFile::remove(m_cli.folder().name("b.index"));
        QVERIFY(!QFileInfo::exists(m_cli.folder().name("b.index.partial")));
    }

    void fullDisk()
    {
        CommandLine full;
        full.useModels(m_models.folder());
        const ExampleMusic music(full.folder());
        full.limitFileSize(60'000); // each part takes 32 kB
        const Outcome outcome = full.run({"index", "music", "--out", "f.index", "--threads", "1"});
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.err.contains("'f.index': ") &&
                     outcome.err.contains("indexing again goes on from there"),
                 qPrintable(outcome.err));
        QCOMPARE(
            QDir(full.folder().name("f.index.partial")).entryList({"*.part"}, QDir::Files).size(),
            7);
    }

    void refusals_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        QTest::newRow("no folder") << QStringList{"index", "none", "--out", "n.index"}
                                   << "expected a folder of music, found nothing there";
        QTest::newRow("an empty name") << QStringList{"index", "", "--out", "n.index"}
                                       << "'FOLDER': is empty: expected a folder of music";
        QTest::newRow("a file for a folder")
            << QStringList{"index", "music/song/audio.wav", "--out", "n.index"} << "found a file";
        QTest::newRow("not an index")
            << QStringList{"top", "--index", "music/song/audio.wav", "--response", "fc9[0]"}
            << "is not a safetensors file";
        QTest::newRow("no index") << QStringList{"top", "--index", "none", "--response", "fc9[0]"}
                                  << "No such file";
        QTest::newRow("no such unit")
            << QStringList{"top", "--index", "music.index", "--response", "fc9[1]"} << "fc9";
        QTest::newRow("none asked for")
            << QStringList{"top", "--index", "music.index", "--response", "fc9[0]", "--count", "0"}
            << "--count";
        QTest::newRow("explain without an index")
            << QStringList{"explain", "--response", "fc9[0]", "--index", "none"} << "No such file";
    }
    void refusals() { checkRefusal(m_cli); }
};

QTEST_GUILESS_MAIN(TestCommandIndex)
#include "tst_command_index.moc"
