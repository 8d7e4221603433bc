// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/curves_view.h"

#include "ui/panels/number_text.h"
#include "ui/plot/curve_plot.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QStackedLayout>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr int fourAbreastFrom = 720; // pixels
constexpr int largeStride = 10;      // steps of Page Up and Page Down
// 95 % of ‖z‖ for z of N(0, I) with 128 dimensions (DESIGN §2).
constexpr double bandLow = 9.9;
constexpr double bandHigh = 12.7;

using Quantity = CurvesView::Quantity;
constexpr std::array quantities = {Quantity::Response, Quantity::LatentNorm, Quantity::GradientNorm,
                                   Quantity::Distance};

QString directionName(Direction direction)
{
    return direction == Direction::Positive ? "positive" : "negative";
}

QColor directionColour(Direction direction, const QPalette& palette)
{
    return cellColour(direction == Direction::Positive ? Cell::Positive : Cell::Negative, palette);
}

QString numberText(Quantity quantity, double value)
{
    if (quantity == Quantity::Distance)
        return plainText(value);
    const QString digits = quantity == Quantity::LatentNorm
                               ? QString::number(std::abs(value), 'f', 1)
                           : std::abs(value) >= 1000 ? QString::number(std::abs(value), 'g', 3)
                                                     : QString::number(std::abs(value), 'f', 2);
    if (value < 0)
        return QChar(0x2212) + digits;
    return quantity == Quantity::Response ? '+' + digits : digits;
}

std::vector<double> countFrom0(std::size_t count)
{
    std::vector<double> steps(count);
    for (std::size_t i = 0; i < count; ++i)
        steps[i] = static_cast<double>(i);
    return steps;
}

} // namespace

std::size_t rowsReachedByAll(const std::vector<int>& stepsDone)
{
    int fewest = std::numeric_limits<int>::max();
    for (const int steps : stepsDone)
        if (steps >= 0)
            fewest = std::min(fewest, steps);
    return static_cast<std::size_t>(fewest) + 1;
}

CurvesView::CurvesView(QWidget* parent)
    : QWidget(parent)
    , m_pages(new QStackedLayout(this))
    , m_empty(new QLabel("The curves of a run appear here."))
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName("Curves of the run");
    m_empty->setAlignment(Qt::AlignCenter);
    m_pages->addWidget(m_empty);
    auto* page = new QWidget;
    m_grid = new QGridLayout(page);
    m_grid->setContentsMargins(4, 4, 4, 2);
    m_grid->setSpacing(6);
    m_pages->addWidget(page);
    makePlots();
    arrange();
}

void CurvesView::makePlots()
{
    m_plots = {
        new CurvePlot("Response",
                      "<p>What the unit answers, after each step: a thin line for each example, "
                      "thick for their mean. Positive explanations push it up, negative ones "
                      "down.</p><p>Click to move the dial to a step.</p>",
                      CurvePlot::Scale::Linear),
        new CurvePlot(
            "‖z‖, distance from the origin",
            "<p>How long the latent vector is. 95 % of random starts lie in the grey band, "
            "9.9 to 12.7; beyond it the generator was never trained, so that the sound "
            "may be unlike music.</p>",
            CurvePlot::Scale::Linear),
        new CurvePlot("Gradient norm",
                      "<p>How strongly the response still pulls at the latent vector. Exactly 0 "
                      "for all examples: the unit is dead.</p>",
                      CurvePlot::Scale::FromZero),
        new CurvePlot("Fréchet distance (Eq. 3)",
                      "<p>How far the responses of the examples are from those of the 50 real "
                      "excerpts with the highest (negative: lowest) response. The step with the "
                      "smallest distance, the diamond, is recommended.</p>",
                      CurvePlot::Scale::Logarithmic),
    };
    m_plots[1]->setBand(bandLow, bandHigh);
    for (std::size_t i = 0; i < m_plots.size(); ++i) {
        const Quantity quantity = quantities[i];
        connect(m_plots[i], &CurvePlot::hovered, this,
                [this, quantity](std::optional<int> step) { hover(quantity, step); });
        connect(m_plots[i], &CurvePlot::clicked, this, [this](int step, int series) {
            const std::vector<Direction> shown = shownDirections();
            if (static_cast<std::size_t>(series) < shown.size()) {
                const Direction direction = shown[static_cast<std::size_t>(series)];
                Q_EMIT stepRequested(direction, std::min(step, lastStepOf(direction)));
            }
        });
    }
}

