// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/settings.h"

#include <QString>

namespace earshot {

struct Explanation;
class Session;

// What is to be known of the result that is shown, a sentence a line: what is wrong with it, other
// models, other music, a stop. "" if there is nothing, or a run is shown.
QString noticeOf(const Session& session);

// "Stopped at step 23 of 100: 2 of 8 examples were begun, none is finished."; "" for one that was
// not stopped.
QString stopText(const Explanation& explanation);

// Whether Eq. 3 could be measured: with two examples, and real responses to compare with.
bool hasDistances(const Explanation& explanation);

// "20 steps, learning rate 0.01": where `made` differs from `now`. "" if nowhere.
QString differenceText(const ExplainSettings& made, const ExplainSettings& now);

} // namespace earshot
