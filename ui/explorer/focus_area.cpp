// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/explorer/focus_area.h"

#include "ui/panels/dial.h"
#include "ui/panels/elided_label.h"
#include "ui/plot/colour_bar.h"
#include "ui/plot/film_strip.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QButtonGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace earshot {

namespace {

constexpr int gap = 8;
constexpr int keptForModels = 240; // pixels beside a long response, where there are twice as many

// The response and the models, as far as there is room: they take nothing from what is beside them.
class Heading : public QWidget
{
public:
    Heading(QLabel* response, QLabel* models)
        : m_response(response)
        , m_models(models)
    {
        m_response->setParent(this);
        m_models->setParent(this);
        setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    }

    QSize sizeHint() const override { return {1, m_response->sizeHint().height()}; }
    QSize minimumSizeHint() const override { return sizeHint(); }

    void layOut()
    {
        const int forModels =
            std::min({m_models->sizeHint().width(), keptForModels, width() / 2}) + gap;
        const int forResponse = std::min(m_response->sizeHint().width(), width() - forModels);
        m_response->setGeometry(0, 0, forResponse, height());
        m_models->setGeometry(forResponse + gap, 0, width() - forResponse - gap, height());
    }

protected:
    void resizeEvent(QResizeEvent*) override { layOut(); }
    bool event(QEvent* event) override
    {
        if (event->type() == QEvent::LayoutRequest) // another text
            layOut();
        return QWidget::event(event);
    }

private:
    QLabel* m_response;
    QLabel* m_models;
};

QToolButton* makeViewButton(const QString& text, const QString& toolTip)
{
    auto* button = new QToolButton;
    button->setText(text);
    button->setToolTip(toolTip);
    button->setAccessibleName(toolTip);
    button->setCheckable(true);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

FocusArea::FocusArea(QWidget* parent)
    : QWidget(parent)
    , m_response(new ElidedLabel)
    , m_belongsTo(new ElidedLabel)
    , m_notice(new QLabel)
    , m_ways(new QWidget)
    , m_readout(new QLabel)
    , m_views(new QButtonGroup(this))
    , m_dial(new Dial)
    , m_colourBar(new ColourBar)
    , m_strip(new FilmStrip)
    , m_realSide(new QToolButton)
    , m_previousReal(new QToolButton)
    , m_nextReal(new QToolButton)
{
    m_notice->setWordWrap(true);
    m_notice->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_notice->setAutoFillBackground(true);
    m_notice->setMargin(gap);
    m_notice->hide();
    auto* ways = new QHBoxLayout(m_ways);
    ways->setContentsMargins(0, 0, 0, 0);
    ways->setSpacing(gap);
    ways->addStretch(1);
    m_ways->hide();

    auto* upper = new QWidget;
    auto* layout = new QVBoxLayout(upper);
    layout->setContentsMargins(gap, gap, gap, 0);
    layout->setSpacing(gap);
    layout->addWidget(makeHeader());
    layout->addWidget(m_notice);
    layout->addWidget(m_ways);
    layout->addWidget(m_dial);
    layout->addWidget(makePanels(), 1);
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(upper);
    splitter->addWidget(m_strip);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 1);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(splitter);
    makeRealTools();
    updateColours();
}

QWidget* FocusArea::makeHeader()
{
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gap);
    QFont bold = m_response->font();
    bold.setBold(true);
    bold.setPointSizeF(bold.pointSizeF() * 1.2);
    m_response->setFont(bold);
    m_readout->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(new Heading(m_response, m_belongsTo), 1);
    row->addWidget(m_readout);
    auto* sound = makeViewButton(tr("Sound"), tr("Show the spectrograms (X)"));
    auto* change = makeViewButton(
        tr("Change"), tr("Show how the explanations differ from their start (X): at good settings "
                         "the pictures look alike, and the difference is what matters"));
    m_views->addButton(sound, static_cast<int>(View::Sound));
    m_views->addButton(change, static_cast<int>(View::Change));
    sound->setChecked(true);
    row->addWidget(sound);
    row->addWidget(change);
    connect(m_views, &QButtonGroup::idClicked, this,
            [this](int id) { Q_EMIT viewChosen(static_cast<View>(id)); });
    return header;
}

QWidget* FocusArea::makePanels()
{
    auto* panels = new QWidget;
    auto* row = new QHBoxLayout(panels);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    for (std::size_t i = 0; i < cellCount; ++i) {
        m_panels[i] = new CellPanel(static_cast<Cell>(i));
        m_panels[i]->view().setAxisLabels(i == 0 ? AxisLabels::Both : AxisLabels::BottomOnly);
        row->addWidget(m_panels[i], 1);
        connectPanel(*m_panels[i]);
    }
    // Beside the pictures, not beside their titles.
    auto* column = new QVBoxLayout;
    column->setContentsMargins(0, 0, 0, 0);
    column->addSpacing(22 + 3 * 4);
    column->addWidget(m_colourBar, 1);
    column->addSpacing(2 * fontMetrics().height() + 2 * 4);
    row->addLayout(column);
    return panels;
}

