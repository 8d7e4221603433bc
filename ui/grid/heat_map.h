// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/grid/grid_values.h"

#include <QWidget>

#include <cstddef>
#include <optional>

class QPainter;

namespace earshot {

// Learning rate × prior weight at one step: a cell for each pair, with its distance as number and
// colour (logarithmic, the same for all steps; near to real music is bright), and in words what is
// not a plain number.
class HeatMap : public QWidget
{
    Q_OBJECT

public:
    explicit HeatMap(QWidget* parent = nullptr);

    // Emits nothing; the selection stays if there is such a pair.
    void setContent(const GridContent& content);
    void setStep(int step);
    void setSelected(std::optional<std::size_t> pair);
    std::optional<std::size_t> selected() const { return m_selected; }

    // "learning rate 0.01, prior weight 0.001, 63 steps: distance 1.2 over 50 examples, best".
    QString describe(std::size_t pair) const;
    // The two lines of a cell; the second may be empty.
    QString numberText(std::size_t pair) const;
    QString wordText(std::size_t pair) const;
    // Where the distance lies between the nearest (1) and the farthest (0) of all steps; none
    // without one.
    std::optional<double> nearness(std::size_t pair) const;
    // Of a pair's cell, in the widget's pixels.
    QRectF cellRect(std::size_t pair) const;
    std::optional<std::size_t> pairAt(QPointF position) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void pairChosen(std::size_t pair); // by the user
    void activated();                  // Enter or double click on what is selected

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void paintLabels(QPainter& painter) const;
    void paintCell(QPainter& painter, std::size_t pair) const;
    void paintText(QPainter& painter, const QRectF& cell, std::size_t pair,
                   const QColor& colour) const;
    void choose(std::size_t pair);
    void updateDescription();
    void updateScale();
    PlaceView view(std::size_t pair) const { return viewOf(m_content, {pair, m_step}); }
    int labelWidth() const;
    int labelHeight() const;

    GridContent m_content;
    int m_step = 1;
    std::optional<std::size_t> m_selected;
    double m_nearest = 0; // of all steps, logarithms
    double m_farthest = 1;
};

} // namespace earshot
