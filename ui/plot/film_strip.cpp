// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/film_strip.h"

#include "ui/plot/axis_font.h"
#include "ui/plot/spectrogram_image.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QEvent>
#include <QFontMetrics>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolButton>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr int gap = 4;
constexpr int headWidth = 84;
constexpr int playButtonSize = 22;
constexpr int smallestHeight = 30; // of a picture
constexpr int largestHeight = 96;
constexpr int threeRowsFrom = 38; // height of a picture from which the starts are shown too
constexpr double aspect = static_cast<double>(ExcerptGeometry::frames) / ExcerptGeometry::bands;
constexpr double narrowest = 0.65; // of its natural width, before the strip scrolls
constexpr std::array rows = {Cell::Negative, Cell::Start, Cell::Positive};

QString rowName(Cell row)
{
    return row == Cell::Negative ? "Negative" : row == Cell::Start ? "Start" : "Positive";
}

std::size_t indexOf(Cell row)
{
    return static_cast<std::size_t>(row);
}

} // namespace

FilmStrip::FilmStrip(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    viewport()->setAutoFillBackground(false);
    setViewportMargins(headWidth, 0, 0, 0);
    setAccessibleName("All starts");
    setToolTip(
        "Every start with its negative and its positive explanation. Click one to look at it "
        "above; ← and → on the keyboard.");
    makeHeads();
    updateHeads();
    layOut();
}

void FilmStrip::makeHeads()
{
    for (const Cell row : rows) {
        RowHead& head = m_heads[indexOf(row)];
        head.play = new QToolButton(this);
        head.play->setAutoRaise(true);
        head.play->setFixedSize(playButtonSize, playButtonSize);
        head.play->setFocusPolicy(Qt::TabFocus);
        const QString what = row == Cell::Start ? QString("all starts")
                                                : "all " + rowName(row).toLower() + " explanations";
        head.play->setAccessibleName("Play " + what);
        head.play->setToolTip("Play " + what + ", one after the other");
        connect(head.play, &QToolButton::clicked, this,
                [this, row] { Q_EMIT playRowRequested(row); });
        head.name = new QLabel(rowName(row), this);
    }
    styleHeads();
}

void FilmStrip::styleHeads()
{
    for (const Cell row : rows) {
        const RowHead& head = m_heads[indexOf(row)];
        head.play->setIcon(icon("play", palette()));
        QPalette colours = head.name->palette();
        colours.setColor(QPalette::WindowText, cellColour(row, palette()));
        head.name->setPalette(colours);
        head.name->setFont(smallerFont(font(), 0.9));
    }
    // The strip lies on the window's ground, and so does its scroll bar.
    QPalette ground = palette();
    ground.setColor(QPalette::Base, palette().color(QPalette::Window));
    horizontalScrollBar()->setPalette(ground);
}

void FilmStrip::setExamples(int count)
{
    m_columns.resize(static_cast<std::size_t>(std::max(0, count)));
    if (m_focused >= count)
        m_focused = -1;
    layOut();
    updateHeads();
    viewport()->update();
}

void FilmStrip::setNumbers(std::vector<int> numbers)
{
    m_numbers = std::move(numbers);
    viewport()->update();
}

int FilmStrip::number(int example) const
{
    const auto column = static_cast<std::size_t>(example);
    return column < m_numbers.size() ? m_numbers[column] : example + 1;
}

void FilmStrip::setCell(Cell row, int example, std::span<const float> logMel,
                        const QString& caption, ThumbnailState state)
{
    checkExcerptSize(logMel);
    if (row == Cell::Real || example < 0 || example >= examples())
        return;
    Thumbnail& thumbnail = m_columns[static_cast<std::size_t>(example)][indexOf(row)];
    thumbnail.logMel.assign(logMel.begin(), logMel.end());
    thumbnail.caption = caption;
    thumbnail.state = state;
    thumbnail.image = {};
    updateHeads();
    if (example == m_focused)
        describe();
    viewport()->update(cellRect(row, example).adjusted(-2, -2, 2, 2));
}

void FilmStrip::clear()
{
    for (Column& column : m_columns)
        column = {};
    updateHeads();
    viewport()->update();
}