void FocusArea::connectPanel(CellPanel& panel)
{
    SpectrogramView& view = panel.view();
    connect(&panel, &CellPanel::chosen, this, &FocusArea::cellChosen);
    connect(&panel, &CellPanel::contextMenuRequested, this, &FocusArea::contextMenuRequested);
    connect(&view, &SpectrogramView::seekRequested, this, &FocusArea::seekRequested);
    connect(&view, &SpectrogramView::pointed, this, &FocusArea::setReadout);
    connect(&view, &SpectrogramView::dragStarted, this,
            [this, cell = panel.cell()] { Q_EMIT dragRequested(cell); });
    connect(&view, &SpectrogramView::rangeChanged, this, [this](const ExcerptRange& range) {
        for (CellPanel* other : m_panels)
            other->view().setRange(range);
    });
    connect(&view, &SpectrogramView::pointerMoved, this,
            [this, &view](std::optional<ExcerptPoint> point) {
                for (CellPanel* other : m_panels)
                    if (&other->view() != &view)
                        other->view().setCrosshair(point);
            });
}

void FocusArea::makeRealTools()
{
    m_realSide->setCheckable(true);
    m_realSide->setAutoRaise(true);
    m_realSide->setFocusPolicy(Qt::TabFocus);
    m_realSide->setToolTip(tr("Switch between the real excerpts with the highest and with the "
                              "lowest response"));
    m_realSide->setAccessibleName(tr("Highest or lowest real excerpts"));
    m_previousReal->setToolTip(tr("Previous real excerpt (Shift+R)"));
    m_nextReal->setToolTip(tr("Next real excerpt (R)"));
    CellPanel& real = panel(Cell::Real);
    for (QToolButton* button : {m_realSide, m_previousReal, m_nextReal}) {
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
        real.addTool(button);
    }
    // No wider than high: the number beside them is read in the smallest window too.
    for (QToolButton* button : {m_previousReal, m_nextReal})
        button->setMaximumWidth(button->maximumHeight());
    m_previousReal->setAccessibleName(tr("Previous real excerpt"));
    m_nextReal->setAccessibleName(tr("Next real excerpt"));
    connect(m_realSide, &QToolButton::clicked, this, [this](bool isLowest) {
        Q_EMIT realChoiceChosen(isLowest ? RealChoice::Lowest : RealChoice::Highest);
    });
    connect(m_previousReal, &QToolButton::clicked, this, [this] { Q_EMIT realStepRequested(-1); });
    connect(m_nextReal, &QToolButton::clicked, this, [this] { Q_EMIT realStepRequested(1); });
    setReal(RealChoice::Highest, 0, 0);
}

void FocusArea::setHeading(const QString& response, const QString& belongsTo,
                           const QString& toolTip)
{
    m_response->setText(response);
    m_response->setToolTip(response);
    m_belongsTo->setText(belongsTo);
    m_belongsTo->setToolTip(toolTip);
}

void FocusArea::setNotice(const QString& notice, const QList<QAction*>& ways)
{
    m_notice->setText(notice);
    m_notice->setVisible(!notice.isEmpty());
    for (QToolButton* old : m_ways->findChildren<QToolButton*>()) {
        old->setParent(nullptr);
        old->deleteLater(); // this may be what a click on it does
    }
    auto* row = static_cast<QHBoxLayout*>(m_ways->layout());
    for (QAction* way : ways) {
        auto* button = new QToolButton;
        button->setDefaultAction(way);
        button->setText(way->iconText());
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        button->setFocusPolicy(Qt::TabFocus);
        row->insertWidget(row->count() - 1, button);
    }
    m_ways->setVisible(!ways.isEmpty());
}

void FocusArea::setView(View view)
{
    m_view = view;
    m_views->button(static_cast<int>(view))->setChecked(true);
}

void FocusArea::setReal(RealChoice choice, std::size_t index, std::size_t count)
{
    m_realSide->setChecked(choice == RealChoice::Lowest);
    const QString side = choice == RealChoice::Highest ? QStringLiteral("▲") : QStringLiteral("▼");
    m_realSide->setText(
        count == 0 ? side : QStringLiteral("%1 %2/%3").arg(side).arg(index + 1).arg(count));
    for (QToolButton* button : {m_realSide, m_previousReal, m_nextReal})
        button->setEnabled(count > 0);
}

void FocusArea::setReadout(const QString& text)
{
    m_readout->setText(text);
}

void FocusArea::updateColours()
{
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, mutedText(palette()));
    m_belongsTo->setPalette(quiet);
    m_readout->setPalette(quiet);
    QPalette note = palette();
    note.setColor(QPalette::Window, palette().color(QPalette::AlternateBase));
    m_notice->setPalette(note);
    m_previousReal->setIcon(icon(QStringLiteral("previous"), palette()));
    m_nextReal->setIcon(icon(QStringLiteral("next"), palette()));
}

void FocusArea::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        updateColours();
}

} // namespace earshot
