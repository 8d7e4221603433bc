// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/strip_plot.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <limits>
#include <memory>

using namespace earshot;

class TestStripPlot : public QObject
{
    Q_OBJECT

    static SongStrip example()
    {
        return {{1, 2, 3, 4}, {-1, 2, std::numeric_limits<float>::quiet_NaN(), 3}, 60, -2, 5};
    }

private Q_SLOTS:
    void init()
    {
        m_plot = std::make_unique<StripPlot>();
        m_plot->resize(600, 120);
        m_plot->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_plot.get()));
        m_plot->setStrip(example());
    }

    // A click goes to the second that lies under it; outside the axes to the nearest end.
    void clickSeeks()
    {
        QSignalSpy seek(m_plot.get(), &StripPlot::seekRequested);
        QTest::qWait(20); // the axes get their places when they are drawn
        click(m_plot->positionOf(30, 0));
        QCOMPARE(seek.size(), 1);
        QVERIFY(std::abs(seek[0][0].toDouble() - 30) < 0.2);
        click(QPointF(m_plot->width() - 2, 60));
        QCOMPARE(seek[1][0].toDouble(), 60.0);
        click(QPointF(2, 60));
        QCOMPARE(seek[2][0].toDouble(), 0.0);
        m_plot->setStrip({});
        click(QPointF(300, 60));
        QCOMPARE(seek.size(), 3);
    }

    // From the playhead, or from the excerpt.
    void keysSeek()
    {
        QSignalSpy seek(m_plot.get(), &StripPlot::seekRequested);
        m_plot->setExcerpt(std::pair(20.0, 21.7));
        press(Qt::Key_Return);
        QCOMPARE(seek.takeLast()[0].toDouble(), 20.0);
        m_plot->setPlayhead(40);
        press(Qt::Key_Right);
        QCOMPARE(seek.takeLast()[0].toDouble(), 41.0);
        press(Qt::Key_PageUp);
        QCOMPARE(seek.takeLast()[0].toDouble(), 30.0);
        m_plot->setPlayhead(59.5);
        press(Qt::Key_PageDown);
        QCOMPARE(seek.takeLast()[0].toDouble(), 60.0);
        press(Qt::Key_Home);
        QCOMPARE(seek.takeLast()[0].toDouble(), 0.0);
        m_plot->setStrip({});
        press(Qt::Key_Left);
        QCOMPARE(seek.size(), 0);
    }

    // The axis is that of all songs, with zero.
    void axisHoldsAllSongs()
    {
        QTest::qWait(20);
        QVERIFY(m_plot->positionOf(0, -2).y() < m_plot->height());
        QVERIFY(m_plot->positionOf(0, 5).y() > 0);
        QVERIFY(m_plot->positionOf(0, 5).y() < m_plot->positionOf(0, -2).y());
        SongStrip strip = example();
        strip.lowest = 3;
        m_plot->setStrip(strip);
        QTest::qWait(20);
        QVERIFY(m_plot->positionOf(0, 0).y() < m_plot->height());
    }

    // Whatever the bounds say.
    void axisHoldsTheWholeCurve()
    {
        SongStrip strip = example();
        strip.responses[0] = -9;
        strip.responses[3] = 14;
        m_plot->setStrip(strip);
        QTest::qWait(20);
        QVERIFY(m_plot->positionOf(0, -9).y() < m_plot->positionOf(0, -100).y());
        QVERIFY(m_plot->positionOf(0, -9).y() < m_plot->height());
        QVERIFY(m_plot->positionOf(0, 14).y() > 0);
    }

    void pointsAtExcerpts()
    {
        QSignalSpy pointed(m_plot.get(), &StripPlot::pointed);
        QTest::qWait(20);
        QWidget* inner = m_plot->childAt(m_plot->rect().center());
        QTest::mouseMove(inner, inner->mapFrom(m_plot.get(), m_plot->positionOf(2.1, 0).toPoint()));
        QTRY_VERIFY(!pointed.isEmpty());
        QCOMPARE(pointed.last()[0].value<std::optional<std::size_t>>(), std::optional(1UL));
    }

    // The playhead alone is drawn: it moves, and the picture changes there only.
    void playheadMoves()
    {
        QTest::qWait(50);
        m_plot->setPlayhead(30);
        const QImage with = m_plot->grab().toImage();
        m_plot->setPlayhead(std::nullopt);
        const QImage without = m_plot->grab().toImage();
        const int x = m_plot->positionOf(30, 0).toPoint().x();
        int changed = 0;
        for (int column = 0; column < with.width(); ++column)
            for (int row = 0; row < with.height(); ++row)
                if (with.pixel(column, row) != without.pixel(column, row)) {
                    QVERIFY(std::abs(column - x) <= 2);
                    ++changed;
                }
        QVERIFY(changed > 20);
    }

private:
    void click(QPointF position) const
    {
        QWidget* inner = m_plot->childAt(position.toPoint());
        QTest::mouseClick(inner, Qt::LeftButton, {},
                          inner->mapFrom(m_plot.get(), position.toPoint()));
    }
    void press(Qt::Key key) const { QTest::keyClick(m_plot.get(), key); }

    std::unique_ptr<StripPlot> m_plot;
};

QTEST_MAIN(TestStripPlot)
#include "tst_strip_plot.moc"
