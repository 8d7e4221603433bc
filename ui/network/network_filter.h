// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>

namespace earshot {

enum class NetworkOrder
{
    Layers, // by index
    Spread, // within each layer the widest first
    Auc,    // within each layer the ones that tell the label best first, either way round
};

// The rows whose reference or label holds a text, and the layers around them.
class NetworkFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit NetworkFilter(QObject* parent = nullptr);

    void setText(const QString& text);
    bool isFiltered() const { return !m_text.isEmpty(); }
    void setOrder(NetworkOrder order);
    NetworkOrder order() const { return m_order; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    QString m_text;
    NetworkOrder m_order = NetworkOrder::Layers;
};

} // namespace earshot
