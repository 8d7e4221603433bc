// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/label_text.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QtTest>

using namespace earshot;

class TestLabelText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bytesBecomeUtf8_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("ASCII") << QByteArray("abc") << QByteArray("abc");
        QTest::newRow("UTF-8") << QByteArray("ä € 𝄞") << QByteArray("ä € 𝄞");
        QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBFx") << QByteArray("x");
        QTest::newRow("Latin-1") << QByteArray("Se\xF1or \xFC") << QByteArray("Señor ü");
        QTest::newRow("Windows") << QByteArray("don\x92t \x80") << QByteArray("don’t €");
        QTest::newRow("overlong") << QByteArray("\xC0\xAF") << QByteArray("À¯");
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << QByteArray("í\xC2\xA0€");
        QTest::newRow("cut off") << QByteArray("a\xE2\x82") << QByteArray("aâ‚");
        QTest::newRow("too high") << QByteArray("\xF4\x90\x80\x80") << QByteArray("ô\xC2\x90€€");
    }
    void bytesBecomeUtf8()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, text);
        QCOMPARE(QByteArray::fromStdString(toUtf8(bytes.toStdString())), text);
    }

    void linesEndInAnyWay()
    {
        const auto lines = linesOf("a\nb\r\n\rc\n\n");
        QCOMPARE(lines.size(), std::size_t(5));
        QVERIFY(lines[0] == "a" && lines[1] == "b" && lines[2].empty() && lines[3] == "c" &&
                lines[4].empty());
        QVERIFY(linesOf("").empty());
    }

    void numbersHavePointOrComma()
    {
        QCOMPARE(numberIn("266,6", "x", 1), 266.6);
        QCOMPARE(numberIn("-0.5", "x", 1), -0.5);
        for (const char* text : {"", "1 2", "nan", "inf", "1,2,3", "0x10", "1e999"})
            QVERIFY2(badInputOf([&] { numberIn(text, "file", 7); }).contains("line 7"), text);
    }

    void filesWithoutTextAreRefused()
    {
        const TestFolder folder;
        folder.write("utf16.txt", QByteArray("\xFF\xFE#\0", 4));
        folder.write("sound.txt", QByteArray("RIFF\0\0", 6));
        QVERIFY(badInputOf([&] { readText(folder.path("utf16.txt")); }).contains("UTF-16"));
        QVERIFY(badInputOf([&] { readText(folder.path("sound.txt")); }).contains("sound.txt"));
        QVERIFY(badInputOf([&] { readText(folder.path("none.txt")); }).contains("none.txt"));
    }
};

QTEST_APPLESS_MAIN(TestLabelText)
#include "tst_label_text.moc"
