// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/thumbnail.h"

#include "ui/plot/axis_font.h"
#include "ui/plot/spectrogram_image.h"
#include "ui/theme/theme.h"

#include <QFontMetrics>
#include <QPainter>
#include <QWidget>

namespace earshot {

namespace {

constexpr int captionFrom = 40; // width of a picture from which its response is written on it

void drawCaption(QPainter& painter, const QRect& rect, const QString& caption, const QFont& font)
{
    if (caption.isEmpty())
        return;
    const QFont small = smallerFont(font, 0.8);
    const QFontMetrics metrics(small);
    const QString text = metrics.elidedText(caption, Qt::ElideRight, rect.width() - 6);
    const QRect box(rect.left(), rect.bottom() + 1 - metrics.height(),
                    metrics.horizontalAdvance(text) + 6, metrics.height());
    painter.fillRect(box, QColor(0, 0, 0, 165));
    painter.setFont(small);
    painter.setPen(Qt::white);
    painter.drawText(box, Qt::AlignCenter, text);
}

} // namespace

void drawThumbnail(QPainter& painter, const QRect& rect, Thumbnail& thumbnail, Cell row,
                   const ColourScale& scale, const QWidget& widget)
{
    const bool isPending = thumbnail.logMel.empty();
    if (isPending) {
        painter.fillRect(rect, widget.palette().color(QPalette::Base));
    } else {
        const QSize pixels = (QSizeF(rect.size()) * widget.devicePixelRatioF()).toSize();
        if (thumbnail.image.size() != pixels) {
            thumbnail.image = spectrogramImage(thumbnail.logMel, {}, pixels, scale);
            thumbnail.image.setDevicePixelRatio(widget.devicePixelRatioF());
        }
        // Paler while it runs.
        painter.setOpacity(thumbnail.state == ThumbnailState::Running ? 0.7 : 1);
        painter.drawImage(rect, thumbnail.image);
        painter.setOpacity(1);
    }
    painter.setBrush(Qt::NoBrush);
    if (isPending) {
        painter.setPen(QPen(mutedText(widget.palette()), 1, Qt::DotLine));
        painter.drawRect(rect.adjusted(0, 0, -1, -1));
    } else if (thumbnail.state == ThumbnailState::Running) {
        painter.setPen(QPen(cellColour(row, widget.palette()), 2, Qt::DotLine));
        painter.drawRect(rect.adjusted(1, 1, -1, -1));
    }
    if (!isPending && rect.width() >= captionFrom)
        drawCaption(painter, rect, thumbnail.caption, widget.font());
}

} // namespace earshot
