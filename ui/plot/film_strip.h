// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/colour_scale.h"
#include "ui/plot/thumbnail.h"
#include "ui/values.h"

#include <QAbstractScrollArea>
#include <QPoint>
#include <QString>

#include <array>
#include <optional>
#include <span>
#include <vector>

class QLabel;
class QToolButton;

namespace earshot {

// All starts of an explanation, small: a column an example, the rows negative, start (where there
// is the height for it) and positive. A click takes an example into focus. Scrolls sideways.
class FilmStrip : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit FilmStrip(QWidget* parent = nullptr);

    // Columns; those that stay keep their pictures.
    void setExamples(int count);
    int examples() const { return static_cast<int>(m_columns.size()); }
    // What stands above the columns; columns without one are numbered from 1.
    void setNumbers(std::vector<int> numbers);
    // logMel: [115·80] natural log-mel, time-major; empty: still to come. caption: the response.
    // Error (BadInput) for another number of values. Nothing happens for Cell::Real or an example
    // that does not exist.
    void setCell(Cell row, int example, std::span<const float> logMel, const QString& caption,
                 ThumbnailState state);
    // All pictures; the columns stay.
    void clear();
    // Marks the column and scrolls to it; -1: none.
    void setFocusedExample(int example);
    int focusedExample() const { return m_focused; }
    void setColours(ColourMap map, ColourRange range);

    // The rows that there is space for, from above.
    std::vector<Cell> visibleRows() const;
    // In the viewport; null if the row is not shown.
    QRect cellRect(Cell row, int example) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    // Clicked, or moved there by the arrow keys, Home and End.
    void focusRequested(int example);
    void playRowRequested(Cell row);
    // A finished picture was dragged beyond the platform's distance.
    void cellDragStarted(Cell row, int example);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    using Column = std::array<Thumbnail, 3>; // Negative, Start, Positive
    struct RowHead
    {
        QToolButton* play;
        QLabel* name;
    };
    int number(int example) const;
    struct Place
    {
        Cell row;
        int example;
    };

    void makeHeads();
    void styleHeads();
    void layOut();
    void updateHeads();
    void describe();
    QSize thumbnailSize() const;
    int columnWidth() const;
    int headerHeight() const;
    QRect columnRect(int example) const;
    std::optional<Place> placeAt(QPoint position) const;
    void paintColumn(QPainter& painter, int example);

    std::vector<Column> m_columns;
    std::array<RowHead, 3> m_heads{};
    ColourScale m_scale;
    std::vector<int> m_numbers;
    int m_focused = -1;
    std::optional<QPoint> m_press;
};

} // namespace earshot
