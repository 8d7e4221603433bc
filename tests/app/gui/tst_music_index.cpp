// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/music_index.h"
#include "app/gui/real_comparison.h"
#include "app/gui/session.h"
#include "app/gui/settings_search.h"
#include "core/explain/equations.h"
#include "core/explain/real_side.h"
#include "tests/app/gui/own_songs.h"
#include "tests/app/gui/tiny_world.h"
#include "tests/support/full_disk.h"

#include <QSignalSpy>
#include <QTest>

#include <fcntl.h>
#include <optional>
#include <set>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

using namespace earshot;

namespace fs = std::filesystem;

namespace {

// While it lives, this process can open no more files.
class NoMoreFiles
{
public:
    NoMoreFiles()
    {
        ::getrlimit(RLIMIT_NOFILE, &m_before);
        rlimit limit = m_before;
        const int lowestFree = ::open("/dev/null", O_RDONLY);
        ::close(lowestFree);
        limit.rlim_cur = static_cast<rlim_t>(lowestFree);
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    ~NoMoreFiles() { ::setrlimit(RLIMIT_NOFILE, &m_before); }
    NoMoreFiles(const NoMoreFiles&) = delete;
    NoMoreFiles& operator=(const NoMoreFiles&) = delete;

private:
    rlimit m_before{};
};

} // namespace

// Music of the user's own: indexed, kept, opened again, compared with.
class TestMusicIndex : public QObject
{
    Q_OBJECT

public:
    static void initMain() { static const OwnHome home; }

private Q_SLOTS:
    void init()
    {
        m_cache.emplace();
        m_songs.emplace();
        open();
    }
    void cleanup()
    {
        close();
        m_songs.reset();
        m_cache.reset();
    }

    void indexesAFolder()
    {
        QSignalSpy run(m_index.get(), &MusicIndex::runChanged);
        m_index->openFolder(m_songs->folder());
        QVERIFY(isIndexed());
        QVERIFY(run.size() > 1);
        QCOMPARE(m_index->summary()->songs, std::size_t(3));
        QCOMPARE(m_index->summary()->excerpts, std::size_t(6));
        QCOMPARE(m_index->summary()->indexed, std::size_t(3));
        QCOMPARE(m_index->problem(), QString());
        QCOMPARE(m_index->music()->index.songs()[2].name, std::string("deep/c.wav"));

        // One excerpt a song, the most extreme first.
        QTRY_VERIFY_WITH_TIMEOUT(m_index->responses(), patience);
        const auto responses = m_index->responses();
        QCOMPARE(responses->values.size(), std::size_t(6));
        const std::vector<TopExcerpt>& top = responses->top.at(Direction::Positive);
        QCOMPARE(top.size(), std::size_t(3));
        std::set<std::size_t> songs;
        for (const TopExcerpt& one : top)
            songs.insert(one.song);
        QCOMPARE(songs.size(), std::size_t(3));
        QVERIFY(top[0].response >= top[1].response && top[1].response >= top[2].response);
        QCOMPARE(top[0].response, *std::ranges::max_element(responses->values));

        // The session compares with it.
        QCOMPARE(m_session->music(), m_index->music());
        QCOMPARE(m_session->realResponses()->excerpts, std::size_t(6));
        m_session->show("fc8[0] - fc8[1]");
        QVERIFY(!m_session->realResponses()); // not of this one
        QTRY_VERIFY_WITH_TIMEOUT(m_session->realResponses(), patience);
        m_session->show("norm(fc8)"); // not in an index
        QTRY_VERIFY_WITH_TIMEOUT(m_index->responses(), patience);
        QVERIFY(m_index->responses()->values.empty());
        QVERIFY(!m_session->realResponses());
    }

    void goesBackToTheTrainingMusic()
    {
        const std::size_t excerpts = m_session->realResponses()->excerpts;
        m_index->openFolder(m_songs->folder());
        QVERIFY(isIndexed());
        QTRY_COMPARE_WITH_TIMEOUT(m_session->realResponses()->excerpts, std::size_t(6), patience);
        m_index->setUsed(false);
        QVERIFY(!m_session->music());
        QCOMPARE(m_session->realResponses()->excerpts, excerpts);
        QVERIFY(m_index->responses()); // still to be looked at
        m_index->setUsed(true);
        QCOMPARE(m_session->realResponses()->excerpts, std::size_t(6));
    }

