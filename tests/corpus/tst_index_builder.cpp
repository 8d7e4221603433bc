// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/index_audio.h"
#include "core/corpus/index_builder.h"
#include "core/corpus/index_parts.h"
#include "core/corpus/index_songs.h"
#include "tests/corpus/index_example.h"
#include "tests/support/failure.h"
#include "tests/support/full_disk.h"

#include <QtTest>

#include <chrono>
#include <cmath>
#include <optional>

using namespace earshot;

namespace fs = std::filesystem;

// Indexing a folder, and what may happen meanwhile.
class TestIndexBuilder : public QObject
{
    Q_OBJECT

    std::unique_ptr<Explainer> m_toy;
    std::optional<TestFolder> m_folder;
    std::optional<IndexedFolder> m_example;

    IndexSummary build(const IndexControl& control = {}) const
    {
        return buildIndex(m_example->music(), m_example->index(), *m_toy, control);
    }
    QString failure(const IndexControl& control = {}) const
    {
        return failureOf([&] { build(control); });
    }
    // Stopped when the progress says so.
    IndexSummary buildUntil(const char* stage) const
    {
        std::stop_source stop;
        IndexControl control;
        control.stop = stop.get_token();
        control.progress = [&](const Progress& now) {
            if (now.stage.starts_with(stage))
                stop.request_stop();
        };
        return build(control);
    }
    CorpusIndex index() const { return CorpusIndex(m_example->index()); }

private Q_SLOTS:
    void initTestCase() { m_toy = toyListener(); }
    // Three songs of 3, 300 and 2 excerpts; the first excerpt of "b" is silent.
    void init()
    {
        m_folder.emplace();
        m_example.emplace(*m_folder);
        m_example->addSong("a.wav", 3, 1);
        m_example->addSong("b.wav", 300, 2, IndexedFolder::excerptSamples);
        m_example->addSong("deep/c.wav", 2, 3);
    }

    void answersAsTheClassifierDoes()
    {
        std::vector<Progress> seen;
        IndexControl control;
        control.progress = [&](const Progress& now) { seen.push_back(now); };
        const IndexSummary summary = build(control);
        QCOMPARE(summary.songs, std::size_t(3));
        QCOMPARE(summary.excerpts, std::size_t(305));
        QCOMPARE(summary.indexed, std::size_t(3));
        QVERIFY(summary.silent >= 1 && summary.silent < 4);
        QVERIFY(summary.problems.empty() && !summary.stopped);
        QVERIFY(seen.front().stage.starts_with("indexing song 1 of 3"));
        for (const Progress& now : seen)
            QVERIFY(now.fraction >= 0 && now.fraction <= 1);
        QVERIFY(seen.back().secondsLeft.has_value());

        const CorpusIndex made = index();
        QCOMPARE(made.songs()[2].name, std::string("deep/c.wav"));
        QVERIFY(made.isSilent(3) && !made.isSilent(0));
        for (const char* text :
             {"value[1]", "mean(map[1])", "gate.act[0]", "steep[3] - value[0]"}) {
            const ResponseExpression expression = m_toy->parse(text);
            const std::vector<float> responses = made.responses(expression).value();
            for (std::size_t song = 0; song < 3; ++song) {
                const IndexedSong& place = made.songs()[song];
                const SongSound sound = readSong(made.songPath(song));
                const std::vector<float> expected =
                    m_toy->responses(excerptRows(sound.logMels, 0, place.excerpts), expression);
                for (std::size_t i = 0; i < place.excerpts; ++i)
                    QVERIFY2(std::abs(responses[place.firstExcerpt + i] - expected[i]) <=
                                 1e-5F * (1 + std::abs(expected[i])),
                             text);
            }
        }
        QCOMPARE(m_folder->entries(), QStringList({"music", "music.index"}));
    }

    void secondRunKeepsWhatIsUnchanged()
    {
        build();
        const QByteArray before = m_folder->read("music.index");
        // The same folder, however it is spelled.
        const IndexSummary again =
            buildIndex(m_folder->path("./music/"), m_example->index(), *m_toy);
        QCOMPARE(again.kept, std::size_t(3));
        QCOMPARE(again.indexed, std::size_t(0));
        QCOMPARE(again.excerpts, std::size_t(305));
        QCOMPARE(m_folder->read("music.index"), before);
    }

