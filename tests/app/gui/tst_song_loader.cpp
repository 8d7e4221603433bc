// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/song_loader.h"
#include "core/audio/audio_file.h"
#include "tests/app/gui/own_songs.h"
#include "tests/support/failure.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace earshot;

// Songs made ready to be played.
class TestSongLoader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isTheFileAtTheDevicesRate()
    {
        const std::filesystem::path path = m_songs.path("a.wav").toStdString();
        const PlayableSong song = loadSong(path, 48000, 1);
        const std::vector<float> expected = readMono(path, 48000);
        QCOMPARE(song.offsetSeconds, 0.0);
        QCOMPARE(song.seconds, static_cast<double>(expected.size()) / 48000);
        QCOMPARE(song.sound->readyHz, 48000.0);
        QCOMPARE(song.sound->ready->size(), expected.size());
        // But for the ends, which fade.
        for (std::size_t i = 1000; i + 1000 < expected.size(); i += 100)
            QVERIFY(std::abs((*song.sound->ready)[i] - expected[i]) < 1e-4);
        QVERIFY(song.covers(0) && song.covers(3) && !song.covers(60));
    }

    // Of 25 minutes, what lies around the place: from a minute before it, 20 minutes at most.
    void longSongsAreReadInPart()
    {
        const TestFolder folder;
        const std::filesystem::path path = folder.path("long.wav");
        QVERIFY(
            writeSound(path, sines(1'500'000, 1, 1000, 3), 1000, SF_FORMAT_WAV | SF_FORMAT_PCM_16));
        const PlayableSong early = loadSong(path, 1000, 100);
        QCOMPARE(early.offsetSeconds, 0.0);
        QCOMPARE(early.seconds, 1200.0);
        const PlayableSong late = loadSong(path, 1000, 1400.5);
        QCOMPARE(late.offsetSeconds, 1340.0);
        QCOMPARE(late.seconds, 160.0);
        QVERIFY(late.covers(1400.5) && !late.covers(1000) && !early.covers(1400));
        const std::vector<float> whole = readMono(path, 1000);
        for (std::size_t i = 100; i < 150'000; i += 500)
            QVERIFY(std::abs((*late.sound->ready)[i] - whole[1'340'000 + i]) < 1e-4);
    }

    // The lowest and the highest sample of every fiftieth of a second.
    void outlineIsOfTheSound()
    {
        const PlayableSong song = loadSong(m_songs.path("a.wav").toStdString(), 22050, 0);
        const auto pieces = static_cast<std::size_t>(
            std::ceil(static_cast<double>(song.sound->ready->size()) / 441));
        QCOMPARE(song.outline.size(), 2 * pieces);
        for (std::size_t i = 2; i + 2 < song.outline.size(); i += 2)
            QVERIFY(song.outline[i] < -0.3F && song.outline[i + 1] > 0.3F);
    }

    void whatCannotBePlayedIsNamed()
    {
        m_songs.addBroken("broken.wav");
        const auto failure = [&](const QString& name, double seconds) {
            return badInputOf([&] { loadSong(m_songs.path(name).toStdString(), 48000, seconds); });
        };
        QVERIFY(failure("broken.wav", 0).contains("broken.wav"));
        QVERIFY(failure("missing.wav", 0).contains("missing.wav"));
        QVERIFY(failure("a.wav", 5000).contains("has no sound at 5000 s"));
    }

    void remembersTheLastOnes()
    {
        SongLoader loader;
        QSignalSpy loaded(&loader, &SongLoader::loaded);
        std::shared_ptr<const PlayableSong> song;
        connect(&loader, &SongLoader::loaded, this,
                [&](const std::shared_ptr<const PlayableSong>& made) { song = made; });
        loader.load(m_songs.path("a.wav").toStdString(), 48000, 1.5);
        QVERIFY(!loader.loading().empty());
        QTRY_COMPARE(loaded.size(), 1);
        QVERIFY(loader.loading().empty());
        QCOMPARE(loaded[0][1].toDouble(), 1.5);
        const auto first = song;
        // At once, from another place; not for another device.
        loader.load(m_songs.path("a.wav").toStdString(), 48000, 0.5);
        QCOMPARE(loaded.size(), 2);
        QCOMPARE(song, first);
        loader.load(m_songs.path("a.wav").toStdString(), 44100, 0.5);
        QCOMPARE(loaded.size(), 2);
        QTRY_COMPARE(loaded.size(), 3);
        QVERIFY(song != first);
    }

    // The newest counts.
    void givesUpWhatIsNotWantedAnyMore()
    {
        SongLoader loader;
        QSignalSpy loaded(&loader, &SongLoader::loaded);
        QSignalSpy failed(&loader, &SongLoader::failed);
        std::filesystem::path path;
        connect(&loader, &SongLoader::loaded, this,
                [&](const std::shared_ptr<const PlayableSong>& made) { path = made->path; });
        loader.load(m_songs.path("missing.wav").toStdString(), 48000, 0);
        loader.load(m_songs.path("b.wav").toStdString(), 48000, 0);
        QTRY_COMPARE(loaded.size(), 1);
        QCOMPARE(path, std::filesystem::path(m_songs.path("b.wav").toStdString()));
        QCOMPARE(failed.size(), 0);
        loader.load(m_songs.path("missing.wav").toStdString(), 48000, 0);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(loader.loading().empty());
    }

private:
    const OwnSongs m_songs;
};

QTEST_GUILESS_MAIN(TestSongLoader)
#include "tst_song_loader.moc"
