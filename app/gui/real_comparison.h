// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explanation.h"

#include <QStringList>

#include <vector>

namespace earshot {

class Session;

// Whether an explanation's Eq. 3, and the step that it chose, are of the music that the session
// compares with now.
bool isOfSameMusic(const Session& session, const Explanation& explanation);

// Eq. 3 by step to the real side that the session compares with: what the explanation holds, or,
// where it was compared with other music, computed anew. Empty: not known.
std::vector<double> distancesOf(const Session& session, const Explanation& explanation,
                                Direction direction);

// "Compared with Music: top 50 of 31,000, from 9 songs.", why that may say little and what to do;
// of music of the user's own, in the directions that it is asked about. Empty for the training
// music.
QStringList realSideTexts(const Session& session, const std::vector<Direction>& directions);

} // namespace earshot
