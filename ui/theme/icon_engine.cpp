// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/icon_engine.h"

#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

#include <utility>

namespace earshot {

SvgIconEngine::SvgIconEngine(QByteArray svg, const Colours& colours)
    : m_svg(std::move(svg))
    , m_colours(colours)
{
}

void SvgIconEngine::paint(QPainter* painter, const QRect& rect, QIcon::Mode mode,
                          QIcon::State state)
{
    const QColor& colour = mode == QIcon::Disabled   ? m_colours.disabled
                           : mode == QIcon::Selected ? m_colours.selected
                           : state == QIcon::On      ? m_colours.on
                                                     : m_colours.normal;
    QByteArray svg = m_svg;
    svg.replace("currentColor", colour.name().toLatin1());
    QSvgRenderer renderer(svg);
    renderer.setAspectRatioMode(Qt::KeepAspectRatio);
    renderer.render(painter, rect);
}

QPixmap SvgIconEngine::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state)
{
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return pixmap;
}

QIconEngine* SvgIconEngine::clone() const
{
    return new SvgIconEngine(*this);
}

} // namespace earshot
