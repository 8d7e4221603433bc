// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/style.h"

#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QPainter>
#include <QStyleOptionSlider>

#include <algorithm>

namespace earshot {

namespace {

constexpr int scrollBarExtent = 12;
constexpr int shortestHandle = 24;
constexpr double handleMargin = 3;

QRect handleRect(const QStyleOptionSlider& bar)
{
    const bool isHorizontal = bar.orientation == Qt::Horizontal;
    const int length = isHorizontal ? bar.rect.width() : bar.rect.height();
    const qint64 range = static_cast<qint64>(bar.maximum) - bar.minimum;
    const auto share = static_cast<int>(static_cast<qint64>(length) * bar.pageStep /
                                        std::max<qint64>(1, range + bar.pageStep));
    const int handle =
        range > 0 ? std::clamp(share, std::min(shortestHandle, length), length) : length;
    const int place = QStyle::sliderPositionFromValue(bar.minimum, bar.maximum, bar.sliderPosition,
                                                      length - handle, bar.upsideDown);
    return isHorizontal ? QRect(bar.rect.x() + place, bar.rect.y(), handle, bar.rect.height())
                        : QRect(bar.rect.x(), bar.rect.y() + place, bar.rect.width(), handle);
}

// Of a few of which one is on.
bool isChosen(const QStyleOptionToolButton& option, const QWidget* widget)
{
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    return button != nullptr && button->group() != nullptr && (option.state & QStyle::State_On) &&
           (option.state & QStyle::State_Enabled);
}

} // namespace

SlimStyle::SlimStyle()
    : QProxyStyle("Fusion")
{
}

int SlimStyle::pixelMetric(PixelMetric metric, const QStyleOption* option,
                           const QWidget* widget) const
{
    if (metric == PM_ScrollBarExtent)
        return scrollBarExtent;
    return QProxyStyle::pixelMetric(metric, option, widget);
}

QRect SlimStyle::subControlRect(ComplexControl control, const QStyleOptionComplex* option,
                                SubControl subControl, const QWidget* widget) const
{
    const auto* bar =
        control == CC_ScrollBar ? qstyleoption_cast<const QStyleOptionSlider*>(option) : nullptr;
    if (!bar)
        return QProxyStyle::subControlRect(control, option, subControl, widget);
    const QRect handle = handleRect(*bar);
    const bool isHorizontal = bar->orientation == Qt::Horizontal;
    switch (subControl) {
    case SC_ScrollBarGroove:
        return bar->rect;
    case SC_ScrollBarSlider:
        return handle;
    case SC_ScrollBarSubPage:
        return isHorizontal ? QRect(bar->rect.topLeft(), handle.bottomLeft() - QPoint(1, 0))
                            : QRect(bar->rect.topLeft(), handle.topRight() - QPoint(0, 1));
    case SC_ScrollBarAddPage:
        return isHorizontal ? QRect(handle.topRight() + QPoint(1, 0), bar->rect.bottomRight())
                            : QRect(handle.bottomLeft() + QPoint(0, 1), bar->rect.bottomRight());
    default:
        return {};
    }
}

void SlimStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                                   QPainter* painter, const QWidget* widget) const
{
    if (const auto* button = qstyleoption_cast<const QStyleOptionToolButton*>(option);
        button != nullptr && isChosen(*button, widget)) {
        drawChosen(*button, painter, widget);
        return;
    }
    const auto* bar =
        control == CC_ScrollBar ? qstyleoption_cast<const QStyleOptionSlider*>(option) : nullptr;
    if (!bar) {
        QProxyStyle::drawComplexControl(control, option, painter, widget);
        return;
    }
    painter->save();
    painter->fillRect(bar->rect, bar->palette.color(QPalette::Base));
    if (bar->maximum > bar->minimum) {
        QColor colour = mutedText(bar->palette);
        const bool isHeld =
            (bar->state & State_Sunken) && (bar->activeSubControls & SC_ScrollBarSlider);
        colour.setAlphaF(isHeld ? 0.9f : bar->state & State_MouseOver ? 0.7f : 0.45f);
        const QRectF handle =
            QRectF(handleRect(*bar))
                .adjusted(handleMargin, handleMargin, -handleMargin, -handleMargin);
        const double radius = std::min(handle.width(), handle.height()) / 2;
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(colour);
        painter->drawRoundedRect(handle, radius, radius);
    }
    painter->restore();
}

void SlimStyle::drawChosen(const QStyleOptionToolButton& button, QPainter* painter,
                           const QWidget* widget) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(button.palette.color(QPalette::Highlight));
    painter->drawRoundedRect(button.rect, 2, 2);
    painter->restore();
    QStyleOptionToolButton label = button;
    label.state &= ~(State_On | State_Sunken); // nothing moves
    label.palette.setColor(QPalette::ButtonText, button.palette.color(QPalette::HighlightedText));
    proxy()->drawControl(CE_ToolButtonLabel, &label, painter, widget);
    if (!(button.state & State_HasFocus))
        return;
    QStyleOptionFocusRect focus;
    focus.QStyleOption::operator=(button);
    focus.rect = button.rect.adjusted(2, 2, -2, -2);
    proxy()->drawPrimitive(PE_FrameFocusRect, &focus, painter, widget);
}

} // namespace earshot
