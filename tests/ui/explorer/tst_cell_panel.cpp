// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/explorer/cell_panel.h"
#include "ui/panels/elided_label.h"

#include <QImage>
#include <QLabel>
#include <QTest>

#include <memory>

using namespace earshot;

class TestCellPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_panel = std::make_unique<CellPanel>(Cell::Real);
        m_panel->setTitle("a title longer than the panel is wide", "Help");
        m_panel->setCaption("+20.9 · > max", "heard +20.9 by the classifier", "Somebody",
                            "A Song of Songs");
        m_panel->resize(190, 250);
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    }
    void cleanup() { m_panel.reset(); }

    // As a label whose text was shortened looks.
    void whatHasNoRoomEndsInAnEllipsis_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("title") << "a title";
        QTest::newRow("detail") << "heard";
    }
    void whatHasNoRoomEndsInAnEllipsis()
    {
        QFETCH(QString, text);
        const ElidedLabel& label = find(text);
        QVERIFY(label.width() > 20);
        const QString elided =
            label.fontMetrics().elidedText(label.text(), Qt::ElideRight, label.width());
        QVERIFY(elided.endsWith(QChar(0x2026)));
        QLabel shortened(elided);
        shortened.setTextFormat(Qt::PlainText);
        shortened.setPalette(label.palette());
        shortened.setFixedSize(label.size());
        QCOMPARE(pictureOf(label), pictureOf(shortened));
    }

    void theToolTipHoldsAllOfIt()
    {
        QCOMPARE(find("a title").toolTip(), QString("a title longer than the panel is wide\nHelp"));
        QCOMPARE(find("heard").toolTip(),
                 QString::fromUtf8("+20.9 · > max · heard +20.9 by the classifier\nSomebody"));
        m_panel->setCaption({}, {}, {});
        QVERIFY(m_panel->findChildren<ElidedLabel*>().constLast()->toolTip().isEmpty());
    }

    // Of a long path the file is seen.
    void theSourceHasALineOfItsOwn()
    {
        const ElidedLabel& source = find("A Song of");
        QVERIFY(source.geometry().top() >= find("heard").geometry().bottom());
        QVERIFY(source.width() > 150);
        QVERIFY(!source.toolTip().isEmpty());
        const auto picture = [&](const QString& file) {
            m_panel->setCaption("+1", "heard +1", {}, "An album with a rather long name/" + file);
            return pictureOf(source);
        };
        QVERIFY(picture("01.wav") != picture("02.wav"));
    }

    // Whether there is one or not, the pictures beside each other stay as high.
    void theSourceTakesNoRoomFromThePicture()
    {
        const int height = m_panel->view().height();
        m_panel->setCaption("+1", {}, {});
        QCoreApplication::processEvents();
        QCOMPARE(m_panel->view().height(), height);
    }

private:
    const ElidedLabel& find(const QString& begin) const
    {
        for (const ElidedLabel* label : m_panel->findChildren<ElidedLabel*>())
            if (label->text().startsWith(begin))
                return *label;
        qFatal("no label");
    }
    static QImage pictureOf(const QLabel& label)
    {
        QImage picture(label.size(), QImage::Format_RGB32);
        picture.fill(Qt::white);
        const_cast<QLabel&>(label).render(&picture, {}, {}, QWidget::RenderFlags());
        return picture;
    }

    std::unique_ptr<CellPanel> m_panel;
};

QTEST_MAIN(TestCellPanel)
#include "tst_cell_panel.moc"
