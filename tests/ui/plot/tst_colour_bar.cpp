// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/colour_bar.h"
#include "ui/plot/spectrogram_view.h"

#include <QSignalSpy>
#include <QtTest>

using namespace earshot;

class TestColourBar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scaleInDecibels()
    {
        ColourBar bar;
        bar.resize(bar.sizeHint());
        bar.setColours(ColourMap::Grey, {-10, 0}); // −86.86 … 0 dB
        const QRect rect = bar.barRect();
        QCOMPARE(bar.accessibleDescription(), "From −87 dB to 0 dB");
        QCOMPARE(bar.readoutAt(QRectF(rect).center()), "−43 dB");
        QCOMPARE(bar.readoutAt({rect.right() + 10.0, rect.center().y() + 0.0}), QString());
        QCOMPARE(bar.readoutAt({rect.center().x() + 0.0, rect.top() + 1.0}),
                 QString());       // the arrow
        bar.setChange({2.302585}); // ± 20 dB
        QCOMPARE(bar.accessibleDescription(), "From −20 dB to 20 dB");
    }

    void coloursFromBelowToAbove()
    {
        ColourBar bar;
        bar.resize(bar.sizeHint());
        bar.setColours(ColourMap::Grey, {-10, 0});
        const QImage image = bar.grab().toImage();
        const QRect rect = bar.barRect();
        const int x = rect.center().x();
        QCOMPARE(image.pixel(x, rect.top() + 4), ColourScale::aboveColour);
        QVERIFY(qRed(image.pixel(x, rect.top() + 10)) > 245);
        QVERIFY(std::abs(qRed(image.pixel(x, rect.center().y())) - 128) < 3);
        QVERIFY(qRed(image.pixel(x, rect.bottom() - 10)) < 10);
        // No arrow: softer levels are as dark as the end.
        QVERIFY(image.pixel(x, rect.bottom() - 4) != ColourScale::belowColour);
        bar.setChange(ChangeScale{1});
        QCOMPARE(bar.grab().toImage().pixel(x, rect.bottom() - 4), ColourScale::belowColour);
    }

    void asHighAsThePictureBesideIt()
    {
        ColourBar bar;
        SpectrogramView view;
        bar.resize(50, 260);
        view.resize(215, 260);
        QCOMPARE(bar.barRect().top(), view.pictureRect().top());
        QCOMPARE(bar.barRect().bottom(), view.pictureRect().bottom());
    }

    void asksForAMenu()
    {
        ColourBar bar;
        bar.resize(bar.sizeHint());
        bar.show();
        QSignalSpy menu(&bar, &ColourBar::menuRequested);
        QTest::mouseClick(&bar, Qt::LeftButton, {}, bar.barRect().center());
        QCOMPARE(menu.size(), 1);
        QCOMPARE(menu[0][0].toPoint(), bar.mapToGlobal(bar.barRect().center()));
        QTest::keyClick(&bar, Qt::Key_Return);
        QCOMPARE(menu.size(), 2);
    }
};

QTEST_MAIN(TestColourBar)
#include "tst_colour_bar.moc"
