// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failure.h"
#include "ui/plot/spectrogram_image.h"

#include <QtTest>

#include <limits>

using namespace earshot;

namespace {

constexpr std::size_t bands = ExcerptGeometry::bands;

std::vector<float> constant(float value)
{
    return std::vector<float>(ExcerptAxes::values, value);
}

// Exactly frames [first, first + count) and bands [low, low + height).
ExcerptRange cells(double first, double count, double low, double height)
{
    constexpr double half = ExcerptAxes::hopSamples / 2 / ExcerptAxes::sampleRateHz;
    return {ExcerptAxes::secondsOfFrame(first) - half,
            ExcerptAxes::secondsOfFrame(first + count - 1) + half, low, low + height};
}

} // namespace

class TestSpectrogramImage : public QObject
{
    Q_OBJECT

    // 256 greys of one unit each: a value's grey is its whole part.
    const ColourScale m_greys{ColourMap::Grey, {0, 256}};

private Q_SLOTS:
    void cellsLieWhereTheyBelong()
    {
        std::vector<float> values = constant(10);
        values[3 * bands + 0] = 100;   // frame 3, lowest band
        values[5 * bands + 2] = 200.5; // frame 5, third band
        const QImage image = spectrogramImage(values, cells(3, 3, 0, 4), {3, 4}, m_greys);
        QCOMPARE(image.size(), QSize(3, 4));
        for (int x = 0; x < 3; ++x)
            for (int y = 0; y < 4; ++y) {
                const int expected = x == 0 && y == 3 ? 100 : x == 2 && y == 1 ? 200 : 10;
                QCOMPARE(qRed(image.pixel(x, y)), expected);
            }
    }

    void largePicturesShowCellsWithoutBlur()
    {
        std::vector<float> values = constant(10);
        values[4 * bands + 1] = 90;
        const QImage image = spectrogramImage(values, cells(4, 2, 0, 2), {20, 20}, m_greys);
        for (int x = 0; x < 20; ++x)
            for (int y = 0; y < 20; ++y)
                QCOMPARE(qRed(image.pixel(x, y)), x < 10 && y < 10 ? 90 : 10);
    }

    void smallPicturesShowMeans()
    {
        std::vector<float> values = constant(0);
        values[4 * bands + 1] = 40;
        values[5 * bands + 0] = 20;
        // (40 + 0 + 20 + 0) / 4, plus a little for rounding
        const QImage image = spectrogramImage(values, cells(4, 2, 0, 2), {1, 1}, m_greys);
        QCOMPARE(qRed(image.pixel(0, 0)), 15);
    }

    void theWholeExcerptIsCovered()
    {
        std::vector<float> values = constant(10);
        for (std::size_t band = 0; band < bands; ++band) {
            values[band] = 50;                  // the first frame
            values[114 * bands + band] = 250.5; // the last one
        }
        const QImage image = spectrogramImage(values, {}, {300, 80}, m_greys);
        QCOMPARE(qRed(image.pixel(0, 0)), 50); // goes on to the excerpt's ends
        QCOMPARE(qRed(image.pixel(299, 79)), 250);
        QCOMPARE(qRed(image.pixel(150, 40)), 10);
    }

    void missingValuesHaveTheirColour()
    {
        std::vector<float> values = constant(10);
        values[4 * bands] = std::numeric_limits<float>::quiet_NaN();
        const QImage image = spectrogramImage(values, cells(4, 2, 0, 2), {2, 2}, m_greys);
        QCOMPARE(image.pixel(0, 1), ColourScale::missingColour);
        QCOMPARE(qRed(image.pixel(1, 1)), 10);
        QCOMPARE(qRed(image.pixel(0, 0)), 10);
    }

    void emptySizes()
    {
        QVERIFY(spectrogramImage(constant(1), {}, {0, 10}, m_greys).isNull());
        QVERIFY(spectrogramImage({}, {}, {10, 10}, m_greys).isNull());
    }

    void otherNumbersOfValuesAreRefused()
    {
        const std::vector<float> tooMany(9201);
        QCOMPARE(badInputOf([&] { checkExcerptSize(tooMany); }),
                 "'a spectrogram': has the wrong size: expected 9200 values, found 9201");
        checkExcerptSize({});
        checkExcerptSize(constant(1));
    }
};

QTEST_MAIN(TestSpectrogramImage)
#include "tst_spectrogram_image.moc"
