// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVariant>

#include <span>

class QAction;
class QTableView;
class QToolButton;

namespace earshot {

// A table in the lower part of the window: whole rows are selected, one at a time, and nothing is
// edited; small, without lines.
void makeCompact(QTableView& table);

struct ColumnHeading
{
    const char* text;
    const char* toolTip;
    Qt::AlignmentFlag alignment = Qt::AlignRight; // of numbers
};

// A model's headerData() of these columns.
QVariant headingData(std::span<const ColumnHeading> headings, int section,
                     Qt::Orientation orientation, int role);

// The command of a panel: its action's text, as wide as there is room.
QToolButton* makeCommandButton(QAction* action);

} // namespace earshot
