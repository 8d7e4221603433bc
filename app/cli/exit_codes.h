// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace earshot {

// The command line's contract: scripts depend on these.
enum ExitCode : int
{
    ExitDone = 0,
    ExitFailed = 1,   // also: output that cannot be written
    ExitBadInput = 2, // also: wrong usage
    ExitStopped = 3,  // stopped on request, partial result kept
};

} // namespace earshot
