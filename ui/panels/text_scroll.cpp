// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/text_scroll.h"

#include <QScrollArea>

namespace earshot {

QScrollArea* makeTextScroll(QWidget* text, const QString& name)
{
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setMinimumHeight(1);
    area->setWidget(text);
    area->setAccessibleName(name);
    area->viewport()->setAutoFillBackground(false);
    text->setAutoFillBackground(false);
    return area;
}

} // namespace earshot
