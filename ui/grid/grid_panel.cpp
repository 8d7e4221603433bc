// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/grid/grid_panel.h"

#include "ui/grid/compact_table.h"
#include "ui/grid/grid_model.h"
#include "ui/grid/heat_map.h"
#include "ui/plot/axis_font.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScopedValueRollback>
#include <QSlider>
#include <QStyle>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace earshot {

namespace {

constexpr int gap = 8;
constexpr int smallGap = 4;
constexpr int narrowDistributions = 281;

// What a column shows at its widest; more is scrolled to.
constexpr std::array<const char*, GridModel::ColumnCount> widestTexts{
    "0.001", "0.001", "1000", "50", "−0.050", "1.4e−3", "7.6e−4–5.0e−3", "best, stopped"};

// As wide as its columns, from the beginning: nothing beside it moves while a search fills it.
class SettingsTable : public QTableView
{
public:
    QSize sizeHint() const override
    {
        QFont best = font();
        best.setBold(true);
        const QFontMetrics metrics(best);
        const int margin = style()->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, this) + 1;
        int width = 2 * frameWidth() + style()->pixelMetric(QStyle::PM_ScrollBarExtent);
        for (int column = 0; column < GridModel::ColumnCount; ++column) {
            const QString text = QString::fromUtf8(widestTexts[static_cast<std::size_t>(column)]);
            width += std::max(metrics.horizontalAdvance(text) + 2 * margin,
                              horizontalHeader()->sectionSizeHint(column));
        }
        return {width, QTableView::sizeHint().height()};
    }
};

} // namespace

GridPanel::GridPanel(const GridActions& actions, QWidget* parent)
    : CommandPage("Progress of the search", parent)
    , m_map(new HeatMap)
    , m_slider(new QSlider(Qt::Horizontal))
    , m_step(new QLabel)
    , m_model(new GridModel(this))
    , m_sorting(new GridSorting(this))
    , m_table(new SettingsTable)
    , m_distributions(new DistributionsView)
{
    layOut(actions);
    connectParts();
    showSelection();
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
    m_table->horizontalHeader()->setStretchLastSection(false); // it never shrank again
    m_table->setAccessibleName("Settings and their distances");

    auto* page = new QWidget;
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gap);
    row->addLayout(left, 7);
    row->addWidget(m_table);
    row->addWidget(m_distributions, 8);
    m_distributions->setMinimumWidth(narrowDistributions);
    makeCommands(actions);
    setContents(page);
}

void GridPanel::makeCommands(const GridActions& actions)
{
    m_searchButton = makeCommandButton(actions.search);
    m_searchButton->setPopupMode(QToolButton::MenuButtonPopup);
    m_searchButton->addAction(actions.other);
    m_stopButton = makeCommandButton(actions.stop);
    m_stopButton->hide();
    addCommand(m_searchButton);
    addCommand(m_stopButton);
    addCommand(makeChoices(actions));
    addCommand(makeCommandButton(actions.adopt));
}

// What is looked at: beside each other, because the page is low.
QWidget* GridPanel::makeChoices(const GridActions& actions)
{
    auto* choices = new QWidget;
    auto* row = new QHBoxLayout(choices);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(smallGap);
    row->addWidget(makeCommandButton(actions.negative), 5);
    QToolButton* shown = makeCommandButton(actions.shown);
    row->addWidget(shown, 4);
    shown->setVisible(actions.shown->isVisible());
    connect(actions.shown, &QAction::visibleChanged, shown,
            [shown, action = actions.shown] { shown->setVisible(action->isVisible()); });
    return choices;
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
    if (m_content.pairs.empty())
        showReason();
    else
        showContents();
    m_searchButton->setVisible(!m_content.isRunning);
    m_stopButton->setVisible(m_content.isRunning);
    followIfWanted();
    showSelection();
}

void GridPanel::clear(const QString& reason)
{
    setReason(reason);
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

void GridPanel::setDistributions(const Distributions& distributions)
{
    m_distributions->setDistributions(distributions);
}

} // namespace earshot