void CurvesView::arrange()
{
    const int columns = width() >= fourAbreastFrom ? 4 : 2;
    if (columns == m_columns)
        return;
    m_columns = columns;
    for (int i = 0; i < 4; ++i)
        m_grid->addWidget(m_plots[static_cast<std::size_t>(i)], i / columns, i % columns);
    for (int i = 0; i < 4; ++i) {
        m_grid->setColumnStretch(i, i < columns ? 1 : 0);
        m_grid->setRowStretch(i, i < 4 / columns ? 1 : 0);
    }
}

void CurvesView::setCurves(Curves curves)
{
    m_curves = std::move(curves);
    m_meanResponses.clear();
    m_meanNorms.clear();
    for (const auto& [direction, steps] : m_curves.directions) {
        m_meanResponses[direction] = rowMeans(steps.responses, steps.meanRows);
        m_meanNorms[direction] = rowMeans(steps.latentNorms, steps.meanRows);
    }
    m_pages->setCurrentIndex(m_curves.directions.empty() ? 0 : 1);
    fill();
    showDial();
    if (m_hovered)
        hover(Quantity::Response, m_hovered);
}

void CurvesView::fill()
{
    std::array<std::vector<CurvePlot::Series>, 4> series;
    for (const Direction direction : shownDirections()) {
        const DirectionCurves& steps = m_curves.directions.at(direction);
        const QColor colour = directionColour(direction, palette());
        series[0].push_back({countFrom0(steps.responses.rows()), steps.responses, m_curves.focus,
                             colour, steps.chosenStep, steps.meanRows});
        series[1].push_back({std::vector<double>(steps.normSteps.begin(), steps.normSteps.end()),
                             steps.latentNorms, m_curves.focus, colour, steps.chosenStep,
                             steps.meanRows});
        series[2].push_back({countFrom0(steps.gradientNorms.size()), asColumn(steps.gradientNorms),
                             -1, colour, -1});
        series[3].push_back({countFrom0(steps.distances.size()), asColumn(steps.distances), -1,
                             colour, steps.chosenStep});
    }
    for (std::size_t i = 0; i < m_plots.size(); ++i)
        m_plots[i]->setSeries(std::move(series[i]), lastStep());
}

std::vector<Direction> CurvesView::shownDirections() const
{
    std::vector<Direction> shown;
    for (const auto& [direction, steps] : m_curves.directions)
        shown.push_back(direction);
    return shown;
}

int CurvesView::lastStepOf(Direction direction) const
{
    const auto found = m_curves.directions.find(direction);
    return found == m_curves.directions.end()
               ? 0
               : std::max(0, static_cast<int>(found->second.responses.rows()) - 1);
}

int CurvesView::lastStep() const
{
    if (m_curves.steps > 0)
        return m_curves.steps;
    return std::max(lastStepOf(Direction::Positive), lastStepOf(Direction::Negative));
}

void CurvesView::setDial(Direction direction, int step)
{
    m_curves.dialDirection = direction;
    m_curves.dialStep = step;
    showDial();
}

void CurvesView::showDial()
{
    std::optional<CurvePlot::StepLine> dial;
    if (m_curves.dialStep >= 0)
        dial = CurvePlot::StepLine{m_curves.dialStep,
                                   directionColour(m_curves.dialDirection, palette())};
    for (CurvePlot* plot : m_plots)
        plot->setDial(dial);
    setAccessibleDescription(dial ? "Dial at the " + directionName(m_curves.dialDirection) +
                                        " direction's " +
                                        readoutAt(Quantity::Response, m_curves.dialStep)
                                  : QString());
}

