// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/explorer/cell_panel.h"

#include "ui/panels/elided_label.h"
#include "ui/theme/theme.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QStyle>
#include <QVBoxLayout>

namespace earshot {

namespace {

constexpr int spacing = 4;
constexpr int headHeight = 22; // whatever tools stand beside the title

// "A", "B", "C", "D"
QString keyOf(Cell cell)
{
    return QString(QChar('A' + static_cast<int>(cell)));
}

} // namespace

CellPanel::CellPanel(Cell cell, QWidget* parent)
    : QFrame(parent)
    , m_cell(cell)
    , m_key(new QLabel(keyOf(cell)))
    , m_title(new ElidedLabel)
    , m_tools(new QHBoxLayout)
    , m_view(new SpectrogramView)
    , m_response(new QLabel)
    , m_detail(new ElidedLabel)
    , m_source(new ElidedLabel(Elision::Folder))
{
    setObjectName(QStringLiteral("cellPanel"));
    m_key->setToolTip(tr("Press %1 to hear this cell").arg(keyOf(cell)));
    m_key->setAlignment(Qt::AlignCenter);
    m_response->setTextFormat(Qt::PlainText);

    m_title->setFixedHeight(headHeight);
    m_tools->setSpacing(0); // in a small window the title keeps what they leave
    auto* head = new QHBoxLayout;
    head->setSpacing(spacing);
    head->addWidget(m_key);
    head->addWidget(m_title, 1);
    head->addLayout(m_tools);
    auto* numbers = new QHBoxLayout;
    numbers->setSpacing(2 * spacing);
    numbers->addWidget(m_response);
    numbers->addWidget(m_detail, 1);
    m_source->setFixedHeight(fontMetrics().height()); // also where there is none
    auto* caption = new QVBoxLayout;
    caption->setSpacing(0);
    caption->addLayout(numbers);
    caption->addWidget(m_source);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(spacing, spacing, spacing, spacing);
    layout->setSpacing(spacing);
    layout->addLayout(head);
    layout->addWidget(m_view, 1);
    layout->addLayout(caption);
    connect(m_view, &SpectrogramView::activated, this, [this] { Q_EMIT chosen(m_cell); });
    updateColours();
}

void CellPanel::setTitle(const QString& title, const QString& toolTip)
{
    m_title->setText(title);
    m_title->setToolTip(toolTip.isEmpty() ? title : title + '\n' + toolTip);
    setAccessibleName(tr("Cell %1, %2").arg(keyOf(m_cell), title));
    m_view->setAccessibleName(tr("Spectrogram %1, %2").arg(keyOf(m_cell), title));
}

void CellPanel::setCaption(const QString& response, const QString& detail, const QString& toolTip,
                           const QString& source)
{
    m_response->setText(response);
    m_detail->setText(detail);
    m_source->setText(source);
    // What there is no room for below the picture is read here.
    QString whole = response;
    if (!detail.isEmpty())
        whole += QStringLiteral(" · ") + detail;
    if (!toolTip.isEmpty())
        whole += '\n' + toolTip;
    m_response->setToolTip(whole);
    m_detail->setToolTip(whole);
    m_source->setToolTip(whole);
    setAccessibleDescription(QStringLiteral("%1 %2 %3").arg(response, detail, source).trimmed());
}

void CellPanel::setSounding(bool isSounding)
{
    if (isSounding == m_isSounding)
        return;
    m_isSounding = isSounding;
    updateColours();
}

void CellPanel::addTool(QWidget* tool)
{
    tool->setMaximumHeight(headHeight);
    m_tools->addWidget(tool);
}

void CellPanel::updateColours()
{
    const QColor colour = cellColour(m_cell, palette());
    const QColor text = isDark(palette()) ? QColor(Qt::black) : QColor(Qt::white);
    m_key->setStyleSheet(
        QStringLiteral("QLabel { background: %1; color: %2; border-radius: 3px; padding: 0 5px; "
                       "font-weight: 600; }")
            .arg(colour.name(), text.name()));
    setStyleSheet(QStringLiteral("#cellPanel { border: 2px solid %1; border-radius: 6px; }")
                      .arg(m_isSounding ? colour.name() : QStringLiteral("transparent")));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, mutedText(palette()));
    m_detail->setPalette(quiet);
    m_source->setPalette(quiet);
}

void CellPanel::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        updateColours();
}

void CellPanel::contextMenuEvent(QContextMenuEvent* event)
{
    Q_EMIT contextMenuRequested(m_cell, event->globalPos());
}

void CellPanel::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        Q_EMIT chosen(m_cell);
}

} // namespace earshot
