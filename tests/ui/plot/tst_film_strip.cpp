// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failure.h"
#include "ui/plot/excerpt_axes.h"
#include "ui/plot/film_strip.h"

#include <QAbstractButton>
#include <QApplication>
#include <QScrollBar>
#include <QSignalSpy>
#include <QtTest>

#include <memory>

using namespace earshot;

namespace {

const std::vector<float> loud(ExcerptAxes::values, 2);
const std::vector<float> quiet(ExcerptAxes::values, -16);

} // namespace

class TestFilmStrip : public QObject
{
    Q_OBJECT

    std::unique_ptr<FilmStrip> m_strip;

    QRgb pixelIn(Cell row, int example) const
    {
        const QImage image = m_strip->viewport()->grab().toImage();
        return image.pixel(m_strip->cellRect(row, example).center());
    }
    void fillAll(ThumbnailState state)
    {
        for (int example = 0; example < m_strip->examples(); ++example)
            for (const Cell row : {Cell::Negative, Cell::Start, Cell::Positive})
                m_strip->setCell(row, example, row == Cell::Positive ? loud : quiet, "+1.0", state);
    }
    QAbstractButton* playButton(const QString& what) const
    {
        for (QAbstractButton* button : m_strip->findChildren<QAbstractButton*>())
            if (button->accessibleName() == "Play " + what)
                return button;
        return nullptr;
    }

private Q_SLOTS:
    void init()
    {
        m_strip = std::make_unique<FilmStrip>();
        m_strip->resize(700, 118);
        m_strip->setColours(ColourMap::Grey, {-16, 2});
        m_strip->setExamples(6);
        m_strip->show();
    }
    void cleanup() { m_strip.reset(); }

    void startsAreShownWhereThereIsSpace()
    {
        QVERIFY(m_strip->visibleRows() == std::vector({Cell::Negative, Cell::Positive}));
        QVERIFY(m_strip->cellRect(Cell::Start, 0).isNull());
        m_strip->resize(700, 220);
        QVERIFY(m_strip->visibleRows() ==
                std::vector({Cell::Negative, Cell::Start, Cell::Positive}));
        QVERIFY(m_strip->cellRect(Cell::Start, 0).top() >
                m_strip->cellRect(Cell::Negative, 0).bottom());
        QVERIFY(m_strip->cellRect(Cell::Positive, 5).bottom() <= m_strip->viewport()->height());
    }

    void picturesHaveTheScalesColours()
    {
        fillAll(ThumbnailState::Final);
        QCOMPARE(pixelIn(Cell::Positive, 2), qRgb(255, 255, 255));
        QCOMPARE(pixelIn(Cell::Negative, 2), qRgb(0, 0, 0));
        m_strip->setColours(ColourMap::Grey, {-15, 1});
        QCOMPARE(pixelIn(Cell::Positive, 2), ColourScale::aboveColour);
        QCOMPARE(pixelIn(Cell::Negative, 2), qRgb(0, 0, 0));
    }

    void pendingAndRunningPicturesLookDifferent()
    {
        m_strip->setCell(Cell::Positive, 0, loud, "+1.0", ThumbnailState::Final);
        m_strip->setCell(Cell::Negative, 0, quiet, "−1.0", ThumbnailState::Running);
        QCOMPARE(pixelIn(Cell::Positive, 0), qRgb(255, 255, 255));
        QVERIFY(pixelIn(Cell::Negative, 0) != qRgb(0, 0, 0)); // paler
        m_strip->setCell(Cell::Negative, 0, quiet, "−1.0", ThumbnailState::Final);
        QCOMPARE(pixelIn(Cell::Negative, 0), qRgb(0, 0, 0));
        m_strip->clear();
        QCOMPARE(pixelIn(Cell::Negative, 0), m_strip->palette().color(QPalette::Base).rgb());
        QCOMPARE(m_strip->examples(), 6);
    }

    void aClickAsksForFocus()
    {
        QSignalSpy focus(m_strip.get(), &FilmStrip::focusRequested);
        QTest::mouseClick(m_strip->viewport(), Qt::LeftButton, {},
                          m_strip->cellRect(Cell::Positive, 4).center());
        QCOMPARE(focus.size(), 1);
        QCOMPARE(focus[0][0].toInt(), 4);
        QCOMPARE(m_strip->focusedExample(), -1);                             // the owner decides
        QTest::mouseClick(m_strip->viewport(), Qt::LeftButton, {}, {10, 2}); // the numbers' line
        QCOMPARE(focus.size(), 1);
    }

