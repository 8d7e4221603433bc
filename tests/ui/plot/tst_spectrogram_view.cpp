// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failure.h"
#include "ui/plot/spectrogram_view.h"

#include <QApplication>
#include <QSignalSpy>
#include <QWheelEvent>
#include <QtTest>

#include <cmath>
#include <memory>

using namespace earshot;

namespace {

// −4 everywhere but for −2 in band 10.
std::vector<float> lineInBand10()
{
    std::vector<float> values(ExcerptAxes::values, -4);
    for (std::size_t frame = 0; frame < ExcerptGeometry::frames; ++frame)
        values[frame * ExcerptGeometry::bands + 10] = -2;
    return values;
}

void turnWheel(QWidget& widget, QPointF position, int steps, Qt::KeyboardModifiers modifiers)
{
    QWheelEvent event(position, widget.mapToGlobal(position), {}, {0, 120 * steps}, Qt::NoButton,
                      modifiers, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&widget, &event);
}

} // namespace

class TestSpectrogramView : public QObject
{
    Q_OBJECT

    std::unique_ptr<SpectrogramView> m_view;

    // The middle of a frame and band.
    QPoint cell(double frame, double band) const
    {
        const QRect picture = m_view->pictureRect();
        return {static_cast<int>(m_view->xOfSeconds(ExcerptAxes::secondsOfFrame(frame))),
                static_cast<int>(picture.top() + (1 - (band + 0.5) / 80) * picture.height())};
    }

private Q_SLOTS:
    void init()
    {
        m_view = std::make_unique<SpectrogramView>();
        m_view->resize(215, 230);
        m_view->setSpectrogram(lineInBand10());
        m_view->show();
    }
    void cleanup() { m_view.reset(); }

    void secondsAndPixelsAreInverse()
    {
        const QRect picture = m_view->pictureRect();
        QCOMPARE(m_view->xOfSeconds(0), double(picture.left()));
        QCOMPARE(m_view->xOfSeconds(ExcerptAxes::seconds),
                 double(picture.left() + picture.width()));
        QCOMPARE(m_view->secondsOfX(picture.left() + picture.width() / 2.0),
                 ExcerptAxes::centreSeconds());
        QVERIFY(std::abs(m_view->secondsOfX(m_view->xOfSeconds(0.7)) - 0.7) < 1e-12);
        QVERIFY(picture.width() > 170 && picture.height() > 190); // tight margins
    }

    void readoutUnderThePointer()
    {
        QSignalSpy pointed(m_view.get(), &SpectrogramView::pointed);
        QTest::mouseMove(m_view.get(), cell(57, 10));
        // Band 10's middle is 319.03 Hz, −2 · 8.6859 = −17.4 dB.
        QVERIFY(pointed.last()[0].toString().endsWith("s · 319 Hz (D♯4) · −17 dB"));
        QTest::mouseMove(m_view.get(), cell(57, 40));
        QVERIFY(pointed.last()[0].toString().endsWith("1.85 kHz (A♯6) · −35 dB"));
        QVERIFY(m_view->readoutAt(cell(57, 40)).startsWith("0.8"));
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(m_view.get(), &leave);
        QCOMPARE(pointed.last()[0].toString(), QString());
        QCOMPARE(m_view->readoutAt({1, 1}), QString()); // left of the picture
    }

    void aLiveSpectrogramRenewsTheReadout()
    {
        QTest::mouseMove(m_view.get(), cell(57, 10));
        QSignalSpy pointed(m_view.get(), &SpectrogramView::pointed);
        m_view->setSpectrogram(std::vector<float>(ExcerptAxes::values, 0));
        QCOMPARE(pointed.size(), 1);
        QVERIFY(pointed.last()[0].toString().endsWith("· 0 dB"));
    }

