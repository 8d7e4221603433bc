// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace earshot {

// What an error of the engine means to a user.
struct ProblemText
{
    QString summary; // what it means, and what to do
    QString details; // as the engine says it: file, expected, found; empty: the summary says it
};

ProblemText problemText(const QString& what);

} // namespace earshot
