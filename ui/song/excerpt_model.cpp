// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/song/excerpt_model.h"

#include "ui/grid/compact_table.h"
#include "ui/panels/number_text.h"

#include <array>
#include <utility>

namespace earshot {

namespace {

constexpr std::array<ColumnHeading, ExcerptModel::ColumnCount> headings{{
    {"", "<b>Rank</b> among the songs: each has one excerpt here, its most extreme"},
    {"Response", "<b>Response</b> of the unit to this excerpt of 1.7 seconds, raw"},
    {"p", "<b>Percentile</b> among the responses to all real music that is compared with"},
    {"Time", "<b>Time</b> of the excerpt’s first sample in the song"},
    {"Song", "<b>Song</b>: its file", Qt::AlignLeft},
}};

} // namespace

void ExcerptModel::setRows(std::vector<ExcerptRow> rows)
{
    if (rows == m_rows)
        return;
    if (rows.size() == m_rows.size() && !rows.empty()) {
        m_rows = std::move(rows);
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int ExcerptModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ExcerptModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ExcerptModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const ExcerptRow& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::TextAlignmentRole)
        return headingData(headings, index.column(), Qt::Horizontal, role);
    if (role == Qt::ToolTipRole)
        return row.path;
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Rank:
        return QString::number(index.row() + 1);
    case Response:
        return signedText(row.response);
    case Percentile:
        return percentileText(row.percentile);
    case Time:
        return row.time;
    default:
        return row.song;
    }
}

QVariant ExcerptModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    return headingData(headings, section, orientation, role);
}

} // namespace earshot
