// SPDX-License-Identifier: GPL-3.0-or-later
//
// MainWindow: what its actions do.
#include "app/gui/explorer_binding.h"
#include "app/gui/focus.h"
#include "app/gui/grid_binding.h"
#include "app/gui/help_dialogs.h"
#include "app/gui/listening.h"
#include "app/gui/main_window.h"
#include "app/gui/panel_binding.h"
#include "app/gui/session.h"
#include "app/gui/settings_search.h"
#include "app/gui/sound_binding.h"
#include "ui/explorer/focus_area.h"
#include "ui/grid/grid_panel.h"
#include "ui/network/network_tree.h"
#include "ui/network/response_box.h"
#include "ui/panels/dial.h"
#include "ui/panels/settings_panel.h"
#include "ui/plot/colour_bar.h"
#include "ui/plot/curves_view.h"
#include "ui/song/song_panel.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QMenu>
#include <QStatusBar>
#include <QTabWidget>

namespace earshot {

namespace {

constexpr int messageMilliseconds = 10000; // two sentences

} // namespace

void MainWindow::connectExplain()
{
    const Actions& a = *m_actions;
    connect(a.explain, &QAction::triggered, this, [this] {
        if (m_panelBinding->commitFields())
            m_session->explain(m_focus->example());
    });
    connect(m_settings, &SettingsPanel::rejected, this,
            [this](const QString& text) { statusBar()->showMessage(text, messageMilliseconds); });
    connect(a.stop, &QAction::triggered, m_session, &Session::stop);
    connect(a.editResponse, &QAction::triggered, m_responseBox, &ResponseBox::focusLine);
    connect(a.findUnit, &QAction::triggered, m_tree, &NetworkTree::focusFilter);
    connect(a.previousExample, &QAction::triggered, this,
            [this] { m_focus->setExample(m_focus->example() - 1); });
    connect(a.nextExample, &QAction::triggered, this,
            [this] { m_focus->setExample(m_focus->example() + 1); });
    const auto turn = [this](int position) {
        m_area->dial().setPosition(position);
        m_focus->setPosition(m_area->dial().position());
    };
    connect(a.less, &QAction::triggered, this,
            [this, turn] { turn(m_area->dial().position() - 1); });
    connect(a.more, &QAction::triggered, this,
            [this, turn] { turn(m_area->dial().position() + 1); });
    connect(a.toStart, &QAction::triggered, this, [turn] { turn(0); });
    connect(m_panelBinding, &PanelBinding::deviceChosen, this, [this](DeviceChoice device) {
        ModelRequest request = wantedModels();
        request.device = device;
        m_session->load(request, m_session->response());
    });
    connect(m_curves, &CurvesView::pointed, m_area, &FocusArea::setReadout);
}

void MainWindow::connectSearch()
{
    for (const auto& [action, form] : {std::pair(m_actions->searchQuick, SearchForm::Quick),
                                       std::pair(m_actions->searchFull, SearchForm::Full)})
        connect(action, &QAction::triggered, this, [this, form = form] {
            if (m_panelBinding->commitFields())
                m_gridBinding->search(form);
        });
    connect(m_actions->stop, &QAction::triggered, m_search, &SettingsSearch::stop);
    connect(m_gridBinding, &GridBinding::searchBegun, this,
            [this] { m_tabs->setCurrentWidget(m_grid); });
    connect(m_actions->searchNegative, &QAction::triggered, this,
            [this] { m_tabs->setCurrentWidget(m_grid); });
    connect(m_gridBinding, &GridBinding::message, this,
            [this](const QString& text) { statusBar()->showMessage(text, messageMilliseconds); });
}

void MainWindow::connectListening()
{
    const Actions& a = *m_actions;
    connect(a.play, &QAction::triggered, m_listening, &Listening::togglePlay);
    connect(a.loop, &QAction::triggered, m_listening, &Listening::setLooping);
    connect(a.matching, &QAction::triggered, m_listening, &Listening::setMatching);
    connect(a.original, &QAction::triggered, m_listening, &Listening::setOriginal);
    for (const auto& [action, cell] :
         {std::pair(a.cellNegative, Cell::Negative), std::pair(a.cellStart, Cell::Start),
          std::pair(a.cellPositive, Cell::Positive), std::pair(a.cellReal, Cell::Real)})
        connect(action, &QAction::triggered, this,
                [this, cell = cell] { m_listening->setCell(cell); });
    connect(a.nextReal, &QAction::triggered, this, [this] { m_focus->moveReal(1); });
    connect(a.previousReal, &QAction::triggered, this, [this] { m_focus->moveReal(-1); });
    connect(a.realSide, &QAction::triggered, this, [this](bool isLowest) {
        m_focus->setRealSide(isLowest ? Direction::Negative : Direction::Positive);
    });
    connect(a.playNegatives, &QAction::triggered, this,
            [this] { m_listening->playRow(Cell::Negative); });
    connect(a.playPositives, &QAction::triggered, this,
            [this] { m_listening->playRow(Cell::Positive); });
    connect(m_listening, &Listening::changed, this, [this] {
        m_actions->loop->setChecked(m_listening->isLooping());
        m_actions->matching->setChecked(m_listening->isMatching());
        m_actions->original->setChecked(m_listening->isOriginal());
    });
    connect(m_focus, &Focus::cellsChanged, this, [this] {
        m_actions->realSide->setChecked(m_focus->realSide() == Direction::Negative);
    });
    connect(m_soundBinding, &SoundBinding::deviceChosen, this,
            [this](const QString& id) { m_preferences.outputDevice = id; });
}

void MainWindow::connectView()
{
    const Actions& a = *m_actions;
    connect(a.change, &QAction::triggered, this,
            [this](bool isOn) { m_explorerBinding->setView(isOn ? View::Change : View::Sound); });
    connect(m_explorerBinding, &ExplorerBinding::viewChanged, this,
            [this](View view) { m_actions->change->setChecked(view == View::Change); });
    const auto applyColours = [this] {
        const QAction* map = m_actions->colourMaps->checkedAction();
        m_explorerBinding->setColours(
            {map != nullptr ? static_cast<ColourMap>(map->data().toInt()) : ColourMap::Magma,
             m_actions->fitColours->isChecked()});
    };
    connect(a.colourMaps, &QActionGroup::triggered, this, applyColours);
    connect(a.fitColours, &QAction::triggered, this, applyColours);
    connect(&m_area->colourBar(), &ColourBar::menuRequested, this, [this](QPoint position) {
        QMenu menu(this);
        menu.addActions(m_actions->colourMaps->actions());
        menu.addSeparator();
        menu.addAction(m_actions->fitColours);
        menu.exec(position);
    });
    connect(a.themes, &QActionGroup::triggered, this, [this](const QAction* action) {
        m_preferences.theme = static_cast<Theme>(action->data().toInt());
        applyTheme(*qApp, m_preferences.theme);
    });
    connect(a.settingsPanel, &QAction::triggered, m_settings, &SettingsPanel::setExpanded);
    connect(m_settings, &SettingsPanel::expandedChanged, a.settingsPanel, &QAction::setChecked);
    connect(a.fullScreen, &QAction::triggered, this,
            [this](bool isOn) { isOn ? showFullScreen() : showNormal(); });
}

void MainWindow::connectHelp()
{
    connect(m_actions->help, &QAction::triggered, this, [this] { showMethod(this); });
    connect(m_actions->keys, &QAction::triggered, this,
            [this] { showKeys(this, m_actions->all()); });
    connect(m_actions->about, &QAction::triggered, this,
            [this] { showAbout(this, m_session->models().get()); });
}

} // namespace earshot
