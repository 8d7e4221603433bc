// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/sources.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

using namespace earshot;

namespace {

const QByteArray header = "file,kind,split,artist,title,licence\n";

// Files are only looked for, not read.
void touch(const TestFolder& folder, const QString& file)
{
    QDir().mkpath(QFileInfo(folder.name(file)).path());
    folder.write(file, "");
}

std::vector<Source> sourcesIn(const std::vector<std::filesystem::path>& folders,
                              const ClassNames& classes = {})
{
    return findSources(folders, std::nullopt, classes).sources;
}

QString problemsIn(const FoundSources& found)
{
    QString text;
    for (const std::string& problem : found.problems)
        text += QString::fromStdString(problem) + "\n";
    return text;
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
        const FoundSources found = findSources({folder.path("m")}, std::nullopt);
        const std::vector<Source>& sources = found.sources;
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
        QCOMPARE(sources[2].labels, folder.path("m/songs/one/vocals.csv"));
        const QString said = problemsIn(found);
        QCOMPARE(found.problems.size(), std::size_t(3));
        QVERIFY2(said.contains("m/songs/no labels/audio.mp3': has no labels"), qPrintable(said));
        QVERIFY2(said.contains("m/songs/no audio': has labels, but no sound"), qPrintable(said));
        QVERIFY2(said.contains("m/loose.wav': has no labels"), qPrintable(said));
    }

    // Which label file a sound gets.
    void labelsAreFoundByTheirPlace_data()
    {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<QString>("labels"); // of m/x/a.ogg
        QTest::newRow("CSV") << QStringList{"x/a.csv", "x/b.ogg"} << "x/a.csv";
        QTest::newRow("lab") << QStringList{"x/a.lab", "x/b.ogg"} << "x/a.lab";
        QTest::newRow("UltraStar of its name") << QStringList{"x/a.txt", "x/b.ogg"} << "x/a.txt";
        QTest::newRow("the only sound's song.txt") << QStringList{"x/song.txt"} << "x/song.txt";
        QTest::newRow("the only sound's vocals.csv")
            << QStringList{"x/vocals.csv"} << "x/vocals.csv";
        QTest::newRow("the only sound's labels.csv")
            << QStringList{"x/labels.csv"} << "x/labels.csv";
        QTest::newRow("one of two sounds") << QStringList{"x/b.ogg", "x/song.txt"} << "";
        QTest::newRow("a folder of labels") << QStringList{"labels/a.lab"} << "labels/a.lab";
        QTest::newRow("a folder of labels here")
            << QStringList{"x/labels/a.csv"} << "x/labels/a.csv";
        QTest::newRow("the table first")
            << QStringList{"x/a.txt", "x/a.lab", "x/a.csv"} << "x/a.csv";
        QTest::newRow("another's") << QStringList{"x/b.csv"} << "";
    }
    void labelsAreFoundByTheirPlace()
    {
        QFETCH(QStringList, files);
        QFETCH(QString, labels);
        const TestFolder folder;
        touch(folder, "m/x/a.ogg");
        touch(folder, "m/instrumental/i.ogg"); // something to find in any case
        for (const QString& file : files)
            touch(folder, "m/" + file);
        const std::vector<Source> sources = sourcesIn({folder.path("m")});
        const auto song = std::ranges::find(sources, std::string("m/x/a.ogg"), &Source::name);
        QCOMPARE(song != sources.end(), !labels.isEmpty());
        if (song == sources.end())
            return;
        QVERIFY(song->kind == SourceKind::Song);
        QCOMPARE(song->labels, folder.path("m/" + labels));
        QCOMPARE(song->path, folder.path("m/x/a.ogg"));
    }

    void anUltraStarSongNamesItsSound()
    {
        const TestFolder folder;
        touch(folder, "m/Duo - Two/Duo - Two.mp3");
        touch(folder, "m/Duo - Two/Duo - Two [VOC].mp3");
        folder.write("m/Duo - Two/text.txt",
                     "#ARTIST:D\xFCo\n#TITLE:Two\n#MP3:Duo - Two.mp3\n#BPM:200\n: 0 1 1 a\n");
        const FoundSources found = findSources({folder.path("m")}, std::nullopt);
        QCOMPARE(names(found.sources), QStringList{"m/Duo - Two/Duo - Two.mp3"});
        QCOMPARE(found.sources[0].artist, std::string("Düo"));
        QCOMPARE(found.sources[0].title, std::string("Two"));
        QVERIFY(problemsIn(found).contains("[VOC].mp3': has no labels"));
        // Such a song says where is singing, and nothing of guitars.
        QVERIFY(badInputOf([&] {
                    findSources({folder.path("m")}, std::nullopt, {"guitar", "other"});
                }).contains("nothing to pack"));
    }

