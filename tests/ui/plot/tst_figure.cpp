// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"
#include "ui/plot/excerpt_axes.h"
#include "ui/plot/figure.h"

#include <QImage>
#include <QRegularExpression>
#include <QThread>
#include <QXmlStreamReader>
#include <QtTest>

using namespace earshot;

namespace {

FigureContent content(std::size_t columns = 2)
{
    FigureContent figure;
    figure.title = "fc9[0] \"singing voice\"";
    figure.details = {"svdnet 3fa2 · generator 77ab", "recommended: 100 steps"};
    figure.scale = ColourScale(ColourMap::Grey, {-10, 0});
    for (const auto& [cell, title, value] : {std::tuple(Cell::Negative, "Negative", -10.0F),
                                             {Cell::Start, "Start", -5.0F},
                                             {Cell::Positive, "Positive", 0.0F}}) {
        FigureRow row{cell, title, {}};
        for (std::size_t i = 0; i < columns; ++i)
            row.cells.push_back({std::vector<float>(ExcerptAxes::values, value), "+6.31 · p99.2"});
        figure.rows.push_back(row);
    }
    return figure;
}

struct SvgContents
{
    QRectF viewBox;
    QList<QRectF> images;
    QStringList texts;
    int clips = 0;
    int pointsOutside = 0; // of lines, beyond the view box
    bool isWellFormed = false;
};

// Everything but row titles is drawn without a transformation.
SvgContents readSvg(const QByteArray& bytes)
{
    SvgContents contents;
    QXmlStreamReader xml(bytes);
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        const auto attributes = xml.attributes();
        const auto number = [&](const char* name) { return attributes.value(name).toDouble(); };
        if (xml.name() == QLatin1String("svg")) {
            const QStringList box = attributes.value("viewBox").toString().split(' ');
            contents.viewBox = {box[0].toDouble(), box[1].toDouble(), box[2].toDouble(),
                                box[3].toDouble()};
        } else if (xml.name() == QLatin1String("image")) {
            contents.images << QRectF(number("x"), number("y"), number("width"), number("height"));
        } else if (xml.name() == QLatin1String("polyline")) {
            for (const QString& point :
                 attributes.value("points").toString().split(' ', Qt::SkipEmptyParts)) {
                const QStringList pair = point.split(',');
                if (!contents.viewBox.contains(QPointF(pair[0].toDouble(), pair[1].toDouble())))
                    ++contents.pointsOutside;
            }
        } else if (xml.name() == QLatin1String("clipPath") ||
                   attributes.hasAttribute("clip-path")) {
            ++contents.clips;
        } else if (xml.name() == QLatin1String("text")) {
            contents.texts << xml.readElementText();
        }
    }
    contents.isWellFormed = !xml.hasError();
    return contents;
}

} // namespace