    void keysMoveTheFocus()
    {
        QSignalSpy focus(m_strip.get(), &FilmStrip::focusRequested);
        connect(m_strip.get(), &FilmStrip::focusRequested, m_strip.get(),
                &FilmStrip::setFocusedExample);
        m_strip->setFocusedExample(2);
        QCOMPARE(focus.size(), 0);
        for (const auto& [key, expected] : {std::pair(Qt::Key_Right, 3),
                                            {Qt::Key_Left, 2},
                                            {Qt::Key_End, 5},
                                            {Qt::Key_Home, 0}}) {
            QTest::keyClick(m_strip.get(), key);
            QCOMPARE(focus.last()[0].toInt(), expected);
            QCOMPARE(m_strip->focusedExample(), expected);
        }
        const auto before = focus.size();
        QTest::keyClick(m_strip.get(), Qt::Key_Left); // nothing left of the first
        QCOMPARE(focus.size(), before);
        QVERIFY(m_strip->accessibleDescription().startsWith("Example 1 of 6"));
    }

    void manyExamplesScrollToTheFocus()
    {
        m_strip->setExamples(100);
        QScrollBar* bar = m_strip->horizontalScrollBar();
        QVERIFY(bar->maximum() > 0);
        QVERIFY(!m_strip->viewport()->rect().contains(m_strip->cellRect(Cell::Negative, 60)));
        m_strip->setFocusedExample(60);
        QVERIFY(m_strip->viewport()->rect().contains(m_strip->cellRect(Cell::Negative, 60)));
        m_strip->setFocusedExample(0);
        QVERIFY(m_strip->viewport()->rect().contains(m_strip->cellRect(Cell::Negative, 0)));
        m_strip->setFocusedExample(99);
        m_strip->setExamples(5);
        QCOMPARE(m_strip->focusedExample(), -1);
        QCOMPARE(bar->maximum(), 0);
    }

    void aFinishedPictureCanBeDragged()
    {
        QSignalSpy dragged(m_strip.get(), &FilmStrip::cellDragStarted);
        QSignalSpy focus(m_strip.get(), &FilmStrip::focusRequested);
        const QPoint start = m_strip->cellRect(Cell::Negative, 3).center();
        const QPoint away(QApplication::startDragDistance(), 0);
        const auto drag = [&](QPoint by) {
            QTest::mousePress(m_strip->viewport(), Qt::LeftButton, {}, start);
            QTest::mouseMove(m_strip->viewport(), start + by);
            QTest::mouseRelease(m_strip->viewport(), Qt::LeftButton, {}, start + by);
        };
        drag(away); // nothing there yet
        m_strip->setCell(Cell::Negative, 3, quiet, "−1.0", ThumbnailState::Running);
        drag(away);
        QCOMPARE(dragged.size(), 0);
        m_strip->setCell(Cell::Negative, 3, quiet, "−1.0", ThumbnailState::Final);
        drag(away - QPoint(1, 0)); // a click with a trembling hand
        QCOMPARE(dragged.size(), 0);
        QCOMPARE(focus.size(), 1);
        drag(away);
        QCOMPARE(focus.size(), 1);
        QCOMPARE(dragged.size(), 1);
        QVERIFY(dragged[0][0].value<Cell>() == Cell::Negative);
        QCOMPARE(dragged[0][1].toInt(), 3);
    }

    void rowsPlay()
    {
        QAbstractButton* button = playButton("all positive explanations");
        QVERIFY(button != nullptr && button->isVisible());
        QVERIFY(!button->isEnabled());
        m_strip->setCell(Cell::Positive, 0, loud, "+1.0", ThumbnailState::Final);
        QVERIFY(button->isEnabled());
        QSignalSpy play(m_strip.get(), &FilmStrip::playRowRequested);
        button->click();
        QCOMPARE(play.size(), 1);
        QVERIFY(play[0][0].value<Cell>() == Cell::Positive);
        QVERIFY(!playButton("all negative explanations")->isEnabled());
        QVERIFY(!playButton("all starts")->isVisible());
    }

    void whatDoesNotFitIsRefusedOrIgnored()
    {
        const std::vector<float> wrong(80);
        QVERIFY(badInputOf([&] {
                    m_strip->setCell(Cell::Start, 0, wrong, "", ThumbnailState::Final);
                }).contains("found 80"));
        m_strip->setCell(Cell::Real, 0, loud, "", ThumbnailState::Final);
        m_strip->setCell(Cell::Start, 6, loud, "", ThumbnailState::Final);
        m_strip->setCell(Cell::Start, -1, loud, "", ThumbnailState::Final);
        QVERIFY(!playButton("all starts")->isEnabled());
    }
};

QTEST_MAIN(TestFilmStrip)
#include "tst_film_strip.moc"