    void changesAreReadWithTheirSign()
    {
        m_view->setChange({3});
        QVERIFY(m_view->readoutAt(cell(57, 10)).endsWith("−17.4 dB"));
        m_view->setSpectrogram(std::vector<float>(ExcerptAxes::values, 1));
        QVERIFY(m_view->readoutAt(cell(57, 10)).endsWith("+8.7 dB"));
        m_view->setColours(ColourMap::Grey, {});
        QVERIFY(m_view->readoutAt(cell(57, 10)).endsWith("· 9 dB"));
    }

    void aClickSeeks()
    {
        QSignalSpy seek(m_view.get(), &SpectrogramView::seekRequested);
        QSignalSpy activated(m_view.get(), &SpectrogramView::activated);
        const QPoint place = cell(40, 30);
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, place);
        QCOMPARE(activated.size(), 1);
        QCOMPARE(seek.size(), 1);
        // frame 40: (40·315 + 512) / 22050 = 0.59465 s; a pixel is a hundredth
        QVERIFY(std::abs(seek[0][0].toDouble() - 0.59465) < 0.011);
        QTest::mouseClick(m_view.get(), Qt::RightButton, {}, place);
        QCOMPARE(seek.size(), 1);
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, {1, 1}); // beside the picture
        QCOMPARE(activated.size(), 2);
        QCOMPARE(seek.size(), 1);
    }

    void aDragStartsAtThePlatformsDistanceAndDoesNotSeek()
    {
        QSignalSpy dragged(m_view.get(), &SpectrogramView::dragStarted);
        QSignalSpy seek(m_view.get(), &SpectrogramView::seekRequested);
        const QPoint start = cell(40, 30);
        const int distance = QApplication::startDragDistance();
        QTest::mousePress(m_view.get(), Qt::LeftButton, {}, start);
        QTest::mouseMove(m_view.get(), start + QPoint(distance - 1, 0));
        QCOMPARE(dragged.size(), 0);
        QTest::mouseMove(m_view.get(), start + QPoint(distance, 0));
        QCOMPARE(dragged.size(), 1);
        QTest::mouseMove(m_view.get(), start + QPoint(3 * distance, 0));
        QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, start + QPoint(3 * distance, 0));
        QCOMPARE(dragged.size(), 1);
        QCOMPARE(seek.size(), 0);
    }

    void withoutSpectrogramNothingIsSoughtOrDragged()
    {
        m_view->setSpectrogram({});
        m_view->setPlaceholder("Press Explain (E)");
        QVERIFY(!m_view->hasSpectrogram());
        QCOMPARE(m_view->accessibleDescription(), "Press Explain (E)");
        QSignalSpy seek(m_view.get(), &SpectrogramView::seekRequested);
        QSignalSpy dragged(m_view.get(), &SpectrogramView::dragStarted);
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, cell(40, 30));
        QTest::mousePress(m_view.get(), Qt::LeftButton, {}, cell(40, 30));
        QTest::mouseMove(m_view.get(), cell(90, 30));
        QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, cell(90, 30));
        QCOMPARE(seek.size() + dragged.size(), 0);
        QCOMPARE(m_view->readoutAt(cell(40, 30)), QString());
    }

    void colours()
    {
        m_view->setColours(ColourMap::Grey, {-4, -3});
        const QImage image = m_view->grab().toImage();
        QCOMPARE(image.pixel(cell(20, 40)), qRgb(0, 0, 0));
        QCOMPARE(image.pixel(cell(20, 10)), ColourScale::aboveColour);
        m_view->setColours(ColourMap::Grey, {-3, -2});
        QCOMPARE(m_view->grab().toImage().pixel(cell(20, 40)), qRgb(0, 0, 0));
    }

    void changeFollowsThePalette()
    {
        m_view->setChange({1});
        m_view->setSpectrogram(std::vector<float>(ExcerptAxes::values, 0));
        m_view->setPalette(QPalette(QColor(240, 240, 240), QColor(250, 250, 250)));
        QVERIFY(qGray(m_view->grab().toImage().pixel(cell(20, 40))) > 240);
        m_view->setPalette(QPalette(QColor(40, 40, 40), QColor(30, 30, 34)));
        QVERIFY(qGray(m_view->grab().toImage().pixel(cell(20, 40))) < 40);
    }

    void thePlayheadIsDrawnAndTakenAway()
    {
        m_view->setColours(ColourMap::Grey, {-4, 0}); // black
        const int x = static_cast<int>(m_view->xOfSeconds(0.5));
        const int y = cell(0, 60).y();
        QCOMPARE(m_view->grab().toImage().pixel(x, y), qRgb(0, 0, 0));
        m_view->setPlayhead(0.5);
        QCOMPARE(m_view->grab().toImage().pixel(x, y), qRgb(255, 255, 255));
        m_view->setPlayhead(std::nullopt);
        QCOMPARE(m_view->grab().toImage().pixel(x, y), qRgb(0, 0, 0));
    }

    void ctrlAndWheelZoomAroundThePointer()
    {
        QSignalSpy changed(m_view.get(), &SpectrogramView::rangeChanged);
        const QPointF place = cell(40, 30);
        const ExcerptPoint before = *m_view->pointAt(place);
        turnWheel(*m_view, place, 1, Qt::NoModifier);
        QCOMPARE(changed.size(), 0);
        turnWheel(*m_view, place, 1, Qt::ControlModifier);
        QCOMPARE(changed.size(), 1);
        const ExcerptRange range = m_view->range();
        QVERIFY(std::abs((range.lastSeconds - range.firstSeconds) * 1.25 - ExcerptAxes::seconds) <
                1e-9);
        QCOMPARE(range.lastBand - range.firstBand, 80.0);
        turnWheel(*m_view, place, 2, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(m_view->range().lastBand - m_view->range().firstBand, 80 / 1.5625);
        const ExcerptPoint after = *m_view->pointAt(place);
        QVERIFY(std::abs(after.seconds - before.seconds) < 1e-9);
        QVERIFY(std::abs(after.band - before.band) < 1e-9);
        QTest::mouseDClick(m_view.get(), Qt::LeftButton, {}, place.toPoint());
        QVERIFY(m_view->range() == ExcerptRange());
    }

    void aLinkedViewFollowsWithoutEcho()
    {
        QSignalSpy changed(m_view.get(), &SpectrogramView::rangeChanged);
        m_view->setRange({0.5, 1, 10, 50});
        QCOMPARE(changed.size(), 0);
        QVERIFY(m_view->range() == (ExcerptRange{0.5, 1, 10, 50}));
        QCOMPARE(m_view->secondsOfX(m_view->pictureRect().left()), 0.5);
    }

    void keys()
    {
        QSignalSpy activated(m_view.get(), &SpectrogramView::activated);
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        QCOMPARE(activated.size(), 1);
        QTest::keyClick(m_view.get(), Qt::Key_Plus);
        const ExcerptRange zoomedIn = m_view->range();
        QVERIFY(zoomedIn != ExcerptRange());
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QVERIFY(m_view->range().firstSeconds > zoomedIn.firstSeconds);
        QTest::keyClick(m_view.get(), Qt::Key_Down);
        QVERIFY(m_view->range().firstBand < zoomedIn.firstBand);
        QTest::keyClick(m_view.get(), Qt::Key_0);
        QVERIFY(m_view->range() == ExcerptRange());
    }

    void onlyLabelledAxesTakeSpace()
    {
        const int labelled = m_view->leftMargin();
        m_view->setAxisLabels(AxisLabels::BottomOnly);
        QVERIFY(m_view->leftMargin() <= 6);
        QVERIFY(labelled >= m_view->leftMargin() + 15);
    }

    void wrongSizeIsRefused()
    {
        const std::vector<float> short9199(9199);
        QVERIFY(badInputOf([&] { m_view->setSpectrogram(short9199); }).contains("found 9199"));
        QVERIFY(m_view->hasSpectrogram()); // as before
    }
};

QTEST_MAIN(TestSpectrogramView)
#include "tst_spectrogram_view.moc"
