// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/adopted_settings.h"
#include "app/gui/search_store.h"

#include <QObject>
#include <QString>

#include <optional>

class QUndoStack;

namespace earshot {

class GridPanel;
class Session;
class SettingsSearch;
struct Actions;

// Keeps the panel of the grid, and the actions that belong to it, as search and session are. GUI
// thread.
class GridBinding : public QObject
{
    Q_OBJECT

public:
    GridBinding(Session& session, SettingsSearch& search, GridPanel& panel, const Actions& actions,
                QUndoStack& undo, QObject* parent = nullptr);

    // Begins a search for what is shown, where there is no obstacle.
    void search(SearchForm form);

Q_SIGNALS:
    void searchBegun();
    void message(const QString& text); // what has just been done

private:
    void connectActions();
    void updateContent();
    void updateStatus();
    void updateDistributions();
    void updateActions();
    void updateOther();
    void updateSearchActions();
    bool isInUse(const AdoptedSetting& setting) const;
    void updateAdopt();
    void adopt();
    // What is selected, if it can be used.
    std::optional<AdoptedSetting> selected() const;
    QString emptyText() const;
    // "" if there are none.
    QString unfinishedSearches() const;

    Session& m_session;
    SettingsSearch& m_search;
    GridPanel& m_panel;
    const Actions& m_actions;
    QUndoStack& m_undo;
};

} // namespace earshot
