// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/run_bar.h"

#include "app/gui/music_index.h"
#include "app/gui/settings_search.h"
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
constexpr double longSeconds = 60;

} // namespace

RunBar::RunBar(Session& session, SettingsSearch& search, MusicIndex& music,
               const RunActions& actions, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_search(search)
    , m_music(music)
    , m_actions(actions)
    , m_explainButton(new QToolButton)
    , m_searchButton(new QToolButton)
    , m_stopButton(new QToolButton)
    , m_withdrawButton(new QToolButton)
    , m_progress(new QProgressBar)
    , m_text(new QLabel)
    , m_show(new QToolButton)
{
    makeButtons();
    m_progress->setRange(0, progressSteps);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(progressWidth);
    m_progress->setMaximumHeight(fontMetrics().height() / 2);
    m_progress->setAccessibleName(tr("Progress of the run"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(gap, 0, 0, 0);
    row->setSpacing(gap);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_explainButton), static_cast<QWidget*>(m_withdrawButton),
          static_cast<QWidget*>(m_searchButton), static_cast<QWidget*>(m_stopButton),
          static_cast<QWidget*>(m_progress), static_cast<QWidget*>(m_show),
          static_cast<QWidget*>(m_text)})
        row->addWidget(widget);
    connect(&m_session, &Session::runChanged, this, &RunBar::update);
    connect(&m_session, &Session::responseChanged, this, &RunBar::update);
    connect(&m_session, &Session::modelsLoaded, this, &RunBar::update);
    connect(&m_session, &Session::modelsFailed, this, &RunBar::update);
    connect(&m_session, &Session::settingsChanged, this, &RunBar::update);
    connect(&m_search, &SettingsSearch::runChanged, this, &RunBar::update);
    connect(&m_search, &SettingsSearch::costChanged, this, &RunBar::update);
    connect(&m_music, &MusicIndex::runChanged, this, &RunBar::update);
    update();
}

void RunBar::makeButtons()
{
    m_explainButton->setDefaultAction(m_actions.explain);
    m_searchButton->setDefaultAction(m_actions.search);
    m_searchButton->addActions(m_actions.searches);
    m_searchButton->setPopupMode(QToolButton::MenuButtonPopup);
    m_stopButton->setDefaultAction(m_actions.stop);
    m_withdrawButton->setText(tr("Do not wait"));
    m_withdrawButton->setToolTip(tr("This response waits for the run in hand: take it out of the "
                                    "queue"));
    connect(m_withdrawButton, &QToolButton::clicked, &m_session, &Session::withdraw);
    for (QToolButton* button : {m_explainButton, m_withdrawButton, m_searchButton, m_stopButton}) {
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setFocusPolicy(Qt::TabFocus);
    }
    m_show->setAutoRaise(true);
    m_show->setFocusPolicy(Qt::TabFocus);
    m_show->setToolTip(tr("Show the response that is being worked on"));
    connect(m_show, &QToolButton::clicked, this, [this] {
        if (const auto run = m_session.run())
            m_session.show(QString::fromStdString(run->response));
        else if (const auto search = m_search.run())
            m_session.show(QString::fromStdString(search->response));
    });
}

void RunBar::update()
{
    const std::optional<RunState> run = m_session.run();
    const std::optional<SearchState> search = m_search.run();
    updateExplain();
    m_actions.stop->setEnabled((run && !run->isStopping) || (search && !search->isStopping));
    const bool isWaitingHere = run && run->isWaitingHere;
    m_explainButton->setVisible(!(run && run->isHere) && !isWaitingHere);
    m_withdrawButton->setVisible(isWaitingHere);
    m_searchButton->setVisible(!search && !(run && run->isHere));
    m_stopButton->setVisible(run || search);
    const std::optional<IndexRun> indexing = m_music.run();
    m_progress->setVisible(run || search || indexing);
    m_show->setVisible(false);
    if (run) {
        showProgress(run->fraction);
        showResponse(run->response, run->isHere);
        m_text->setText(runText());
    } else if (search) {
        showProgress(search->fraction);
        // Of the other direction it is still of this response.
        showResponse(search->response, search->response == m_session.response());
        m_text->setText(searchText());
    } else if (indexing) {
        showProgress(indexing->fraction);
        m_text->setText(indexing->isStopping ? tr("stopping…")
                        : indexing->secondsLeft
                            ? tr("indexing, %1 left").arg(durationText(*indexing->secondsLeft))
                            : tr("indexing…"));
    } else {
        m_text->setText(m_session.isLoading() ? tr("Loading the models…")
                        : m_session.models()  ? expectedText()
                                              : tr("No models are loaded"));
    }
}

void RunBar::updateExplain()
{
    const std::optional<RunState> run = m_session.run();
    const bool isSearching = m_search.run().has_value();
    m_actions.explain->setEnabled(m_session.models() && !m_session.isLoading() &&
                                  !(run && (run->isHere || run->isWaitingHere)) && !isSearching);
    QString toolTip =
        tr("%1 (%2)").arg(m_actions.explain->statusTip(),
                          m_actions.explain->shortcut().toString(QKeySequence::NativeText));
    if (isSearching)
        toolTip += tr(". A search for settings is running: both at once would only take longer. "
                      "Wait for it, or stop it.");
    m_actions.explain->setToolTip(toolTip);
}

void RunBar::showProgress(double fraction)
{
    m_progress->setValue(static_cast<int>(std::lround(fraction * progressSteps)));
}

void RunBar::showResponse(const std::string& response, bool isHere)
{
    m_show->setText(QString::fromStdString(response));
    m_show->setVisible(!isHere);
}

QString RunBar::runText() const
{
    const std::optional<RunState> run = m_session.run();
    QString text = run->isStopping    ? tr("stopping…")
                   : run->secondsLeft ? tr("%1 left").arg(durationText(*run->secondsLeft))
                                      : QString();
    if (run->waiting > 0)
        text += tr(" · %1 waiting").arg(run->waiting);
    return text;
}

// Where one would not wait for it.
QString RunBar::expectedText() const
{
    const double seconds = m_search.expectedSeconds(m_session.settings());
    return seconds < longSeconds ? QString() : tr("takes about %1").arg(durationText(seconds));
}

QString RunBar::searchText() const
{
    const std::optional<SearchState> search = m_search.run();
    if (search->isStopping)
        return tr("stopping…");
    return search->secondsLeft ? tr("settings, %1 left").arg(durationText(*search->secondsLeft))
                               : tr("settings…");
}

} // namespace earshot
