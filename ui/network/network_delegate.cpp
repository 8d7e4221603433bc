// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/network_delegate.h"

#include "ui/network/network_model.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr int margin = 8;
constexpr int leftMargin = 4;
constexpr int histogramWidth = 2 * static_cast<int>(histogramBins);
constexpr int histogramHeight = 14;
constexpr int dotSize = 6;
constexpr int dotGap = 4;

QString stateText(const QModelIndex& index)
{
    switch (static_cast<UnitState>(index.data(StateRole).toInt())) {
    case UnitState::Dead:
        return "dead";
    case UnitState::Constant:
        return "constant";
    default:
        return {};
    }
}

// A shape with fewer of its sizes where there is no room for all ("128 × …"), or "": half a number
// would be another number.
QString fittingShape(const QString& shape, const QFontMetrics& metrics, int width)
{
    const QString times = QString::fromUtf8(" × ");
    QString text = shape;
    for (qsizetype sizes = shape.count(times); metrics.horizontalAdvance(text) > width; --sizes) {
        if (sizes == 0)
            return {};
        text = shape.section(times, 0, sizes - 1) + times + QChar(0x2026);
    }
    return text;
}

} // namespace

QString NetworkDelegate::orderText(const QModelIndex& index) const
{
    if (m_order == NetworkOrder::Layers || !index.parent().isValid() || !stateText(index).isEmpty())
        return {};
    const double value =
        index.data(m_order == NetworkOrder::Spread ? SpreadRole : AucRole).toDouble();
    if (std::isnan(value))
        return {};
    return m_order == NetworkOrder::Auc ? QString::number(value, 'f', 2)
                                        : QString::number(value, 'g', 2);
}

int NetworkDelegate::paintShape(QPainter* painter, const QRect& area,
                                const QModelIndex& index) const
{
    const QFontMetrics metrics = painter->fontMetrics();
    const bool isMarked = index.data(MarkedRole).toBool();
    const int end = area.right() + 1;
    const int taken = metrics.horizontalAdvance(index.data().toString()) + margin +
                      (isMarked ? dotSize + margin : 0);
    const QString text =
        fittingShape(index.data(ShapeRole).toString(), metrics, area.width() - taken);
    if (text.isEmpty())
        return end;
    painter->drawText(area, Qt::AlignRight | Qt::AlignVCenter, text);
    return end - metrics.horizontalAdvance(text) - margin;
}

int NetworkDelegate::paintHistogram(QPainter* painter, const QRect& area, const QModelIndex& index,
                                    const QColor& colour) const
{
    const int left = area.right() + 1 - histogramWidth;
    const auto histogram = index.data(HistogramRole).value<QList<float>>();
    if (histogram.isEmpty()) {
        painter->drawText(area, Qt::AlignRight | Qt::AlignVCenter, stateText(index));
        return left - margin;
    }
    const double bottom = area.center().y() + 1 + histogramHeight / 2.0;
    for (qsizetype bin = 0; bin < histogram.size(); ++bin) {
        // One pixel at least: the foot of the distribution stays to be seen.
        const double height = std::max(1.0, static_cast<double>(histogram[bin]) * histogramHeight);
        painter->fillRect(QRectF(left + 2.0 * static_cast<double>(bin), bottom - height, 2, height),
                          colour);
    }
    return left - margin;
}

void NetworkDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QStyle* style = item.widget ? item.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, item.widget);

    const QPalette& palette = item.palette;
    const bool isSelected = item.state & QStyle::State_Selected;
    const bool isDead = !stateText(index).isEmpty();
    const bool isDim = index.data(DimRole).toBool();
    const QColor highlighted = palette.color(QPalette::Active, QPalette::HighlightedText);
    const QColor text = isSelected ? highlighted
                        : isDead   ? palette.color(QPalette::Disabled, QPalette::Text)
                        : isDim    ? mutedText(palette)
                                   : palette.color(QPalette::Active, QPalette::Text);
    QColor quiet = isSelected ? highlighted
                   : isDead   ? palette.color(QPalette::Disabled, QPalette::Text)
                              : mutedText(palette);
    painter->save();
    painter->setClipRect(item.rect);
    painter->setFont(item.font);
    const QRect area = item.rect.adjusted(leftMargin, 0, -margin, 0);

    painter->setPen(quiet);
    QColor bars = quiet;
    bars.setAlphaF(isDim ? 0.55f : 0.85f);
    int right = index.parent().isValid() ? paintHistogram(painter, area, index, bars)
                                         : paintShape(painter, area, index);
    if (const QString value = orderText(index); !value.isEmpty()) {
        painter->drawText(QRect(area.left(), area.top(), right - area.left(), area.height()),
                          Qt::AlignRight | Qt::AlignVCenter, value);
        right -= painter->fontMetrics().horizontalAdvance(value) + margin;
    }
    if (index.data(MarkedRole).toBool()) {
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(isSelected ? highlighted : palette.color(QPalette::Highlight));
        painter->drawEllipse(
            QRectF(right - dotSize, area.center().y() + 1 - dotSize / 2.0, dotSize, dotSize));
    }
    // A layer's name is there in full before anything else is.
    const bool isLayer = !index.parent().isValid();
    right -= isLayer && !index.data(MarkedRole).toBool() ? 0 : dotSize + dotGap;

    painter->setPen(text);
    const QRect labelArea(area.left(), area.top(), right - area.left(), area.height());
    painter->drawText(labelArea, Qt::AlignLeft | Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(item.text,
                                                        isLayer ? Qt::ElideMiddle : Qt::ElideRight,
                                                        labelArea.width()));
    painter->restore();
}

int NetworkDelegate::widthOf(const QString& layer, const QFontMetrics& metrics)
{
    return leftMargin + metrics.horizontalAdvance(layer) + margin + dotSize + margin;
}

int NetworkDelegate::widthOf(const QModelIndex& unit, const QFontMetrics& metrics) const
{
    const QString value = orderText(unit);
    const int valueWidth = value.isEmpty() ? 0 : metrics.horizontalAdvance(value) + margin;
    const int right =
        std::max(histogramWidth, metrics.horizontalAdvance(stateText(unit))) + 2 * margin;
    // A text's width is rounded; where it is more, it would be cut.
    return leftMargin + metrics.horizontalAdvance(unit.data().toString()) + 1 + dotSize + dotGap +
           valueWidth + right;
}

QSize NetworkDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QSize size = QStyledItemDelegate::sizeHint(option, index);
    return {size.width(), std::max(22, option.fontMetrics.height() + 6)};
}

} // namespace earshot