void FilmStrip::setFocusedExample(int example)
{
    if (example == m_focused || example >= examples())
        return;
    m_focused = std::max(-1, example);
    if (m_focused >= 0) {
        const QRect column = columnRect(m_focused);
        QScrollBar* bar = horizontalScrollBar();
        if (column.left() < 0)
            bar->setValue(bar->value() + column.left() - gap);
        else if (column.right() > viewport()->width())
            bar->setValue(bar->value() + column.right() - viewport()->width() + gap);
    }
    describe();
    viewport()->update();
}

void FilmStrip::setColours(ColourMap map, ColourRange range)
{
    m_scale = ColourScale(map, range);
    for (Column& column : m_columns)
        for (Thumbnail& thumbnail : column)
            thumbnail.image = {};
    viewport()->update();
}

void FilmStrip::describe()
{
    if (m_focused < 0) {
        setAccessibleDescription(QString("%1 examples").arg(examples()));
        return;
    }
    const Column& column = m_columns[static_cast<std::size_t>(m_focused)];
    setAccessibleDescription(QString("Example %1 of %2: negative %3, start %4, positive %5")
                                 .arg(QString::number(m_focused + 1), QString::number(examples()),
                                      column[0].caption, column[1].caption, column[2].caption));
}

std::vector<Cell> FilmStrip::visibleRows() const
{
    const int each = (viewport()->height() - headerHeight()) / 3 - gap;
    return each >= threeRowsFrom ? std::vector<Cell>(rows.begin(), rows.end())
                                 : std::vector<Cell>{Cell::Negative, Cell::Positive};
}

int FilmStrip::headerHeight() const
{
    return QFontMetrics(smallerFont(font())).height() + 2;
}

QSize FilmStrip::thumbnailSize() const
{
    const int count = static_cast<int>(visibleRows().size());
    const int height = std::clamp((viewport()->height() - headerHeight()) / count - gap,
                                  smallestHeight, largestHeight);
    const int share = viewport()->width() / std::max(1, examples()) - gap;
    const double natural = height * aspect;
    return {static_cast<int>(std::clamp<double>(share, natural * narrowest, natural)), height};
}

int FilmStrip::columnWidth() const
{
    return thumbnailSize().width() + gap;
}

QRect FilmStrip::columnRect(int example) const
{
    return {example * columnWidth() - horizontalScrollBar()->value() + gap / 2, 0,
            thumbnailSize().width(), viewport()->height()};
}

QRect FilmStrip::cellRect(Cell row, int example) const
{
    const std::vector<Cell> shown = visibleRows();
    const auto found = std::find(shown.begin(), shown.end(), row);
    if (found == shown.end() || example < 0 || example >= examples())
        return {};
    const QSize size = thumbnailSize();
    const int index = static_cast<int>(found - shown.begin());
    return {columnRect(example).left(), headerHeight() + index * (size.height() + gap),
            size.width(), size.height()};
}

std::optional<FilmStrip::Place> FilmStrip::placeAt(QPoint position) const
{
    const int example = (position.x() + horizontalScrollBar()->value()) / columnWidth();
    if (example < 0 || example >= examples())
        return std::nullopt;
    for (const Cell row : visibleRows())
        if (cellRect(row, example).contains(position))
            return Place{row, example};
    return std::nullopt;
}

QSize FilmStrip::sizeHint() const
{
    return {600, headerHeight() + 2 * (48 + gap) + 4};
}

QSize FilmStrip::minimumSizeHint() const
{
    return {headWidth + 120, headerHeight() + 2 * (smallestHeight + gap)};
}

void FilmStrip::layOut()
{
    QScrollBar* bar = horizontalScrollBar();
    bar->setRange(0, std::max(0, examples() * columnWidth() - viewport()->width()));
    bar->setPageStep(viewport()->width());
    bar->setSingleStep(columnWidth());
    const std::vector<Cell> shown = visibleRows();
    const int height = thumbnailSize().height();
    for (const Cell row : rows) {
        const RowHead& head = m_heads[indexOf(row)];
        const auto found = std::find(shown.begin(), shown.end(), row);
        head.play->setVisible(found != shown.end());
        head.name->setVisible(found != shown.end());
        const int top = headerHeight() + static_cast<int>(found - shown.begin()) * (height + gap);
        head.play->move(0, top + (height - playButtonSize) / 2);
        head.name->setGeometry(playButtonSize + 2, top, headWidth - playButtonSize - 4, height);
    }
}