    void twoFoldersAreTwoClasses()
    {
        const TestFolder folder;
        for (const char* file : {"m/guitar/Ann - Blue.MP3", "m/guitar/deep/b.wav", "m/other/c.flac",
                                 "m/other/d.m4a", "m/elsewhere/e.wav"})
            touch(folder, file);
        QDir().mkpath(folder.name("m/nothing"));
        const FoundSources found =
            findSources({folder.path("m")}, std::nullopt, {"guitar", "other"});
        QCOMPARE(names(found.sources),
                 (QStringList{"m/guitar/Ann - Blue.MP3", "m/guitar/deep/b.wav", "m/other/c.flac"}));
        QVERIFY(found.sources[0].kind == SourceKind::Positive);
        QCOMPARE(found.sources[0].artist, std::string("Ann"));
        QCOMPARE(found.sources[0].title, std::string("Blue"));
        QVERIFY(found.sources[1].kind == SourceKind::Positive);
        QVERIFY(found.sources[2].kind == SourceKind::Instrumental);
        const QString said = problemsIn(found);
        QCOMPARE(found.problems.size(), std::size_t(3));
        QVERIFY2(said.contains("d.m4a': cannot be read"), qPrintable(said));
        QVERIFY2(said.contains("nothing': is empty"), qPrintable(said));
        QVERIFY2(said.contains("a folder 'guitar' or 'other'"), qPrintable(said));
    }

    void foldersMaySaySplits()
    {
        const TestFolder folder;
        for (const char* file : {"m/vocal/train/a.wav", "m/vocal/test/b.wav", "m/valid/vocal/c.wav",
                                 "m/instrumental/dev/d.wav", "m/instrumental/test/e.wav",
                                 "m/instrumental/train/f.wav"})
            touch(folder, file);
        std::map<std::string, Split> splits;
        for (const Source& source : sourcesIn({folder.path("m")}))
            splits[source.path.stem().string()] = source.split;
        const std::map<std::string, Split> expected{{"a", Split::Train}, {"b", Split::Test},
                                                    {"c", Split::Valid}, {"d", Split::Valid},
                                                    {"e", Split::Test},  {"f", Split::Train}};
        QVERIFY(splits == expected);
    }

    // A few files give every split some of both classes, and one artist is in one split.
    void smallCollectionsHaveEverySplit_data()
    {
        QTest::addColumn<int>("files");
        for (const int files : {3, 4, 9, 40})
            QTest::addRow("%d files", files) << files;
    }
    void smallCollectionsHaveEverySplit()
    {
        QFETCH(int, files);
        const TestFolder folder;
        for (int i = 0; i < files; ++i) {
            touch(folder, QString("m/vocal/Artist %1 - One.wav").arg(i));
            touch(folder, QString("m/vocal/Artist %1 - Two.wav").arg(i));
            touch(folder, QString("m/instrumental/%1.wav").arg(i));
        }
        std::map<std::pair<SourceKind, Split>, int> counts;
        std::map<std::string, std::set<Split>> ofArtist;
        for (const Source& source : sourcesIn({folder.path("m")})) {
            ++counts[{source.kind, source.split}];
            if (source.kind == SourceKind::Positive)
                ofArtist[source.artist].insert(source.split);
        }
        for (const SourceKind kind : {SourceKind::Positive, SourceKind::Instrumental})
            for (const Split split : {Split::Train, Split::Valid, Split::Test})
                QVERIFY((counts[{kind, split}]) > 0);
        QCOMPARE(ofArtist.size(), static_cast<std::size_t>(files));
        for (const auto& [artist, splits] : ofArtist)
            QCOMPARE(splits.size(), std::size_t(1));
    }

