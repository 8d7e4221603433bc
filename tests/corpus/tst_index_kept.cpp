// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/index_builder.h"
#include "core/corpus/index_parts.h"
#include "tests/corpus/index_example.h"
#include "tests/support/failure.h"
#include "tests/support/full_disk.h"

#include <QtTest>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <limits>
#include <optional>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace earshot;

namespace fs = std::filesystem;

namespace {

int flockFailure = 0; // an errno; 0: it works

} // namespace

// Instead of the C library's.
extern "C" int flock(int descriptor, int operation) noexcept
{
    if (flockFailure == 0)
        return static_cast<int>(::syscall(SYS_flock, descriptor, operation));
    errno = flockFailure;
    return -1;
}

// What an index and its finished parts survive.
class TestIndexKept : public QObject
{
    Q_OBJECT

    std::unique_ptr<Explainer> m_toy;
    std::optional<TestFolder> m_folder;
    std::optional<IndexedFolder> m_example;

    IndexSummary build(const IndexControl& control = {}) const
    {
        return buildIndex(m_example->music(), m_example->index(), *m_toy, control);
    }
    // Stopped before the second song.
    void begin() const
    {
        std::stop_source stop;
        IndexControl control;
        control.stop = stop.get_token();
        control.progress = [&](const Progress& now) {
            if (now.stage.starts_with("indexing song 2"))
                stop.request_stop();
        };
        QVERIFY(build(control).stopped);
        QCOMPARE(m_example->parts("*.part").size(), 1);
    }
    // A link to itself, which root cannot follow either.
    void makeUnreadable(const QString& name) const
    {
        fs::rename(m_example->song(name), m_folder->path("away"));
        fs::create_symlink(m_example->song(name).filename(), m_example->song(name));
    }
    void makeReadable(const QString& name) const
    {
        fs::remove(m_example->song(name));
        fs::rename(m_folder->path("away"), m_example->song(name));
    }
    std::vector<std::string> names() const
    {
        std::vector<std::string> names;
        const CorpusIndex index(m_example->index());
        for (const IndexedSong& song : index.songs())
            names.push_back(song.name);
        return names;
    }

private Q_SLOTS:
    void initTestCase() { m_toy = toyListener(); }
    void init()
    {
        m_folder.emplace();
        m_example.emplace(*m_folder);
        m_example->addSong("album/a.wav", 3, 1);
        m_example->addSong("b.wav", 2, 2);
        m_example->addSong("c.wav", 2, 3);
    }

    // While its folder is searched, an index that goes on is not taken for that of other music.
    void stopsAtOnce()
    {
        begin();
        std::stop_source stop;
        stop.request_stop();
        IndexControl control;
        control.stop = stop.get_token();
        const IndexSummary stopped = build(control);
        QVERIFY(stopped.stopped);
        QCOMPARE(stopped.kept, std::size_t(1));
        QCOMPARE(m_example->parts("*.part").size(), 1);
        // Nor is a finished one, in a folder that was renamed.
        build();
        fs::rename(m_example->music(), m_folder->path("renamed"));
        const IndexSummary renamed =
            buildIndex(m_folder->path("renamed"), m_example->index(), *m_toy, control);
        QVERIFY(renamed.stopped);
        QCOMPARE(renamed.kept, std::size_t(3));
        QCOMPARE(buildIndex(m_folder->path("renamed"), m_example->index(), *m_toy).kept,
                 std::size_t(3));
    }

    // What a disk or another program did to it is not kept for ever.
    void damagedResponsesAreMadeAgain()
    {
        build();
        const QByteArray whole = m_folder->read("music.index");
        std::size_t place = 0;
        {
            const CorpusIndex index(m_example->index());
            const SafetensorsFile file(m_example->index());
            const auto bytes = file.tensor("responses").bytes;
            place = static_cast<std::size_t>(whole.indexOf(QByteArray::fromRawData(
                reinterpret_cast<const char*>(bytes.data()), static_cast<int>(bytes.size()))));
            place += index.songs()[1].firstExcerpt * sizeof(float);
        }
        QByteArray damaged = whole;
        const float unknown = std::numeric_limits<float>::quiet_NaN();
        std::memcpy(damaged.data() + place, &unknown, sizeof unknown);
        m_folder->write("music.index", damaged);
        const IndexSummary summary = build();
        QCOMPARE(summary.kept, std::size_t(2));
        QCOMPARE(summary.indexed, std::size_t(1));
        QCOMPARE(m_folder->read("music.index"), whole);
    }

