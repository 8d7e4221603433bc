// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/network_model.h"

#include <cmath>
#include <utility>

namespace earshot {

namespace {

// An index's internal id is 0 for a layer, else 1 + its layer's row.
constexpr quintptr layerId = 0;

QString tableRow(const QString& name, const QString& value)
{
    return "<tr><td>" + name + "&nbsp;&nbsp;</td><td>" + value + "</td></tr>";
}

} // namespace

NetworkModel::NetworkModel(QObject* parent)
    : QAbstractItemModel(parent)
{
}

void NetworkModel::setNetwork(std::vector<LayerRow> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    m_places.clear();
    for (int layer = 0; layer < static_cast<int>(m_rows.size()); ++layer) {
        const LayerRow& row = m_rows[static_cast<std::size_t>(layer)];
        m_places.insert(QString::fromStdString(row.whole.reference), {layer, -1});
        for (int unit = 0; unit < static_cast<int>(row.units.size()); ++unit)
            m_places.insert(
                QString::fromStdString(row.units[static_cast<std::size_t>(unit)].reference),
                {layer, unit});
    }
    endResetModel();
}

void NetworkModel::setMarked(const QStringList& references)
{
    const QSet<QString> marked(references.begin(), references.end());
    const QSet<QString> changed = (marked - m_marked) + (m_marked - marked);
    m_marked = marked;
    for (const QString& reference : changed)
        if (const QModelIndex place = indexOf(reference); place.isValid())
            Q_EMIT dataChanged(place, place, {MarkedRole});
}

QModelIndex NetworkModel::indexOf(const QString& reference) const
{
    const auto found = m_places.constFind(reference);
    if (found == m_places.constEnd())
        return {};
    const QModelIndex layer = index(found->layer, 0);
    return found->unit < 0 ? layer : index(found->unit, 0, layer);
}

QModelIndex NetworkModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column,
                       parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : layerId);
}

QModelIndex NetworkModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == layerId)
        return {};
    return createIndex(static_cast<int>(child.internalId() - 1), 0, layerId);
}

int NetworkModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_rows.size());
    if (parent.internalId() != layerId || parent.column() != 0)
        return 0;
    return static_cast<int>(layerRow(parent).units.size());
}

int NetworkModel::columnCount(const QModelIndex&) const
{
    return 1;
}

const LayerRow& NetworkModel::layerRow(const QModelIndex& index) const
{
    return m_rows[index.internalId() == layerId ? static_cast<std::size_t>(index.row())
                                                : index.internalId() - 1];
}

const UnitRow& NetworkModel::unitRow(const QModelIndex& index) const
{
    const LayerRow& layer = layerRow(index);
    return index.internalId() == layerId ? layer.whole
                                         : layer.units[static_cast<std::size_t>(index.row())];
}

QString NetworkModel::toolTip(const QModelIndex& index) const
{
    const UnitRow& unit = unitRow(index);
    const LayerRow& layer = layerRow(index);
    QString text = "<b>" + QString::fromStdString(unit.reference).toHtmlEscaped() + "</b><br>";
    if (index.internalId() == layerId)
        text += "The mean over the whole layer (" + layer.shapeText + ").";
    else if (layer.layer.isConvolutional())
        text += "The mean of one channel over time and frequency.";
    else
        text += "One neuron.";
    if (layer.afterActivation)
        text += " After the activation (" +
                QString::fromStdString(layer.layer.activation).toHtmlEscaped().replace('_', ' ') +
                ").";
    if (!unit.reason.isEmpty())
        text += "<br><b>" +
                QString(unit.state == UnitState::Dead       ? "Dead. "
                        : unit.state == UnitState::Constant ? "Constant. "
                                                            : "") +
                "</b>" + unit.reason.toHtmlEscaped();
    if (unit.state == UnitState::Live) {
        text += "<table style='margin-top:4px'>";
        text += tableRow("Spread", QString::number(unit.spread, 'g', 3) +
                                       ": standard deviation of its responses to real music");
        if (std::isfinite(unit.auc))
            text += tableRow("AUC", QString::number(unit.auc, 'f', 2) +
                                        ": how well it tells the training label; 0.5 is chance, 1 "
                                        "and 0 are perfect");
        text += "</table>The small picture is the histogram of its responses to real music.";
    }
    if (m_marked.contains(QString::fromStdString(unit.reference)))
        text += "<br>The dot says that an explanation is stored.";
    return text;
}

QVariant NetworkModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const UnitRow& unit = unitRow(index);
    const bool isLayer = index.internalId() == layerId;
    switch (role) {
    case Qt::DisplayRole:
        return unit.label;
    case Qt::ToolTipRole:
        return toolTip(index);
    case Qt::AccessibleTextRole:
        return QString::fromStdString(unit.reference) + (unit.state == UnitState::Dead ? ", dead"
                                                         : unit.state == UnitState::Constant
                                                             ? ", constant"
                                                             : "");
    case ReferenceRole:
        return QString::fromStdString(unit.reference);
    case HistogramRole:
        return QVariant::fromValue(QList<float>(unit.histogram.begin(), unit.histogram.end()));
    case StateRole:
        return static_cast<int>(unit.state);
    case SpreadRole:
        return unit.spread;
    case AucRole:
        return unit.auc;
    case ShapeRole:
        return isLayer ? QVariant(layerRow(index).shapeText) : QVariant();
    case DimRole:
        return layerRow(index).afterActivation;
    case MarkedRole:
        return m_marked.contains(QString::fromStdString(unit.reference));
    default:
        return {};
    }
}

} // namespace earshot
