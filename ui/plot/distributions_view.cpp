// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/distributions_view.h"

#include "ui/panels/number_text.h"
#include "ui/plot/axis_font.h"
#include "ui/plot/distribution_shapes.h"
#include "ui/plot/plot_style.h"
#include "ui/plot/qcustomplot.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QPainterPath>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>

namespace earshot {

namespace {

constexpr int histogramBins = 90;
// Heights in the plot, where a curve's peak is at 1: a row of marks for the real excerpts and one
// for each set of generated ones below the curves.
constexpr double realRow = -0.08;
constexpr double startRow = -0.18;
constexpr double generatedRow = -0.28;
constexpr double bottom = -0.37;
constexpr double top = 1.08;

QString readoutText(double value)
{
    return (value < 0 ? QString(QChar(0x2212)) : QString("+")) +
           QString::number(std::abs(value), 'f', 2);
}

QString distanceText(const QString& direction, double distance, std::size_t count,
                     const QString& which)
{
    if (!std::isfinite(distance))
        return direction + ": no distance";
    return QString("%1: distance %2 to the %3 %4 real")
        .arg(direction, plainText(distance))
        .arg(count)
        .arg(which);
}

bool hasFinite(const std::vector<float>& values)
{
    return std::any_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

} // namespace

DistributionsView::DistributionsView(QWidget* parent)
    : QWidget(parent)
    , m_plot(new QCustomPlot)
    , m_negativeText(new QLabel)
    , m_positiveText(new QLabel)
    , m_legend(new QLabel)
    , m_pages(new QStackedLayout(this))
{
    setAccessibleName("Distributions of responses");
    auto* empty = new QLabel("The responses of real and generated excerpts appear here.");
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    m_pages->addWidget(empty);
    auto* page = new QWidget;
    m_pages->addWidget(page);

    auto* head = new QHBoxLayout;
    head->addWidget(m_negativeText);
    head->addStretch(1);
    head->addWidget(m_positiveText);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(8, 4, 8, 2);
    layout->setSpacing(2);
    layout->addLayout(head);
    layout->addWidget(m_plot, 1);
    layout->addWidget(m_legend);
    m_legend->setTextFormat(Qt::RichText);
    m_legend->setWordWrap(true);
    m_legend->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_legend->setAlignment(Qt::AlignCenter);

    const QString teaching =
        "<p>Good explanations answer like the real excerpts that excite the unit most: neither "
        "less, nor so much more that no music could do it, and with a similar spread. The Fréchet "
        "distance (Eq. 3) measures that from means and variances, which is why Gaussians are "
        "drawn.</p><p>Every curve is scaled to its own height; the marks below are single "
        "excerpts.</p>";
    setToolTip(teaching);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setAttribute(Qt::WA_OpaquePaintEvent, false);
    m_plot->installEventFilter(this);
    makeGraphs();
    fill();
}

void DistributionsView::makeGraphs()
{
    constexpr std::array groups = {Group::Real,  Group::Lowest,   Group::Highest,
                                   Group::Start, Group::Negative, Group::Positive};
    for (const Group group : groups) {
        Drawn drawn;
        drawn.curve = m_plot->addGraph();
        if (group == Group::Real)
            drawn.curve->setLineStyle(QCPGraph::lsStepLeft);
        else {
            drawn.marks = m_plot->addGraph();
            drawn.marks->setLineStyle(QCPGraph::lsNone);
        }
        m_drawn.push_back(drawn);
    }
    m_pointer = new QCPItemLine(m_plot);
    m_pointer->setLayer("overlay");
    m_pointer->setVisible(false);
    for (QCPItemPosition* end : {m_pointer->start, m_pointer->end}) {
        end->setTypeX(QCPItemPosition::ptPlotCoords);
        end->setTypeY(QCPItemPosition::ptAxisRectRatio);
    }
    m_plot->layer("overlay")->setMode(QCPLayer::lmBuffered);
    m_plot->axisRect()->setMinimumMargins({10, 2, 10, 4});
    m_plot->xAxis->setTicker(QSharedPointer<NumberTicker>::create());
    m_plot->xAxis->ticker()->setTickCount(8);
    m_plot->yAxis->setTicks(false);
    m_plot->yAxis->grid()->setVisible(false);
    m_plot->yAxis->setRange(bottom, top);
}

void DistributionsView::setDistributions(Distributions distributions)
{
    m_distributions = std::move(distributions);
    fill();
}

const std::vector<float>& DistributionsView::valuesOf(Group group) const
{
    switch (group) {
    case Group::Real:
        return m_distributions.realQuantiles;
    case Group::Lowest:
        return m_distributions.realLowest;
    case Group::Highest:
        return m_distributions.realHighest;
    case Group::Start:
        return m_distributions.start;
    case Group::Negative:
        return m_distributions.negative;
    case Group::Positive:
        break;
    }
    return m_distributions.positive;
}

QColor DistributionsView::colourOf(Group group) const
{
    switch (group) {
    case Group::Real:
    case Group::Start:
        return cellColour(Cell::Start, palette());
    case Group::Lowest:
    case Group::Highest:
        return cellColour(Cell::Real, palette());
    case Group::Negative:
        return cellColour(Cell::Negative, palette());
    case Group::Positive:
        break;
    }
    return cellColour(Cell::Positive, palette());
}

void DistributionsView::fill()
{
    rescale();
    bool isEmpty = true;
    for (std::size_t i = 0; i < m_drawn.size(); ++i) {
        const auto group = static_cast<Group>(i);
        const std::vector<float>& values = valuesOf(group);
        isEmpty = isEmpty && !hasFinite(values);
        const DensityShape shape =
            group == Group::Real
                ? quantileShape(values, firstResponse(), lastResponse(), histogramBins)
                : gaussianShape(values);
        m_drawn[i].curve->setData(QVector<double>(shape.positions.begin(), shape.positions.end()),
                                  QVector<double>(shape.heights.begin(), shape.heights.end()),
                                  true);
        if (m_drawn[i].marks == nullptr)
            continue;
        const double row = group == Group::Start                               ? startRow
                           : group == Group::Lowest || group == Group::Highest ? realRow
                                                                               : generatedRow;
        m_drawn[i].marks->data()->clear();
        for (const float value : values)
            if (std::isfinite(value))
                m_drawn[i].marks->addData(value, row);
    }
    m_pages->setCurrentIndex(isEmpty ? 0 : 1);
    showTexts();
    restyle();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

// All values and nearly all real ones: a handful of outliers must not squeeze the rest.
void DistributionsView::rescale()
{
    constexpr double leftOut = 0.001;
    double low = std::numeric_limits<double>::infinity(), high = -low;
    const auto include = [&](float value) {
        if (std::isfinite(value)) {
            low = std::min<double>(low, value);
            high = std::max<double>(high, value);
        }
    };
    for (std::size_t i = 1; i < m_drawn.size(); ++i) {
        const std::vector<float>& values = valuesOf(static_cast<Group>(i));
        std::for_each(values.begin(), values.end(), include);
    }
    if (const auto& real = m_distributions.realQuantiles; !real.empty()) {
        const auto edge = static_cast<std::size_t>(static_cast<double>(real.size() - 1) * leftOut);
        include(real[edge]);
        include(real[real.size() - 1 - edge]);
    }
    if (!(low <= high)) {
        low = -1;
        high = 1;
    }
    const double margin = high > low ? 0.06 * (high - low) : 0.5;
    m_plot->xAxis->setRange(low - margin, high + margin);
}

double DistributionsView::firstResponse() const
{
    return m_plot->xAxis->range().lower;
}

double DistributionsView::lastResponse() const
{
    return m_plot->xAxis->range().upper;
}

QString DistributionsView::positiveText() const
{
    return distanceText("Positive", m_distributions.positiveDistance,
                        m_distributions.realHighest.size(), "highest");
}

QString DistributionsView::negativeText() const
{
    return distanceText("Negative", m_distributions.negativeDistance,
                        m_distributions.realLowest.size(), "lowest");
}

void DistributionsView::showTexts()
{
    m_positiveText->setText(positiveText());
    m_negativeText->setText(negativeText());
    m_positiveText->setVisible(hasFinite(m_distributions.positive));
    m_negativeText->setVisible(hasFinite(m_distributions.negative));
    QStringList entries;
    const auto add = [&](Group group, const QString& sign, QString text) {
        if (hasFinite(valuesOf(group))) // a line breaks between entries only
            entries << QString("<span style='color:%1'>%2</span>&nbsp;%3")
                           .arg(colourOf(group).name(), sign, text.replace(' ', "&nbsp;"));
    };
    add(Group::Real, "▆", "all real excerpts");
    add(Group::Lowest, "┅", QString("%1 lowest real").arg(m_distributions.realLowest.size()));
    add(Group::Highest, "━", QString("%1 highest real").arg(m_distributions.realHighest.size()));
    add(Group::Start, "━", "start");
    add(Group::Negative, "■", "negative");
    add(Group::Positive, "■", "positive");
    m_legend->setText("Responses of: " + entries.join("&nbsp;&nbsp;&nbsp; "));
    setAccessibleDescription(negativeText() + ". " + positiveText() + '.');
}

void DistributionsView::restyle()
{
    stylePlot(*m_plot, *this);
    const auto filled = [](QColor colour, float opacity) {
        colour.setAlphaF(opacity);
        return QBrush(colour);
    };
    for (std::size_t i = 0; i < m_drawn.size(); ++i) {
        const auto group = static_cast<Group>(i);
        const QColor colour = colourOf(group);
        QCPGraph* curve = m_drawn[i].curve;
        if (group == Group::Real) {
            curve->setPen(Qt::NoPen);
            curve->setBrush(filled(colour, 0.28F));
            continue;
        }
        const bool isGenerated = group == Group::Negative || group == Group::Positive;
        curve->setPen(QPen(colour, isGenerated ? 2 : 1.6,
                           group == Group::Lowest ? Qt::DashLine : Qt::SolidLine));
        curve->setBrush(isGenerated ? filled(colour, 0.22F) : QBrush(Qt::NoBrush));
        QPainterPath mark;
        mark.moveTo(0, -4);
        mark.lineTo(0, 4);
        QColor markColour = colour;
        markColour.setAlphaF(0.7F);
        m_drawn[i].marks->setScatterStyle(
            QCPScatterStyle(mark, QPen(markColour, 1.2), Qt::NoBrush, 6));
    }
    QColor pointer = palette().color(QPalette::WindowText);
    pointer.setAlphaF(0.4F);
    m_pointer->setPen(QPen(pointer, 1));
    const auto colourText = [this](QLabel* label, const QColor& colour) {
        QPalette colours = palette();
        colours.setColor(QPalette::WindowText, colour);
        label->setPalette(colours);
        label->setFont(smallerFont(font(), 0.95));
    };
    colourText(m_negativeText, colourOf(Group::Negative));
    colourText(m_positiveText, colourOf(Group::Positive));
    colourText(m_legend, mutedText(palette()));
}

QString DistributionsView::readoutAt(double response) const
{
    const QString text = "response " + readoutText(response);
    const double share = shareBelow(m_distributions.realQuantiles, response);
    if (std::isnan(share))
        return text;
    return text + (share <= 0 ? QString(" · below all real excerpts")
                   : share >= 1
                       ? QString(" · above all real excerpts")
                       : QString(" · above %1 % of the real excerpts")
                             .arg(100 * share, 0, 'f', share > 0.99 || share < 0.01 ? 1 : 0));
}

QSize DistributionsView::sizeHint() const
{
    return {900, 170};
}

QSize DistributionsView::minimumSizeHint() const
{
    return {320, 110};
}

void DistributionsView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_drawn.empty()) {
        showTexts();
        restyle();
        m_plot->replot(QCustomPlot::rpQueuedReplot);
    }
}

void DistributionsView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    restyle();
}

bool DistributionsView::eventFilter(QObject* watched, QEvent* event)
{
    const auto show = [this](std::optional<double> response) {
        m_pointer->setVisible(response.has_value());
        if (response) {
            m_pointer->start->setCoords(*response, 0);
            m_pointer->end->setCoords(*response, 1);
        }
        m_plot->layer("overlay")->replot();
        Q_EMIT pointed(response ? readoutAt(*response) : QString());
    };
    if (event->type() == QEvent::MouseMove)
        show(m_plot->xAxis->pixelToCoord(static_cast<QMouseEvent*>(event)->position().x()));
    else if (event->type() == QEvent::Leave)
        show(std::nullopt);
    return QWidget::eventFilter(watched, event);
}

} // namespace earshot