    // What was open is open again; what has changed meanwhile is said, and only that is done again.
    void opensAgain()
    {
        m_index->openFolder(m_songs->folder());
        QVERIFY(isIndexed());
        const MusicSource source = m_index->source();
        const std::string before = m_index->music()->sha256;
        close();
        open(source);
        QTRY_VERIFY_WITH_TIMEOUT(m_index->music(), patience);
        QVERIFY(!m_index->run() && !m_index->summary());
        QCOMPARE(m_index->music()->sha256, before);
        QCOMPARE(m_index->changes().changed + m_index->changes().vanished, std::size_t(0));

        m_songs->add("a.wav", 4, 333);
        m_songs->add("new.wav", 1, 700);
        m_songs->remove("b.wav");
        close();
        open(source);
        QTRY_VERIFY_WITH_TIMEOUT(m_index->music(), patience);
        QCOMPARE(m_index->changes().changed, std::size_t(1));
        QCOMPARE(m_index->changes().vanished, std::size_t(1));
        // The same folder, spelled another way.
        m_index->openFolder(m_songs->folder() / ".." / "music" / "");
        QVERIFY(m_index->source() == source);
        QTRY_VERIFY_WITH_TIMEOUT(m_index->summary(), patience);
        QCOMPARE(m_index->summary()->indexed, std::size_t(2));
        QCOMPARE(m_index->summary()->kept, std::size_t(1));
        QCOMPARE(m_index->summary()->removed, std::size_t(1));
        QTRY_VERIFY_WITH_TIMEOUT(m_index->music() && m_index->music()->sha256 != before, patience);
        QCOMPARE(m_index->music()->index.excerpts(), std::size_t(6));
        QCOMPARE(m_index->changes().changed + m_index->changes().vanished, std::size_t(0));
    }

    void stopsAndGoesOn()
    {
        connect(m_index.get(), &MusicIndex::runChanged, m_index.get(), [this] {
            if (m_index->run() && !m_index->run()->isStopping)
                m_index->stop();
        });
        m_index->openFolder(m_songs->folder());
        QTRY_VERIFY_WITH_TIMEOUT(m_index->problem().contains("was stopped"), patience);
        QVERIFY(!m_index->run() && !m_index->music());
        m_index->disconnect(m_index.get());
        QVERIFY(m_index->canUpdate());
        m_index->update();
        QVERIFY(isIndexed());
        QCOMPARE(m_index->problem(), QString());
    }

    void namesWhatIsLeftOut()
    {
        m_songs->addBroken("broken.flac");
        m_index->openFolder(m_songs->folder());
        QVERIFY(isIndexed());
        QCOMPARE(m_index->summary()->songs, std::size_t(3));
        QCOMPARE(m_index->summary()->problems.size(), std::size_t(1));
        QVERIFY(m_index->summary()->problems[0].find("broken.flac") != std::string::npos);
    }

    void nothingToIndex_data()
    {
        QTest::addColumn<bool>("isThere");
        QTest::addColumn<QString>("message");
        QTest::newRow("no folder") << false << "nothing there";
        QTest::newRow("no sound") << true << "holds nothing that can be indexed";
    }
    void nothingToIndex()
    {
        QFETCH(bool, isThere);
        QFETCH(QString, message);
        for (const char* song : {"a.wav", "b.wav", "deep/c.wav"})
            m_songs->remove(song);
        m_songs->addBroken("broken.wav");
        if (!isThere)
            m_songs->removeAll();
        QSignalSpy failed(m_index.get(), &MusicIndex::failed);
        m_index->openFolder(m_songs->folder());
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patience);
        QVERIFY2(failed[0][0].toString().contains(message), qPrintable(failed[0][0].toString()));
        QCOMPARE(m_index->problem(), failed[0][0].toString());
        QVERIFY(!m_index->run() && !m_index->music());
        QVERIFY(m_session->realResponses()); // the bundle's
    }

