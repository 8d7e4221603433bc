// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/grid/grid_values.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

namespace earshot {

// The settings of a search, a row each.
class GridModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        LearningRate,
        PriorWeight,
        Steps,
        Examples,
        Mean,
        Distance,
        Interval,
        State,
        ColumnCount
    };
    // A number to sort by, or a text; NaN where nothing is known.
    static constexpr int SortRole = Qt::UserRole;

    using QAbstractTableModel::QAbstractTableModel;

    void setContent(const GridContent& content);
    const SettingRow& row(int row) const { return m_content.rows[static_cast<std::size_t>(row)]; }
    // The row of exactly this setting.
    std::optional<int> rowOf(const SettingPlace& place) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const SettingRow& row, int column) const;
    QVariant sortValue(const SettingRow& row, int column) const;

    GridContent m_content;
};

// Sorts so that what is not known comes last and equal rows keep their order, either way.
class GridSorting : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit GridSorting(QObject* parent = nullptr);

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
};

} // namespace earshot
