// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/contact_sheet_picture.h"
#include "core/train/generator_evaluation.h"

#include <QByteArray>
#include <QTest>

#include <limits>
#include <utility>
#include <vector>

using namespace earshot;

namespace {

// Generated excerpts 0.5 everywhere, real ones with a ramp over the bands from 0 to 7.9.
ContactSheet exampleSheet(std::size_t count)
{
    ContactSheet sheet;
    sheet.generated = Matrix<float>(count, 115 * 80, 0.5F);
    sheet.real = Matrix<float>(count, 115 * 80);
    for (std::size_t i = 0; i < sheet.real.size(); ++i)
        sheet.real.values()[i] = static_cast<float>(i % 80) / 10;
    return sheet;
}

} // namespace

class TestContactSheetPicture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Eight a line in each half: 8 · 115 + 7 · 4 = 948 pixels, and 24 between the halves.
    void sizes_data()
    {
        QTest::addColumn<std::size_t>("count");
        QTest::addColumn<std::size_t>("height");
        QTest::addColumn<std::size_t>("width");
        QTest::newRow("one") << std::size_t{1} << std::size_t{80} << std::size_t{254};
        QTest::newRow("a line") << std::size_t{8} << std::size_t{80} << std::size_t{1920};
        QTest::newRow("one more") << std::size_t{9} << std::size_t{164} << std::size_t{1920};
        QTest::newRow("the default") << std::size_t{32} << std::size_t{332} << std::size_t{1920};
    }
    void sizes()
    {
        QFETCH(std::size_t, count);
        QFETCH(std::size_t, height);
        QFETCH(std::size_t, width);
        const Matrix<std::uint8_t> pixels = contactSheetPixels(exampleSheet(count));
        QCOMPARE(pixels.rows(), height);
        QCOMPARE(pixels.columns(), width);
    }

    // The real ones decide the scale, 0 to 7.9 being 254 levels, and low bands lie at the bottom.
    void excerptsStandSideBySide()
    {
        ContactSheet sheet = exampleSheet(9);
        sheet.generated(0, 0) = -1000; // frame 0, band 0
        sheet.generated(0, 79) = 1000; // frame 0, band 79
        sheet.generated(0, 80) = std::numeric_limits<float>::quiet_NaN();
        const Matrix<std::uint8_t> pixels = contactSheetPixels(sheet);
        QCOMPARE(int{pixels(79, 0)}, 0);
        QCOMPARE(int{pixels(0, 0)}, 254);
        QCOMPARE(int{pixels(79, 1)}, 0);
        QCOMPARE(int{pixels(40, 50)}, 16); // 0.5 / 7.9 of 254
        // Right of the first excerpt, below it, and between the halves.
        for (const auto& [row, column] :
             {std::pair{0U, 115U}, {0U, 118U}, {80U, 0U}, {83U, 0U}, {0U, 948U}, {79U, 971U}})
            QCOMPARE(int{pixels(row, column)}, 255);
        QCOMPARE(int{pixels(0, 119)}, 16);
        QCOMPARE(int{pixels(84, 0)}, 16);    // the ninth
        QCOMPARE(int{pixels(84, 119)}, 255); // there is no tenth
        QCOMPARE(int{pixels(79, 972)}, 0);   // real
        QCOMPARE(int{pixels(0, 972)}, 254);
        QCOMPARE(int{pixels(78, 1000)}, 3); // 0.1 / 7.9
    }

    // Silence, far below music, is as dark as what lies 80 dB (9.21 in natural log-mel) below the
    // loudest, and takes none of the scale: 7.9 - 9.21 = -1.31 is level 0, 0.5 is 1.81 above it.
    void silenceTakesNoneOfTheScale()
    {
        ContactSheet sheet = exampleSheet(1);
        for (std::size_t i = 0; i < sheet.real.size(); i += 80)
            sheet.real.values()[i] = -16.118F; // log(1e-7)
        const Matrix<std::uint8_t> pixels = contactSheetPixels(sheet);
        QCOMPARE(int{pixels(40, 50)}, 50); // 1.81 / 9.21 of 254
        QCOMPARE(int{pixels(79, 139)}, 0); // band 0: silent
        QCOMPARE(int{pixels(0, 139)}, 254);
    }

    // A picture of one value has no scale, and is drawn all the same.
    void aSheetWithoutContrast()
    {
        ContactSheet sheet = exampleSheet(1);
        sheet.real = Matrix<float>(1, 115 * 80, 5);
        QCOMPARE(int{contactSheetPixels(sheet)(0, 0)}, 0);
    }

    void png()
    {
        const std::vector<std::byte> bytes = contactSheetPng(exampleSheet(2));
        const QByteArray png(reinterpret_cast<const char*>(bytes.data()),
                             static_cast<qsizetype>(bytes.size()));
        QVERIFY(png.startsWith("\x89PNG"));
        // 2 · (2 · 115 + 4) + 24 = 492 = 0x1ec pixels wide, 80 = 0x50 high.
        QCOMPARE(png.mid(16, 8).toHex(), QByteArray("000001ec00000050"));
        const qsizetype palette = png.indexOf("PLTE") + 4;
        QCOMPARE(png.mid(palette, 3).toHex(), QByteArray("000004")); // magma's darkest
        QCOMPARE(png.mid(palette + 3 * 254, 6).toHex(),
                 QByteArray("fcfdbfffffff")); // lightest, gap
    }
};

QTEST_APPLESS_MAIN(TestContactSheetPicture)
#include "tst_contact_sheet_picture.moc"
