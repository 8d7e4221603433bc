// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/grid/heat_map.h"

#include "ui/panels/number_text.h"
#include "ui/plot/axis_font.h"
#include "ui/plot/colour_scale.h"
#include "ui/theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr int gap = 2;
constexpr int labelGap = 6;
constexpr int textMargin = 5;
constexpr double corner = 3;
// Two lines of text only where they have room.
constexpr double twoLines = 2.3;
constexpr int smallestCellWidth = 64;
constexpr int hatchDistance = 7;
// The scale spans a factor of 10 at least, so that nearly equal settings look so, and of 10^5 at
// most, so that one that explodes does not make all others look alike.
constexpr double leastSpan = 2.302585092994046;
constexpr double mostSpan = 11.512925464970229;
constexpr double smallestDistance = 1e-4;

QString learningRateText(double value)
{
    return QString::fromUtf8("lᵣ ") + QString::number(value, 'g', 4);
}

QString priorWeightText(double value)
{
    return QString::fromUtf8("λ ") + QString::number(value, 'g', 4);
}

// Black or white, whichever stands out more.
QColor inkOn(const QColor& ground)
{
    const double light = 0.299 * ground.redF() + 0.587 * ground.greenF() + 0.114 * ground.blueF();
    return light > 0.5 ? QColor("#101214") : QColor(Qt::white);
}

} // namespace

HeatMap::HeatMap(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    setAccessibleName("Distances by learning rate and prior weight");
    updateDescription();
}

void HeatMap::setContent(const GridContent& content)
{
    m_content = content;
    if (m_selected && *m_selected >= m_content.pairs.size())
        m_selected.reset();
    updateScale();
    updateDescription();
    updateGeometry();
    update();
}

void HeatMap::setStep(int step)
{
    m_step = step;
    updateDescription();
    update();
}

void HeatMap::setSelected(std::optional<std::size_t> pair)
{
    m_selected = pair && *pair < m_content.pairs.size() ? pair : std::nullopt;
    updateDescription();
    update();
}

void HeatMap::updateScale()
{
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const PairSteps& pair : m_content.pairs)
        for (std::size_t step = 1; step < pair.distances.size(); ++step) {
            const double distance = pair.distances[step];
            if (!std::isfinite(distance) || static_cast<int>(step) >= pair.explodedStep)
                continue;
            const double logarithm = std::log(std::max(distance, smallestDistance));
            low = std::min(low, logarithm);
            high = std::max(high, logarithm);
        }
    m_nearest = low <= high ? low : 0;
    m_farthest = m_nearest + std::clamp(high - low, leastSpan, mostSpan);
}

std::optional<double> HeatMap::nearness(std::size_t pair) const
{
    const PlaceView place = view(pair);
    if (std::isnan(place.distance) || place.state == SettingState::Exploded)
        return std::nullopt;
    const double logarithm = std::log(std::max(place.distance, smallestDistance));
    return std::clamp((m_farthest - logarithm) / (m_farthest - m_nearest), 0.0, 1.0);
}

QString HeatMap::numberText(std::size_t pair) const
{
    const PlaceView place = view(pair);
    if (place.state == SettingState::Exploded || std::isnan(place.distance))
        return stateText(place.state == SettingState::Known ? SettingState::Waiting : place.state);
    return plainText(place.distance);
}

QString HeatMap::wordText(std::size_t pair) const
{
    const PlaceView place = view(pair);
    if (place.mark != SettingMark::None)
        return markText(place.mark, m_content.isRunning);
    if (std::isnan(place.distance) || place.state == SettingState::Exploded)
        return {};
    if (place.state == SettingState::Running || place.state == SettingState::Stopped)
        return QString("N %1").arg(place.examples);
    return place.state == SettingState::Dead ? stateText(place.state) : QString();
}

QString HeatMap::describe(std::size_t pair) const
{
    const PlaceView place = view(pair);
    QString text = QString("learning rate %1, prior weight %2, %3 steps: ")
                       .arg(m_content.learningRate(pair))
                       .arg(m_content.priorWeight(pair))
                       .arg(m_step);
    if (place.state == SettingState::Exploded || std::isnan(place.distance))
        return text + numberText(pair);
    text +=
        QString("distance %1 over %2 examples").arg(plainText(place.distance)).arg(place.examples);
    if (place.state != SettingState::Known)
        text += ", " + stateText(place.state);
    if (place.mark != SettingMark::None)
        text += ", " + markText(place.mark, m_content.isRunning);
    return text;
}

