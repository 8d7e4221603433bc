// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/grid_binding.h"

#include "app/gui/actions.h"
#include "app/gui/grid_content.h"
#include "app/gui/grid_texts.h"
#include "app/gui/session.h"
#include "app/gui/settings_search.h"
#include "app/gui/texts.h"
#include "ui/grid/grid_panel.h"

#include <QAction>
#include <QUndoCommand>
#include <QUndoStack>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

// Another setting is recommended for a response in one direction.
class Adoption : public QUndoCommand
{
public:
    Adoption(Session& session, const AdoptedSetting& setting)
        : QUndoCommand(QObject::tr("use of a setting"))
        , m_session(session)
        , m_response(session.response())
        , m_adoptedBefore(session.adopted())
        , m_settingsBefore(session.settings())
        , m_adopted(withAdopted(session.adopted(), setting))
        , m_isUsed(adoptedFor(m_adopted, m_settingsBefore.directions) == setting)
    {
    }
    void undo() override
    {
        m_session.adopt(m_response, m_adoptedBefore);
        show(m_settingsBefore);
    }
    void redo() override
    {
        m_session.adopt(m_response, m_adopted);
        if (m_isUsed)
            show(recommendedSettings(m_settingsBefore, m_adopted));
    }

private:
    // Another response that is shown by now has its own.
    void show(const ExplainSettings& settings)
    {
        if (m_session.response() == m_response)
            m_session.setSettings(settings);
    }

    Session& m_session;
    const std::string m_response;
    const Adoptions m_adoptedBefore;
    const ExplainSettings m_settingsBefore;
    const Adoptions m_adopted;
    const bool m_isUsed; // not if only the other direction is explained
};

// What Explain does with what was just adopted.
QString useText(const Adoptions& adopted, Directions directions)
{
    if (directions != Directions::Both)
        return adoptedFor(adopted, directions) == adopted.back()
                   ? QObject::tr("Explain (E) uses it")
                   : QObject::tr("Explain (E) does not use it while it runs the other direction "
                                 "alone");
    if (adopted.size() < 2)
        return QObject::tr("Explain (E) uses it for both directions");
    return QObject::tr("Explain (E) uses it for both directions, and that of the other direction "
                       "where only that is run");
}

} // namespace

