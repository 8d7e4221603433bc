// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/session.h"

#include <QList>
#include <QWidget>

#include <string>

class QAction;
class QLabel;
class QProgressBar;
class QToolButton;

namespace earshot {

class MusicIndex;
class SettingsSearch;

// The actions of the bar.
struct RunActions
{
    QAction* explain;
    QAction* search;          // the default form
    QList<QAction*> searches; // the others, and their direction: a menu
    QAction* stop;
};

// Explain, Choose settings or Stop, and how far the run or the search is; else, how far music is
// indexed.
class RunBar : public QWidget
{
    Q_OBJECT

public:
    RunBar(Session& session, SettingsSearch& search, MusicIndex& music, const RunActions& actions,
           QWidget* parent = nullptr);

private:
    void makeButtons();
    void update();
    void updateExplain();
    void showProgress(double fraction);
    void showResponse(const std::string& response, bool isHere);
    QString runText() const;
    QString searchText() const;
    QString expectedText() const;

    Session& m_session;
    SettingsSearch& m_search;
    MusicIndex& m_music;
    RunActions m_actions;
    QToolButton* m_explainButton;
    QToolButton* m_searchButton;
    QToolButton* m_stopButton;
    QToolButton* m_withdrawButton;
    QProgressBar* m_progress;
    QLabel* m_text;
    QToolButton* m_show; // goes to the response of the run
};

} // namespace earshot