void HeatMap::updateDescription()
{
    setAccessibleDescription(m_selected ? describe(*m_selected)
                             : m_content.pairs.empty()
                                 ? QString("No search yet")
                                 : QString("Nothing is selected; the arrow keys select"));
}

int HeatMap::labelWidth() const
{
    const QFontMetrics metrics(smallerFont(font()));
    int width = 0;
    for (const double value : m_content.learningRates)
        width = std::max(width, metrics.horizontalAdvance(learningRateText(value)));
    return width + labelGap;
}

int HeatMap::labelHeight() const
{
    return QFontMetrics(smallerFont(font())).height() + gap;
}

QRectF HeatMap::cellRect(std::size_t pair) const
{
    const auto columns = m_content.priorWeights.size(), rows = m_content.learningRates.size();
    const double width = (this->width() - labelWidth() - gap) / static_cast<double>(columns);
    const double height = (this->height() - labelHeight() - gap) / static_cast<double>(rows);
    const QRectF whole(labelWidth() + static_cast<double>(pair % columns) * width,
                       labelHeight() + static_cast<double>(pair / columns) * height, width, height);
    return whole.adjusted(gap, gap, 0, 0);
}

std::optional<std::size_t> HeatMap::pairAt(QPointF position) const
{
    for (std::size_t pair = 0; pair < m_content.pairs.size(); ++pair)
        if (cellRect(pair).contains(position))
            return pair;
    return std::nullopt;
}

QSize HeatMap::sizeHint() const
{
    const int columns = std::max(1, static_cast<int>(m_content.priorWeights.size()));
    const int rows = std::max(1, static_cast<int>(m_content.learningRates.size()));
    return {labelWidth() + columns * (smallestCellWidth + 20),
            labelHeight() + rows * 3 * fontMetrics().height()};
}

QSize HeatMap::minimumSizeHint() const
{
    const int columns = std::max(1, static_cast<int>(m_content.priorWeights.size()));
    const int rows = std::max(1, static_cast<int>(m_content.learningRates.size()));
    return {labelWidth() + columns * smallestCellWidth + gap,
            labelHeight() + rows * (fontMetrics().height() + 2 * gap) + gap};
}

void HeatMap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintLabels(painter);
    for (std::size_t pair = 0; pair < m_content.pairs.size(); ++pair)
        paintCell(painter, pair);
}

void HeatMap::paintLabels(QPainter& painter) const
{
    painter.setFont(smallerFont(font()));
    painter.setPen(mutedText(palette()));
    const std::size_t columns = m_content.priorWeights.size();
    for (std::size_t column = 0; column < columns; ++column) {
        QRectF place = cellRect(column);
        place.setBottom(place.top() - gap);
        place.setTop(0);
        painter.drawText(place, Qt::AlignCenter, priorWeightText(m_content.priorWeights[column]));
    }
    for (std::size_t row = 0; row < m_content.learningRates.size(); ++row) {
        QRectF place = cellRect(row * columns);
        place.setLeft(0);
        place.setRight(labelWidth() - labelGap + gap);
        painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter,
                         learningRateText(m_content.learningRates[row]));
    }
}

void HeatMap::paintCell(QPainter& painter, std::size_t pair) const
{
    const QRectF cell = cellRect(pair).adjusted(0.5, 0.5, -0.5, -0.5);
    const PlaceView place = view(pair);
    const std::optional<double> near = nearness(pair);
    const QColor ground = near ? QColor::fromRgb(ColourScale(ColourMap::Viridis).colourAt(*near))
                               : palette().color(QPalette::Base);
    QColor line = mutedText(palette());
    line.setAlphaF(0.5F);
    painter.setPen(near ? Qt::NoPen : QPen(line, 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(cell, corner, corner);
    if (place.state == SettingState::Exploded) {
        painter.save();
        painter.setClipRect(cell);
        line.setAlphaF(0.25F);
        painter.setPen(QPen(line, 1));
        for (double x = cell.left() - cell.height(); x < cell.right(); x += hatchDistance)
            painter.drawLine(QPointF(x, cell.bottom()), QPointF(x + cell.height(), cell.top()));
        painter.restore();
    }
    const QColor ink = near ? inkOn(ground) : mutedText(palette());
    if (place.mark != SettingMark::None) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(ink, place.mark == SettingMark::Best ? 1.6 : 1,
                            place.mark == SettingMark::Best ? Qt::SolidLine : Qt::DashLine));
        painter.drawRoundedRect(cell.adjusted(3, 3, -3, -3), corner - 1, corner - 1);
    }
    paintText(painter, cell, pair, ink);
    if (m_selected == pair) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette().color(QPalette::Highlight), hasFocus() ? 3 : 2));
        painter.drawRoundedRect(cell, corner, corner);
    }
}

