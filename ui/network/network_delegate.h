// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/network/network_filter.h"

#include <QStyledItemDelegate>

namespace earshot {

// A row of the tree: label, dot, the value it is sorted by, and on the right the shape of a layer,
// as far as its name leaves room for it, or the histogram of a unit.
class NetworkDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    // What a layer's row needs for its name and a dot, in pixels.
    static int widthOf(const QString& layer, const QFontMetrics& metrics);
    // What a unit's row needs for all that it shows, in pixels.
    int widthOf(const QModelIndex& unit, const QFontMetrics& metrics) const;
    void setOrder(NetworkOrder order) { m_order = order; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    // The right-hand part; returns its left edge.
    int paintShape(QPainter* painter, const QRect& area, const QModelIndex& index) const;
    int paintHistogram(QPainter* painter, const QRect& area, const QModelIndex& index,
                       const QColor& colour) const;
    QString orderText(const QModelIndex& index) const;

    NetworkOrder m_order = NetworkOrder::Layers;
};

} // namespace earshot
