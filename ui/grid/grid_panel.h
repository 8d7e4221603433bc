// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/grid/grid_values.h"
#include "ui/panels/command_page.h"
#include "ui/plot/distributions_view.h"

#include <QString>

#include <optional>

class QAction;
class QLabel;
class QProgressBar;
class QSlider;
class QStackedLayout;
class QTableView;
class QToolButton;

namespace earshot {

class GridModel;
class GridSorting;
class HeatMap;

// The commands of the panel; their texts, tooltips and keys are the caller's.
struct GridActions
{
    QAction* search;   // the default form of a search, with its cost
    QAction* other;    // the other form
    QAction* negative; // checkable: which direction is shown and searched
    QAction* shown;    // which of several results; invisible while there is one at most
    QAction* stop;
    QAction* adopt;
};

// A search for settings: heat map with a slider for the steps, table, and the distributions of what
// is selected. What is best is selected until the user selects something else.
class GridPanel : public CommandPage
{
    Q_OBJECT

public:
    explicit GridPanel(const GridActions& actions, QWidget* parent = nullptr);

    // Emits selectionChanged if another place is selected now. A grid of the same shape keeps the
    // user's selection; nothing: `reason` stands in its place.
    void setContent(const GridContent& content);
    void clear(const QString& reason);
    const GridContent& content() const { return m_content; }
    void setDistributions(const Distributions& distributions);
    // Selects what is best again, also as it changes.
    void followBest();

    std::optional<SettingPlace> selected() const { return m_selected; }

Q_SIGNALS:
    void selectionChanged();
    void adoptRequested(); // Enter or a double click on what is selected

private:
    void layOut(const GridActions& actions);
    void makeCommands(const GridActions& actions);
    static QWidget* makeChoices(const GridActions& actions);
    void connectParts();
    void select(const std::optional<SettingPlace>& place);
    void chooseByUser(const SettingPlace& place);
    void followIfWanted();
    void showSelection();

    GridContent m_content;
    std::optional<SettingPlace> m_selected;
    bool m_isFollowing = true;
    bool m_isShowing = false; // the program, not the user, moves slider and table
    HeatMap* m_map;
    QSlider* m_slider;
    QLabel* m_step;
    GridModel* m_model;
    GridSorting* m_sorting;
    QTableView* m_table;
    DistributionsView* m_distributions;
    QToolButton* m_searchButton;
    QToolButton* m_stopButton;
};

} // namespace earshot
