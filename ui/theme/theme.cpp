// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include "ui/theme/icon_engine.h"
#include "ui/theme/palettes.h"
#include "ui/theme/style.h"

#include <QApplication>
#include <QFile>
#include <QPalette>
#include <QStyle>
#include <QStyleHints>
#include <QToolTip>

// Resources of a static library are registered by hand, from outside any namespace.
static void registerResources()
{
    Q_INIT_RESOURCE(resources);
}

namespace earshot {

namespace {

bool systemIsDark(QApplication& application)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    if (const Qt::ColorScheme scheme = QGuiApplication::styleHints()->colorScheme();
        scheme != Qt::ColorScheme::Unknown)
        return scheme == Qt::ColorScheme::Dark;
#endif
    // The first call sees the system's own palette; later ones would see ours.
    static constexpr const char* property = "earshotSystemIsDark";
    if (!application.property(property).isValid())
        application.setProperty(property, isDark(QApplication::palette()));
    return application.property(property).toBool();
}

} // namespace

void applyTheme(QApplication& application, Theme theme)
{
    const bool systemDark = systemIsDark(application);
    const bool dark = theme == Theme::System ? systemDark : theme == Theme::Dark;
    if (!qobject_cast<SlimStyle*>(QApplication::style()))
        QApplication::setStyle(new SlimStyle);
    const QPalette palette = dark ? darkPalette() : lightPalette();
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
}

bool isDark(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightness() <
           palette.color(QPalette::WindowText).lightness();
}

QColor cellColour(Cell cell, const QPalette& palette)
{
    const bool dark = isDark(palette);
    switch (cell) {
    case Cell::Negative:
        return dark ? "#62aef0" : "#1c6cb3";
    case Cell::Start:
        return dark ? "#a3abb6" : "#66707d";
    case Cell::Positive:
        return dark ? "#f2994d" : "#b8510a";
    case Cell::Real:
        return dark ? "#4cc495" : "#117a58";
    }
    return palette.color(QPalette::WindowText);
}

QColor mutedText(const QPalette& palette)
{
    return isDark(palette) ? "#a0a8b3" : "#5c6470";
}

QColor errorText(const QPalette& palette)
{
    return isDark(palette) ? "#ff8a80" : "#b3261e";
}

QIcon icon(const QString& name, const QPalette& palette)
{
    registerResources();
    QFile file(":/earshot/icons/" + name + ".svg");
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QIcon(new SvgIconEngine(file.readAll(),
                                   {palette.color(QPalette::Active, QPalette::ButtonText),
                                    palette.color(QPalette::Active, QPalette::Highlight),
                                    palette.color(QPalette::Disabled, QPalette::ButtonText),
                                    palette.color(QPalette::Active, QPalette::HighlightedText)}));
}

} // namespace earshot
