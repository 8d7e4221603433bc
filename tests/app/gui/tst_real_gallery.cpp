// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/focus.h"
#include "app/gui/music_index.h"
#include "core/audio/audio_file.h"
#include "core/dsp/log_mel.h"
#include "tests/app/gui/own_songs.h"
#include "tests/app/gui/tiny_world.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <optional>

using namespace earshot;

// Real excerpts of the user's own music, where one looks.
class TestRealGallery : public QObject
{
    Q_OBJECT

public:
    static void initMain() { static const OwnHome home; }

private Q_SLOTS:
    void init()
    {
        m_cache.emplace();
        m_songs.emplace();
        m_session.emplace(m_cache->path("results"));
        m_index.emplace(*m_session, m_cache->path("indexes"));
        m_sounds.emplace();
        m_gallery.emplace(*m_sounds);
        m_focus.emplace(*m_session, *m_sounds, *m_gallery);
        m_session->setSettings(tinySettings());
        m_session->load(m_world.request());
        m_index->openFolder(m_songs->folder());
        QTRY_VERIFY_WITH_TIMEOUT(m_index->responses(), patience);
    }
    void cleanup()
    {
        m_focus.reset();
        m_gallery.reset();
        m_sounds.reset();
        m_index.reset();
        m_session.reset();
        m_songs.reset();
        m_cache.reset();
    }

    // Sound and spectrogram are those of the file, there.
    void excerptsAreOfTheFiles()
    {
        QTRY_VERIFY_WITH_TIMEOUT(hasPicture(), patience);
        const TopExcerpt top = m_index->responses()->top.at(Direction::Positive)[0];
        const CellView& cell = m_focus->cell(Cell::Real);
        QCOMPARE(cell.response, static_cast<double>(top.response));
        QCOMPARE(cell.real->example.title, m_index->music()->index.songs()[top.song].name);
        QCOMPARE(cell.real->example.timeSeconds, top.timeSeconds);
        std::vector<float> whole = readMono(m_index->music()->index.songPath(top.song), 22050);
        const auto first = static_cast<std::ptrdiff_t>(std::llround(top.timeSeconds * 22050));
        const std::vector<float> expected(whole.begin() + first, whole.begin() + first + 36934);
        QCOMPARE(cell.real->samples, expected);
        const Matrix<float> mels = logMel(expected, FrontEndParameters());
        QCOMPARE(cell.logMel, std::vector<float>(mels.values().begin(), mels.values().end()));
        QVERIFY(cell.isSettled);
    }

    void goesThroughTheExcerpts()
    {
        QCOMPARE(m_gallery->clips(Direction::Positive).size(), std::size_t(3));
        m_focus->moveReal(1);
        QCOMPARE(m_focus->realIndex(), std::size_t(1));
        QTRY_VERIFY_WITH_TIMEOUT(hasPicture(), patience);
        m_focus->moveReal(-2);
        QCOMPARE(m_focus->realIndex(), std::size_t(2));
        m_focus->setRealSide(Direction::Negative);
        QCOMPARE(m_focus->realIndex(), std::size_t(0));
        QCOMPARE(
            m_focus->cell(Cell::Real).response,
            static_cast<double>(m_index->responses()->top.at(Direction::Negative)[0].response));
    }

    // What resynthesis costs is known of the user's own music too.
    void ceilingIsOfThem()
    {
        QTRY_VERIFY_WITH_TIMEOUT(!std::isnan(m_gallery->ceiling(Direction::Negative).heard),
                                 patience);
        double sum = 0;
        for (const TopExcerpt& top : m_index->responses()->top.at(Direction::Negative))
            sum += top.response;
        QCOMPARE(m_gallery->ceiling(Direction::Negative).response, sum / 3);
    }

    void anotherResponseHasOthers()
    {
        m_session->show("fc8[0]");
        QVERIFY(m_gallery->clips(Direction::Positive).empty());
        QCOMPARE(m_gallery->problem(), QString()); // being read
        QTRY_COMPARE_WITH_TIMEOUT(m_gallery->clips(Direction::Positive).size(), std::size_t(3),
                                  patience);
        m_session->show("norm(fc8)");
        QTRY_VERIFY_WITH_TIMEOUT(m_gallery->problem().contains("not in the index"), patience);
    }

    // A file that is gone, or another one by now, is not shown as what it was.
    void changedFilesAreNamed_data()
    {
        QTest::addColumn<bool>("isThere");
        QTest::addColumn<QString>("problem");
        QTest::newRow("vanished") << false << "has vanished since it was indexed";
        QTest::newRow("changed") << true << "has changed since it was indexed";
    }
    void changedFilesAreNamed()
    {
        QFETCH(bool, isThere);
        QFETCH(QString, problem);
        QTRY_VERIFY_WITH_TIMEOUT(hasPicture(), patience);
        const int last = isThere ? 5 : 0;
        for (const char* song : {"a.wav", "b.wav", "deep/c.wav"}) {
            m_songs->remove(song);
            if (last > 0)
                m_songs->add(song, 4, 250);
        }
        m_session->show("fc8[1]");
        QTRY_VERIFY_WITH_TIMEOUT(m_focus->cell(Cell::Real).real != nullptr &&
                                     !m_focus->cell(Cell::Real).real->problem.isEmpty(),
                                 patience);
        QVERIFY(m_focus->cell(Cell::Real).real->problem.contains(problem));
        QVERIFY(m_focus->cell(Cell::Real).logMel.empty());
        QVERIFY(!m_focus->cell(Cell::Real).isSettled);
    }

    // Also where the training music is compared with; the next unit has the bundle's again.
    void excerptsCanBeLookedAtAnyway()
    {
        m_index->setUsed(false);
        QVERIFY(m_gallery->clips(Direction::Positive).empty()); // this bundle has none
        m_focus->showMusicExcerpt(Direction::Negative, 1);
        QTRY_VERIFY_WITH_TIMEOUT(hasPicture(), patience);
        QCOMPARE(m_focus->realSide(), Direction::Negative);
        QCOMPARE(m_focus->realIndex(), std::size_t(1));
        QCOMPARE(
            m_focus->cell(Cell::Real).response,
            static_cast<double>(m_index->responses()->top.at(Direction::Negative)[1].response));
        QVERIFY(!m_session->music());
        m_session->show("fc8[0]");
        QVERIFY(m_gallery->clips(Direction::Positive).empty());
        QVERIFY(m_gallery->problem().contains("come with this classifier"));
    }

private:
    bool hasPicture() const { return !m_focus->cell(Cell::Real).logMel.empty(); }

    TinyWorld m_world;
    std::optional<TestFolder> m_cache;
    std::optional<OwnSongs> m_songs;
    std::optional<Session> m_session;
    std::optional<MusicIndex> m_index;
    std::optional<SoundBank> m_sounds;
    std::optional<RealGallery> m_gallery;
    std::optional<Focus> m_focus;
};

QTEST_MAIN(TestRealGallery)
#include "tst_real_gallery.moc"
