// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/figure.h"

#include "ui/plot/colour_bar_painting.h"
#include "ui/plot/excerpt_painting.h"
#include "ui/plot/figure_file.h"
#include "ui/plot/spectrogram_image.h"
#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPalette>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr int margin = 16;
constexpr int pictureWidth = 150;
constexpr int pictureHeight = 110;
constexpr int gap = 8;
constexpr int rowTitleWidth = 20;
constexpr int captionHeight = 15;
constexpr int columnTitleHeight = 16;
constexpr int barSpace = 62; // with its numbers
constexpr int largestBarHeight = 260;
constexpr int narrowestText = 420;
constexpr int imagePixels = 3; // of the pictures' images, a CSS pixel

// Where everything lies, in CSS pixels.
class Layout
{
public:
    explicit Layout(const FigureContent& content)
        : m_content(content)
        , m_picture(QSize(pictureWidth, pictureHeight) * content.magnification)
        , m_axes(axisMargins(AxisLabels::Both, axisFont()))
    {
        for (const FigureRow& row : content.rows)
            m_columns = std::max(m_columns, std::min(row.cells.size(), mostFigureColumns));
        const int pictures = static_cast<int>(m_columns) * (m_picture.width() + gap);
        m_width =
            2 * margin + std::max(narrowestText, rowTitleWidth + m_axes.left + pictures + barSpace);
        m_picturesTop = margin + 24 + textHeight(content.details.join('\n'), detailFont()) + 8 +
                        (content.columns.isEmpty() ? 0 : columnTitleHeight);
        m_picturesBottom =
            m_picturesTop + static_cast<int>(content.rows.size()) * rowHeight() + m_axes.bottom;
        m_height =
            m_picturesBottom +
            (content.footnote.isEmpty() ? 0 : 8 + textHeight(content.footnote, detailFont())) +
            margin;
    }

    QSize size() const { return {m_width, m_height}; }
    std::size_t columns() const { return m_columns; }
    QRect textRect(int top) const { return {margin, top, m_width - 2 * margin, m_height - top}; }
    int picturesTop() const { return m_picturesTop; }
    int footnoteTop() const { return m_picturesBottom + 8; }
    QRect picture(std::size_t row, std::size_t column) const
    {
        return {margin + rowTitleWidth + m_axes.left +
                    static_cast<int>(column) * (m_picture.width() + gap),
                m_picturesTop + static_cast<int>(row) * rowHeight() + captionHeight,
                m_picture.width(), m_picture.height()};
    }
    QRect bar() const
    {
        const QRect first = picture(0, m_columns == 0 ? 0 : m_columns - 1);
        const int bottom = picture(m_content.rows.size() - 1, 0).bottom();
        return {first.right() + 14, first.top(), colourBarWidth,
                std::min(largestBarHeight, bottom - first.top())};
    }

    static QFont axisFont() { return drawingFont(9); }
    static QFont detailFont() { return drawingFont(10); }

private:
    int rowHeight() const { return captionHeight + m_picture.height() + gap; }
    int textHeight(const QString& text, const QFont& font) const
    {
        return static_cast<int>(
            std::ceil(QFontMetricsF(font)
                          .boundingRect(QRectF(0, 0, m_width - 2 * margin, 10000),
                                        Qt::TextWordWrap | Qt::AlignLeft, text)
                          .height()));
    }

    const FigureContent& m_content;
    QSize m_picture;
    AxisMargins m_axes;
    std::size_t m_columns = 0;
    int m_width = 0;
    int m_height = 0;
    int m_picturesTop = 0;
    int m_picturesBottom = 0;
};

void drawCell(QPainter& painter, const QRect& rect, const FigureCell& cell, AxisLabels labels,
              const ColourScale& scale, const AxisStyle& style)
{
    const QFont font = drawingFont(10);
    painter.setFont(font);
    painter.setPen(Qt::black);
    painter.drawText(QPointF(rect.left(), rect.top() - 4),
                     QFontMetricsF(font).elidedText(cell.caption, Qt::ElideRight, rect.width()));
    if (cell.logMel.empty())
        return;
    painter.drawImage(rect, spectrogramImage(cell.logMel, {}, rect.size() * imagePixels, scale));
    drawCentreLine(painter, QRectF(rect), {});
    drawExcerptAxes(painter, QRectF(rect), {}, labels, style);
}

void drawRowTitle(QPainter& painter, const QRect& firstPicture, const FigureRow& row)
{
    const QPalette onWhite(QColor(Qt::white), QColor(Qt::white));
    painter.save();
    painter.setFont(drawingFont(11, QFont::DemiBold));
    painter.setPen(cellColour(row.cell, onWhite));
    painter.translate(margin, firstPicture.top() + firstPicture.height());
    painter.rotate(-90);
    painter.drawText(QRectF(0, 0, firstPicture.height(), rowTitleWidth - 4), Qt::AlignCenter,
                     row.title);
    painter.restore();
}

void drawFigure(QPainter& painter, const FigureContent& content, const Layout& layout)
{
    const QColor muted(90, 94, 100), line(120, 124, 130);
    const AxisStyle style{muted, line, Layout::axisFont()};
    const ColourScale& scale = content.scale;
    painter.setPen(Qt::black);
    painter.setFont(drawingFont(15, QFont::DemiBold));
    painter.drawText(layout.textRect(margin), Qt::AlignLeft | Qt::AlignTop, content.title);
    painter.setFont(Layout::detailFont());
    painter.setPen(muted);
    painter.drawText(layout.textRect(margin + 24), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                     content.details.join('\n'));
    for (std::size_t column = 0;
         column < std::min(layout.columns(), static_cast<std::size_t>(content.columns.size()));
         ++column) {
        const QRect first = layout.picture(0, column);
        painter.drawText(QRectF(first.left(), layout.picturesTop() - columnTitleHeight,
                                first.width(), columnTitleHeight),
                         Qt::AlignHCenter | Qt::AlignTop,
                         content.columns[static_cast<qsizetype>(column)]);
    }

    for (std::size_t row = 0; row < content.rows.size(); ++row) {
        const FigureRow& shown = content.rows[row];
        drawRowTitle(painter, layout.picture(row, 0), shown);
        const bool isLast = row + 1 == content.rows.size();
        for (std::size_t i = 0; i < std::min(shown.cells.size(), mostFigureColumns); ++i) {
            const AxisLabels labels = i == 0 ? (isLast ? AxisLabels::Both : AxisLabels::LeftOnly)
                                             : (isLast ? AxisLabels::BottomOnly : AxisLabels::None);
            drawCell(painter, layout.picture(row, i), shown.cells[i], labels, scale, style);
        }
    }
    if (layout.columns() > 0)
        drawColourBar(painter, layout.bar(), scale, style);
    painter.setFont(Layout::detailFont());
    painter.setPen(muted);
    painter.drawText(layout.textRect(layout.footnoteTop()),
                     Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, content.footnote);
}

} // namespace

QSize figureSize(const FigureContent& content)
{
    return Layout(content).size();
}

void renderFigure(const FigureContent& content, const QString& path)
{
    for (const FigureRow& row : content.rows)
        for (const FigureCell& cell : row.cells)
            checkExcerptSize(cell.logMel);
    const Layout layout(content);
    writeDrawing({content.title, content.details.join('\n'), layout.size(),
                  [&](QPainter& painter) { drawFigure(painter, content, layout); }},
                 path);
}

} // namespace earshot
