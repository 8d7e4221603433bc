// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/grid/grid_panel.h"

#include "ui/grid/compact_table.h"
#include "ui/grid/grid_model.h"
#include "ui/grid/heat_map.h"
#include "ui/plot/axis_font.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QScopedValueRollback>
#include <QSlider>
#include <QStackedLayout>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr int gap = 8;
constexpr int smallGap = 4;
constexpr int progressSteps = 1000;
constexpr int commandsWidth = 228;
constexpr int narrowDistributions = 280;

} // namespace

GridPanel::GridPanel(const GridActions& actions, QWidget* parent)
    : QWidget(parent)
    , m_map(new HeatMap)
    , m_slider(new QSlider(Qt::Horizontal))
    , m_step(new QLabel)
    , m_model(new GridModel(this))
    , m_sorting(new GridSorting(this))
    , m_table(new QTableView)
    , m_distributions(new DistributionsView)
    , m_status(new QLabel)
    , m_progress(new QProgressBar)
    , m_nothing(new QLabel)
{
    layOut(actions);
    connectParts();
    showSelection();
    setStatus({});
}

void GridPanel::layOut(const GridActions& actions)
{
    m_slider->setPageStep(10);
    m_slider->setAccessibleName("Steps");
    m_slider->setToolTip("<b>Steps</b>: how often each start is changed. Every step of the search "
                         "is known: see where the distances fall and where they rise.");
    auto* left = new QVBoxLayout;
    left->setSpacing(smallGap);
    left->addWidget(m_map, 1);
    auto* steps = new QHBoxLayout;
    steps->addWidget(m_slider, 1);
    steps->addWidget(m_step);
    left->addLayout(steps);

    m_sorting->setSourceModel(m_model);
    m_table->setModel(m_sorting);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(GridModel::Distance, Qt::AscendingOrder);
    makeCompact(*m_table);
    m_table->setAccessibleName("Settings and their distances");

    auto* page = new QWidget;
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gap);
    row->addLayout(left, 7);
    row->addWidget(m_table, 12);
    row->addWidget(m_distributions, 8);
    m_distributions->setMinimumWidth(narrowDistributions);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_nothing->setMinimumSize(1, 1);

    auto* whole = new QHBoxLayout(this);
    whole->setContentsMargins(gap, smallGap, gap, smallGap);
    whole->setSpacing(gap);
    whole->addWidget(makeCommands(actions));
    auto* pages = new QWidget;
    m_pages = new QStackedLayout(pages);
    m_pages->addWidget(m_nothing);
    m_pages->addWidget(page);
    whole->addWidget(pages, 1);
}

QWidget* GridPanel::makeCommands(const GridActions& actions)
{
    auto* commands = new QWidget;
    commands->setFixedWidth(commandsWidth);
    auto* column = new QVBoxLayout(commands);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(smallGap);
    m_searchButton = makeCommandButton(actions.search);
    m_searchButton->setPopupMode(QToolButton::MenuButtonPopup);
    m_searchButton->addAction(actions.other);
    m_stopButton = makeCommandButton(actions.stop);
    m_stopButton->hide();
    column->addWidget(m_searchButton);
    column->addWidget(m_stopButton);
    column->addWidget(makeCommandButton(actions.negative));
    column->addWidget(makeCommandButton(actions.adopt));
    m_progress->setRange(0, progressSteps);
    m_progress->setTextVisible(false);
    m_progress->setMaximumHeight(fontMetrics().height() / 2);
    m_progress->setAccessibleName("Progress of the search");
    column->addWidget(m_progress);
    m_status->setWordWrap(true);
    m_status->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_status->setMinimumSize(1, 1);
    column->addWidget(m_status, 1);
    return commands;
}

void GridPanel::connectParts()
{
    connect(m_map, &HeatMap::pairChosen, this, [this](std::size_t pair) {
        chooseByUser({pair, m_selected ? m_selected->step : m_slider->value()});
    });
    connect(m_map, &HeatMap::activated, this, &GridPanel::adoptRequested);
    connect(m_slider, &QSlider::valueChanged, this, [this](int step) {
        if (!m_isShowing)
            chooseByUser({m_selected ? m_selected->pair : 0, step});
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (m_isShowing || !current.isValid())
                    return;
                const SettingRow& row = m_model->row(m_sorting->mapToSource(current).row());
                chooseByUser({row.pair, std::max(1, row.steps)});
            });
    connect(m_table, &QTableView::activated, this, &GridPanel::adoptRequested);
}

void GridPanel::setContent(const GridContent& content)
{
    const bool isSameShape = content.learningRates == m_content.learningRates &&
                             content.priorWeights == m_content.priorWeights &&
                             content.steps == m_content.steps;
    m_content = content;
    {
        const QScopedValueRollback guard(m_isShowing, true);
        m_map->setContent(m_content);
        m_model->setContent(m_content);
        m_slider->setRange(1, std::max(1, m_content.steps));
    }
    if (!isSameShape) {
        m_isFollowing = true;
        m_selected.reset();
    }
    m_pages->setCurrentIndex(m_content.pairs.empty() ? 0 : 1);
    m_searchButton->setVisible(!m_content.isRunning);
    m_stopButton->setVisible(m_content.isRunning);
    followIfWanted();
    showSelection();
}

void GridPanel::clear(const QString& reason)
{
    m_nothing->setText(reason);
    setContent({});
}

void GridPanel::followBest()
{
    m_isFollowing = true;
    followIfWanted();
}

void GridPanel::followIfWanted()
{
    if (!m_isFollowing)
        return;
    const std::optional<std::size_t> best = m_content.bestRow();
    select(
        best ? std::optional(SettingPlace{m_content.rows[*best].pair, m_content.rows[*best].steps})
             : std::nullopt);
}

void GridPanel::chooseByUser(const SettingPlace& place)
{
    m_isFollowing = false;
    select(place);
}

void GridPanel::select(const std::optional<SettingPlace>& place)
{
    if (place == m_selected)
        return;
    m_selected = place;
    showSelection();
    Q_EMIT selectionChanged();
}

void GridPanel::showSelection()
{
    const QScopedValueRollback guard(m_isShowing, true);
    const int step = m_selected ? m_selected->step : m_slider->maximum();
    m_slider->setValue(step);
    m_step->setText(QString("step %1 of %2").arg(step).arg(std::max(1, m_content.steps)));
    m_map->setStep(step);
    m_map->setSelected(m_selected ? std::optional(m_selected->pair) : std::nullopt);
    const std::optional<int> row = m_selected ? m_model->rowOf(*m_selected) : std::nullopt;
    if (!row) {
        m_table->clearSelection();
        m_table->setCurrentIndex({});
        return;
    }
    const QModelIndex index = m_sorting->mapFromSource(m_model->index(*row, 0));
    if (m_table->currentIndex().row() != index.row() ||
        !m_table->selectionModel()->isRowSelected(index.row(), {}))
        m_table->selectRow(index.row());
}

void GridPanel::setStatus(const QString& text, std::optional<double> fraction)
{
    m_status->setText(text);
    m_status->setToolTip(text);
    m_progress->setVisible(fraction.has_value());
    if (fraction)
        m_progress->setValue(static_cast<int>(std::lround(*fraction * progressSteps)));
}

void GridPanel::setDistributions(const Distributions& distributions)
{
    m_distributions->setDistributions(distributions);
}

QSize GridPanel::sizeHint() const
{
    return {900, 170};
}

// The window's lower part is no higher than the curves need.
QSize GridPanel::minimumSizeHint() const
{
    return {640, 110};
}

} // namespace earshot
