// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/values.h"

#include <QColor>
#include <QIcon>
#include <QString>

class QApplication;
class QPalette;

namespace earshot {

enum class Theme
{
    System,
    Light,
    Dark
};

// Fusion with this project's palettes. System: light or dark as the palette was at the first call
// (from Qt 6.5 on as the system says now). Every widget gets a QEvent::PaletteChange.
void applyTheme(QApplication& application, Theme theme);
bool isDark(const QPalette& palette);

// What stands for a cell everywhere; blue, grey, orange and green, told apart by colour-blind eyes.
// Contrast to the palette's grounds at least 4.5: good for text too.
QColor cellColour(Cell cell, const QPalette& palette);
// Secondary text.
QColor mutedText(const QPalette& palette);
// What is wrong or out of bounds.
QColor errorText(const QPalette& palette);

// resources/icons/NAME.svg in the palette's text colour (disabled: muted, checked: the
// highlight's), at every size and pixel ratio; a null icon if there is none of that name. To be
// asked for again on PaletteChange.
QIcon icon(const QString& name, const QPalette& palette);

} // namespace earshot