std::optional<double> CurvesView::valueAt(Quantity quantity, Direction direction, int step) const
{
    const auto found = m_curves.directions.find(direction);
    if (found == m_curves.directions.end() || step < 0)
        return std::nullopt;
    const DirectionCurves& steps = found->second;
    const auto at = [](const std::vector<double>& values, std::size_t index) {
        return index < values.size() && std::isfinite(values[index]) ? std::optional(values[index])
                                                                     : std::nullopt;
    };
    const auto index = static_cast<std::size_t>(step);
    switch (quantity) {
    case Quantity::Response:
        return at(m_meanResponses.at(direction), index);
    case Quantity::GradientNorm:
        return at(steps.gradientNorms, index);
    case Quantity::Distance:
        return at(steps.distances, index);
    case Quantity::LatentNorm:
        break;
    }
    // Norms are known at some steps only: the nearest one, the earlier of two.
    const auto nearest =
        std::min_element(steps.normSteps.begin(), steps.normSteps.end(),
                         [step](int a, int b) { return std::abs(a - step) < std::abs(b - step); });
    return nearest == steps.normSteps.end()
               ? std::nullopt
               : at(m_meanNorms.at(direction),
                    static_cast<std::size_t>(nearest - steps.normSteps.begin()));
}

QString CurvesView::readoutAt(Quantity quantity, int step) const
{
    QString text = QString("step %1").arg(step);
    for (const Direction direction : shownDirections())
        if (const auto value = valueAt(quantity, direction, step))
            text += " · " + directionName(direction) + ' ' + numberText(quantity, *value);
    return text;
}

// Short: colours in place of words.
QString CurvesView::richReadoutAt(Quantity quantity, int step) const
{
    QString text = QString("step %1").arg(step);
    for (const Direction direction : shownDirections())
        if (const auto value = valueAt(quantity, direction, step))
            text += QString("&nbsp; <span style='color:%1'>%2</span>")
                        .arg(directionColour(direction, palette()).name(),
                             numberText(quantity, *value));
    return text;
}

void CurvesView::hover(Quantity quantity, std::optional<int> step)
{
    m_hovered = step;
    for (std::size_t i = 0; i < m_plots.size(); ++i)
        m_plots[i]->setHovered(step, step ? richReadoutAt(quantities[i], *step) : QString());
    Q_EMIT pointed(step ? readoutAt(quantity, *step) : QString());
}

QSize CurvesView::sizeHint() const
{
    return {900, 170};
}

QSize CurvesView::minimumSizeHint() const
{
    return {320, 110};
}

void CurvesView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void CurvesView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_plots[0] != nullptr) {
        fill();
        showDial();
    }
}

void CurvesView::keyPressEvent(QKeyEvent* event)
{
    const int last = lastStepOf(m_curves.dialDirection);
    int step = std::max(0, m_curves.dialStep);
    switch (event->key()) {
    case Qt::Key_Left:
        step -= 1;
        break;
    case Qt::Key_Right:
        step += 1;
        break;
    case Qt::Key_PageDown:
        step -= largeStride;
        break;
    case Qt::Key_PageUp:
        step += largeStride;
        break;
    case Qt::Key_Home:
        step = 0;
        break;
    case Qt::Key_End:
        step = last;
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    if (!m_curves.directions.empty())
        Q_EMIT stepRequested(m_curves.dialDirection, std::clamp(step, 0, last));
}

void CurvesView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void CurvesView::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

void CurvesView::paintEvent(QPaintEvent*)
{
    if (!hasFocus())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(palette().color(QPalette::Highlight), 1.5));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 3, 3);
}

} // namespace earshot
