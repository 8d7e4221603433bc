// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/settings_search.h"

#include <QString>

namespace earshot {

// "lᵣ 0.01, λ 0.001, 63 steps"
QString settingText(double learningRate, double priorWeight, int steps);

// "quick search", "full search"; of another grid its size.
QString searchName(const GridSettings& settings);
// "Shown: quick": for a narrow button.
QString shownText(const GridSettings& settings);

// What a search that runs is at, and how long it will still be.
QString runText(const SearchState& run);
// What a search has found, or why nothing, and what its numbers rest on.
QString resultText(const GridResult& result);
// That there is one to go on with, and by which key. share: [0, 1] of it is computed.
QString unfinishedText(SearchForm form, double share, const QString& key);

} // namespace earshot
