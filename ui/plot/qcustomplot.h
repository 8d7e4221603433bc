// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// QCustomPlot's header uses Qt's keywords, which QT_NO_KEYWORDS takes away everywhere else: they
// exist while it is read and no longer. Nothing outside ui/plot includes this file.
#define signals Q_SIGNALS
#define slots Q_SLOTS
#define emit
#define foreach Q_FOREACH
#define forever Q_FOREVER
#include <qcustomplot.h>
#undef signals
#undef slots
#undef emit
#undef foreach
#undef forever
