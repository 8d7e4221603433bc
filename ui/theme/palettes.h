// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QPalette;

namespace earshot {

// The two palettes of the window. Text on its ground has a contrast of at least 7, muted text of at
// least 4.5 (WCAG 2).
QPalette lightPalette();
QPalette darkPalette();

} // namespace earshot
