// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/sources.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QtTest>

#include <algorithm>
#include <map>

using namespace earshot;

namespace {

const QByteArray header = "file,kind,split,artist,title,licence\n";

// Files are only looked for, not read.
void touch(const TestFolder& folder, const QString& file)
{
    QDir().mkpath(QFileInfo(folder.name(file)).path());
    folder.write(file, "");
}

QStringList names(const std::vector<Source>& sources)
{
    QStringList list;
    for (const Source& source : sources)
        list << QString::fromStdString(source.name);
    return list;
}

} // namespace

class TestSources : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsMusicByItsPlace()
    {
        const TestFolder folder;
        for (const char* file :
             {"m/songs/one/audio.mp3", "m/songs/one/vocals.csv", "m/songs/no labels/audio.mp3",
              "m/songs/no audio/vocals.csv", "m/stems/duo/vocals.wav",
              "m/stems/duo/accompaniment.flac", "m/stems/duo/vocals.csv", "m/a_cappella/x/solo.ogg",
              "m/instrumental/band.flac", "m/instrumental/cover.jpg", "m/unlabelled/song.mp3",
              "m/loose.wav"})
            touch(folder, file);
        const auto sources = findSources({folder.path("m")}, std::nullopt);
        QCOMPARE(names(sources),
                 (QStringList{"m/a_cappella/x/solo.ogg", "m/instrumental/band.flac", "m/songs/one",
                              "m/stems/duo", "m/unlabelled/song.mp3"}));
        QVERIFY(sources[0].kind == SourceKind::ACappella);
        QVERIFY(sources[1].kind == SourceKind::Instrumental);
        QVERIFY(sources[2].kind == SourceKind::Song);
        QVERIFY(sources[3].kind == SourceKind::Stems);
        QVERIFY(sources[4].kind == SourceKind::Unlabelled);
        QCOMPARE(sources[1].title, std::string("band"));
        QCOMPARE(sources[2].path, folder.path("m/songs/one"));
    }

    void theFolderItselfMayBeASong()
    {
        const TestFolder folder;
        touch(folder, "one/audio.wav");
        touch(folder, "one/vocals.csv");
        QCOMPARE(names(findSources({folder.path("one/")}, std::nullopt)), QStringList{"one"});
    }

    void whereTheFolderLiesSaysNothing()
    {
        const TestFolder folder;
        touch(folder, "unlabelled/mine/songs/one/audio.wav");
        touch(folder, "unlabelled/mine/songs/one/vocals.csv");
        const auto sources = findSources({folder.path("unlabelled/mine")}, std::nullopt);
        QCOMPARE(names(sources), QStringList{"mine/songs/one"});
    }

    void foldersWithinEachOtherAreReadOnce()
    {
        const TestFolder folder;
        touch(folder, "m/instrumental/a.wav");
        touch(folder, "m/instrumental/b.wav");
        const auto sources = findSources(
            {folder.path("m/instrumental"), folder.path("m"), folder.path("m")}, std::nullopt);
        QCOMPARE(sources.size(), std::size_t(2));
    }

    // 80, 10 and 10 of a hundred, and the same wherever the folder lies.
    void splitsHoldStill()
    {
        const TestFolder folder;
        for (int i = 0; i < 300; ++i)
            touch(folder, QString("m/instrumental/%1.wav").arg(i));
        std::map<std::string, Split> splits;
        std::map<Split, int> counts;
        for (const Source& source : findSources({folder.path("m")}, std::nullopt)) {
            splits[source.path.filename().string()] = source.split;
            ++counts[source.split];
        }
        QVERIFY(counts[Split::Train] > 210 && counts[Split::Train] < 270);
        QVERIFY(counts[Split::Valid] > 10 && counts[Split::Test] > 10);
        for (const Source& source : findSources({folder.path("m/instrumental")}, std::nullopt))
            QVERIFY(source.split == splits.at(source.path.filename().string()));
    }

    // FNV-1a of 64 bits: draft-eastlake-fnv, test vectors "", "a" and "foobar".
    void hashIsFnv()
    {
        QCOMPARE(stableHash(""), std::uint64_t(0xCBF29CE484222325));
        QCOMPARE(stableHash("a"), std::uint64_t(0xAF63DC4C8601EC8C));
        QCOMPARE(stableHash("foobar"), std::uint64_t(0x85944171F73967E8));
    }

    void catalogueSaysWhatIsThere()
    {
        const TestFolder folder;
        touch(folder, "songs/x");
        folder.write("catalogue.csv", header + "songs/b,song,test,Ann,\"B, live\",CC-BY-4.0\n"
                                               "songs/a,stems,valid,Bob,A,CC0\n"
                                               "a_cappella/c.flac,a cappella,train,,C,CC0\n"
                                               "songs/d.mp3,song without labels,train,,D,CC0\n"
                                               "songs/e.mp3,instrumental,train,,E,CC0\n"
                                               "songs/f.mp3,decoder test,,,F,CC0\n");
        const auto sources = findSources({folder.path("songs")}, folder.path("catalogue.csv"));
        QCOMPARE(names(sources), (QStringList{"songs/a", "songs/b", "songs/d.mp3", "songs/e.mp3"}));
        QVERIFY(sources[0].kind == SourceKind::Stems && sources[0].split == Split::Valid);
        QVERIFY(sources[1].kind == SourceKind::Song && sources[1].split == Split::Test);
        QCOMPARE(sources[1].artist, std::string("Ann"));
        QCOMPARE(sources[1].title, std::string("B, live"));
        QCOMPARE(sources[1].licence, std::string("CC-BY-4.0"));
        QCOMPARE(sources[1].path, folder.path("songs/b"));
        QVERIFY(sources[2].kind == SourceKind::Unlabelled);
        QVERIFY(sources[3].kind == SourceKind::Instrumental);
    }

    void refusesWhatItCannotTell()
    {
        const TestFolder folder;
        touch(folder, "songs/x");
        const auto catalogue = folder.path("catalogue.csv");
        const auto said = [&](const QByteArray& rows) {
            folder.write("catalogue.csv", header + rows);
            return badInputOf([&] { findSources({folder.path("songs")}, catalogue); });
        };
        QVERIFY(said("songs/a,choir,train,,,\n").contains("'choir'"));
        QVERIFY(said("songs/a,song,training,,,\n").contains("'training'"));
        QVERIFY(said("elsewhere/a,song,train,,,\n").contains("nothing to pack"));
        QVERIFY(badInputOf([&] {
                    findSources({folder.path("songs")}, folder.path("none.csv"));
                }).contains("none.csv"));
        QVERIFY(badInputOf([&] {
                    findSources({folder.path("songs")}, std::nullopt);
                }).contains("nothing to pack"));
        QVERIFY(badInputOf([&] {
                    findSources({folder.path("missing")}, std::nullopt);
                }).contains("found nothing"));
        QVERIFY(badInputOf([&] {
                    findSources({folder.path("songs/x")}, std::nullopt);
                }).contains("found a file"));
    }

    void findsAudioByExtension()
    {
        const TestFolder folder;
        touch(folder, "audio.txt");
        QVERIFY(findAudio(folder.path(""), "audio").empty());
        touch(folder, "audio.mp3");
        QCOMPARE(findAudio(folder.path("."), "audio").filename().string(),
                 std::string("audio.mp3"));
        touch(folder, "audio.flac"); // lossless first
        QCOMPARE(findAudio(folder.path("."), "audio").filename().string(),
                 std::string("audio.flac"));
    }
};

QTEST_APPLESS_MAIN(TestSources)
#include "tst_sources.moc"
