// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/colour_scale.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace earshot;

class TestColourScale : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The first, the middle and the last entry of matplotlib 3.11.2's maps.
    void maps_data()
    {
        QTest::addColumn<int>("map");
        QTest::addColumn<QRgb>("first");
        QTest::addColumn<QRgb>("middle"); // entry 128
        QTest::addColumn<QRgb>("last");
        QTest::newRow("magma") << int(ColourMap::Magma) << qRgb(0, 0, 4) << qRgb(183, 55, 121)
                               << qRgb(252, 253, 191);
        QTest::newRow("viridis") << int(ColourMap::Viridis) << qRgb(68, 1, 84) << qRgb(33, 145, 140)
                                 << qRgb(253, 231, 37);
        QTest::newRow("cividis") << int(ColourMap::Cividis) << qRgb(0, 34, 78)
                                 << qRgb(125, 124, 120) << qRgb(254, 232, 56);
        QTest::newRow("grey") << int(ColourMap::Grey) << qRgb(0, 0, 0) << qRgb(128, 128, 128)
                              << qRgb(255, 255, 255);
    }
    void maps()
    {
        QFETCH(int, map);
        QFETCH(QRgb, first);
        QFETCH(QRgb, middle);
        QFETCH(QRgb, last);
        const ColourScale scale(static_cast<ColourMap>(map), {-8, 4});
        QCOMPARE(scale.colour(-8), first);
        QCOMPARE(scale.colour(-2), middle); // half of 256 entries
        QCOMPARE(scale.colour(4), last);
        QCOMPARE(scale.colourAt(0), first);
        QCOMPARE(scale.colourAt(0.5), middle);
        QCOMPARE(scale.colourAt(1), last);
    }

    void outsideTheRangeAreOtherColours()
    {
        const ColourScale scale(ColourMap::Magma, {-8, 4});
        QCOMPARE(scale.colour(-8.001F), scale.colour(-8)); // softer than the scale's end
        QCOMPARE(scale.colour(4.001F), ColourScale::aboveColour);
        QCOMPARE(scale.colour(-std::numeric_limits<float>::infinity()), scale.colour(-8));
        QCOMPARE(scale.colour(std::numeric_limits<float>::infinity()), ColourScale::aboveColour);
        QCOMPARE(scale.colour(std::numeric_limits<float>::quiet_NaN()), ColourScale::missingColour);
    }

    // No entry of any map is nearer than this to a colour that means "outside".
    void noMapContainsTheOutsideColours_data()
    {
        QTest::addColumn<ColourScale>("scale");
        for (const ColourMap map : allColourMaps)
            QTest::addRow("%s", qPrintable(colourMapName(map))) << ColourScale(map, {0, 1});
        QTest::newRow("change, light") << ColourScale(ChangeScale{1}, ChangeGround::Light);
        QTest::newRow("change, dark") << ColourScale(ChangeScale{1}, ChangeGround::Dark);
    }
    void noMapContainsTheOutsideColours()
    {
        QFETCH(ColourScale, scale);
        for (int i = 0; i < 256; ++i) {
            const QRgb entry = scale.colourAt((i + 0.5) / 256);
            for (const QRgb outside : {ColourScale::belowColour, ColourScale::aboveColour}) {
                const double distance =
                    std::hypot(qRed(entry) - qRed(outside), qGreen(entry) - qGreen(outside),
                               qBlue(entry) - qBlue(outside));
                QVERIFY2(distance > 70, qPrintable(QString("entry %1: %2").arg(i).arg(distance)));
            }
        }
    }

    void changeIsSymmetricAroundTheGround()
    {
        const ColourScale light(ChangeScale{2}, ChangeGround::Light);
        QVERIFY(light.isChange());
        QCOMPARE(light.low(), -2.0);
        QCOMPARE(light.high(), 2.0);
        QVERIFY(qGray(light.colour(0)) > 240);
        QVERIFY(qBlue(light.colour(-1)) > qRed(light.colour(-1)) + 50);
        QVERIFY(qRed(light.colour(1)) > qBlue(light.colour(1)) + 50);
        QCOMPARE(light.colour(-2.1F), ColourScale::belowColour);
        QCOMPARE(light.colour(2.1F), ColourScale::aboveColour);
        QVERIFY(qGray(ColourScale(ChangeScale{2}, ChangeGround::Dark).colour(0)) < 40);
    }

    void anEmptyRangeHasOneColour()
    {
        const ColourScale scale(ColourMap::Grey, {1, 1});
        QCOMPARE(scale.colour(1), qRgb(0, 0, 0));
        QCOMPARE(scale.colour(0.9F), qRgb(0, 0, 0));
    }

    void namesComeBack()
    {
        for (const ColourMap map : allColourMaps)
            QVERIFY(parseColourMap(colourMapName(map)) == map);
        QVERIFY(parseColourMap("VIRIDIS") == ColourMap::Viridis);
        QVERIFY(!parseColourMap("jet"));
        QVERIFY(!parseColourMap(""));
    }
};

QTEST_MAIN(TestColourScale)
#include "tst_colour_scale.moc"
