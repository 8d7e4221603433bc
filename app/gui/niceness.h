// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace earshot {

// The calling thread, and those that it starts from now on, run after everything else: long
// computations take every core, and what the user does meanwhile comes first.
void makeWayForOthers();
// Behind those too: what is wanted some time, but not waited for.
void makeWayForAll();

} // namespace earshot
