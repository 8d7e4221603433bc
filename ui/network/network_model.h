// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/network/unit_rows.h"

#include <QAbstractItemModel>
#include <QHash>
#include <QSet>
#include <QStringList>

#include <vector>

namespace earshot {

enum NetworkRole : int
{
    ReferenceRole = Qt::UserRole, // QString
    HistogramRole,                // QList<float>
    StateRole,                    // int of UnitState
    SpreadRole,                   // double, NaN: unknown
    AucRole,                      // double, NaN: unknown
    ShapeRole,                    // QString, of layers only
    DimRole,                      // bool: a tensor after the activation
    MarkedRole,                   // bool: an explanation is stored
};

// The network as a tree of two levels: layers, and their units or channels. One column.
class NetworkModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    explicit NetworkModel(QObject* parent = nullptr);

    void setNetwork(std::vector<LayerRow> rows);
    void setMarked(const QStringList& references);
    // Invalid if no row has this canonical reference.
    QModelIndex indexOf(const QString& reference) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    // Of the layer itself, or of one of its units.
    const UnitRow& unitRow(const QModelIndex& index) const;
    const LayerRow& layerRow(const QModelIndex& index) const;
    QString toolTip(const QModelIndex& index) const;

    std::vector<LayerRow> m_rows;
    struct Place
    {
        int layer = 0;
        int unit = -1; // −1: the layer itself
    };
    QHash<QString, Place> m_places;
    QSet<QString> m_marked;
};

} // namespace earshot