GridBinding::GridBinding(Session& session, SettingsSearch& search, GridPanel& panel,
                         const Actions& actions, QUndoStack& undo, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_search(search)
    , m_panel(panel)
    , m_actions(actions)
    , m_undo(undo)
{
    connect(&m_search, &SettingsSearch::progressed, this, [this] {
        updateContent();
        updateStatus();
    });
    connect(&m_search, &SettingsSearch::resultChanged, this, [this] {
        updateContent();
        updateStatus();
        updateActions();
    });
    connect(&m_search, &SettingsSearch::runChanged, this, [this] {
        updateStatus();
        updateActions();
    });
    connect(&m_search, &SettingsSearch::costChanged, this, &GridBinding::updateSearchActions);
    connect(&m_session, &Session::modelsFailed, this, &GridBinding::updateSearchActions);
    connect(&m_search, &SettingsSearch::directionChanged, this, [this] {
        m_panel.followBest(); // a place of one search means nothing in another
        updateContent();
        updateStatus();
        updateActions();
    });
    connect(&m_session, &Session::responseChanged, this, [this] {
        m_panel.followBest();
        updateContent();
    });
    // Undone, they would change what is recommended for units of other models.
    connect(&m_session, &Session::modelsLoaded, &m_undo, &QUndoStack::clear);
    connect(&m_session, &Session::adoptedChanged, this, &GridBinding::updateAdopt);
    connect(&m_session, &Session::settingsChanged, this, &GridBinding::updateAdopt);
    connect(&m_panel, &GridPanel::selectionChanged, this, [this] {
        updateDistributions();
        updateAdopt();
    });
    connect(&m_panel, &GridPanel::adoptRequested, m_actions.adopt, &QAction::trigger);
    connectActions();
    updateContent();
    updateStatus();
    updateActions();
}

void GridBinding::connectActions()
{
    connect(m_actions.searchNegative, &QAction::triggered, this, [this](bool isNegative) {
        m_search.setDirection(isNegative ? Direction::Negative : Direction::Positive);
    });
    connect(m_actions.searchOther, &QAction::triggered, this, [this] {
        m_panel.followBest(); // a place of one grid means nothing in another
        m_search.showOther();
    });
    connect(m_actions.adopt, &QAction::triggered, this, &GridBinding::adopt);
}

void GridBinding::search(SearchForm form)
{
    m_panel.followBest();
    m_search.start(form);
    Q_EMIT searchBegun();
}

void GridBinding::updateContent()
{
    const std::optional<SearchState> run = m_search.run();
    if (run && run->isHere)
        m_panel.setContent(gridContent(run->settings, m_search.progress().get()));
    else if (const auto result = m_search.result())
        m_panel.setContent(gridContent(*result));
    else
        m_panel.clear(emptyText());
    updateDistributions();
    updateAdopt();
}

QString GridBinding::emptyText() const
{
    if (!m_session.models())
        return {};
    const QString unfinished = unfinishedSearches();
    return (unfinished.isEmpty()
                ? tr("No settings have been searched for yet for the %1 explanation of %2.")
                      .arg(m_search.direction() == Direction::Positive ? tr("positive")
                                                                       : tr("negative"),
                           QString::fromStdString(m_session.response()))
                : unfinished) +
           tr("\nA search explains the unit with nine pairs of learning rate and prior weight, and "
              "finds "
              "the one, and the step, where responses are distributed most like those of the 50 "
              "most extreme real excerpts (Eq. 3).");
}

QString GridBinding::unfinishedSearches() const
{
    QStringList lines;
    for (const auto& [form, action] : {std::pair(SearchForm::Quick, m_actions.searchQuick),
                                       std::pair(SearchForm::Full, m_actions.searchFull)})
        if (const double share = m_search.unfinishedShare(form); share > 0)
            lines +=
                unfinishedText(form, share, action->shortcut().toString(QKeySequence::NativeText));
    return lines.join(' ');
}

void GridBinding::updateStatus()
{
    const std::optional<SearchState> run = m_search.run();
    if (run && run->isHere)
        m_panel.setStatus(runText(*run), run->fraction);
    else if (const auto result = m_search.result())
        m_panel.setStatus(
            QStringList{unfinishedSearches(), resultText(*result)}.join(' ').trimmed());
    else
        m_panel.setStatus({});
}

void GridBinding::updateDistributions()
{
    const std::optional<SettingPlace> place = m_panel.selected();
    const std::optional<SearchState> run = m_search.run();
    const auto result = m_search.result();
    const auto real = m_session.realResponses();
    if (run && run->isHere)
        m_panel.setDistributions(gridDistributions(run->settings, m_search.progress().get(), place,
                                                   real ? &*real : nullptr));
    else if (place && result)
        m_panel.setDistributions(gridDistributions(*result, *place, real ? &*real : nullptr));
    else
        m_panel.setDistributions({});
}

void GridBinding::updateActions()
{
    m_actions.searchNegative->setChecked(m_search.direction() == Direction::Negative);
    m_actions.searchNegative->setIconText(m_search.direction() == Direction::Negative
                                              ? tr("Direction: negative")
                                              : tr("Direction: positive"));
    updateOther();
    updateSearchActions();
    updateAdopt();
}

void GridBinding::updateOther()
{
    const std::optional<SearchState> run = m_search.run();
    const auto other = m_search.otherResult();
    m_actions.searchOther->setVisible(other && !(run && run->isHere));
    if (!other)
        return;
    m_actions.searchOther->setText(shownText(m_search.result()->settings));
    m_actions.searchOther->setToolTip(
        tr("Show what the %1 found (%2)")
            .arg(searchName(other->settings),
                 m_actions.searchOther->shortcut().toString(QKeySequence::NativeText)));
}

void GridBinding::updateSearchActions()
{
    const QString obstacle = m_search.obstacle();
    const auto show = [&](QAction* action, const QString& text, SearchForm form) {
        QString duration = durationText(m_search.expectedSeconds(form));
        // Guessed, as long as nothing has run on this machine.
        if (!m_search.isCostMeasured())
            duration = tr("about %1").arg(duration);
        if (m_search.unfinishedShare(form) > 0)
            duration = tr("%1 left").arg(duration);
        action->setText(text.arg(duration));
        action->setEnabled(obstacle.isEmpty());
        const QString keys = action->shortcut().toString(QKeySequence::NativeText);
        action->setToolTip(
            obstacle.isEmpty()
                ? QStringLiteral("%1 (%2)").arg(action->statusTip(), keys)
                : QStringLiteral("%1 (%2). %3.").arg(action->statusTip(), keys, obstacle));
    };
    show(m_actions.searchQuick, tr("Choose settings (%1)"), SearchForm::Quick);
    show(m_actions.searchFull, tr("Full search (%1)"), SearchForm::Full);
}

std::optional<AdoptedSetting> GridBinding::selected() const
{
    const std::optional<SettingPlace> place = m_panel.selected();
    if (!place)
        return std::nullopt;
    const PlaceView view = viewOf(m_panel.content(), *place);
    if (std::isnan(view.distance) || view.state == SettingState::Exploded ||
        view.state == SettingState::Dead)
        return std::nullopt;
    return AdoptedSetting{m_panel.content().learningRate(place->pair),
                          m_panel.content().priorWeight(place->pair), place->step,
                          m_search.direction()};
}

// By the next explanation, or by the next one of its direction where only the other is run.
bool GridBinding::isInUse(const AdoptedSetting& setting) const
{
    const Directions directions = m_session.settings().directions;
    if (!adoptedFor({setting}, directions))
        return std::ranges::count(m_session.adopted(), setting) > 0;
    return m_session.isRecommended() && adoptedFor(m_session.adopted(), directions) == setting;
}

void GridBinding::updateAdopt()
{
    const std::optional<AdoptedSetting> setting = selected();
    const bool isUsed = setting && isInUse(*setting);
    m_actions.adopt->setEnabled(setting && !isUsed);
    const QString text =
        setting ? settingText(setting->learningRate, setting->priorWeight, setting->steps)
                : QString();
    m_actions.adopt->setText(!setting ? tr("Use the selected setting")
                             : isUsed ? tr("In use: %1").arg(text)
                                      : tr("Use %1").arg(text));
}

void GridBinding::adopt()
{
    const std::optional<AdoptedSetting> setting = selected();
    if (!setting)
        return;
    m_undo.push(new Adoption(m_session, *setting));
    Q_EMIT message(
        tr("Recommended for the %1 explanation of %2 from now on: %3. %4; undo (Ctrl+Z) takes it "
           "back.")
            .arg(setting->direction == Direction::Positive ? tr("positive") : tr("negative"),
                 QString::fromStdString(m_session.response()),
                 settingText(setting->learningRate, setting->priorWeight, setting->steps),
                 useText(m_session.adopted(), m_session.settings().directions)));
}

} // namespace earshot