    // A folder that vanishes takes no index with it.
    void folderVanishes()
    {
        m_index->openFolder(m_songs->folder());
        QVERIFY(isIndexed());
        m_songs->removeAll();
        QSignalSpy failed(m_index.get(), &MusicIndex::failed);
        m_index->update();
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patience);
        QVERIFY(m_index->music());
        QVERIFY(m_session->realResponses());
        QVERIFY(!m_index->problem().isEmpty());
    }

    void fullDisk()
    {
        QSignalSpy failed(m_index.get(), &MusicIndex::failed);
        {
            const FullDisk full(2000);
            m_index->openFolder(m_songs->folder());
            QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patience);
        }
        QVERIFY2(failed[0][0].toString().contains("cannot be written"),
                 qPrintable(failed[0][0].toString()));
        m_index->update();
        QVERIFY(isIndexed());
    }

    // One that is kept is ours to make anew; a file of the user's own is not.
    void damagedIndexes()
    {
        const std::string hash = m_session->models()->hashes().classifier;
        const fs::path kept = keptIndex(m_cache->path("indexes"), hash, m_songs->folder());
        fs::create_directories(kept.parent_path());
        QVERIFY(writeBytes(kept, "damaged"));
        m_index->restore({m_songs->folder(), {}}, true);
        QTRY_VERIFY_WITH_TIMEOUT(m_index->problem().contains(".damaged"), patience);
        QVERIFY(!fs::exists(kept));
        QVERIFY(fs::exists(kept.string() + ".damaged"));
        m_index->openFolder(m_songs->folder());
        QVERIFY(isIndexed());

        m_cache->write("own.index", "damaged");
        QSignalSpy failed(m_index.get(), &MusicIndex::failed);
        m_index->openFile(m_cache->path("own.index"));
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patience);
        QVERIFY(failed[0][0].toString().contains("own.index"));
        QVERIFY(!m_index->music() && !m_session->music());
        QCOMPARE(m_cache->read("own.index"), QByteArray("damaged"));
    }

    // What cannot be opened now is not damaged.
    void tooManyOpenFiles()
    {
        m_index->openFolder(m_songs->folder());
        QVERIFY(isIndexed());
        const MusicSource source = m_index->source();
        const fs::path kept = m_index->music()->index.path();
        const auto size = fs::file_size(kept);
        {
            const NoMoreFiles none;
            m_index->restore(source, true);
            QTRY_VERIFY_WITH_TIMEOUT(m_index->problem().contains("is kept"), patience);
            QVERIFY(!m_index->music());
        }
        QCOMPARE(fs::file_size(kept), size);
        QVERIFY(!fs::exists(kept.string() + ".damaged"));
        m_index->restore(source, true);
        QTRY_VERIFY_WITH_TIMEOUT(m_index->music(), patience);
    }

    void opensAFile()
    {
        m_index->openFolder(m_songs->folder());
        QVERIFY(isIndexed());
        fs::copy_file(m_index->music()->index.path(), m_cache->path("own.index"));
        m_index->openFile(m_cache->path("own.index"));
        QTRY_VERIFY_WITH_TIMEOUT(m_index->music(), patience);
        QCOMPARE(m_index->music()->index.path(), m_cache->path("own.index"));
        QVERIFY(!m_index->run());
        QVERIFY(m_index->canUpdate()); // it says of which folder it is
    }

    // Another classifier has its own index of the same folder, or none.
    void followsTheClassifier()
    {
        m_index->openFolder(m_songs->folder());
        QVERIFY(isIndexed());
        const std::string sha256 = m_index->music()->sha256;
        ModelRequest other = m_world.requestWithWitness();
        other.classifier = std::exchange(other.witness, "none");
        QSignalSpy failed(m_index.get(), &MusicIndex::failed);
        QSignalSpy loaded(m_session.get(), &Session::modelsLoaded);
        m_session->load(other);
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, patience);
        QVERIFY(!m_index->music() && !m_session->music());
        m_session->load(m_world.request());
        QTRY_VERIFY_WITH_TIMEOUT(m_index->music(), patience);
        QCOMPARE(m_index->music()->sha256, sha256);
        QCOMPARE(failed.size(), 0);
    }

    // An explanation is compared with the music, says so, and is kept apart from the others.
    void explains()
    {
        m_index->openFolder(m_songs->folder());
        QVERIFY(isIndexed());
        m_session->explain(0);
        QTRY_VERIFY_WITH_TIMEOUT(!m_session->run() && m_session->explanation(), patience);
        const auto explanation = m_session->explanation();
        const Json record = explanation->record.at("index");
        QCOMPARE(record.text("sha256"), m_index->music()->sha256);
        QCOMPARE(record.text("positive"), std::string("top 6 of 6, from 3 songs"));
        QCOMPARE(explanation->record.at("real_responses").integer("excerpts"), std::int64_t(6));
        const RealSide real = realSide(*m_session->realResponses(), Direction::Positive);
        const DirectionResult& result = explanation->directions.at(Direction::Positive);
        QCOMPARE(result.distances[1], frechetDistance(sampleMoments(real.responses),
                                                      sampleMoments(result.responses.row(1))));

        QVERIFY(isOfSameMusic(*m_session, *explanation));
        QCOMPARE(distancesOf(*m_session, *explanation, Direction::Positive), result.distances);
        QCOMPARE(realSideTexts(*m_session, {Direction::Positive})[0],
                 QString("Compared with music: top 6 of 6, from 3 songs."));

        // The training music has none of its own yet: this one stays, and belongs to other music.
        m_index->setUsed(false);
        QVERIFY(m_session->explanation());
        QVERIFY(!isOfSameMusic(*m_session, *m_session->explanation()));
        // Its distances are to what is compared with now.
        const RealSide training = realSide(*m_session->realResponses(), Direction::Positive);
        QCOMPARE(distancesOf(*m_session, *explanation, Direction::Positive)[1],
                 frechetDistance(sampleMoments(training.responses),
                                 sampleMoments(result.responses.row(1))));
        QCOMPARE(realSideTexts(*m_session, {Direction::Positive}), QStringList());
        m_session->explain(0);
        QTRY_VERIFY_WITH_TIMEOUT(!m_session->run(), patience);
        QVERIFY(!m_session->explanation()->record.contains("index"));
        // Both come back.
        m_index->setUsed(true);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation()->record.contains("index"), patience);
        m_index->setUsed(false);
        QTRY_VERIFY_WITH_TIMEOUT(!m_session->explanation()->record.contains("index"), patience);
    }

    // A search compares with the music too, and its results are kept apart.
    void searches()
    {
        SettingsSearch search(*m_session, m_cache->path("searches"));
        m_index->openFolder(m_songs->folder());
        QVERIFY(isIndexed());
        QCOMPARE(search.obstacle(), QString());
        GridSettings grid;
        grid.learningRates = {0.05};
        grid.priorWeights = {0.001};
        grid.steps = {1, 2};
        grid.examples = 2;
        grid.freshExamples = 0;
        search.start(grid);
        QTRY_VERIFY_WITH_TIMEOUT(!search.run(), patience);
        const auto result = search.result();
        QVERIFY(result);
        QCOMPARE(result->real.source, std::string("top 6 of 6, from 3 songs"));
        QCOMPARE(result->record.at("index").text("sha256"), m_index->music()->sha256);
        m_index->setUsed(false);
        QVERIFY(!search.result());
        m_index->setUsed(true);
        QCOMPARE(search.result(), result);
        m_session->show("norm(fc8)"); // what it answers to the music is not known
        QTRY_VERIFY_WITH_TIMEOUT(search.obstacle().contains("cannot be had"), patience);
        // Of a sum it is, by the index alone, and the user is told so.
        m_session->show("fc8[0] - fc8[1]");
        QVERIFY(search.obstacle().contains("being read"));
        QTRY_COMPARE_WITH_TIMEOUT(search.obstacle(), QString(), patience);
        m_index->setUsed(false);
        QVERIFY(search.obstacle().contains("(I)"));
    }

private:
    void open(const MusicSource& source = {})
    {
        m_session = std::make_unique<Session>(m_cache->path("results"));
        m_index = std::make_unique<MusicIndex>(*m_session, m_cache->path("indexes"));
        m_index->restore(source, true);
        m_session->setSettings(tinySettings());
        m_session->load(m_world.request());
        QTRY_VERIFY_WITH_TIMEOUT(m_session->models(), patience);
    }
    void close()
    {
        m_index.reset();
        m_session.reset();
    }
    bool isIndexed()
    {
        return QTest::qWaitFor(
            [this] { return m_index->summary() && m_index->music() && m_index->responses(); },
            patience);
    }

    TinyWorld m_world;
    std::optional<TestFolder> m_cache;
    std::optional<OwnSongs> m_songs;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MusicIndex> m_index;
};

QTEST_MAIN(TestMusicIndex)
#include "tst_music_index.moc"
