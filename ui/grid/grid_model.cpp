// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/grid/grid_model.h"

#include "ui/grid/compact_table.h"
#include "ui/panels/number_text.h"

#include <QFont>

#include <array>
#include <cmath>

namespace earshot {

namespace {

constexpr std::array<ColumnHeading, GridModel::ColumnCount> headings{{
    {"lᵣ", "<b>Learning rate</b>: how far one step of Adam goes"},
    {"λ", "<b>Prior weight</b>: how strongly ‖z‖ is pulled down"},
    {"Steps", "<b>Steps</b>, N<sub>t</sub>: how often each start is changed"},
    {"N", "<b>Examples</b> that the numbers are over"},
    {"Mean", "<b>Mean response</b> of the examples, raw; known when the search has ended"},
    {"Distance", "<b>Fréchet distance</b> (Eq. 3) to the 50 most extreme real excerpts: smaller is "
                 "nearer to what real music does"},
    {"95 %", "<b>Interval of the distance</b>: how it might have come out with other starts "
             "(bootstrap, 1,000 draws, 95 %); known when the search has ended"},
    {"State",
     "<b>Best</b>: the one to use. <b>Tie</b>: compared start for start, it cannot be "
     "told from the smallest distance; of these the one that changes the start least is "
     "the best. <b>Exploded</b>: a response left all bounds. <b>Dead</b>: the response has no "
     "gradient.",
     Qt::AlignLeft},
}};

} // namespace

void GridModel::setContent(const GridContent& content)
{
    if (content.rows.size() != m_content.rows.size()) {
        beginResetModel();
        m_content = content;
        endResetModel();
        return;
    }
    m_content = content;
    if (!m_content.rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

std::optional<int> GridModel::rowOf(const SettingPlace& place) const
{
    for (int i = 0; i < rowCount(); ++i)
        if (row(i).pair == place.pair && row(i).steps == place.step)
            return i;
    return std::nullopt;
}

int GridModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_content.rows.size());
}

int GridModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString GridModel::text(const SettingRow& row, int column) const
{
    const QString none(QChar(0x2013));
    switch (column) {
    case LearningRate:
        return QString::number(m_content.learningRate(row.pair), 'g', 4);
    case PriorWeight:
        return QString::number(m_content.priorWeight(row.pair), 'g', 4);
    case Steps:
        return row.steps > 0 ? QString::number(row.steps) : none;
    case Examples:
        return row.examples > 0 ? QString::number(row.examples) : none;
    case Mean:
        return signedText(row.mean);
    case Distance:
        return plainText(row.distance);
    case Interval:
        if (std::isnan(row.low) || std::isnan(row.high))
            return none;
        return plainText(row.low) + none + plainText(row.high);
    case State:
        break;
    }
    const QString mark = markText(row.mark, m_content.isRunning);
    if (mark.isEmpty())
        return stateText(row.state);
    return row.state == SettingState::Stopped ? mark + ", " + stateText(row.state) : mark;
}

QVariant GridModel::sortValue(const SettingRow& row, int column) const
{
    switch (column) {
    case LearningRate:
        return m_content.learningRate(row.pair);
    case PriorWeight:
        return m_content.priorWeight(row.pair);
    case Steps:
        return row.steps;
    case Examples:
        return row.examples;
    case Mean:
        return row.mean;
    case Distance:
        return row.distance;
    case Interval:
        return row.high - row.low;
    default:
        return text(row, column);
    }
}

QVariant GridModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const SettingRow& shown = row(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(shown, index.column());
    case SortRole:
        return sortValue(shown, index.column());
    case Qt::TextAlignmentRole:
        return headingData(headings, index.column(), Qt::Horizontal, role);
    case Qt::FontRole: {
        QFont font;
        font.setBold(shown.mark == SettingMark::Best);
        return font;
    }
    case Qt::ToolTipRole:
        return QString::fromUtf8(headings[static_cast<std::size_t>(index.column())].toolTip);
    default:
        return {};
    }
}

QVariant GridModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    return headingData(headings, section, orientation, role);
}

GridSorting::GridSorting(QObject* parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(GridModel::SortRole);
    setDynamicSortFilter(true);
}

bool GridSorting::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const bool isAscending = sortOrder() == Qt::AscendingOrder;
    const QVariant a = left.data(GridModel::SortRole), b = right.data(GridModel::SortRole);
    if (a.typeId() == QMetaType::Double) {
        const double x = a.toDouble(), y = b.toDouble();
        if (std::isnan(x) != std::isnan(y))
            return std::isnan(y) == isAscending;
        if (x < y || y < x)
            return x < y;
    } else {
        if (QSortFilterProxyModel::lessThan(left, right))
            return true;
        if (QSortFilterProxyModel::lessThan(right, left))
            return false;
    }
    // Qt's own order of equal rows, sorted downwards, depends on its version.
    return (left.row() < right.row()) == isAscending;
}

} // namespace earshot
