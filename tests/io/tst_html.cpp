// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/html.h"
#include "core/io/png.h"

#include <QByteArray>
#include <QTest>
#include <QXmlStreamReader>
#include <QtEndian>

#include <string>

using namespace earshot;

class TestHtml : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nests()
    {
        HtmlWriter writer;
        writer.open("table", {{"class", "numbers"}}).open("tr").add("td", "1 < 2").close().close();
        QCOMPARE(writer.html(), std::string("<table class=\"numbers\"><tr><td>1 &lt; 2</td>\n"
                                            "</tr>\n</table>\n"));
        HtmlWriter outer;
        outer.open("p").text("a").close().append(writer).addEmpty("img", {{"src", "data:x"}});
        QVERIFY(QByteArray::fromStdString(outer.html()).endsWith("<img src=\"data:x\"/>\n"));
    }

    // What a song or a unit is called can't become part of the page.
    void escapes_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("escaped");
        QTest::newRow("script") << QByteArray("<script>alert('x')</script>")
                                << QByteArray("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
        QTest::newRow("attribute")
            << QByteArray("\" onload=\"") << QByteArray("&quot; onload=&quot;");
        QTest::newRow("entity") << QByteArray("&lt;") << QByteArray("&amp;lt;");
        QTest::newRow("control") << QByteArray("a\x01"
                                               "b\x1B"
                                               "c\x7F")
                                 << QByteArray("a\xEF\xBF\xBD"
                                               "b\xEF\xBF\xBD"
                                               "c\xEF\xBF\xBD");
        QTest::newRow("words") << QByteArray("‖z‖ — “λ”\n\tü") << QByteArray("‖z‖ — “λ”\n\tü");
    }

    void escapes()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, escaped);
        QCOMPARE(QByteArray::fromStdString(htmlEscaped(text.toStdString())), escaped);
        HtmlWriter writer;
        writer.add("p", text.toStdString(), {{"title", text.toStdString()}});
        QCOMPARE(QByteArray::fromStdString(writer.html()),
                 "<p title=\"" + escaped + "\">" + escaped + "</p>\n");
    }

    // Well-formed as XML too, and nothing may be fetched.
    void page()
    {
        HtmlWriter writer;
        writer.add("h1", "fc8[3] & <b>");
        const QByteArray page = QByteArray::fromStdString(writer.page("A <title>", "p { }\n"));
        QVERIFY(page.startsWith("<!DOCTYPE html>\n<html lang=\"en\">"));
        QVERIFY(page.contains("<title>A &lt;title&gt;</title>"));
        QVERIFY(page.contains("default-src 'none'"));
        QVERIFY(page.contains("charset=\"utf-8\""));
        QXmlStreamReader reader(page);
        while (!reader.atEnd())
            reader.readNext();
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    }

    void dataUris_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        for (int length = 0; length < 5; ++length)
            QTest::addRow("%d bytes", length) << QByteArray("\xFF\x00\x10z\x80", 5).left(length);
        QTest::newRow("a sound") << QByteArray("RIFF\x01\x02").repeated(1000);
    }

    void dataUris()
    {
        QFETCH(QByteArray, bytes);
        const std::string uri = dataUri(
            "audio/wav",
            std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
        QCOMPARE(QByteArray::fromStdString(uri), "data:audio/wav;base64," + bytes.toBase64());
    }

    void pngs_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("one pixel") << 1 << 1;
        QTest::newRow("a spectrogram") << 115 << 80;
        QTest::newRow("several blocks") << 300 << 300;
    }

    // The chunks that ISO/IEC 15948 wants, whose lines zlib gives back.
    void pngs()
    {
        QFETCH(int, width);
        QFETCH(int, height);
        const std::vector<RgbColour> palette{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
        Matrix<std::uint8_t> pixels(static_cast<std::size_t>(height),
                                    static_cast<std::size_t>(width));
        QByteArray lines;
        for (std::size_t row = 0; row < pixels.rows(); ++row) {
            lines += '\0';
            for (std::size_t column = 0; column < pixels.columns(); ++column) {
                pixels(row, column) = static_cast<std::uint8_t>((7 * row + column) % 3);
                lines += static_cast<char>(pixels(row, column));
            }
        }
        const std::vector<std::byte> bytes = indexedPng(pixels, palette);
        QByteArray png(reinterpret_cast<const char*>(bytes.data()),
                       static_cast<qsizetype>(bytes.size()));
        QCOMPARE(png.left(8).toHex(), QByteArray("89504e470d0a1a0a"));
        png.remove(0, 8);
        QByteArray types;
        QByteArray packed;
        while (!png.isEmpty()) {
            const auto length = qFromBigEndian<quint32>(png.constData());
            const QByteArray type = png.mid(4, 4);
            const QByteArray content = png.mid(8, length);
            types += type + ' ';
            if (type == "IHDR")
                QCOMPARE(content.toHex(),
                         QByteArray::number(width, 16).rightJustified(8, '0') +
                             QByteArray::number(height, 16).rightJustified(8, '0') + "0803000000");
            if (type == "PLTE")
                QCOMPARE(content.toHex(), QByteArray("010203040506070809"));
            if (type == "IDAT")
                packed = content;
            if (type == "IEND") // the one checksum that everybody knows
                QCOMPARE(png.mid(8, 4).toHex(), QByteArray("ae426082"));
            png.remove(0, length + 12);
        }
        QCOMPARE(types, QByteArray("IHDR PLTE IDAT IEND "));
        QByteArray size(4, '\0');
        qToBigEndian<quint32>(static_cast<quint32>(lines.size()), size.data());
        QVERIFY(qUncompress(size + packed) == lines); // checks Adler-32 too
    }
};

QTEST_APPLESS_MAIN(TestHtml)
#include "tst_html.moc"
