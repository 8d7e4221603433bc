// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/figure_content.h"
#include "tests/app/gui/hand_made.h"
#include "tests/explain/real_responses_example.h"
#include "tests/support/files.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace earshot;

class TestFigureContent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // −5 … 5: a response r lies above (r + 5)/10 of them.
    void wholeResult()
    {
        const RealResponses real = realExample(-5);
        const FigureContent figure = figureContent(handMade(), &real, ColourMap::Cividis, {-6, 4});
        QVERIFY(figure.scale == ColourScale(ColourMap::Cividis, {-6, 4}));
        QVERIFY(figure.title.startsWith("fc9[0]"));
        const QString details = figure.details.join('\n');
        QVERIFY(details.contains("svdnet 01234567 · music fedcba98"));
        QVERIFY(details.contains("1 steps"));
        QCOMPARE(figure.columns, QStringList({"example 1", "example 5"}));

        QCOMPARE(figure.rows.size(), std::size_t(3));
        const Cell cells[] = {Cell::Negative, Cell::Start, Cell::Positive};
        const float firsts[] = {30, 10, 20};
        const QStringList captions = {"p40", "p60", "p80"};
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(figure.rows[i].cell, cells[i]);
            QCOMPARE(figure.rows[i].cells.size(), std::size_t(2));
            QCOMPARE(figure.rows[i].cells[0].logMel.size(), std::size_t(9200));
            QCOMPARE(figure.rows[i].cells[0].logMel[0], firsts[i]);
            QCOMPARE(figure.rows[i].cells[1].logMel[0], firsts[i] + 1);
            QCOMPARE(figure.rows[i].cells[0].caption.section(" · ", 1), captions[int(i)]);
        }
    }

    void nothingKnownOfRealMusic()
    {
        const FigureContent figure = figureContent(handMade(), nullptr, ColourMap::Magma, {});
        QVERIFY(!figure.rows[0].cells[0].caption.contains("·"));
        QVERIFY(figure.rows[0].cells[0].caption.startsWith("−1"));
    }

    void oneDirection()
    {
        Explanation explanation = handMade();
        explanation.directions.erase(Direction::Positive);
        const FigureContent figure = figureContent(explanation, nullptr, ColourMap::Magma, {});
        QCOMPARE(figure.rows.size(), std::size_t(2));
        QCOMPARE(figure.rows[0].cell, Cell::Negative);
        QCOMPARE(figure.rows[1].cell, Cell::Start);
    }

    void responseThatIsNoNumber()
    {
        Explanation explanation = handMade();
        explanation.directions.at(Direction::Positive).responses(1, 0) =
            std::numeric_limits<float>::quiet_NaN();
        const RealResponses real = realExample(-5);
        const FigureContent figure = figureContent(explanation, &real, ColourMap::Magma, {});
        QCOMPARE(figure.rows[2].cells[0].caption, QString("–"));
    }

    void colours()
    {
        QCOMPARE(colourRange(nullptr), ColourRange());
        const TestFolder folder;
        // Quantile k at −6 + k/100: 0.1 % is −5.99, 99.9 % is 3.99. That is 87 dB, of which the
        // upper 80 are shown; of half as many all.
        std::vector<float> quantiles = realExample(-6).quantiles;
        for (const double low : {3.99 - 4 * std::log(10), -5.99 / 2}) {
            writeRealResponses(folder.path("responses.safetensors"), {{"fc9[0]", realExample(-5)}},
                               quantiles);
            const RealResponsesFile real(folder.path("responses.safetensors"));
            const ColourRange range = colourRange(&real);
            QVERIFY2(std::abs(range.low - low) < 1e-5, qPrintable(QString::number(range.low)));
            QVERIFY(std::abs(range.high - quantiles[999]) < 1e-5);
            for (float& quantile : quantiles)
                quantile /= 2;
        }
    }

    // In whole tens of decibels, 10 to 80; what is not finite does not count.
    void scaleOfChanges_data()
    {
        QTest::addColumn<float>("change"); // in decibels
        QTest::addColumn<double>("limit");
        QTest::newRow("none") << 0.0F << 10.0;
        QTest::newRow("some") << -23.0F << 30.0;
        QTest::newRow("whole tens") << 39.999F << 40.0;
        QTest::newRow("much") << 200.0F << 80.0;
    }
    void scaleOfChanges()
    {
        QFETCH(float, change);
        QFETCH(double, limit);
        std::vector<float> values(9200, change / static_cast<float>(decibelsPerLog));
        values[5] = std::numeric_limits<float>::infinity();
        QVERIFY(std::abs(changeScaleOf({values}).limit * decibelsPerLog - limit) < 1e-6);
    }
};

QTEST_MAIN(TestFigureContent)
#include "tst_figure_content.moc"
