// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QScrollArea;
class QWidget;

namespace earshot {

// A frameless place for wrapped text, whose end can be reached however low the place is.
// name: for those who do not see it.
QScrollArea* makeTextScroll(QWidget* text, const QString& name);

} // namespace earshot
