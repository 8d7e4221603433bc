// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/curve_plot.h"

#include "ui/plot/axis_font.h"
#include "ui/plot/line_bundle.h"
#include "ui/plot/plot_style.h"
#include "ui/plot/qcustomplot.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace earshot {

namespace {

constexpr std::size_t mostSeries = 2;
constexpr std::size_t manyLines = 16;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

Matrix<float> column(const Matrix<float>& values, int index)
{
    Matrix<float> result(values.rows(), 1);
    for (std::size_t row = 0; row < values.rows(); ++row)
        result(row, 0) = values(row, static_cast<std::size_t>(index));
    return result;
}

} // namespace

Matrix<float> asColumn(const std::vector<double>& values)
{
    return {std::vector<float>(values.begin(), values.end()), values.size(), 1};
}

std::vector<double> rowMeans(MatrixView<const float> values, std::size_t rows)
{
    std::vector<double> means(values.rows(), missing);
    for (std::size_t row = 0; row < std::min(rows, values.rows()); ++row) {
        double sum = 0;
        int count = 0;
        for (const float value : values.row(row))
            if (std::isfinite(value)) {
                sum += value;
                ++count;
            }
        if (count > 0)
            means[row] = sum / count;
    }
    return means;
}

CurvePlot::CurvePlot(const QString& title, const QString& teaching, Scale scale, QWidget* parent)
    : QWidget(parent)
    , m_scale(scale)
    , m_title(new QLabel(title, this))
    , m_readout(new QLabel(this))
    , m_plot(new QCustomPlot(this))
{
    auto* head = new QHBoxLayout;
    head->setContentsMargins(4, 0, 4, 0);
    head->addWidget(m_title);
    head->addWidget(m_readout, 1, Qt::AlignRight);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(1);
    layout->addLayout(head);
    layout->addWidget(m_plot, 1);

    setToolTip(teaching);
    m_readout->setTextFormat(Qt::RichText);
    m_readout->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_readout->setAlignment(Qt::AlignRight);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setAttribute(Qt::WA_OpaquePaintEvent, false);
    m_plot->installEventFilter(this);
    m_plot->xAxis->ticker()->setTickCount(4);
    // Wide enough for usual numbers at both ends, so that live plots don't jump.
    m_plot->axisRect()->setMinimumMargins({34, 2, 16, 4});
    if (scale == Scale::Logarithmic) {
        m_plot->yAxis->setScaleType(QCPAxis::stLogarithmic);
        m_plot->yAxis->setTicker(QSharedPointer<DecadeTicker>::create());
    } else {
        m_plot->yAxis->setTicker(QSharedPointer<NumberTicker>::create());
        m_plot->yAxis->ticker()->setTickCount(4);
    }
    connect(m_plot, &QCustomPlot::afterReplot, this, [this] { m_isDrawn = true; });
    for (std::size_t i = 0; i < mostSeries; ++i) {
        Drawn drawn{};
        drawn.examples = new LineBundle(m_plot->xAxis, m_plot->yAxis);
        drawn.focus = new LineBundle(m_plot->xAxis, m_plot->yAxis);
        drawn.mean = new LineBundle(m_plot->xAxis, m_plot->yAxis);
        drawn.mark = m_plot->addGraph();
        drawn.mark->setLineStyle(QCPGraph::lsNone);
        m_drawn.push_back(drawn);
    }
    m_dial = new QCPItemLine(m_plot);
    m_pointer = new QCPItemLine(m_plot);
    for (QCPItemLine* line : {m_dial, m_pointer}) {
        line->setLayer("overlay");
        line->setVisible(false);
        for (QCPItemPosition* end : {line->start, line->end}) {
            end->setTypeX(QCPItemPosition::ptPlotCoords);
            end->setTypeY(QCPItemPosition::ptAxisRectRatio);
        }
    }
    m_plot->layer("overlay")->setMode(QCPLayer::lmBuffered);
    restyle();
    rescale(m_lastStep);
}

