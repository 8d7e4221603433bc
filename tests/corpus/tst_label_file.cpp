// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/label_file.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QtTest>

using namespace earshot;

namespace {

std::vector<LabelInterval> read(const QByteArray& text)
{
    const TestFolder folder;
    folder.write("vocals.csv", text);
    return readLabelCsv(folder.path("vocals.csv"), "vocal");
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

    void noRowIsNoSinging()
    {
        QVERIFY(read("start_s,end_s,label\n").empty());
        QVERIFY(read("start_s,end_s,label\n0,1,guitar\n").empty());
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
    }
    void refusesDamage()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        const QString said = badInputOf([&] { read(text); });
        QVERIFY2(said.contains(message), qPrintable(said));
    }

    void missingFileIsNamed()
    {
        const TestFolder folder;
        QVERIFY(badInputOf([&] {
                    readLabelCsv(folder.path("vocals.csv"), "vocal");
                }).contains("vocals.csv"));
    }
};

QTEST_APPLESS_MAIN(TestLabelFile)
#include "tst_label_file.moc"