class TestFigure : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void png()
    {
        const TestFolder folder;
        renderFigure(content(), folder.name("figure.png"));
        const QImage image(folder.name("figure.png"));
        QCOMPARE(image.size(), figureSize(content()) * 2);
        // White paper, and all three greys of the rows.
        QCOMPARE(image.pixel(2, 2), qRgb(255, 255, 255));
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); ++y)
            colours.insert(image.pixel(image.width() / 4, y));
        QVERIFY(colours.contains(qRgb(0, 0, 0)));
        QVERIFY(colours.contains(qRgb(128, 128, 128)));
        QCOMPARE(folder.entries(), QStringList{"figure.png"});
    }

    void svg()
    {
        const TestFolder folder;
        renderFigure(content(), folder.name("figure.SVG")); // of any case
        const SvgContents svg = readSvg(folder.read("figure.SVG"));
        QVERIFY(svg.isWellFormed);
        QCOMPARE(svg.viewBox.size().toSize(), figureSize(content()));
        // Six pictures and the colour bar, each whole within the page and beside the others.
        QCOMPARE(svg.images.size(), 7);
        for (const QRectF& image : svg.images) {
            QVERIFY(svg.viewBox.contains(image));
            for (const QRectF& other : svg.images)
                QVERIFY(&image == &other || !image.intersects(other));
        }
        QCOMPARE(svg.pointsOutside, 0);
        QCOMPARE(svg.clips, 0);
        for (const char* text : {"fc9[0] \"singing voice\"", "recommended: 100 steps", "Negative",
                                 "+6.31 · p99.2", "Hz", "5k", "1.5 s", "0 dB"})
            QVERIFY2(svg.texts.contains(text), text);
    }

    void pdf()
    {
        const TestFolder folder;
        renderFigure(content(), folder.name("figure.pdf"));
        const QByteArray bytes = folder.read("figure.pdf");
        QVERIFY(bytes.startsWith("%PDF-"));
        const QRegularExpression box("/MediaBox \\[0 0 ([0-9.]+) ([0-9.]+)\\]");
        const auto match = box.match(QString::fromLatin1(bytes));
        QVERIFY(match.hasMatch());
        // CSS pixels are three quarters of a point.
        QVERIFY(std::abs(match.captured(1).toDouble() - 0.75 * figureSize(content()).width()) < 1);
        QVERIFY(std::abs(match.captured(2).toDouble() - 0.75 * figureSize(content()).height()) < 1);
    }

    void rowsColumnsAndTextsMakeRoom()
    {
        const QSize size = figureSize(content(4));
        QVERIFY(figureSize(content(5)).width() > size.width());
        QCOMPARE(figureSize(content(7)), figureSize(content(6))); // no more than six
        FigureContent more = content(4);
        more.rows.push_back({Cell::Real, "Real", {}});
        QVERIFY(figureSize(more).height() > size.height() + 100);
        more = content(4);
        more.footnote = QString("A song by somebody. ").repeated(30);
        QVERIFY(figureSize(more).height() > size.height() + 30); // more than one line
    }

    // The pictures, not the text.
    void magnified()
    {
        const TestFolder folder;
        FigureContent figure = content(1);
        renderFigure(figure, folder.name("plain.svg"));
        figure.magnification = 3;
        renderFigure(figure, folder.name("large.svg"));
        const SvgContents plain = readSvg(folder.read("plain.svg"));
        const SvgContents large = readSvg(folder.read("large.svg"));
        QCOMPARE(large.images.front().size(), 3 * plain.images.front().size());
        QCOMPARE(figureSize(figure).height() - figureSize(content(1)).height(),
                 static_cast<int>(2 * plain.images.front().height() * figure.rows.size()));
        QVERIFY(large.viewBox.contains(large.images.back())); // the colour bar
    }

    void blankCellsAndNoRows()
    {
        const TestFolder folder;
        FigureContent figure = content();
        figure.rows[1].cells[0].logMel.clear();
        renderFigure(figure, folder.name("blank.svg"));
        QCOMPARE(readSvg(folder.read("blank.svg")).images.size(), 6);
        figure.rows.clear();
        renderFigure(figure, folder.name("none.svg"));
        QCOMPARE(readSvg(folder.read("none.svg")).images.size(), 0);
    }

    void onAnotherThread()
    {
        const TestFolder folder;
        std::unique_ptr<QThread> thread(
            QThread::create([&] { renderFigure(content(1), folder.name("figure.pdf")); }));
        thread->start();
        QVERIFY(thread->wait());
        QVERIFY(folder.read("figure.pdf").size() > 1000);
    }

    void unknownEndings_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("found");
        QTest::newRow("another") << "figure.jpg"
                                 << ".jpg";
        QTest::newRow("none") << "figure"
                              << "none";
    }
    void unknownEndings()
    {
        QFETCH(QString, name);
        QFETCH(QString, found);
        const TestFolder folder;
        const QString message = badInputOf([&] { renderFigure(content(), folder.name(name)); });
        QVERIFY2(message.endsWith("expected .png, .svg or .pdf, found " + found),
                 qPrintable(message));
        QVERIFY(folder.entries().isEmpty());
    }

    void wrongSizes()
    {
        const TestFolder folder;
        FigureContent figure = content();
        figure.rows[0].cells[1].logMel.pop_back();
        QVERIFY(
            badInputOf([&] { renderFigure(figure, folder.name("a.svg")); }).contains("found 9199"));
        QVERIFY(folder.entries().isEmpty());
    }

    void unwritablePlaces()
    {
        const TestFolder folder;
        folder.write("file", "a");
        QVERIFY(failureOf([&] {
                    renderFigure(content(), folder.name("file/figure.png"));
                }).startsWith("cannot write: "));
        {
            const FullDisk disk(1000);
            QVERIFY(failureOf([&] {
                        renderFigure(content(), folder.name("figure.pdf"));
                    }).startsWith("cannot write: "));
        }
        QCOMPARE(folder.entries(), QStringList{"file"});
    }
};

QTEST_MAIN(TestFigure)
#include "tst_figure.moc"
