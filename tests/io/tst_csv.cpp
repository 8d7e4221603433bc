// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/csv.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace earshot;

namespace {

// The fields of all lines, the first included: "a|b", "1|2".
QStringList fields(const CsvTable& table)
{
    QStringList names;
    for (const std::string& column : table.columns())
        names << QString::fromStdString(column);
    QStringList lines{names.join('|')};
    for (std::size_t row = 0; row < table.rows(); ++row) {
        QStringList line;
        for (const std::string& column : table.columns())
            line << QString::fromStdString(table.text(row, column));
        lines << line.join('|');
    }
    return lines;
}

CsvTable parsed(const QByteArray& text)
{
    return CsvTable::parse({text.constData(), static_cast<std::size_t>(text.size())}, "t.csv");
}

} // namespace

class TestCsv : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("lines");
        const QStringList plain{"a|b", "1|2"};
        QTest::newRow("LF") << QByteArray("a,b\n1,2\n") << plain;
        QTest::newRow("CRLF") << QByteArray("a,b\r\n1,2\r\n") << plain;
        QTest::newRow("CR") << QByteArray("a,b\r1,2\r") << plain;
        QTest::newRow("no last line break") << QByteArray("a,b\n1,2") << plain;
        QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF"
                                                       "a,b\n1,2\n")
                                         << plain;
        QTest::newRow("empty lines") << QByteArray("a,b\n\n\r\n1,2\n\n") << plain;
        QTest::newRow("all quoted") << QByteArray("\"a\",\"b\"\r\n\"1\",\"2\"\r\n") << plain;
        QTest::newRow("names alone") << QByteArray("a,b") << QStringList{"a|b"};
        QTest::newRow("commas and line breaks in quotes")
            << QByteArray("a,b\n\"x,y\",\"p\nq\r\nr\"\n") << QStringList{"a|b", "x,y|p\nq\r\nr"};
        QTest::newRow("doubled quotes") << QByteArray("a,b\n\"say \"\"ü\"\"\",\"\"\"\"\n")
                                        << QStringList{"a|b", "say \"ü\"|\""};
        QTest::newRow("quote within a plain field")
            << QByteArray("a,b\n7\" disc,2\n") << QStringList{"a|b", "7\" disc|2"};
        QTest::newRow("empty fields")
            << QByteArray("a,b\n,\n\"\",\n1,") << QStringList{"a|b", "|", "|", "1|"};
        QTest::newRow("spaces are kept")
            << QByteArray("a,b\n 1 ,\t2\n") << QStringList{"a|b", " 1 |\t2"};
        QTest::newRow("one column, its empty line left out, its empty field not")
            << QByteArray("a\n\n\"\"\n1\n") << QStringList{"a", "", "1"};
    }

    void reads()
    {
        QFETCH(QByteArray, text);
        QTEST(fields(parsed(text)), "lines");
        const TestFolder folder;
        folder.write("f", text);
        QTEST(fields(CsvTable::readFile(folder.path("f"))), "lines");
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        const QString empty = "is empty: expected a line that names the columns, found nothing";
        QTest::newRow("empty") << QByteArray() << empty;
        QTest::newRow("byte order mark alone") << QByteArray("\xEF\xBB\xBF") << empty;
        QTest::newRow("short row")
            << QByteArray("a,b\n1,2\n3\n") << "line 3 cannot be read: expected 2 fields, found 1";
        QTest::newRow("long row") << QByteArray("a,b\r\n\r\n1,2,3\r\n")
                                  << "line 3 cannot be read: expected 2 fields, found 3";
        QTest::newRow("short row after lines in quotes")
            << QByteArray("a,b\n\"1\n2\n3\",4\n5")
            << "line 5 cannot be read: expected 2 fields, found 1";
        const QString quote =
            "expected a closing quote before a comma or the end of the line, found none";
        QTest::newRow("open quote")
            << QByteArray("a,b\n1,2\n\"3,4\n5,6\n") << "line 3 cannot be read: " + quote;
        QTest::newRow("text behind a quote")
            << QByteArray("a,b\n1,\"2\"x\n") << "line 2 cannot be read: " + quote;
    }

    void refuses()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        QCOMPARE(failureOf([&] { parsed(text); }), "bad input: 't.csv': " + message);
    }

    void numbersAreReadWhole_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<double>("value"); // NaN: none
        const double none = std::nan("");
        QTest::newRow("whole") << QByteArray("-12") << -12.0;
        QTest::newRow("fraction") << QByteArray(".5") << 0.5;
        QTest::newRow("exponent") << QByteArray("1e-3") << 0.001;
        for (const char* field :
             {"", "x", "1x", " 1", "1 ", "0x10", "1,5", "nan", "inf", "-", "1e", "1e999", "--1"})
            QTest::newRow(field) << QByteArray(field) << none;
    }

    void numbersAreReadWhole()
    {
        QFETCH(QByteArray, field);
        QFETCH(double, value);
        const CsvTable table = parsed("a,b\n\n0,\"" + field + "\"\n");
        if (!std::isnan(value)) {
            QCOMPARE(table.number(0, "b"), value);
            return;
        }
        QCOMPARE(failureOf([&] { table.number(0, "b"); }),
                 "bad input: 't.csv': line 3, column 'b' cannot be read: expected a number, "
                 "found '" +
                     QString(field) + "'");
    }

    void missingColumnIsNamed()
    {
        const CsvTable table = parsed("start,end\n1,2\n");
        QVERIFY(table.hasColumn("end") && !table.hasColumn("End"));
        QCOMPARE(failureOf([&] { table.text(0, "label"); }),
                 "bad input: 't.csv': has no such column: expected 'label', found start, end");
    }

    void writesWhatItReads()
    {
        CsvWriter writer({"plain", "quo\"ted", "two\nlines", ""});
        writer.add("x").add("a,b").add("\r").add("").endRow();
        writer.add("").add("\"").add(" ").add("ü").endRow();
        QCOMPARE(QByteArray(writer.text().c_str()),
                 QByteArray("plain,\"quo\"\"ted\",\"two\nlines\",\nx,\"a,b\",\"\r\",\n"
                            "\"\",\"\"\"\", ,ü\n"));
        const TestFolder folder;
        writer.writeFile(folder.path("f"));
        const QStringList lines{"plain|quo\"ted|two\nlines|", "x|a,b|\r|", "|\"| |ü"};
        QCOMPARE(fields(CsvTable::readFile(folder.path("f"))), lines);
    }

    // One empty field must not become an empty line.
    void writesASingleEmptyField()
    {
        CsvWriter writer({"a"});
        writer.add("").endRow();
        writer.add("1").endRow();
        QCOMPARE(fields(parsed(writer.text().c_str())), (QStringList{"a", "", "1"}));
    }

    void numbersComeBackToTheBit()
    {
        using Limits = std::numeric_limits<double>;
        const std::vector<double> doubles = {0.1, -1.0 / 3, Limits::max(), Limits::min(), 1e22, 0};
        CsvWriter writer({"d", "f", "s", "i"});
        for (const double value : doubles)
            writer.add(value)
                .add(static_cast<float>(0.1 * value / Limits::max()))
                .add(std::numeric_limits<std::size_t>::max())
                .add(-7)
                .endRow();
        const CsvTable table = parsed(writer.text().c_str());
        for (std::size_t row = 0; row < doubles.size(); ++row) {
            QCOMPARE(table.number(row, "d"), doubles[row]);
            QCOMPARE(static_cast<float>(table.number(row, "f")),
                     static_cast<float>(0.1 * doubles[row] / Limits::max()));
            QCOMPARE(table.text(row, "s"), std::string("18446744073709551615"));
            QCOMPARE(table.number(row, "i"), -7.0);
        }
        CsvWriter shortest({"f"});
        shortest.add(0.1F).endRow(); // no more digits than a float32 needs
        QCOMPARE(shortest.text(), std::string("f\n0.1\n"));
    }

    void nonFiniteNumbersAreNan()
    {
        CsvWriter writer({"a", "b", "c"});
        const float infinity = std::numeric_limits<float>::infinity();
        writer.add(std::nan("")).add(-std::nan("")).add(infinity).endRow();
        QCOMPARE(writer.text(), std::string("a,b,c\nnan,nan,nan\n"));
    }

    void fullDiskKeepsTheOldFile()
    {
        const TestFolder folder;
        folder.write("f", "old");
        const CsvWriter writer({"a", "b"});
        const FullDisk disk(3);
        QVERIFY(failureOf([&] {
                    writer.writeFile(folder.path("f"));
                }).startsWith("cannot write: '" + folder.name("f")));
        QCOMPARE(folder.read("f"), "old");
        QCOMPARE(folder.entries(), QStringList{"f"});
    }
};

QTEST_APPLESS_MAIN(TestCsv)
#include "tst_csv.moc"
