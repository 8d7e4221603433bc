// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>

namespace earshot {

// For the numbers at an axis: `share` of a widget's font, but legible.
QFont smallerFont(QFont font, double share = 0.85);

} // namespace earshot
