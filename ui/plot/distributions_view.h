// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <limits>
#include <vector>

class QCPGraph;
class QCPItemLine;
class QCustomPlot;
class QLabel;
class QStackedLayout;

namespace earshot {

struct DensityShape;

// Responses of one unit; any of them may be empty, and non-finite values are left out.
struct Distributions
{
    std::vector<float> realQuantiles; // equally spaced, ascending: all real excerpts
    std::vector<float> realHighest;   // the 50 real excerpts with the highest response
    std::vector<float> realLowest;
    std::vector<float> start; // of the generated examples
    std::vector<float> positive;
    std::vector<float> negative;
    // Eq. 3 against the highest and against the lowest; NaN: none.
    double positiveDistance = std::numeric_limits<double>::quiet_NaN();
    double negativeDistance = std::numeric_limits<double>::quiet_NaN();
};

// The paper's Figure 2 with real numbers: how the generated responses lie among the real ones. All
// real excerpts are a histogram, everything else the Gaussian that Eq. 3 compares and a mark for
// each value. Every curve has its own height.
class DistributionsView : public QWidget
{
    Q_OBJECT

public:
    explicit DistributionsView(QWidget* parent = nullptr);

    void setDistributions(Distributions distributions);
    void clear() { setDistributions({}); }

    // "response +3.20 · above 87 % of the real excerpts".
    QString readoutAt(double response) const;
    // "Positive: distance 1.20 to the 50 highest real"; says so where there is none.
    QString positiveText() const;
    QString negativeText() const;
    // The responses at the left and right end of the axis.
    double firstResponse() const;
    double lastResponse() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    // What lies under the pointer; empty when it leaves.
    void pointed(const QString& readout);

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    enum class Group
    {
        Real,
        Lowest,
        Highest,
        Start,
        Negative,
        Positive
    };
    void makeGraphs();
    void fill();
    void restyle();
    void rescale();
    void showTexts();
    QColor colourOf(Group group) const;
    const std::vector<float>& valuesOf(Group group) const;

    struct Drawn
    {
        QCPGraph* curve = nullptr;
        QCPGraph* marks = nullptr; // none for Real
    };
    Distributions m_distributions;
    std::vector<Drawn> m_drawn; // by Group
    QCustomPlot* m_plot;
    QCPItemLine* m_pointer;
    QLabel* m_negativeText;
    QLabel* m_positiveText;
    QLabel* m_legend;
    QStackedLayout* m_pages;
};

} // namespace earshot
