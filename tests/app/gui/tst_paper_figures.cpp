// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/paper_figures.h"
#include "app/gui/render_command.h"
#include "core/nets/excerpt_geometry.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QImage>
#include <QtTest>

using namespace earshot;

namespace {

constexpr const char* figure2Csv = "distribution,index,response\n"
                                   "real_quantiles,0,-1\n"
                                   "real_quantiles,1,0\n"
                                   "real_quantiles,2,4\n"
                                   "real_highest,0,4\n"
                                   "start,0,0.5\n"
                                   "C1,0,3\n"
                                   "C1,1,nan\n"
                                   "chosen,0,2\n";

constexpr std::size_t lines = ExcerptGeometry::frames * ExcerptGeometry::bands;

// Two starts: the first picture of C1 is 2 everywhere; its second is not finite in one place.
QByteArray figure3Csv(std::size_t count = lines)
{
    QByteArray text = "frame,band,start_1,start_2,C1_1,C1_2\n";
    for (std::size_t i = 0; i < count; ++i)
        text += QByteArray::number(qulonglong(i / ExcerptGeometry::bands)) + ',' +
                QByteArray::number(qulonglong(i % ExcerptGeometry::bands)) + ",0,1,2," +
                (i == 77 ? "nan" : "3") + '\n';
    return text;
}

CsvTable table(const QByteArray& text)
{
    return CsvTable::parse(text.toStdString(), "table.csv");
}

} // namespace

class TestPaperFigures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void responsesByDistribution()
    {
        const CsvTable read = table(figure2Csv);
        QVERIFY(isFigure2(read) && !isFigure3(read));
        const DistributionFigure figure = figure2Content(read);
        QCOMPARE(figure.realQuantiles, (std::vector<float>{-1, 0, 4}));
        QStringList names;
        for (const DistributionRow& row : figure.rows)
            names += row.name;
        QCOMPARE(names, QStringList({"highest real music", "start", "C1", "chosen setting"}));
        QCOMPARE(figure.rows[0].cell, Cell::Real);
        QCOMPARE(figure.rows[1].cell, Cell::Start);
        QCOMPARE(figure.rows[2].cell, Cell::Positive);
        QCOMPARE(figure.rows[2].responses.size(), std::size_t(2));
        QCOMPARE(figure.rows[2].responses[0], 3.0F);
        QVERIFY(std::isnan(figure.rows[2].responses[1]));
    }

    void picturesByColumn()
    {
        const CsvTable read = table(figure3Csv());
        QVERIFY(isFigure3(read) && !isFigure2(read));
        const FigureContent figure = figure3Content(read, ColourMap::Viridis, {-3, 3});
        QVERIFY(figure.scale == ColourScale(ColourMap::Viridis, {-3, 3}));
        QCOMPARE(figure.columns, QStringList({"start", "C1"}));
        QCOMPARE(figure.rows.size(), std::size_t(2));
        QCOMPARE(figure.rows[0].title, QString("start 1"));
        QCOMPARE(figure.rows[0].cells[1].logMel, std::vector<float>(lines, 2));
        QCOMPARE(figure.rows[1].cells[0].logMel, std::vector<float>(lines, 1));
        QVERIFY(figure.rows[1].cells[1].logMel.empty());
        QCOMPARE(figure.rows[1].cells[1].caption, QString("exploded"));
    }

    void drawnByTheProgram_data()
    {
        QTest::addColumn<QByteArray>("csv");
        QTest::newRow("figure 2") << QByteArray(figure2Csv);
        QTest::newRow("figure 3") << figure3Csv();
    }
    void drawnByTheProgram()
    {
        QFETCH(QByteArray, csv);
        const TestFolder folder;
        folder.write("figure.csv", csv);
        renderResult(folder.path("figure.csv"), folder.name("figure.png"));
        QVERIFY(QImage(folder.name("figure.png")).width() > 400);
    }

    void badTables_data()
    {
        QTest::addColumn<QByteArray>("csv");
        QTest::addColumn<QString>("message");
        QTest::newRow("another table") << QByteArray("song,response\na,1\n")
                                       << "expected figure2.csv or figure3.csv as 'earshot-cli "
                                          "reproduce' writes them, found the column song";
        QTest::newRow("no real ones")
            << QByteArray("distribution,index,response\nC1,0,1\n") << "found 0 of them";
        QTest::newRow("not ascending")
            << QByteArray("distribution,index,response\nreal_quantiles,0,2\nreal_quantiles,1,1\n")
            << "expected ascending real_quantiles in the column distribution, found 2 of them";
        QTest::newRow("no number")
            << QByteArray("distribution,index,response\nreal_quantiles,0,high\n") << "found 'high'";
        QTest::newRow("cut off") << figure3Csv(9199) << "found 9199";
        QTest::newRow("empty") << QByteArray() << "";
    }
    void badTables()
    {
        QFETCH(QByteArray, csv);
        QFETCH(QString, message);
        const TestFolder folder;
        folder.write("table.csv", csv);
        const QString found =
            badInputOf([&] { renderResult(folder.path("table.csv"), folder.name("figure.png")); });
        QVERIFY2(!found.isEmpty() && found.contains(message), qPrintable(found));
        QCOMPARE(folder.entries(), QStringList("table.csv"));
    }
};

QTEST_MAIN(TestPaperFigures)
#include "tst_paper_figures.moc"
