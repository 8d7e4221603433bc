// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/session.h"

#include <QWidget>

class QAction;
class QLabel;
class QProgressBar;
class QToolButton;

namespace earshot {

// Explain or Stop, and how far the run is.
class RunBar : public QWidget
{
    Q_OBJECT

public:
    RunBar(Session& session, QAction* explain, QAction* stop, QWidget* parent = nullptr);

private:
    void update();

    Session& m_session;
    QAction* m_explain;
    QAction* m_stop;
    QToolButton* m_explainButton;
    QToolButton* m_stopButton;
    QProgressBar* m_progress;
    QLabel* m_text;
    QToolButton* m_show; // goes to the response that runs
};

} // namespace earshot