void HeatMap::paintText(QPainter& painter, const QRectF& cell, std::size_t pair,
                        const QColor& colour) const
{
    const PlaceView place = view(pair);
    const bool isNumber = !std::isnan(place.distance) && place.state != SettingState::Exploded;
    QFont bold = font();
    bold.setBold(isNumber);
    const QFontMetricsF numberMetrics(bold);
    const QFont small = smallerFont(font());
    const QFontMetricsF wordMetrics(small);
    const QString number = numberText(pair);
    QString word = wordText(pair);
    const bool isStacked = word.isEmpty() || cell.height() >= twoLines * numberMetrics.height();
    const double numberWidth = numberMetrics.horizontalAdvance(number);
    const double room = cell.width() - 2 * textMargin - (isStacked ? 0 : numberWidth + labelGap);
    if (place.mark != SettingMark::None && wordMetrics.horizontalAdvance(word) > room)
        word = markText(place.mark, false); // "best so far" is long
    painter.setPen(colour);
    if (isStacked) {
        const double half = numberMetrics.height() / 2;
        painter.setFont(isNumber ? bold : small);
        painter.drawText(cell.translated(0, word.isEmpty() ? 0 : -half), Qt::AlignCenter, number);
        painter.setFont(small);
        painter.drawText(cell.translated(0, half), Qt::AlignCenter, word);
        return;
    }
    // Side by side, centred together.
    const double wordWidth = std::min(room, wordMetrics.horizontalAdvance(word));
    const double left = cell.left() + textMargin + std::max(0.0, (room - wordWidth) / 2);
    painter.setFont(bold);
    painter.drawText(QRectF(left, cell.top(), numberWidth + 1, cell.height()), Qt::AlignVCenter,
                     number);
    painter.setFont(small);
    painter.drawText(
        QRectF(left + numberWidth + labelGap, cell.top(), wordWidth + 1, cell.height()),
        Qt::AlignVCenter, wordMetrics.elidedText(word, Qt::ElideRight, wordWidth + 1));
}

void HeatMap::choose(std::size_t pair)
{
    setSelected(pair);
    Q_EMIT pairChosen(pair);
}

bool HeatMap::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const std::optional<std::size_t> pair = pairAt(help->pos());
    QString text = pair ? describe(*pair) : QString();
    if (!text.isEmpty())
        text = "<p><b>" + text.replace(0, 1, text[0].toUpper()).toHtmlEscaped() + "</b></p>";
    QToolTip::showText(
        help->globalPos(),
        text + "<p>Each cell is a learning rate l<sub>r</sub> with a prior weight λ. Its number is "
               "the Fréchet distance (Eq. 3) between the responses to the explanations and those "
               "to the 50 most extreme real excerpts: smaller, and brighter, is nearer to real "
               "music. N: over so many examples so far.</p><p>Click a cell, or use the arrow keys, "
               "to see its distributions.</p>",
        this);
    return true;
}

void HeatMap::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    if (const std::optional<std::size_t> pair = pairAt(event->position()))
        choose(*pair);
}

void HeatMap::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && pairAt(event->position()))
        Q_EMIT activated();
}

void HeatMap::keyPressEvent(QKeyEvent* event)
{
    const int columns = static_cast<int>(m_content.priorWeights.size());
    const int count = static_cast<int>(m_content.pairs.size());
    const int key = event->key();
    if ((key == Qt::Key_Return || key == Qt::Key_Enter) && m_selected) {
        Q_EMIT activated();
        return;
    }
    if (count == 0 ||
        (key != Qt::Key_Left && key != Qt::Key_Right && key != Qt::Key_Up && key != Qt::Key_Down)) {
        QWidget::keyPressEvent(event);
        return;
    }
    if (!m_selected) {
        choose(0);
        return;
    }
    const int pair = static_cast<int>(*m_selected);
    int row = pair / columns, column = pair % columns;
    if (key == Qt::Key_Left || key == Qt::Key_Right)
        column = std::clamp(column + (key == Qt::Key_Left ? -1 : 1), 0, columns - 1);
    else
        row = std::clamp(row + (key == Qt::Key_Up ? -1 : 1), 0, count / columns - 1);
    if (row * columns + column != pair)
        choose(static_cast<std::size_t>(row * columns + column));
}

void HeatMap::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        update();
    QWidget::changeEvent(event);
}

} // namespace earshot
