// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/label_file.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QtTest>

using namespace earshot;

namespace {

LabelFile readWhole(const QByteArray& text, const QString& file = "vocals.csv",
                    const std::string& label = "vocal")
{
    const TestFolder folder;
    folder.write(file, text);
    return readLabels(folder.path(file), label);
}

std::vector<LabelInterval> read(const QByteArray& text, const QString& file = "vocals.csv",
                                const std::string& label = "vocal")
{
    return readWhole(text, file, label).intervals;
}

} // namespace

class TestLabelFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheLabelsRowsInOrderOfTime()
    {
        const auto intervals = read("start_s,end_s,label\n"
                                    "2.5,4,vocal\n"
                                    "0,2.5,other\n"
                                    "0.25,1,vocal\n");
        QCOMPARE(intervals.size(), std::size_t(2));
        QCOMPARE(intervals[0].startSeconds, 0.25);
        QCOMPARE(intervals[0].endSeconds, 1.0);
        QCOMPARE(intervals[1].startSeconds, 2.5);
    }

    void columnsMayStandInAnyOrder()
    {
        const auto intervals = read("label,note,end_s,start_s\r\nvocal,\"a, b\",2,1\r\n");
        QCOMPARE(intervals.size(), std::size_t(1));
        QCOMPARE(intervals[0].startSeconds, 1.0);
        QCOMPARE(intervals[0].endSeconds, 2.0);
    }

    // Jamendo's words, and any others.
    void readsLabLines()
    {
        const QByteArray text = "0.000000 1.5 nosing\r\n2.5\t4.25 sing\n\n1.5 2.5 sing\n"
                                "5 6 guitar\n6 7 vocal\n";
        const auto sung = read(text, "song.lab");
        QCOMPARE(sung.size(), std::size_t(3));
        QCOMPARE(sung[0].startSeconds, 1.5);
        QCOMPARE(sung[1].endSeconds, 4.25);
        QCOMPARE(sung[2].startSeconds, 6.0);
        const auto guitar = read(text, "song.lab", "guitar");
        QCOMPARE(guitar.size(), std::size_t(1));
        QCOMPARE(guitar[0].startSeconds, 5.0);
    }

    void readsUltraStarForVoicesAlone()
    {
        const QByteArray text = "#BPM:300\n#GAP:1000\n: 0 20 4 La\nE\n"; // quarters of 0.05 s
        const auto sung = read(text, "song.txt");
        QCOMPARE(sung.size(), std::size_t(1));
        QCOMPARE(sung[0].startSeconds, 1.0);
        QCOMPARE(sung[0].endSeconds, 2.0);
        QVERIFY(badInputOf([&] { read(text, "song.txt", "guitar"); }).contains("'guitar'"));
    }

    // 0xFC is ü in Latin-1; the label is UTF-8, as the command line gives it.
    void latinOneIsRead()
    {
        QCOMPARE(read("start_s,end_s,label\n1,2,fl\xFCte\n", "a.csv", "flüte").size(),
                 std::size_t(1));
        QCOMPARE(read("1 2 fl\xFCte\n", "a.lab", "flüte").size(), std::size_t(1));
        QCOMPARE(read("\xEF\xBB\xBFstart_s,end_s,label\n1,2,flüte\n", "a.csv", "flüte").size(),
                 std::size_t(1));
    }

    void labelsPastTheEndBelongToAnotherSound_data()
    {
        QTest::addColumn<double>("start");
        QTest::addColumn<double>("end");
        QTest::addColumn<bool>("accepted");
        QTest::newRow("within") << 1.0 << 10.0 << true;
        QTest::newRow("a little beyond") << 9.0 << 11.0 << true;
        QTest::newRow("far beyond") << 9.0 << 11.01 << false;
        QTest::newRow("from the end on") << 10.0 << 10.5 << false;
        QTest::newRow("a little before") << -1.0 << 1.0 << true;
        QTest::newRow("far before") << -1.01 << 1.0 << false;
    }
    void labelsPastTheEndBelongToAnotherSound()
    {
        QFETCH(double, start);
        QFETCH(double, end);
        QFETCH(bool, accepted);
        // Whatever the label is.
        for (const LabelFile& labels : {LabelFile{{{0, 1}, {start, end}}, {}, {}},
                                        LabelFile{{{0, 1}}, {{start, end}}, {"nosing"}}}) {
            const QString said = failureOf([&] { requireWithin(labels, 10, "song.csv"); });
            const QString side = start < 0 ? "before the start" : "past the end";
            QVERIFY2(said.contains(side) != accepted, qPrintable(said));
            QVERIFY2(accepted || said.contains("'song.csv'"), qPrintable(said));
        }
    }

    // A label that is never there is not a file without labels.
    void saysWhatElseIsLabelled()
    {
        const LabelFile csv = readWhole("start_s,end_s,label\n0,1,guitar\n2,3,Vocal\n1,2,guitar\n");
        QVERIFY(csv.intervals.empty());
        QCOMPARE(csv.rest.size(), std::size_t(3));
        QVERIFY(csv.otherLabels == (std::vector<std::string>{"Vocal", "guitar"}));
        const LabelFile lab = readWhole("0 1 nosing\n1 2 sing\n", "a.lab");
        QCOMPARE(lab.intervals.size(), std::size_t(1));
        QCOMPARE(lab.rest.size(), std::size_t(1));
        QVERIFY(lab.otherLabels == std::vector<std::string>{"nosing"});
    }

    // [start, end): the end belongs to what follows.
    void intervalsAreHalfOpen_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<bool>("inside");
        QTest::newRow("before") << 0.999 << false;
        QTest::newRow("start") << 1.0 << true;
        QTest::newRow("within") << 1.5 << true;
        QTest::newRow("end") << 2.0 << false;
        QTest::newRow("of two that overlap") << 3.75 << true;
        QTest::newRow("empty interval") << 5.0 << false;
    }
    void intervalsAreHalfOpen()
    {
        QFETCH(double, seconds);
        QFETCH(bool, inside);
        QCOMPARE(contains({{1, 2}, {3, 4}, {3.5, 3.6}, {5, 5}}, seconds), inside);
    }

    void refusesDamage_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("empty") << QByteArray() << "vocals.csv";
        QTest::newRow("no label column") << QByteArray("start_s,end_s\n0,1\n") << "label";
        QTest::newRow("no times") << QByteArray("label,begin\nvocal,1\n") << "start_s";
        QTest::newRow("backwards")
            << QByteArray("start_s,end_s,label\n0,1,vocal\n3,2,vocal\n") << "row 3";
        QTest::newRow("no number") << QByteArray("start_s,end_s,label\n0,end,vocal\n") << "end";
        QTest::newRow("NaN") << QByteArray("start_s,end_s,label\nnan,1,vocal\n") << "nan";
        QTest::newRow("infinity") << QByteArray("start_s,end_s,label\n0,inf,vocal\n") << "inf";
        QTest::newRow("short row") << QByteArray("start_s,end_s,label\n0,1\n") << "line 2";
        QTest::newRow("UTF-16") << QByteArray("\xFF\xFEs\0t\0", 6) << "UTF-16";
        QTest::newRow("no rows") << QByteArray("start_s,end_s,label\n") << "holds no labels";
        QTest::newRow("lab without rows") << QByteArray() << "holds no labels";
        QTest::newRow("lab of blank lines") << QByteArray("\n \n") << "holds no labels";
        QTest::newRow("another label backwards")
            << QByteArray("start_s,end_s,label\n3,2,guitar\n") << "row 2";
        QTest::newRow("lab without label") << QByteArray("0 1 sing\n1 2\n") << "line 2";
        QTest::newRow("lab backwards") << QByteArray("2 1 sing\n") << "line 1";
        QTest::newRow("lab no number") << QByteArray("0 1 sing\n\na b c\n") << "line 3";
    }
    void refusesDamage()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        const bool isLab = QByteArray(QTest::currentDataTag()).startsWith("lab");
        const QString said = badInputOf([&] { read(text, isLab ? "song.lab" : "vocals.csv"); });
        QVERIFY2(said.contains(message), qPrintable(said));
    }

    void missingFileIsNamed()
    {
        const TestFolder folder;
        QVERIFY(badInputOf([&] {
                    readLabels(folder.path("vocals.csv"), "vocal");
                }).contains("vocals.csv"));
    }
};

QTEST_APPLESS_MAIN(TestLabelFile)
#include "tst_label_file.moc"
