// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QAbstractButton;

namespace earshot {

// Enter presses the focused button: Space, which does so elsewhere, plays and pauses in the whole
// window.
void clickOnEnter(QAbstractButton* button);

} // namespace earshot
