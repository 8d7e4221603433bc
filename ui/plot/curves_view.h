// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/settings.h"
#include "core/util/matrix.h"

#include <QString>
#include <QWidget>

#include <array>
#include <limits>
#include <map>
#include <optional>
#include <vector>

class QGridLayout;
class QLabel;
class QStackedLayout;

namespace earshot {

class CurvePlot;

// What one direction of a run did, step by step. Step t: after t updates.
struct DirectionCurves
{
    Matrix<float> responses;           // [steps + 1, N] raw f_a; NaN: not known yet
    std::vector<double> distances;     // Eq. 3 by step; empty: none
    std::vector<double> gradientNorms; // mean over examples of ‖∇_z f_a‖ by step
    std::vector<int> normSteps;        // [K] ascending
    Matrix<float> latentNorms;         // [K, N] ‖z‖ at those steps
    int chosenStep = -1;               // -1: none yet
    // The first so many rows have a mean: those that every start has reached that has begun. Beyond
    // it would be one of fewer starts, and jump.
    std::size_t meanRows = std::numeric_limits<std::size_t>::max();
};

// Of a run in hand, for meanRows. stepsDone: of each start, −1: not begun.
std::size_t rowsReachedByAll(const std::vector<int>& stepsDone);

struct Curves
{
    std::map<Direction, DirectionCurves> directions;
    int steps = 0;  // of the whole run, the right end of the axes; 0: as many as there are
    int focus = -1; // the example that stands out, a column of the matrices; -1: none
    Direction dialDirection = Direction::Positive;
    int dialStep = -1; // where the dial stands; -1: nowhere
};

// The four curves of a run beside each other (or two by two): response, ‖z‖ with the band in which
// 95 % of random starts lie, gradient norm and Fréchet distance with the chosen step. A click, or
// the arrow keys, ask for a step. Cheap enough to be set 30 times a second.
class CurvesView : public QWidget
{
    Q_OBJECT

public:
    explicit CurvesView(QWidget* parent = nullptr);

    void setCurves(Curves curves);
    void clear() { setCurves({}); }
    // Without touching the curves: while the dial moves.
    void setDial(Direction direction, int step);

    enum class Quantity
    {
        Response,
        LatentNorm,
        GradientNorm,
        Distance
    };
    // "step 62 · positive +6.31 · negative −5.90": means over the examples; without what is
    // unknown.
    QString readoutAt(Quantity quantity, int step) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    // Clicked in a plot (the direction is that of the nearest curve), or by the keys ←, →, Page
    // Up, Page Down, Home, End.
    void stepRequested(Direction direction, int step);
    // What lies under the pointer; empty when it leaves.
    void pointed(const QString& readout);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void makePlots();
    void arrange();
    void fill();
    void showDial();
    void hover(Quantity quantity, std::optional<int> step);
    std::optional<double> valueAt(Quantity quantity, Direction direction, int step) const;
    QString richReadoutAt(Quantity quantity, int step) const;
    int lastStepOf(Direction direction) const;
    int lastStep() const;
    std::vector<Direction> shownDirections() const;

    Curves m_curves;
    std::map<Direction, std::vector<double>> m_meanResponses;
    std::map<Direction, std::vector<double>> m_meanNorms;
    std::array<CurvePlot*, 4> m_plots{};
    QStackedLayout* m_pages;
    QGridLayout* m_grid;
    QLabel* m_empty;
    int m_columns = 0;
    std::optional<int> m_hovered;
};

} // namespace earshot
