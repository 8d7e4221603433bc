// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/elided_combo_box.h"
#include "ui/panels/elided_text.h"

#include <QFontMetrics>
#include <QImage>
#include <QTest>

using namespace earshot;

class TestElidedText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatFitsStaysWhole()
    {
        const QString path = "Album/01 - Title.wav";
        for (const Elision elision : {Elision::End, Elision::Middle, Elision::Folder})
            QCOMPARE(elidedText(path, elision, m_metrics, widthOf(path)), path);
    }

    void somethingGoes_data()
    {
        QTest::addColumn<int>("elision");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("room"); // as wide as this
        QTest::addColumn<QString>("begin");
        QTest::addColumn<QString>("end");
        QTest::newRow("end") << int(Elision::End) << "0123456789"
                             << "0123456"
                             << "0123"
                             << "…";
        QTest::newRow("middle") << int(Elision::Middle) << "0123456789"
                                << "0123456"
                                << "01"
                                << "89";
        QTest::newRow("folder") << int(Elision::Folder) << "A long album/01 - Title.wav"
                                << "A lon…/01 - Title.wav"
                                << "A l"
                                << "…/01 - Title.wav";
        QTest::newRow("all folders") << int(Elision::Folder) << "Artist/Album/01 - Title.wav"
                                     << "…/01 - Title.wav"
                                     << "…/01"
                                     << "Title.wav";
        QTest::newRow("file") << int(Elision::Folder) << "Album/01 - A very long title.wav"
                              << "01 - A …tle.wav"
                              << "01"
                              << "wav";
        QTest::newRow("no folder") << int(Elision::Folder) << "01 - A very long title.wav"
                                   << "01 - A …tle.wav"
                                   << "01"
                                   << "wav";
    }
    void somethingGoes()
    {
        QFETCH(int, elision);
        QFETCH(QString, text);
        QFETCH(QString, room);
        QFETCH(QString, begin);
        QFETCH(QString, end);
        const int width = widthOf(room);
        const QString shown = elidedText(text, static_cast<Elision>(elision), m_metrics, width);
        QVERIFY(widthOf(shown) <= width);
        QCOMPARE(shown.count(QChar(0x2026)), 1);
        QVERIFY2(shown.startsWith(begin), qPrintable(shown));
        QVERIFY2(shown.endsWith(end), qPrintable(shown));
    }

    void noRoomAtAll()
    {
        QVERIFY(widthOf(elidedText("Album/01.wav", Elision::Folder, m_metrics, 1)) <= widthOf("…"));
    }

    // What the files are called is seen, however long what leads to them is.
    void aChoiceOfFiles()
    {
        ElidedComboBox box(Elision::Folder);
        const QString folder = QString(80, u'x') + '/';
        box.addItems({folder + "01.wav", folder + "02.wav"});
        box.resize(160, box.sizeHint().height());
        const QImage first = box.grab().toImage();
        box.setCurrentIndex(1);
        QVERIFY(box.grab().toImage() != first);
    }

private:
    int widthOf(const QString& text) const { return m_metrics.horizontalAdvance(text); }

    const QFontMetrics m_metrics{QFont()};
};

QTEST_MAIN(TestElidedText)
#include "tst_elided_text.moc"
