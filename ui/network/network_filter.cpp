// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/network_filter.h"

#include "ui/network/network_model.h"

#include <cmath>

namespace earshot {

namespace {

// What stands higher comes first; unknown values last.
double rank(const QModelIndex& index, NetworkOrder order)
{
    const double value =
        order == NetworkOrder::Spread
            ? index.data(SpreadRole).toDouble()
            // A unit that is low where the label holds tells as much as one that is high.
            : std::abs(index.data(AucRole).toDouble() - 0.5);
    return std::isnan(value) ? -1 : value;
}

} // namespace

NetworkFilter::NetworkFilter(QObject* parent)
    : QSortFilterProxyModel(parent)
{
    setRecursiveFilteringEnabled(true);
    sort(0);
}

void NetworkFilter::setText(const QString& text)
{
    if (text.trimmed() == m_text)
        return;
    m_text = text.trimmed();
    invalidateFilter();
}

void NetworkFilter::setOrder(NetworkOrder order)
{
    if (order == m_order)
        return;
    m_order = order;
    invalidate();
}

bool NetworkFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    if (m_text.isEmpty())
        return true;
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    return index.data(ReferenceRole).toString().contains(m_text, Qt::CaseInsensitive) ||
           index.data(Qt::DisplayRole).toString().contains(m_text, Qt::CaseInsensitive);
}

bool NetworkFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    if (m_order != NetworkOrder::Layers && left.parent().isValid()) {
        const double leftRank = rank(left, m_order);
        const double rightRank = rank(right, m_order);
        if (leftRank != rightRank)
            return leftRank > rightRank;
    }
    return left.row() < right.row();
}

} // namespace earshot