void CurvePlot::setBand(double low, double high)
{
    m_band = {low, high};
    m_bandItem = new QCPItemRect(m_plot);
    m_bandItem->setLayer("background");
    m_bandItem->topLeft->setTypeX(QCPItemPosition::ptAxisRectRatio);
    m_bandItem->bottomRight->setTypeX(QCPItemPosition::ptAxisRectRatio);
    m_bandItem->topLeft->setCoords(0, high);
    m_bandItem->bottomRight->setCoords(1, low);
    m_bandItem->setPen(Qt::NoPen);
    restyle();
    rescale(m_lastStep);
}

void CurvePlot::setSeries(std::vector<Series> series, int lastStep)
{
    Q_ASSERT(series.size() <= mostSeries);
    m_series = std::move(series);
    m_means.clear();
    for (std::size_t i = 0; i < mostSeries; ++i) {
        const Drawn& drawn = m_drawn[i];
        const bool isUsed = i < m_series.size();
        const Series none;
        const Series& shown = isUsed ? m_series[i] : none;
        const std::vector<double> means = rowMeans(shown.values, shown.meanRows);
        drawn.mean->setData(shown.steps, asColumn(means));
        const bool hasExamples = shown.values.columns() > 1;
        drawn.examples->setData(hasExamples ? shown.steps : std::vector<double>(),
                                hasExamples ? shown.values : Matrix<float>());
        const bool hasFocus = hasExamples && shown.focus >= 0 &&
                              shown.focus < static_cast<int>(shown.values.columns());
        drawn.focus->setData(hasFocus ? shown.steps : std::vector<double>(),
                             hasFocus ? column(shown.values, shown.focus) : Matrix<float>());
        const auto marked = std::find(shown.steps.begin(), shown.steps.end(), shown.markedStep);
        if (marked != shown.steps.end())
            drawn.mark->setData(
                {*marked}, {means[static_cast<std::size_t>(marked - shown.steps.begin())]}, true);
        else
            drawn.mark->data()->clear();
        if (isUsed)
            m_means.push_back(means);
    }
    restyle();
    rescale(lastStep);
}

