// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/exporting.h"
#include "tests/app/gui/hand_made.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QTest>

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

    void endings_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("whole");
        QTest::newRow("none") << "/a/picture"
                              << "/a/picture.png";
        QTest::newRow("another of the filter's") << "/a/picture.SVG"
                                                 << "/a/picture.SVG";
        QTest::newRow("none of the filter's") << "/a/fc8.3"
                                              << "/a/fc8.3.png";
    }
    void endings()
    {
        QFETCH(QString, path);
        QFETCH(QString, whole);
        QCOMPARE(withEnding(path, "fc8_3.png", "Pictures (*.png *.svg)"), whole);
    }

    // A path below a file cannot be written.
    void unwritable()
    {
        m_folder.write("file", "kept");
        const QString failure =
            failureOf([&] { writeCurves(handMade(), m_folder.path("file/curves.csv")); });
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
