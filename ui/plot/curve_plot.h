// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"

#include <QColor>
#include <QWidget>

#include <limits>
#include <optional>
#include <vector>

class QCPGraph;
class QCPItemLine;
class QCPItemRect;
class QCustomPlot;
class QLabel;

namespace earshot {

class LineBundle;

inline constexpr std::size_t allRows = std::numeric_limits<std::size_t>::max();

// The mean of each row's finite values, NaN where there are none, and from row `rows` on. values:
// [steps, examples].
std::vector<double> rowMeans(MatrixView<const float> values, std::size_t rows = allRows);
// [values.size(), 1].
Matrix<float> asColumn(const std::vector<double>& values);

// One quantity by step: thin lines for examples, a thick one for their mean. A part of CurvesView.
class CurvePlot : public QWidget
{
    Q_OBJECT

public:
    enum class Scale
    {
        Linear,
        FromZero,
        Logarithmic // values that are not above 0 are left out
    };
    CurvePlot(const QString& title, const QString& teaching, Scale scale,
              QWidget* parent = nullptr);

    struct Series
    {
        std::vector<double> steps; // ascending
        Matrix<float> values;      // [steps, examples]; with one example only the thick line
        int focus = -1;            // the example that stands out; -1: none
        QColor colour;
        int markedStep = -1;            // a mark on the mean; -1: none
        std::size_t meanRows = allRows; // the first so many have a mean
    };
    // At most 2. lastStep: the right end of the axis.
    void setSeries(std::vector<Series> series, int lastStep);
    // A range of values that is marked and always seen.
    void setBand(double low, double high);

    struct StepLine
    {
        int step;
        QColor colour;
        bool operator==(const StepLine&) const = default;
    };
    // Vertical lines; drawn without touching the curves.
    void setDial(std::optional<StepLine> dial);
    void setHovered(std::optional<int> step, const QString& richReadout);

    int stepAt(QPointF position) const;
    // In this widget: where a step and a value lie. For tests.
    QPointF positionOf(double step, double value) const;

Q_SIGNALS:
    // The step under the pointer; none when it leaves.
    void hovered(std::optional<int> step);
    // series: the index of the nearest thick line.
    void clicked(int step, int series);

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Drawn
    {
        LineBundle* examples;
        LineBundle* focus;
        LineBundle* mean;
        QCPGraph* mark;
    };
    void restyle();
    void rescale(int lastStep);
    void placeLine(QCPItemLine* line, std::optional<int> step, const QColor& colour);
    int nearestSeries(int step, double y) const;

    Scale m_scale;
    QLabel* m_title;
    QLabel* m_readout;
    QCustomPlot* m_plot;
    std::vector<Drawn> m_drawn;
    QCPItemLine* m_dial;
    QCPItemLine* m_pointer;
    QCPItemRect* m_bandItem = nullptr;
    std::vector<Series> m_series;
    std::vector<std::vector<double>> m_means;
    std::optional<std::pair<double, double>> m_band;
    int m_lastStep = 1;
    bool m_isDrawn = false;
};

} // namespace earshot
