// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/elided_label.h"

#include <QPainter>
#include <QStyle>

namespace earshot {

ElidedLabel::ElidedLabel(Elision elision, QWidget* parent)
    : QLabel(parent)
    , m_elision(elision)
{
    setTextFormat(Qt::PlainText);
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {1, QLabel::minimumSizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QRect area = contentsRect();
    const Qt::Alignment sides = QStyle::visualAlignment(layoutDirection(), alignment());
    style()->drawItemText(&painter, area, static_cast<int>(sides) | Qt::TextSingleLine, palette(),
                          isEnabled(), elidedText(text(), m_elision, fontMetrics(), area.width()),
                          foregroundRole());
}

} // namespace earshot
