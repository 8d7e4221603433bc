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

// Fusion with this project's palettes. System: light or dark as the palette was at the start.
void applyTheme(QApplication& application, Theme theme);
bool isDark(const QPalette& palette);

// What stands for a cell everywhere; blue, grey, orange and green, told apart by colour-blind eyes.
QColor cellColour(Cell cell, const QPalette& palette);
// Secondary text.
QColor mutedText(const QPalette& palette);

// resources/icons/NAME.svg in the palette's text colour (disabled: muted).
QIcon icon(const QString& name, const QPalette& palette);

} // namespace earshot
