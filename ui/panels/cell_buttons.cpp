// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/cell_buttons.h"

#include "ui/panels/enter_clicks.h"
#include "ui/theme/theme.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>

namespace earshot {

namespace {

constexpr std::array<Cell, cellCount> cells{Cell::Negative, Cell::Start, Cell::Positive,
                                            Cell::Real};
constexpr std::array<const char*, cellCount> cellNames{"negative", "start", "positive", "real"};
constexpr std::array<const char*, cellCount> cellTips{
    "The explanation that lowers the response",
    "The random sound that both explanations start from",
    "The explanation that raises the response", "Real music with an extreme response"};
constexpr int padding = 10;
constexpr int letterGap = 6;
constexpr int buttonHeight = 32;
constexpr double corner = 5;

// One segment: its key's letter in the cell's colour, and its name.
class CellButton : public QPushButton
{
public:
    CellButton(Cell cell, QWidget* parent)
        : QPushButton(parent)
        , m_cell(cell)
    {
        setCheckable(true);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }

    QSize sizeHint() const override
    {
        return {2 * padding + letterMetrics().horizontalAdvance(letter()) + letterGap +
                    fontMetrics().horizontalAdvance(text()),
                buttonHeight};
    }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QColor colour = isEnabled()
                                  ? cellColour(m_cell, palette())
                                  : palette().color(QPalette::Disabled, QPalette::ButtonText);
        QColor ground = palette().color(QPalette::Button);
        if (isChecked() && isEnabled())
            ground = colour;
        else if (underMouse() && isEnabled())
            ground = isDark(palette()) ? ground.lighter(125) : ground.darker(106);
        const QPainterPath path = outline();
        painter.fillPath(path, ground);
        painter.setPen(palette().color(isDark(palette()) ? QPalette::Light : QPalette::Mid));
        painter.drawPath(path);
        if (hasFocus()) {
            const QRectF inside = path.boundingRect().adjusted(2, 2, -2, -2);
            painter.setPen(
                QPen(isChecked() ? onColour() : palette().color(QPalette::Highlight), 1));
            painter.drawRoundedRect(inside, corner - 2, corner - 2);
        }

        const bool isFilled = isChecked() && isEnabled();
        QFont bold = font();
        bold.setBold(true);
        painter.setFont(bold);
        painter.setPen(isFilled ? onColour() : colour);
        const QRect area = rect().adjusted(padding, 0, -padding, 0);
        painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter, letter());
        painter.setFont(font());
        painter.setPen(isFilled      ? onColour()
                       : isEnabled() ? palette().color(QPalette::ButtonText)
                                     : colour);
        painter.drawText(area, Qt::AlignRight | Qt::AlignVCenter, text());
    }

private:
    QString letter() const { return QString(QChar('A' + static_cast<int>(m_cell))); }
    QFontMetrics letterMetrics() const
    {
        QFont bold = font();
        bold.setBold(true);
        return QFontMetrics(bold);
    }
    // On the cell's colour: light colours are the dark theme's.
    QColor onColour() const { return isDark(palette()) ? QColor("#14161a") : QColor(Qt::white); }

    // Round outside, straight where the neighbour follows.
    QPainterPath outline() const
    {
        const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, 0.5, -0.5);
        const bool isFirst = m_cell == cells.front();
        const bool isLast = m_cell == cells.back();
        QPainterPath path;
        path.setFillRule(Qt::WindingFill);
        path.addRoundedRect(isLast ? frame.adjusted(0, 0, -1, 0) : frame,
                            isFirst || isLast ? corner : 0, isFirst || isLast ? corner : 0);
        if (isFirst)
            path.addRect(frame.adjusted(corner, 0, 0, 0));
        if (isLast)
            path.addRect(frame.adjusted(0, 0, -corner - 1, 0));
        return path.simplified();
    }

    Cell m_cell;
};

} // namespace

CellButtons::CellButtons(QWidget* parent)
    : QWidget(parent)
    , m_group(new QButtonGroup(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_group->setExclusive(true);
    for (std::size_t i = 0; i < cellCount; ++i) {
        auto* button = new CellButton(cells[i], this);
        m_buttons[i] = button;
        m_group->addButton(button, static_cast<int>(i));
        row->addWidget(button);
        clickOnEnter(button);
        setName(cells[i], cellNames[i]);
    }
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setCurrent(Cell::Positive);
    connect(m_group, &QButtonGroup::idClicked, this,
            [this](int id) { Q_EMIT chosen(static_cast<Cell>(id)); });
}

void CellButtons::setAvailable(const std::array<bool, cellCount>& available)
{
    for (std::size_t i = 0; i < cellCount; ++i)
        m_buttons[i]->setEnabled(available[i]);
}

void CellButtons::setCurrent(Cell cell)
{
    m_buttons[static_cast<std::size_t>(cell)]->setChecked(true);
}

void CellButtons::setName(Cell cell, const QString& name)
{
    const auto i = static_cast<std::size_t>(cell);
    const QString letter(QChar('A' + static_cast<int>(i)));
    m_buttons[i]->setText(name);
    m_buttons[i]->setAccessibleName("Hear " + name);
    m_buttons[i]->setToolTip(
        QString("%1: hear it at the same position (%2)").arg(cellTips[i], letter));
    m_buttons[i]->updateGeometry();
}

Cell CellButtons::current() const
{
    return static_cast<Cell>(m_group->checkedId());
}

} // namespace earshot