    // One changed, one touched, one gone, one new.
    void secondRunDoesWhatChanged()
    {
        build();
        const std::vector<float> before = index().responses(m_toy->parse("value[1]")).value();
        m_example->addSong("a.wav", 4, 7);
        fs::last_write_time(m_example->song("b.wav"),
                            fs::last_write_time(m_example->song("b.wav")) +
                                std::chrono::seconds(9));
        fs::remove(m_example->song("deep/c.wav"));
        m_example->addSong("new.wav", 1, 8);
        const IndexSummary summary = build();
        QCOMPARE(summary.indexed, std::size_t(2));
        QCOMPARE(summary.kept, std::size_t(1)); // by its hash
        QCOMPARE(summary.removed, std::size_t(1));
        const CorpusIndex made = index();
        QCOMPARE(made.excerpts(), std::size_t(4 + 300 + 1));
        const std::vector<float> after = made.responses(m_toy->parse("value[1]")).value();
        QVERIFY(std::equal(before.begin() + 3, before.begin() + 303, after.begin() + 4));
        QVERIFY(before.front() != after.front());
        for (std::size_t song = 0; song < 3; ++song)
            QVERIFY(made.songState(song) == SongState::Unchanged);
    }

    void unusableFilesAreNamedAndLeftOut()
    {
        m_folder->write("music/text.mp3", "not a sound");
        m_example->addSound("short.wav", 1000, 1);
        fs::create_symlink(m_folder->path("nowhere"), m_example->song("gone.ogg"));
        std::vector<std::string> named;
        IndexControl control;
        control.leftOut = [&](const std::string& problem) { named.push_back(problem); };
        const IndexSummary summary = build(control);
        QCOMPARE(summary.songs, std::size_t(3));
        QCOMPARE(summary.problems.size(), std::size_t(3));
        QVERIFY(named == summary.problems);
        for (const char* name : {"text.mp3", "short.wav",
                                 "gone.ogg': cannot be indexed: expected a "
                                 "regular file with a name in UTF-8, "
                                 "found a link to nothing"})
            QVERIFY(std::ranges::any_of(named, [&](const std::string& problem) {
                return problem.find(name) != std::string::npos;
            }));
    }

    // After it was found, before it is read.
    void vanishingFileIsLeftOut()
    {
        IndexControl control;
        control.progress = [&](const Progress& now) {
            if (now.stage.starts_with("indexing song 1"))
                fs::remove(m_example->song("deep/c.wav"));
        };
        const IndexSummary summary = build(control);
        // Two are read ahead, and this is the third.
        QCOMPARE(summary.songs, std::size_t(2));
        QCOMPARE(summary.problems.size(), std::size_t(1));
        QVERIFY2(summary.problems[0].find("deep/c.wav': cannot be read") != std::string::npos,
                 summary.problems[0].c_str());
        QCOMPARE(index().songs().back().name, std::string("b.wav"));
        fs::remove(m_example->song("b.wav"));
        const IndexSummary again = build();
        QCOMPARE(again.songs, std::size_t(1));
        QCOMPARE(index().songs().front().name, std::string("a.wav"));
    }

    void nothingUsableIsAnError()
    {
        build();
        const QByteArray before = m_folder->read("music.index");
        for (const char* name : {"a.wav", "b.wav", "deep/c.wav"})
            m_folder->write(QString("music/") + name, "no sound");
        QVERIFY2(failure().contains("holds nothing that can be indexed") &&
                     failure().contains("found 3 that were left out"),
                 qPrintable(failure()));
        QCOMPARE(m_folder->read("music.index"), before);
        QCOMPARE(m_folder->entries(), QStringList({"music", "music.index"}));
    }

    void stopKeepsWhatIsFinished()
    {
        const IndexSummary stopped = buildUntil("indexing song 2");
        QVERIFY(stopped.stopped);
        QCOMPARE(stopped.indexed, std::size_t(1));
        QVERIFY(!fs::exists(m_example->index()));
        QCOMPARE(m_example->parts("*.part").size(), 1);
        QVERIFY(badInputOf([&] { index(); }).contains("is unfinished"));

        const IndexSummary summary = build();
        QCOMPARE(summary.kept, std::size_t(1));
        QCOMPARE(summary.indexed, std::size_t(2));
        QCOMPARE(summary.excerpts, std::size_t(305));
        QCOMPARE(m_folder->entries(), QStringList({"music", "music.index"}));
    }

