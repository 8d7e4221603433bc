// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/exporting.h"
#include "tests/app/gui/hand_made.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QImage>
#include <QTest>
#include <QWidget>

using namespace earshot;

class TestExporting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The last step has no gradient yet.
    void curves()
    {
        writeCurves(handMade(), m_folder.path("curves.csv"));
        QCOMPARE(m_folder.read("curves.csv"),
                 QByteArray("direction,step,frechet_distance,gradient_norm,mean,response_0,"
                            "response_4\n"
                            "positive,0,0.5,0.75,1.5,1,2\n"
                            "positive,1,0.25,nan,4,3,5\n"
                            "negative,0,0.5,0.75,1.5,1,2\n"
                            "negative,1,0.25,nan,-1.5,-1,-2\n"));
    }

    void curvesWithoutRealResponses()
    {
        Explanation explanation = handMade();
        explanation.directions.erase(Direction::Negative);
        explanation.directions.at(Direction::Positive).distances.clear();
        writeCurves(explanation, m_folder.path("unknown.csv"));
        const QList<QByteArray> lines = m_folder.read("unknown.csv").split('\n');
        QCOMPARE(lines.size(), 4);
        QCOMPARE(lines[1], QByteArray("positive,0,nan,0.75,1.5,1,2"));
    }

    void pictureIsTwiceAsLarge()
    {
        QWidget widget;
        widget.resize(40, 30);
        widget.setPalette(QPalette(Qt::darkCyan));
        writePicture(widget, m_folder.path("picture.png"));
        const QImage picture(m_folder.name("picture.png"), "PNG");
        QCOMPARE(picture.size(), QSize(80, 60));
        QCOMPARE(picture.pixelColor(79, 59), widget.palette().color(QPalette::Window));
    }

    // A path below a file cannot be written, whoever tries.
    void unwritable()
    {
        m_folder.write("file", "kept");
        QWidget widget;
        for (const QString& failure :
             {failureOf([&] { writeCurves(handMade(), m_folder.path("file/curves.csv")); }),
              failureOf([&] { writePicture(widget, m_folder.path("file/picture.png")); })})
            QVERIFY2(failure.startsWith("cannot write: "), qPrintable(failure));
        QCOMPARE(m_folder.read("file"), QByteArray("kept"));
    }

    void names_data()
    {
        QTest::addColumn<QString>("response");
        QTest::addColumn<QString>("cell");
        QTest::addColumn<int>("number");
        QTest::addColumn<QString>("name");
        QTest::newRow("unit") << "fc8[3]"
                              << "positive" << 1 << "fc8_3_positive_01.wav";
        QTest::newRow("mean") << "mean(conv4[12])"
                              << "start" << 123 << "mean_conv4_12_start_123.wav";
        QTest::newRow("sum") << "2*fc8[0] - fc8[1]"
                             << "negative" << 7 << "2_fc8_0_fc8_1_negative_07.wav";
        QTest::newRow("leading sign") << "-fc9[0]"
                                      << "real_lowest" << 2 << "fc9_0_real_lowest_02.wav";
    }
    void names()
    {
        QFETCH(QString, response);
        QFETCH(QString, cell);
        QFETCH(int, number);
        QFETCH(QString, name);
        QCOMPARE(QString::fromStdString(exportName(response.toStdString(), cell, number, ".wav")),
                 name);
    }

    void namesOfOtherFiles()
    {
        QCOMPARE(exportName("mean(conv4[12])", "curves.csv"),
                 std::string("mean_conv4_12_curves.csv"));
    }

private:
    TestFolder m_folder;
};

QTEST_MAIN(TestExporting)
#include "tst_exporting.moc"