    // Whoever sings and plays is on one side with all of it.
    void oneArtistOfBothKindsIsInOneSplit()
    {
        const TestFolder folder;
        for (int i = 0; i < 40; ++i) {
            const QString artist = QString("Band %1 - ").arg(i);
            if (i < 12)
                touch(folder, "m/vocal/" + artist + "Sung.wav");
            touch(folder, "m/instrumental/" + artist + "Played.wav");
        }
        std::map<std::string, std::set<Split>> ofArtist;
        std::set<std::pair<SourceKind, Split>> seen;
        for (const Source& source : sourcesIn({folder.path("m")})) {
            ofArtist[source.artist].insert(source.split);
            seen.insert({source.kind, source.split});
        }
        QCOMPARE(ofArtist.size(), std::size_t(40));
        for (const auto& [artist, splits] : ofArtist)
            QVERIFY2(splits.size() == 1, artist.c_str());
        QCOMPARE(seen.size(), std::size_t(6)); // both kinds in every split
    }

    // Even where its kind is then missing elsewhere.
    void whatAFolderHasPlacedStays()
    {
        const TestFolder folder;
        for (const char* file :
             {"m/train/vocal/A - 1.wav", "m/train/vocal/B - 1.wav", "m/train/vocal/C - 1.wav",
              "m/valid/vocal/D - 1.wav", "m/train/instrumental/E - 1.wav",
              "m/train/instrumental/F - 1.wav", "m/valid/instrumental/G - 1.wav"})
            touch(folder, file);
        for (const Source& source : sourcesIn({folder.path("m")}))
            QVERIFY2(
                source.split ==
                    (source.name.find("/train/") != source.name.npos ? Split::Train : Split::Valid),
                source.name.c_str());
    }

    void linksAreFollowedOnce()
    {
        const TestFolder folder;
        touch(folder, "music/a.wav");
        touch(folder, "m/x");
        QVERIFY(QFile::link(folder.name("music"), folder.name("m/instrumental")));
        QVERIFY(QFile::link(folder.name("m"), folder.name("music/round")));
        QCOMPARE(names(sourcesIn({folder.path("m")})), QStringList{"m/instrumental/a.wav"});
    }

    void theFolderItselfMayBeASong()
    {
        const TestFolder folder;
        touch(folder, "one/audio.wav");
        touch(folder, "one/vocals.csv");
        QCOMPARE(names(sourcesIn({folder.path("one/")})), QStringList{"one"});
    }

    void whereTheFolderLiesSaysNothing()
    {
        const TestFolder folder;
        touch(folder, "unlabelled/mine/songs/one/audio.wav");
        touch(folder, "unlabelled/mine/songs/one/vocals.csv");
        const auto sources = sourcesIn({folder.path("unlabelled/mine")});
        QCOMPARE(names(sources), QStringList{"mine/songs/one"});
    }

    void foldersWithinEachOtherAreReadOnce()
    {
        const TestFolder folder;
        touch(folder, "m/instrumental/a.wav");
        touch(folder, "m/instrumental/b.wav");
        const auto sources =
            sourcesIn({folder.path("m/instrumental"), folder.path("m"), folder.path("m")});
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
        for (const Source& source : sourcesIn({folder.path("m")})) {
            splits[source.path.filename().string()] = source.split;
            ++counts[source.split];
        }
        QVERIFY(counts[Split::Train] > 210 && counts[Split::Train] < 270);
        QVERIFY(counts[Split::Valid] > 10 && counts[Split::Test] > 10);
        for (const Source& source : sourcesIn({folder.path("m/instrumental")}))
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
                                               "songs/f.mp3,decoder test,,,F,CC0\n"
                                               "songs/g.mp3,a_cappella,train,,G,CC0\n"
                                               "songs/h.mp3,unlabelled,train,,H,CC0\n");
        const auto sources =
            findSources({folder.path("songs")}, folder.path("catalogue.csv")).sources;
        QCOMPARE(names(sources), (QStringList{"songs/a", "songs/b", "songs/d.mp3", "songs/e.mp3",
                                              "songs/g.mp3", "songs/h.mp3"}));
        QVERIFY(sources[0].kind == SourceKind::Stems && sources[0].split == Split::Valid);
        QVERIFY(sources[1].kind == SourceKind::Song && sources[1].split == Split::Test);
        QCOMPARE(sources[1].artist, std::string("Ann"));
        QCOMPARE(sources[1].title, std::string("B, live"));
        QCOMPARE(sources[1].licence, std::string("CC-BY-4.0"));
        QCOMPARE(sources[1].path, folder.path("songs/b"));
        QVERIFY(sources[2].kind == SourceKind::Unlabelled);
        QVERIFY(sources[3].kind == SourceKind::Instrumental);
        QVERIFY(sources[4].kind == SourceKind::ACappella); // kinds named as folders are
        QVERIFY(sources[5].kind == SourceKind::Unlabelled);
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
