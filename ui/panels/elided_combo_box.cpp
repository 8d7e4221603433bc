// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/elided_combo_box.h"

#include <QAbstractItemView>
#include <QStyleOptionComboBox>
#include <QStylePainter>

#include <algorithm>

namespace earshot {

namespace {

constexpr int shortestLength = 5; // characters
constexpr int listMargin = 16;    // pixels beside the longest entry
constexpr int textMargin = 2;     // pixels that the style keeps beside the text

} // namespace

ElidedComboBox::ElidedComboBox(Elision elision, QWidget* parent)
    : QComboBox(parent)
    , m_elision(elision)
{
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(shortestLength);
}

void ElidedComboBox::showPopup()
{
    view()->setMinimumWidth(std::max(width(), view()->sizeHintForColumn(0) + listMargin));
    QComboBox::showPopup();
}

void ElidedComboBox::paintEvent(QPaintEvent*)
{
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    if (currentIndex() < 0)
        option.currentText = placeholderText();
    const QRect field =
        style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    option.currentText =
        elidedText(option.currentText, m_elision, fontMetrics(), field.width() - textMargin);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

} // namespace earshot
