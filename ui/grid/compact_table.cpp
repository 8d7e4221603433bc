// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/grid/compact_table.h"

#include "ui/panels/enter_clicks.h"
#include "ui/plot/axis_font.h"

#include <QAction>
#include <QHeaderView>
#include <QTableView>
#include <QToolButton>

namespace earshot {

namespace {

constexpr int rowPadding = 2;
constexpr int narrowestColumn = 24;
constexpr int narrowestTable = 200;

} // namespace

void makeCompact(QTableView& table)
{
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setSelectionMode(QAbstractItemView::SingleSelection);
    table.setEditTriggers(QAbstractItemView::NoEditTriggers);
    table.setTabKeyNavigation(false);
    table.setWordWrap(false);
    table.setShowGrid(false);
    table.setAlternatingRowColors(true);
    table.verticalHeader()->hide();
    const QFont font = table.font();
    table.setFont(smallerFont(font, 0.92));
    const int rowHeight = table.fontMetrics().height();
    table.verticalHeader()->setMinimumSectionSize(rowHeight);
    table.verticalHeader()->setDefaultSectionSize(rowHeight + rowPadding);
    table.horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table.horizontalHeader()->setStretchLastSection(true);
    table.horizontalHeader()->setHighlightSections(false);
    table.horizontalHeader()->setMinimumSectionSize(narrowestColumn);
    table.horizontalHeader()->setFont(smallerFont(font));
    table.setMinimumSize(narrowestTable, 0);
}

QVariant headingData(std::span<const ColumnHeading> headings, int section,
                     Qt::Orientation orientation, int role)
{
    if (orientation != Qt::Horizontal || section < 0 ||
        section >= static_cast<int>(headings.size()))
        return {};
    const ColumnHeading& heading = headings[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole:
        return QString::fromUtf8(heading.text);
    case Qt::ToolTipRole:
        return QString::fromUtf8(heading.toolTip);
    case Qt::TextAlignmentRole:
        return static_cast<int>(Qt::AlignVCenter | heading.alignment);
    default:
        return {};
    }
}

QToolButton* makeCommandButton(QAction* action)
{
    auto* button = new QToolButton;
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setFocusPolicy(Qt::TabFocus);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    clickOnEnter(button);
    return button;
}

} // namespace earshot
