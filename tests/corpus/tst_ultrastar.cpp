// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/ultrastar.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QtTest>

#include <cmath>

using namespace earshot;

namespace {

UltraStarSong read(const QByteArray& text)
{
    const TestFolder folder;
    folder.write("song.txt", text);
    return readUltraStar(folder.path("song.txt"));
}

bool lies(const LabelInterval& interval, double start, double end)
{
    return std::abs(interval.startSeconds - start) < 1e-9 &&
           std::abs(interval.endSeconds - end) < 1e-9;
}

} // namespace

class TestUltraStar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // At 150 beats a minute a quarter of a beat is 0.1 s.
    void notesBecomeStretches()
    {
        const UltraStarSong song = read("#TITLE:Two\r\n#ARTIST:Ann\r\n#MP3:a.ogg\r\n#BPM:150\r\n"
                                        "#GAP:2000\r\n#COVER:x: y.jpg\r\n"
                                        ": 0 4 19 La \r\n* 6 2 -3  la\r\n- 9 10\r\n"
                                        "F 20 10 0 (spoken)\r\nE\r\n: 90 1 1 no\r\n");
        QCOMPARE(song.artist, std::string("Ann"));
        QCOMPARE(song.title, std::string("Two"));
        QCOMPARE(song.audio, std::string("a.ogg"));
        QCOMPARE(song.sung.size(), std::size_t(2));
        QVERIFY(lies(song.sung[0], 2.0, 2.8)); // 0.2 s between the notes
        QVERIFY(lies(song.sung[1], 4.0, 5.0));
    }

    // Of "Better" by Jonathan Coulton: 266.6 beats a minute, the first note at 8.26 s.
    void commasAreDecimalPoints()
    {
        const UltraStarSong song = read("#BPM:266,6\n#GAP:8260\n: 0 4 4 Where\n");
        QVERIFY(lies(song.sung.at(0), 8.26, 8.26 + 4 * 15 / 266.6));
    }

    void breathsAreSung_data()
    {
        QTest::addColumn<int>("pause"); // in hundredths of a second
        QTest::addColumn<int>("stretches");
        QTest::newRow("a breath") << 34 << 1;
        QTest::newRow("a pause") << 36 << 2;
    }
    void breathsAreSung()
    {
        QFETCH(int, pause);
        QFETCH(int, stretches);
        const QByteArray text = "#BPM:1500\n: 0 50 1 a\n: " + QByteArray::number(50 + pause) +
                                " 50 1 b\n"; // quarters of 0.01 s
        QCOMPARE(read(text).sung.size(), static_cast<std::size_t>(stretches));
    }

    // Two singers: where either sings.
    void duetsAreUnited()
    {
        const UltraStarSong song =
            read("#BPM:150\nP1\n: 0 10 1 a\n: 50 10 1 b\nP2\n: 5 10 1 c\n: 100 10 1 d\nE\n");
        QCOMPARE(song.sung.size(), std::size_t(3));
        QVERIFY(lies(song.sung[0], 0, 1.5));
        QVERIFY(lies(song.sung[1], 5, 6));
        QVERIFY(lies(song.sung[2], 10, 11));
    }

    void textsMayBeLatinOne()
    {
        QCOMPARE(read("#ARTIST:Bj\xF6rk\n#BPM:100\n: 0 1 1 \xE9\n").artist, std::string("Björk"));
    }

    void anInstrumentalHasNoNotes() { QVERIFY(read("#BPM:100\nE\n").sung.empty()); }

    void refusesWhatItDoesNotUnderstand_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("empty") << QByteArray() << "#BPM";
        QTest::newRow("no tempo") << QByteArray("#GAP:0\n") << "#BPM";
        QTest::newRow("tempo 0") << QByteArray("#BPM:0\nE\n") << "#BPM";
        QTest::newRow("tempo of nobody") << QByteArray("#BPM:1e308\n: 0 1 1 a\n") << "line 1";
        QTest::newRow("cut off") << QByteArray("#BPM:100\n#GAP:0\n") << "holds no notes";
        QTest::newRow("tempo late") << QByteArray(": 0 1 1 a\n#BPM:100\n") << "line 1";
        QTest::newRow("tempo in words") << QByteArray("#BPM:fast\n") << "line 1";
        QTest::newRow("relative") << QByteArray("#BPM:100\n#RELATIVE:YES\n") << "#RELATIVE";
        QTest::newRow("tempo changes") << QByteArray("#BPM:100\nB 4 120\n") << "line 2";
        QTest::newRow("half a note") << QByteArray("#BPM:100\n: 4\n") << "line 2";
        QTest::newRow("negative length") << QByteArray("#BPM:100\n: 4 -2 1 a\n") << "line 2";
        QTest::newRow("another text") << QByteArray("Dear reader,\n") << "line 1";
    }
    void refusesWhatItDoesNotUnderstand()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        const QString said = badInputOf([&] { read(text); });
        QVERIFY2(said.contains("song.txt") && said.contains(message), qPrintable(said));
    }

    void theHeadIsReadAlone()
    {
        const TestFolder folder;
        folder.write("song.txt", "#ARTIST:Ann\n#BPM:100\n#AUDIO:b.ogg\n#MP3:a.ogg\n: damaged\n");
        folder.write("letter.txt", "Dear reader,\n#BPM:100\n");
        const auto song = ultraStarHeader(folder.path("song.txt"));
        QVERIFY(song.has_value());
        QCOMPARE(song->artist, std::string("Ann"));
        QCOMPARE(song->audio, std::string("b.ogg")); // the newer name
        QVERIFY(!ultraStarHeader(folder.path("letter.txt")));
        QVERIFY(!ultraStarHeader(folder.path("none.txt")));
    }
};

QTEST_APPLESS_MAIN(TestUltraStar)
#include "tst_ultrastar.moc"
