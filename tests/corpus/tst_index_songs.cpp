// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_file.h"
#include "core/corpus/index_songs.h"
#include "core/dsp/log_mel.h"
#include "core/io/sha256.h"
#include "tests/corpus/index_example.h"
#include "tests/support/failure.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <atomic>

using namespace earshot;

namespace fs = std::filesystem;

// Finding and reading the sound files of a folder.
class TestIndexSongs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsWhatSoundsByItsEnding()
    {
        const TestFolder folder;
        QDir().mkpath(folder.name("music/b/deep"));
        QDir().mkpath(folder.name("music/.hidden"));
        for (const char* name : {"music/z.WAV", "music/a.mp3", "music/b/deep/c.flac",
                                 "music/b/d.m4a", "music/b/cover.jpg", "music/b/vocals.csv",
                                 "music/.hidden/e.wav", "music/._a.mp3", "music/wav"})
            folder.write(name, "");
        const std::vector<std::string> expected{"a.mp3", "b/d.m4a", "b/deep/c.flac", "z.WAV"};
        QVERIFY(findSounds(folder.path("music")).names == expected);
    }

    // Links to files and folders count; those in a circle are followed once.
    void followsLinks()
    {
        const TestFolder folder;
        QDir().mkpath(folder.name("music"));
        QDir().mkpath(folder.name("elsewhere"));
        folder.write("elsewhere/a.ogg", "");
        fs::create_symlink(folder.path("elsewhere"), folder.path("music/there"));
        fs::create_symlink(folder.path("elsewhere/a.ogg"), folder.path("music/b.ogg"));
        fs::create_symlink(folder.path("music"), folder.path("elsewhere/back"));
        const std::vector<std::string> expected{"b.ogg", "there/a.ogg"};
        QVERIFY(findSounds(folder.path("music")).names == expected);
    }

    // A link to itself can be followed by nobody, root included; one to nothing is just absent.
    void namesWhatCannotBeRead()
    {
        const TestFolder folder;
        QDir().mkpath(folder.name("music/b"));
        folder.write("music/a.ogg", "");
        fs::create_symlink("deep", folder.path("music/b/deep"));
        fs::create_symlink("nowhere", folder.path("music/gone"));
        std::vector<std::string> problems;
        const FoundSounds found = findSounds(
            folder.path("music"), {}, [&](const std::string& text) { problems.push_back(text); });
        QVERIFY(found.names == std::vector<std::string>{"a.ogg"});
        QVERIFY(found.unread == std::vector<std::string>{"b/deep"});
        QCOMPARE(problems.size(), std::size_t(1));
        QVERIFY2(problems[0].find("music/b/deep': cannot be read: Too many levels") !=
                     std::string::npos,
                 problems[0].c_str());
        QVERIFY(isUnknown(folder.path("music/b/deep")));
        QVERIFY(!isUnknown(folder.path("music/gone")) && !isUnknown(folder.path("music/a.ogg")));
    }

    void knowsWhatLiesBelow()
    {
        const std::vector<std::string> places{"b/deep", "c.wav"};
        for (const char* name : {"b/deep", "b/deep/a.wav", "b/deep/er/a.wav", "c.wav"})
            QVERIFY2(isAtOrBelow(name, places), name);
        for (const char* name : {"b/deeper/a.wav", "b/a.wav", "deep/a.wav", "c.wave", "a.wav"})
            QVERIFY2(!isAtOrBelow(name, places), name);
        QVERIFY(!isAtOrBelow("a.wav", {}));
    }

    void refusesFoldersWithoutMusic()
    {
        const TestFolder folder;
        QDir().mkpath(folder.name("empty"));
        folder.write("file.wav", "");
        const auto failure = [&](const char* name) {
            return badInputOf([&] { findSounds(folder.path(name)); });
        };
        QVERIFY2(failure("none").contains("expected a folder of music, found nothing there"),
                 qPrintable(failure("none")));
        QVERIFY2(failure("file.wav").contains("found a file"), qPrintable(failure("file.wav")));
        QVERIFY2(failure("empty").contains("holds no music"), qPrintable(failure("empty")));
    }

    // In pieces of 1,024 frames: the third is not a whole one.
    void readsAsTheFrontEndDoes()
    {
        const TestFolder folder;
        const IndexedFolder example(folder);
        example.addSong("a.wav", 45, 1);
        const SongSound sound = readSong(example.song("a.wav"));
        const FrontEndParameters frontEnd;
        const std::vector<float> samples = readMono(example.song("a.wav"), 22050);
        const Matrix<float> expected = logMel(samples, frontEnd);
        QCOMPARE(sound.logMels.rows(), std::size_t(115 + 44 * 50));
        QVERIFY(std::ranges::equal(sound.logMels.values(), expected.values()));
        QCOMPARE(sound.seconds, static_cast<double>(samples.size()) / 22050);
        QCOMPARE(sound.sha256, sha256OfFile(example.song("a.wav")));
        QVERIFY(stampOf(example.song("a.wav")) == sound.stamp);
        QCOMPARE(excerptCount(sound.logMels.rows()), std::size_t(45));
        const Matrix<float> rows = excerptRows(sound.logMels, 3, 2);
        QVERIFY(std::ranges::equal(rows.row(1), expected.view().slice(200, 115).values()));
        QVERIFY(readSong(example.song("a.wav"), {}, sound.sha256).logMels.empty());
    }

    void refusesWhatIsNoSong()
    {
        const TestFolder folder;
        const IndexedFolder example(folder);
        example.addSound("short.wav", IndexedFolder::excerptSamples - 1, 1);
        folder.write("music/text.wav", "not a sound");
        // The magnitude of its tone, a quarter of 22,050 Hz, is beyond a float.
        Matrix<float> huge(IndexedFolder::excerptSamples, 1);
        for (std::size_t i = 0; i < huge.rows(); ++i)
            huge(i, 0) = std::array{0.0F, 1e37F, 0.0F, -1e37F}[i % 4];
        QVERIFY(writeSound(example.song("huge.wav"), huge, 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
        const auto failure = [&](const char* name) {
            return badInputOf([&] { readSong(example.song(name)); });
        };
        QVERIFY(failure("short.wav").contains("at least 115 frames (1.675 s), found 114 frames"));
        QVERIFY(failure("text.wav").contains("cannot be read as audio"));
        QVERIFY2(failure("huge.wav").contains("huge.wav': cannot be analysed"),
                 qPrintable(failure("huge.wav")));
        QVERIFY(failure("none.wav").contains("expected a regular file, found none"));
        std::stop_source stop;
        stop.request_stop();
        example.addSong("a.wav", 1, 1);
        QVERIFY(failureOf([&] {
                    readSong(example.song("a.wav"), stop.get_token());
                }).startsWith("failed: "));
    }

    // In order, never more ahead than allowed; an error comes where its number does.
    void readsAhead()
    {
        std::atomic<int> begun = 0;
        ReadAhead<int> numbers(5, 2, [&](std::size_t number) {
            ++begun;
            if (number == 3)
                throw badInput("3", "is bad");
            return static_cast<int>(number) * 10;
        });
        QCOMPARE(numbers.next(), 0);
        QVERIFY(begun <= 3);
        QCOMPARE(numbers.next(), 10);
        QCOMPARE(numbers.next(), 20);
        QCOMPARE(badInputOf([&] { numbers.next(); }), QString("'3': is bad"));
        QCOMPARE(numbers.next(), 40);
        QCOMPARE(begun.load(), 5);
    }
};

QTEST_APPLESS_MAIN(TestIndexSongs)
#include "tst_index_songs.moc"
