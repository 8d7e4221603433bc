// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>

class QAction;
class QWidget;

namespace earshot {

struct Models;

// The method on one page.
void showMethod(QWidget* parent);
// Every action that has a shortcut.
void showKeys(QWidget* parent, const QList<QAction*>& actions);
// Licences of the program, of the models, and of the music in the gallery. models: may be null.
void showAbout(QWidget* parent, const Models* models);

} // namespace earshot