void FilmStrip::updateHeads()
{
    for (const Cell row : rows)
        m_heads[indexOf(row)].play->setEnabled(
            std::any_of(m_columns.begin(), m_columns.end(), [row](const Column& column) {
                return !column[indexOf(row)].logMel.empty();
            }));
}

void FilmStrip::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void FilmStrip::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (m_heads[0].play == nullptr)
        return;
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        styleHeads();
        layOut();
    }
}

void FilmStrip::keyPressEvent(QKeyEvent* event)
{
    const int last = examples() - 1;
    int wanted = m_focused;
    switch (event->key()) {
    case Qt::Key_Left:
        wanted = m_focused - 1;
        break;
    case Qt::Key_Right:
        wanted = m_focused + 1;
        break;
    case Qt::Key_Home:
        wanted = 0;
        break;
    case Qt::Key_End:
        wanted = last;
        break;
    default:
        event->ignore(); // Page keys and the like belong to the window, not to scrolling
        return;
    }
    wanted = std::clamp(wanted, 0, std::max(0, last));
    if (wanted != m_focused && last >= 0)
        Q_EMIT focusRequested(wanted);
}

void FilmStrip::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        m_press = event->position().toPoint();
}

void FilmStrip::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint position = event->position().toPoint();
    if (!m_press || (position - *m_press).manhattanLength() < QApplication::startDragDistance())
        return;
    const auto place = placeAt(*m_press);
    m_press.reset();
    if (!place)
        return;
    const Thumbnail& thumbnail =
        m_columns[static_cast<std::size_t>(place->example)][indexOf(place->row)];
    if (!thumbnail.logMel.empty() && thumbnail.state == ThumbnailState::Final)
        Q_EMIT cellDragStarted(place->row, place->example);
}

void FilmStrip::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_press)
        return;
    m_press.reset();
    if (const auto place = placeAt(event->position().toPoint()))
        Q_EMIT focusRequested(place->example);
}

void FilmStrip::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void FilmStrip::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

bool FilmStrip::viewportEvent(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto place = placeAt(help->pos());
    if (!place)
        return QAbstractScrollArea::viewportEvent(event);
    const Thumbnail& thumbnail =
        m_columns[static_cast<std::size_t>(place->example)][indexOf(place->row)];
    QString text =
        QString("Example %1 · %2").arg(number(place->example)).arg(rowName(place->row).toLower());
    if (thumbnail.logMel.empty())
        text += " · still to come";
    else
        text += " · response " + thumbnail.caption +
                (thumbnail.state == ThumbnailState::Running ? " so far" : "");
    QToolTip::showText(help->globalPos(), text, viewport(), cellRect(place->row, place->example));
    return true;
}

void FilmStrip::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    if (m_columns.empty())
        return;
    const int width = columnWidth(), scrolled = horizontalScrollBar()->value();
    const int first = std::max(0, (event->rect().left() + scrolled) / width - 1);
    const int last = std::min(examples() - 1, (event->rect().right() + scrolled) / width + 1);
    for (int example = first; example <= last; ++example)
        paintColumn(painter, example);
}

void FilmStrip::paintColumn(QPainter& painter, int example)
{
    const bool isFocused = example == m_focused;
    QFont small = smallerFont(font());
    small.setBold(isFocused);
    painter.setFont(small);
    painter.setPen(isFocused ? palette().color(QPalette::WindowText) : mutedText(palette()));
    const QRect column = columnRect(example);
    painter.drawText(QRect(column.left(), 0, column.width(), headerHeight() - 2),
                     Qt::AlignHCenter | Qt::AlignVCenter, QString::number(number(example)));
    QRect all;
    for (const Cell row : visibleRows()) {
        const QRect cell = cellRect(row, example);
        drawThumbnail(painter, cell, m_columns[static_cast<std::size_t>(example)][indexOf(row)],
                      row, m_scale, *this);
        all |= cell;
    }
    if (!isFocused)
        return;
    QColor mark = palette().color(QPalette::Highlight);
    if (!hasFocus())
        mark.setAlphaF(0.75F);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(mark, hasFocus() ? 2.5 : 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(all).adjusted(-1, -1, 1, 1), 3, 3);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace earshot
