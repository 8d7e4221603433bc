// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/strip_plot.h"

#include "ui/plot/plot_style.h"
#include "ui/plot/qcustomplot.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace earshot {

namespace {

constexpr double keySeconds = 1;
constexpr double pageSeconds = 10;

} // namespace

StripPlot::StripPlot(QWidget* parent)
    : QWidget(parent)
    , m_plot(new QCustomPlot(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName("Response along the song");
    setToolTip("<b>Response along the song</b>: one value for each excerpt of 1.7 seconds, at the "
               "time of its centre, which is what the classifier judges. The axis is the same for "
               "all songs. Click to hear the song from there; the arrow keys go on and back by a "
               "second, page up and down by ten.");
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setAttribute(Qt::WA_OpaquePaintEvent, false);
    m_plot->setCursor(Qt::IBeamCursor);
    m_plot->installEventFilter(this);
    m_plot->axisRect()->setMinimumMargins({34, 4, 16, 4});
    auto times = QSharedPointer<QCPAxisTickerTime>::create();
    times->setTimeFormat("%m:%s");
    m_plot->xAxis->setTicker(times);
    m_plot->yAxis->setTicker(QSharedPointer<NumberTicker>::create());
    m_plot->yAxis->ticker()->setTickCount(4);

    m_graph = m_plot->addGraph();
    m_zero = new QCPItemLine(m_plot);
    m_playheadLine = new QCPItemLine(m_plot);
    m_playheadLine->setLayer("overlay");
    m_playheadLine->setVisible(false);
    m_plot->layer("overlay")->setMode(QCPLayer::lmBuffered);
    for (QCPItemPosition* end : {m_zero->start, m_zero->end})
        end->setTypeX(QCPItemPosition::ptAxisRectRatio);
    m_zero->start->setCoords(0, 0);
    m_zero->end->setCoords(1, 0);
    m_zero->setLayer("grid");
    for (QCPItemPosition* end : {m_playheadLine->start, m_playheadLine->end})
        end->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_excerptBand = new QCPItemRect(m_plot);
    m_excerptBand->setLayer("background");
    m_excerptBand->setVisible(false);
    for (QCPItemPosition* corner : {m_excerptBand->topLeft, m_excerptBand->bottomRight})
        corner->setTypeY(QCPItemPosition::ptAxisRectRatio);
    connect(m_plot, &QCustomPlot::afterReplot, this, [this] { m_isDrawn = true; });
    restyle();
    rescale();
}

void StripPlot::setStrip(SongStrip strip)
{
    m_strip = std::move(strip);
    m_graph->setData(QVector<double>(m_strip.centreSeconds.begin(), m_strip.centreSeconds.end()),
                     QVector<double>(m_strip.responses.begin(), m_strip.responses.end()), true);
    setAccessibleDescription(QString("%1 excerpts in %2 seconds")
                                 .arg(m_strip.responses.size())
                                 .arg(std::lround(m_strip.songSeconds)));
    rescale();
}

void StripPlot::setExcerpt(std::optional<std::pair<double, double>> excerpt)
{
    if (excerpt == m_excerpt)
        return;
    m_excerpt = excerpt;
    m_excerptBand->setVisible(excerpt.has_value());
    if (excerpt) {
        m_excerptBand->topLeft->setCoords(excerpt->first, 0);
        m_excerptBand->bottomRight->setCoords(excerpt->second, 1);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void StripPlot::setPlayhead(std::optional<double> seconds)
{
    if (seconds == m_playhead)
        return;
    m_playhead = seconds;
    m_playheadLine->setVisible(seconds.has_value());
    if (seconds) {
        m_playheadLine->start->setCoords(*seconds, 0);
        m_playheadLine->end->setCoords(*seconds, 1);
    }
    replotOverlay();
}

// Alone; but a layer has no buffer before the plot's first replot.
void StripPlot::replotOverlay()
{
    if (m_isDrawn)
        m_plot->layer("overlay")->replot();
    else
        m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void StripPlot::rescale()
{
    m_plot->xAxis->setRange(0, std::max(1.0, m_strip.songSeconds));
    double low = std::min(m_strip.lowest, 0.0);
    double high = std::max(m_strip.highest, 0.0);
    for (const float response : m_strip.responses)
        if (std::isfinite(response)) {
            low = std::min<double>(low, response);
            high = std::max<double>(high, response);
        }
    if (!(low < high)) {
        low = -1;
        high = 1;
    }
    const double margin = 0.06 * (high - low);
    m_plot->yAxis->setRange(low - margin, high + margin);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void StripPlot::restyle()
{
    stylePlot(*m_plot, *this);
    m_graph->setPen(QPen(cellColour(Cell::Real, palette()), 1.4));
    QColor zero = mutedText(palette());
    zero.setAlphaF(0.7F);
    m_zero->setPen(QPen(zero, 1));
    m_playheadLine->setPen(QPen(palette().color(QPalette::Text), 1.5));
    QColor band = cellColour(Cell::Real, palette());
    band.setAlphaF(0.25F);
    m_excerptBand->setBrush(band);
    m_excerptBand->setPen(QPen(band, 1));
    if (hasFocus())
        for (QCPAxis* axis : m_plot->axisRect()->axes())
            axis->setBasePen(QPen(palette().color(QPalette::Highlight), 1));
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

double StripPlot::secondsAt(double x) const
{
    return std::clamp(m_plot->xAxis->pixelToCoord(x), 0.0, m_strip.songSeconds);
}

QPointF StripPlot::positionOf(double seconds, double response) const
{
    return m_plot->mapTo(
        this, QPointF(m_plot->xAxis->coordToPixel(seconds), m_plot->yAxis->coordToPixel(response)));
}

double StripPlot::place() const
{
    return m_playhead ? *m_playhead : m_excerpt ? m_excerpt->first : 0;
}

QSize StripPlot::sizeHint() const
{
    return {480, 110};
}

QSize StripPlot::minimumSizeHint() const
{
    return {200, 60};
}

void StripPlot::keyPressEvent(QKeyEvent* event)
{
    if (m_strip.responses.empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    double seconds = place();
    switch (event->key()) {
    case Qt::Key_Left:
        seconds -= keySeconds;
        break;
    case Qt::Key_Right:
        seconds += keySeconds;
        break;
    case Qt::Key_PageDown:
        seconds += pageSeconds;
        break;
    case Qt::Key_PageUp:
        seconds -= pageSeconds;
        break;
    case Qt::Key_Home:
        seconds = 0;
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    Q_EMIT seekRequested(std::clamp(seconds, 0.0, m_strip.songSeconds));
}

void StripPlot::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    restyle();
}

void StripPlot::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    restyle();
}

void StripPlot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        restyle();
}

// The pixel ratio is the screen's only once the window is on it.
void StripPlot::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    restyle();
}

bool StripPlot::eventFilter(QObject* watched, QEvent* event)
{
    const auto seconds = [&] {
        return secondsAt(static_cast<QMouseEvent*>(event)->position().x());
    };
    switch (event->type()) {
    case QEvent::MouseMove:
        if (!m_strip.centreSeconds.empty()) {
            const std::vector<double>& centres = m_strip.centreSeconds;
            const auto nearest = std::ranges::min_element(
                centres, {}, [at = seconds()](double centre) { return std::abs(centre - at); });
            Q_EMIT pointed(static_cast<std::size_t>(nearest - centres.begin()));
        }
        break;
    case QEvent::Leave:
        Q_EMIT pointed(std::nullopt);
        break;
    case QEvent::MouseButtonPress:
        if (static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton &&
            !m_strip.responses.empty()) {
            setFocus(Qt::MouseFocusReason);
            Q_EMIT seekRequested(seconds());
        }
        break;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace earshot