void CurvePlot::rescale(int lastStep)
{
    m_lastStep = std::max(1, lastStep);
    double low = std::numeric_limits<double>::infinity(), high = -low;
    const auto include = [&](double value) {
        if (std::isfinite(value) && (m_scale != Scale::Logarithmic || value > 0)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    };
    for (const Series& series : m_series)
        for (const float value : series.values.values())
            include(value);
    if (m_band) {
        include(m_band->first);
        include(m_band->second);
    }
    if (m_scale == Scale::FromZero)
        include(0);
    if (!(low <= high)) {
        low = m_scale == Scale::Logarithmic ? 0.1 : 0;
        high = m_scale == Scale::Logarithmic ? 10 : 1;
    }
    m_plot->xAxis->setRange(0, m_lastStep);
    if (m_scale == Scale::Logarithmic) {
        const double margin = std::max(1.3, std::pow(high / low, 0.08));
        m_plot->yAxis->setRange(low / margin, high * margin);
    } else {
        const double margin = high > low ? 0.07 * (high - low) : 0.5;
        m_plot->yAxis->setRange(m_scale == Scale::FromZero ? low : low - margin, high + margin);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::restyle()
{
    stylePlot(*m_plot, *this);
    m_title->setFont(smallerFont(font(), 0.95));
    m_readout->setFont(smallerFont(font(), 0.9));
    for (std::size_t i = 0; i < m_drawn.size(); ++i) {
        const QColor colour = i < m_series.size() ? m_series[i].colour : QColor(Qt::transparent);
        const Drawn& drawn = m_drawn[i];
        const std::size_t lines = i < m_series.size() ? m_series[i].values.columns() : 0;
        QColor faint = colour;
        faint.setAlphaF(lines > manyLines ? 0.22F : 0.4F);
        drawn.examples->setPen(QPen(faint, 1));
        // Many lines together look the same without it, and cost a third.
        drawn.examples->setAntialiased(lines <= manyLines);
        drawn.focus->setPen(QPen(colour, 1.2));
        drawn.mean->setPen(QPen(colour, 2.4));
        drawn.mark->setScatterStyle(QCPScatterStyle(
            QCPScatterStyle::ssDiamond, QPen(palette().color(QPalette::Base), 1.5), colour, 12));
    }
    QColor pointer = palette().color(QPalette::WindowText);
    pointer.setAlphaF(0.35F);
    m_pointer->setPen(QPen(pointer, 1));
    if (m_bandItem != nullptr) {
        QColor band = mutedText(palette());
        band.setAlphaF(0.14F);
        m_bandItem->setBrush(band);
    }
}

void CurvePlot::placeLine(QCPItemLine* line, std::optional<int> step, const QColor& colour)
{
    line->setVisible(step.has_value());
    if (step) {
        line->start->setCoords(*step, 0);
        line->end->setCoords(*step, 1);
        line->setPen(QPen(colour, line->pen().widthF()));
    }
    // Alone, without the curves; but a layer has no buffer before the plot's first replot.
    if (m_isDrawn)
        m_plot->layer("overlay")->replot();
    else
        m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::setDial(std::optional<StepLine> dial)
{
    QPen pen = m_dial->pen();
    pen.setWidthF(1.5);
    m_dial->setPen(pen);
    placeLine(m_dial, dial ? std::optional(dial->step) : std::nullopt,
              dial ? dial->colour : QColor());
}

void CurvePlot::setHovered(std::optional<int> step, const QString& richReadout)
{
    m_readout->setText(richReadout);
    placeLine(m_pointer, step, m_pointer->pen().color());
}

int CurvePlot::stepAt(QPointF position) const
{
    const double step = m_plot->xAxis->pixelToCoord(m_plot->mapFrom(this, position).x());
    return static_cast<int>(std::lround(std::clamp<double>(step, 0, m_lastStep)));
}

QPointF CurvePlot::positionOf(double step, double value) const
{
    return m_plot->mapTo(
        this, QPointF(m_plot->xAxis->coordToPixel(step), m_plot->yAxis->coordToPixel(value)));
}

int CurvePlot::nearestSeries(int step, double y) const
{
    int nearest = -1;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < m_series.size(); ++i) {
        const std::vector<double>& steps = m_series[i].steps;
        if (steps.empty())
            continue;
        const auto next = std::lower_bound(steps.begin(), steps.end(), step);
        const auto row = static_cast<std::size_t>(
            std::min(next - steps.begin(), static_cast<std::ptrdiff_t>(steps.size()) - 1));
        const double value = m_means[i][row];
        const double distance = std::isfinite(value)
                                    ? std::abs(m_plot->yAxis->coordToPixel(value) - y)
                                    : std::numeric_limits<double>::max();
        if (distance < smallest) {
            smallest = distance;
            nearest = static_cast<int>(i);
        }
    }
    return nearest;
}

void CurvePlot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        restyle();
        m_plot->replot(QCustomPlot::rpQueuedReplot);
    }
}

// The pixel ratio is the screen's only once the window is on it.
void CurvePlot::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    restyle();
}

bool CurvePlot::eventFilter(QObject* watched, QEvent* event)
{
    const auto position = [&] {
        return m_plot->mapTo(this, static_cast<QMouseEvent*>(event)->position());
    };
    switch (event->type()) {
    case QEvent::MouseMove:
        Q_EMIT hovered(stepAt(position()));
        break;
    case QEvent::Leave:
        Q_EMIT hovered(std::nullopt);
        break;
    case QEvent::MouseButtonRelease:
        if (static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton) {
            const int step = stepAt(position());
            const int series = nearestSeries(step, m_plot->mapFrom(this, position()).y());
            if (series >= 0)
                Q_EMIT clicked(step, series);
        }
        break;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace earshot