    // What a killed process leaves: parts, and files that it was writing.
    void goesOnAfterAKill()
    {
        build();
        const QByteArray whole = m_folder->read("music.index");
        fs::remove(m_example->index());
        buildUntil("indexing song 3");
        const QStringList parts = m_example->parts("*.part");
        QCOMPARE(parts.size(), 2);
        const QString folder = "music.index.partial/";
        m_folder->write(folder + parts[0], m_folder->read(folder + parts[0]).chopped(1));
        m_folder->write(folder + parts[1] + ".999999-1.partial", "half a part");
        m_folder->write(folder + "joined", "half");
        m_folder->write(folder + "joined.999999-2.partial", "an index");
        const IndexSummary summary = build();
        QCOMPARE(summary.kept, std::size_t(1));
        QCOMPARE(summary.indexed, std::size_t(2));
        QCOMPARE(m_folder->read("music.index"), whole);
        QCOMPARE(m_folder->entries(), QStringList({"music", "music.index"}));
    }

    void fullDiskKeepsWhatIsFinished()
    {
        {
            const FullDisk disk(12'000); // the parts of the short songs, not of the long one
            const QString text = failure();
            QVERIFY2(text.startsWith("cannot write: '" +
                                     QString::fromStdString(m_example->index().string()) + "'"),
                     qPrintable(text));
            QVERIFY2(text.contains("what is finished is kept, and indexing again goes on"),
                     qPrintable(text));
        }
        QCOMPARE(m_example->parts("*.part").size(), 1);
        // Room for the parts, but not for the index.
        build();
        fs::remove(m_example->index());
        {
            const FullDisk disk(40'000); // the index takes 42 kB
            QVERIFY(failure().startsWith("cannot write: "));
        }
        QCOMPARE(m_example->parts("*.part").size(), 3);
        QCOMPARE(m_example->parts("joined*").size(), 0);
        QCOMPARE(build().kept, std::size_t(3));
    }

    void unwritablePlacesAreRefusedAtOnce()
    {
        m_folder->write("file", "");
        const auto attempt = [&](const QString& target) {
            return failureOf(
                [&] { buildIndex(m_example->music(), m_folder->path(target), *m_toy); });
        };
        QVERIFY(attempt("file/music.index").startsWith("cannot write: "));
        QVERIFY(attempt("music").contains("it is a folder"));
        QVERIFY(attempt("file").contains("is not a safetensors file"));
        QCOMPARE(m_folder->read("file"), QByteArray());
    }

    void anotherClassifiersIndexIsKept()
    {
        build();
        const std::unique_ptr<Explainer> other = toyListener("decaf");
        const auto attempt = [&] {
            return badInputOf([&] { buildIndex(m_example->music(), m_example->index(), *other); });
        };
        QVERIFY2(attempt().contains("is an index of another classifier"), qPrintable(attempt()));
        // An unfinished one too.
        fs::rename(m_example->index(), m_folder->path("kept"));
        buildUntil("indexing song 2");
        QVERIFY2(attempt().contains("was begun with another classifier"), qPrintable(attempt()));
        QCOMPARE(m_example->parts("*.part").size(), 1);
    }

    // A file name given twice costs nobody an index.
    void anotherFoldersIndexIsKept()
    {
        m_example->addSong("d.wav", 2, 4);
        const fs::path other = m_folder->path("other");
        fs::create_directory(other);
        fs::rename(m_example->song("d.wav"), other / "d.wav");
        build();
        const QByteArray before = m_folder->read("music.index");
        const auto attempt = [&] {
            return badInputOf([&] { buildIndex(other, m_example->index(), *m_toy); });
        };
        QVERIFY2(attempt().contains("holds other music alone: name another file, or delete this "
                                    "one: expected songs of " +
                                    QString::fromStdString(other.string()) + ", found those of " +
                                    QString::fromStdString(m_example->music().string())),
                 qPrintable(attempt()));
        QCOMPARE(m_folder->read("music.index"), before);
        // An unfinished one too.
        fs::remove(m_example->index());
        buildUntil("indexing song 2");
        QVERIFY2(attempt().contains("holds the unfinished index of other music alone"),
                 qPrintable(attempt()));
        QCOMPARE(m_example->parts("*.part").size(), 1);
        // With one song in common it is the same collection, grown.
        fs::copy_file(m_example->song("a.wav"), other / "a.wav");
        QCOMPARE(buildIndex(other, m_example->index(), *m_toy).songs, std::size_t(2));
    }

    void oneProcessAtATime()
    {
        const IndexParts other(m_example->index(),
                               {m_example->music(), "c0ffee", "toy", m_toy->references(), {}});
        QVERIFY2(failure().contains("is being made by another process"), qPrintable(failure()));
    }

    // What is not in the index is computed from the audio; songs that changed are named.
    void otherResponsesComeFromTheAudio()
    {
        build();
        m_example->addSong("a.wav", 3, 9);
        fs::remove(m_example->song("deep/c.wav"));
        const CorpusIndex made = index();
        const ResponseExpression norm = m_toy->parse("norm(value)");
        std::vector<std::string> problems;
        std::vector<double> estimates;
        double fraction = 0;
        AudioControl control;
        control.leftOut = [&](const std::string& problem) { problems.push_back(problem); };
        control.estimated = [&](double seconds) { estimates.push_back(seconds); };
        control.progress = [&](const Progress& now) { fraction = now.fraction; };
        const std::vector<float> responses = respondToIndexed(made, *m_toy, norm, control);
        QCOMPARE(responses.size(), std::size_t(305));
        QCOMPARE(estimates.size(), std::size_t(1));
        QVERIFY(estimates.front() > 0);
        QCOMPARE(fraction, 1.0);
        QCOMPARE(problems.size(), std::size_t(2));
        QVERIFY(problems[0].find("a.wav': has changed") != std::string::npos);
        QVERIFY(problems[1].find("c.wav") != std::string::npos);
        for (std::size_t i = 0; i < 305; ++i)
            QCOMPARE(std::isnan(responses[i]), i < 3 || i >= 303);
        std::vector<double> squares(305);
        for (const char* unit : {"value[0]", "value[1]", "value[2]", "value[3]"}) {
            const std::vector<float> values = made.responses(m_toy->parse(unit)).value();
            for (std::size_t i = 0; i < 305; ++i)
                squares[i] += values[i] * values[i];
        }
        for (std::size_t i = 3; i < 303; ++i)
            QVERIFY(std::abs(responses[i] - std::sqrt(squares[i])) < 1e-4);
        std::stop_source stop;
        stop.request_stop();
        control.stop = stop.get_token();
        QVERIFY(respondToIndexed(made, *m_toy, norm, control).empty());
    }

    // An index that takes "a" for a song of 2 excerpts and "c" for one of 3.
    void songsOfAnotherLengthAreLeftOut()
    {
        build();
        QByteArray bytes = m_folder->read("music.index");
        const auto exchange = [&](const char* song, char excerpts) {
            const auto place = bytes.indexOf("excerpts", bytes.indexOf(song));
            QVERIFY(place > 0);
            const auto digit = bytes.indexOf(excerpts == '2' ? '3' : '2', place);
            QVERIFY(digit > 0 && digit < place + 16);
            bytes[digit] = excerpts;
        };
        exchange("a.wav", '2');
        exchange("c.wav", '3');
        m_folder->write("music.index", bytes);
        std::vector<std::string> problems;
        AudioControl control;
        control.leftOut = [&](const std::string& problem) { problems.push_back(problem); };
        const CorpusIndex made = index();
        const std::vector<float> responses =
            respondToIndexed(made, *m_toy, m_toy->parse("norm(value)"), control);
        QCOMPARE(responses.size(), std::size_t(305));
        QCOMPARE(problems.size(), std::size_t(2));
        QVERIFY(problems[0].find("a.wav': has another length than was indexed: index its folder "
                                 "again: expected 2 excerpts, found 3") != std::string::npos);
        QVERIFY(problems[1].find("expected 3 excerpts, found 2") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestIndexBuilder)
#include "tst_index_builder.moc"
