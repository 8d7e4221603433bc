// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/run_bar.h"

#include "app/gui/texts.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

#include <cmath>

namespace earshot {

namespace {

constexpr int gap = 8;
constexpr int progressWidth = 140;
constexpr int progressSteps = 1000;

} // namespace

RunBar::RunBar(Session& session, QAction* explain, QAction* stop, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_explain(explain)
    , m_stop(stop)
    , m_explainButton(new QToolButton)
    , m_stopButton(new QToolButton)
    , m_progress(new QProgressBar)
    , m_text(new QLabel)
    , m_show(new QToolButton)
{
    m_explainButton->setDefaultAction(explain);
    m_stopButton->setDefaultAction(stop);
    for (QToolButton* button : {m_explainButton, m_stopButton}) {
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setFocusPolicy(Qt::TabFocus);
    }
    m_progress->setRange(0, progressSteps);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(progressWidth);
    m_progress->setMaximumHeight(fontMetrics().height() / 2);
    m_progress->setAccessibleName(tr("Progress of the run"));
    m_show->setAutoRaise(true);
    m_show->setFocusPolicy(Qt::TabFocus);
    m_show->setToolTip(tr("Show the response that is being explained"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(gap, 0, 0, 0);
    row->setSpacing(gap);
    row->addWidget(m_explainButton);
    row->addWidget(m_stopButton);
    row->addWidget(m_progress);
    row->addWidget(m_show);
    row->addWidget(m_text);
    connect(m_show, &QToolButton::clicked, this, [this] {
        if (const auto run = m_session.run())
            m_session.show(QString::fromStdString(run->response));
    });
    connect(&m_session, &Session::runChanged, this, &RunBar::update);
    connect(&m_session, &Session::responseChanged, this, &RunBar::update);
    connect(&m_session, &Session::modelsLoaded, this, &RunBar::update);
    update();
}

void RunBar::update()
{
    const std::optional<RunState> run = m_session.run();
    const bool isReady = m_session.models() != nullptr;
    m_explain->setEnabled(isReady && !(run && run->isHere));
    m_stop->setEnabled(run && !run->isStopping);
    m_explainButton->setVisible(!(run && run->isHere));
    m_stopButton->setVisible(run.has_value());
    m_progress->setVisible(run.has_value());
    m_show->setVisible(run && !run->isHere);
    if (!run) {
        m_text->setText(isReady ? QString() : tr("Loading the models…"));
        return;
    }
    m_progress->setValue(static_cast<int>(std::lround(run->fraction * progressSteps)));
    m_show->setText(QString::fromStdString(run->response));
    QString text = run->isStopping    ? tr("stopping…")
                   : run->secondsLeft ? tr("%1 left").arg(durationText(*run->secondsLeft))
                                      : QString();
    if (run->waiting > 0)
        text += tr(" · %1 waiting").arg(run->waiting);
    m_text->setText(text);
}

} // namespace earshot
