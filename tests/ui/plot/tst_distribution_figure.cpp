// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/files.h"
#include "ui/plot/distribution_figure.h"

#include <QXmlStreamReader>
#include <QtTest>

#include <limits>

using namespace earshot;

namespace {

// Real ones from 0 to 10: the axis goes from −5 to 15.
DistributionFigure content()
{
    DistributionFigure figure;
    figure.title = "responses";
    figure.details = {"a line"};
    figure.axis = "response fc9[0]";
    for (int i = 0; i <= 100; ++i)
        figure.realQuantiles.push_back(0.1F * static_cast<float>(i));
    figure.rows = {{"C1", Cell::Positive, {4, 6, 5}}, {"C3", Cell::Positive, {5, -70, 40}}};
    return figure;
}

struct Svg
{
    QStringList texts;
    bool isWellFormed = false;
};

Svg drawn(const DistributionFigure& figure)
{
    const TestFolder folder;
    renderFigure(figure, folder.name("figure.svg"));
    Svg svg;
    QXmlStreamReader xml(folder.read("figure.svg"));
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == QLatin1String("text"))
            svg.texts += xml.readElementText();
    }
    svg.isWellFormed = !xml.hasError();
    return svg;
}

} // namespace

class TestDistributionFigure : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // 4, 5, 6: mean 5, deviation 1. 5, −70, 40: mean −8.33, deviation 56.2; two lie beyond the
    // axis.
    void numbersBesideTheRows()
    {
        const Svg svg = drawn(content());
        QVERIFY(svg.isWellFormed);
        for (const char* text : {"responses", "a line", "response fc9[0]", "all real music", "C1",
                                 "C3", "mean 5.0, s.d. 1.0", "mean −8.3, s.d. 56.2",
                                 "2 beyond, to −70", "−5", "0", "10", "15"})
            QVERIFY2(svg.texts.contains(text), qPrintable(text + (": " + svg.texts.join('|'))));
    }

    void whatHasNoDistribution()
    {
        DistributionFigure figure = content();
        figure.rows = {{"none", Cell::Start, {}},
                       {"one", Cell::Start, {3}},
                       {"lost", Cell::Start, {std::numeric_limits<float>::quiet_NaN(), 1, 2}}};
        const Svg svg = drawn(figure);
        QVERIFY(svg.isWellFormed);
        QVERIFY(svg.texts.contains("mean 3.0, s.d. 0.0"));
        QVERIFY(svg.texts.contains("mean 1.5, s.d. 0.7"));
        QCOMPARE(svg.texts.filter("beyond").size(), 0);
    }

    void allRealOnesAlike()
    {
        DistributionFigure figure = content();
        figure.realQuantiles = {1, 1, 1};
        QVERIFY(drawn(figure).isWellFormed);
    }

    void growsByRows()
    {
        DistributionFigure more = content();
        more.rows.push_back({"C2", Cell::Positive, {1, 2}});
        QCOMPARE(figureSize(more).width(), figureSize(content()).width());
        QVERIFY(figureSize(more).height() > figureSize(content()).height() + 30);
        const TestFolder folder;
        renderFigure(more, folder.name("figure.png"));
        QCOMPARE(QImage(folder.name("figure.png")).size(), 2 * figureSize(more));
    }
};

QTEST_MAIN(TestDistributionFigure)
#include "tst_distribution_figure.moc"