    void unreadableIsNotGone_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("folder") << "album";
        QTest::newRow("file") << "b.wav";
    }
    void unreadableIsNotGone()
    {
        QFETCH(QString, name);
        build();
        const QByteArray before = m_folder->read("music.index");
        makeUnreadable(name);
        const IndexSummary summary = build();
        QCOMPARE(summary.songs, std::size_t(3));
        QCOMPARE(summary.kept, std::size_t(3));
        QCOMPARE(summary.removed, std::size_t(0));
        QCOMPARE(summary.problems.size(), std::size_t(1));
        QVERIFY2(QString::fromStdString(summary.problems[0]).contains("music/" + name + "'"),
                 summary.problems[0].c_str());
        QCOMPARE(m_folder->read("music.index"), before);
        makeReadable(name);
        QCOMPARE(build().kept, std::size_t(3));
        fs::remove_all(m_example->song(name));
        QCOMPARE(build().removed, std::size_t(1));
    }

    // Nor is what an unfinished index has of it.
    void unreadablePartsAreKept()
    {
        begin();
        makeUnreadable("album");
        const IndexSummary summary = build();
        QCOMPARE(summary.kept, std::size_t(1));
        QCOMPARE(summary.indexed, std::size_t(2));
        QVERIFY((names() == std::vector<std::string>{"album/a.wav", "b.wav", "c.wav"}));
        makeReadable("album");
        QCOMPARE(build().kept, std::size_t(3));
    }

    // Songs of other music may be called the same, and be as long.
    void equalNamesAreNotTheSameMusic()
    {
        const auto attempt = [&] {
            return badInputOf(
                [&] { buildIndex(m_folder->path("other"), m_example->index(), *m_toy); });
        };
        build();
        const QByteArray before = m_folder->read("music.index");
        m_example->addSong("../other/b.wav", 5, 9);
        QVERIFY2(attempt().contains("holds other music alone"), qPrintable(attempt()));
        m_example->addSong("../other/b.wav", 2, 9);
        QVERIFY2(attempt().contains("holds other music alone"), qPrintable(attempt()));
        QCOMPARE(m_folder->read("music.index"), before);
        // An unfinished one too.
        fs::remove(m_example->index());
        begin();
        m_example->addSong("../other/album/a.wav", 3, 9);
        QVERIFY2(attempt().contains("holds the unfinished index of other music alone"),
                 qPrintable(attempt()));
        QCOMPARE(m_example->parts("*.part").size(), 1);
        // In its own folder it goes on, even if the one finished song has changed.
        m_example->addSong("album/a.wav", 4, 9);
        QCOMPARE(build().indexed, std::size_t(3));
    }

    // JSON, and so the index, holds no such path.
    void pathsThatAreNoTextAreRefused()
    {
        const fs::path folder = m_folder->path("music").parent_path() / "caf\xe9";
        fs::rename(m_example->music(), folder);
        const QString failure = badInputOf([&] { buildIndex(folder, m_example->index(), *m_toy); });
        fs::rename(folder, m_example->music()); // QTemporaryDir could not remove it
        QVERIFY2(failure.contains("cannot be indexed: rename it") &&
                     failure.contains("expected a path in UTF-8"),
                 qPrintable(failure));
        QVERIFY(!fs::exists(m_example->index()));
    }

    // Network file systems may have no locks.
    void locksAreNotNeeded()
    {
        for (const int failure : {ENOLCK, EOPNOTSUPP, EWOULDBLOCK}) {
            flockFailure = failure;
            const QString text = badInputOf([&] { build(); });
            flockFailure = 0;
            QCOMPARE(text.contains("is being made by another process"), failure == EWOULDBLOCK);
            QCOMPARE(text.isEmpty(), failure != EWOULDBLOCK);
        }
        QCOMPARE(names().size(), std::size_t(3));
    }

    // By the signal for a file that grows too long, which comes while the parts are joined.
    void goesOnAfterAKillWhileJoining()
    {
        m_example->addSong("b.wav", 300, 2);
        build();
        const QByteArray whole = m_folder->read("music.index");
        const CorpusIndex index(m_example->index());
        fs::remove(m_example->index());
        const rlim_t length = 40'000; // more than a part's, less than the index's
        {
            const FullDisk disk(length);
            QVERIFY(failureOf([&] { build(); }).startsWith("cannot write: "));
        }
        QCOMPARE(m_example->parts("*.part").size(), 3);
        QCOMPARE(m_example->parts("joined*").size(), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const rlimit noCore{0, 0};
            ::setrlimit(RLIMIT_CORE, &noCore);
            const rlimit size{length, length};
            ::setrlimit(RLIMIT_FSIZE, &size);
            std::signal(SIGXFSZ, SIG_DFL);
            IndexContents contents = index.contents();
            contents.songs.clear();
            IndexParts(m_example->index(), contents).join(index.songs(), nullptr, {});
            ::_exit(0);
        }
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY(WIFSIGNALED(status));
        QCOMPARE(WTERMSIG(status), SIGXFSZ);
        QCOMPARE(m_example->parts("joined.*").size(), 1);
        QCOMPARE(build().kept, std::size_t(3));
        QCOMPARE(m_folder->read("music.index"), whole);
        QCOMPARE(m_folder->entries(), QStringList({"music", "music.index"}));
    }
};

QTEST_APPLESS_MAIN(TestIndexKept)
#include "tst_index_kept.moc"
