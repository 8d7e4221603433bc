// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include <QApplication>
#include <QButtonGroup>
#include <QImage>
#include <QPalette>
#include <QPixmap>
#include <QScrollBar>
#include <QStyle>
#include <QStyleOptionSlider>
#include <QTest>
#include <QToolButton>

#include <algorithm>
#include <cmath>

using namespace earshot;

namespace {

// WCAG 2.1: relative luminance and contrast ratio.
double luminance(const QColor& colour)
{
    const auto linear = [](double value) {
        return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

QPalette paletteOf(Theme theme)
{
    applyTheme(*qApp, theme);
    return QApplication::palette();
}

} // namespace

class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // First, while the palette is still the platform's: the offscreen one is light.
    void systemFollowsThePlatform()
    {
        const bool dark = isDark(QApplication::palette());
        applyTheme(*qApp, Theme::System);
        QCOMPARE(isDark(QApplication::palette()), dark);
        applyTheme(*qApp, dark ? Theme::Light : Theme::Dark);
        QCOMPARE(isDark(QApplication::palette()), !dark);
        applyTheme(*qApp, Theme::System);
        QCOMPARE(isDark(QApplication::palette()), dark);
        QVERIFY(QApplication::style()->inherits("earshot::SlimStyle"));
    }

    // In both themes a button that is chosen looks selected.
    void theChosenOfAGroup_data()
    {
        QTest::addColumn<int>("theme");
        QTest::newRow("light") << static_cast<int>(Theme::Light);
        QTest::newRow("dark") << static_cast<int>(Theme::Dark);
    }
    void theChosenOfAGroup()
    {
        QFETCH(int, theme);
        paletteOf(static_cast<Theme>(theme));
        QToolButton button;
        button.setCheckable(true);
        QButtonGroup group;
        group.addButton(&button);
        button.resize(80, 30);
        const auto middle = [&] { return button.grab().toImage().pixelColor(40, 15); };
        const QColor off = middle();
        button.setChecked(true);
        const QColor on = middle(), selection = button.palette().color(QPalette::Highlight);
        const auto distance = [](const QColor& a, const QColor& b) {
            return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) +
                   std::abs(a.blue() - b.blue());
        };
        QVERIFY2(distance(on, selection) < 60, qPrintable(on.name() + selection.name()));
        QVERIFY2(distance(on, off) > 100, qPrintable(on.name() + off.name()));
        button.setEnabled(false);
        QVERIFY(distance(middle(), selection) > 60);
    }

    void textIsLegible_data()
    {
        QTest::addColumn<int>("theme");
        QTest::newRow("light") << static_cast<int>(Theme::Light);
        QTest::newRow("dark") << static_cast<int>(Theme::Dark);
    }
    void textIsLegible()
    {
        QFETCH(int, theme);
        const QPalette palette = paletteOf(static_cast<Theme>(theme));
        const QColor window = palette.color(QPalette::Window);
        const QColor base = palette.color(QPalette::Base);
        const auto check = [&](const QColor& colour, double least) {
            QVERIFY2(contrast(colour, window) >= least, qPrintable(colour.name()));
            QVERIFY2(contrast(colour, base) >= least, qPrintable(colour.name()));
        };
        check(palette.color(QPalette::WindowText), 7);
        check(mutedText(palette), 4.5);
        for (const Cell cell : {Cell::Negative, Cell::Start, Cell::Positive, Cell::Real})
            check(cellColour(cell, palette), 4.5);
        QVERIFY(contrast(palette.color(QPalette::HighlightedText),
                         palette.color(QPalette::Highlight)) >= 3.5);
    }

    void iconsTakeThePalettesColour_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"play", "pause", "stop", "loop", "volume", "muted", "open",
                                 "export", "explain", "help", "theme", "settings", "next", "search",
                                 "previous", "copy", "sort", "original", "warning"})
            QTest::newRow(name) << name;
    }
    void iconsTakeThePalettesColour()
    {
        QFETCH(QString, name);
        const QPalette palette = paletteOf(Theme::Dark);
        const QImage image = icon(name, palette).pixmap(QSize(24, 24), 2.0).toImage();
        QCOMPARE(image.size(), QSize(48, 48)); // drawn anew for the pixel ratio
        const QColor expected = palette.color(QPalette::ButtonText);
        int opaque = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) {
                const QColor colour = image.pixelColor(x, y);
                if (colour.alpha() < 255)
                    continue;
                ++opaque; // blending rounds
                QVERIFY(std::abs(colour.red() - expected.red()) <= 2);
                QVERIFY(std::abs(colour.green() - expected.green()) <= 2);
                QVERIFY(std::abs(colour.blue() - expected.blue()) <= 2);
            }
        QVERIFY(opaque > 20);
    }

    void checkedIconTakesTheHighlight()
    {
        const QPalette palette = paletteOf(Theme::Light);
        const QImage image =
            icon("stop", palette).pixmap(QSize(24, 24), 1.0, QIcon::Normal, QIcon::On).toImage();
        QCOMPARE(image.pixelColor(12, 12), palette.color(QPalette::Highlight));
    }

    // The handle and the pages beside it fill the bar, in proportion to what is seen.
    void scrollBarIsSlim()
    {
        applyTheme(*qApp, Theme::Light);
        QScrollBar bar(Qt::Vertical);
        bar.resize(bar.sizeHint().width(), 200);
        bar.setRange(0, 300);
        bar.setPageStep(100);
        bar.setValue(150);
        QStyleOptionSlider option;
        option.initFrom(&bar);
        option.orientation = Qt::Vertical;
        option.maximum = 300;
        option.pageStep = 100;
        option.sliderPosition = 150;
        const auto part = [&](QStyle::SubControl control) {
            return bar.style()->subControlRect(QStyle::CC_ScrollBar, &option, control, &bar);
        };
        QCOMPARE(bar.width(), 12);
        QCOMPARE(part(QStyle::SC_ScrollBarSlider), QRect(0, 75, 12, 50));
        QCOMPARE(part(QStyle::SC_ScrollBarSubPage), QRect(0, 0, 12, 75));
        QCOMPARE(part(QStyle::SC_ScrollBarAddPage), QRect(0, 125, 12, 75));
        QVERIFY(part(QStyle::SC_ScrollBarAddLine).isEmpty());
    }

    void unknownIconIsNull() { QVERIFY(icon("nothing", QPalette()).isNull()); }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
