// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/settings_search.h"

#include "app/gui/background_queue.h"
#include "app/gui/grid_worker.h"
#include "app/gui/own_music.h"
#include "app/gui/session.h"
#include "core/explain/explanation_record.h"
#include "core/explain/grid_batch.h"
#include "core/explain/grid_identity.h"
#include "core/explain/grid_trajectories.h"
#include "core/util/error.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// Before anything was measured, rather too long than too short: a slow core's second for 40
// updates (machines of today take 0.012 to 0.03 s), and a GPU's for 1,000.
constexpr double slowCoreSeconds = 0.025;
constexpr double slowGpuSeconds = 0.001;
// Below, starting up would be measured.
constexpr double fewestUpdates = 400;
constexpr double fewestSeconds = 5;

// As CorpusIndex::responses() can add it up.
bool canBeIndexed(const ResponseTerm& term)
{
    return term.kind == ResponseKind::Mean || term.kind == ResponseKind::ChannelMean ||
           (term.kind == ResponseKind::Unit && term.indices.size() == 1);
}

} // namespace

SettingsSearch::SettingsSearch(Session& session, fs::path folder, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_folder(std::move(folder))
    , m_files(new BackgroundQueue(this))
    , m_worker(new GridWorker(this))
{
    connectWorker();
    connect(m_files, &BackgroundQueue::failed, this, &SettingsSearch::failed);
    connect(&m_session, &Session::modelsLoaded, this, [this] {
        if (m_running && m_running->models != m_session.models())
            stop();
        Q_EMIT costChanged(); // another device
        show();
    });
    connect(&m_session, &Session::responseChanged, this, &SettingsSearch::show);
    connect(&m_session, &Session::realChanged, this, &SettingsSearch::show);
    connect(&m_session, &Session::runChanged, this, &SettingsSearch::runChanged);
    connect(&m_session, &Session::runTimed, this, [this](double updates, double seconds) {
        // A GPU takes longer for few starts than for many, each.
        if (const Device& device = m_session.models()->explainer->device(); !device.isCuda)
            learn(updates, seconds, device.isCuda);
    });
}

SettingsSearch::~SettingsSearch() = default;

void SettingsSearch::connectWorker()
{
    connect(m_worker, &GridWorker::progressed, this, &SettingsSearch::follow);
    connect(m_worker, &GridWorker::finished, this, &SettingsSearch::finish);
    connect(m_worker, &GridWorker::checkpointSetAside, this, &SettingsSearch::checkpointSetAside);
    connect(m_worker, &GridWorker::failed, this, [this](const QString& what) {
        const Running ended = *std::exchange(m_running, std::nullopt);
        lookForCheckpoint(
            checkpointOf(ended.folder, ended.settings, ended.models->explainer->device()));
        Q_EMIT failed(what);
        Q_EMIT runChanged();
        Q_EMIT resultChanged();
    });
}

fs::path SettingsSearch::shownFolder() const
{
    if (!m_session.models() || m_session.response().empty())
        return {};
    // A name for models, music and response, as the stored explanations have it.
    const fs::path key = ResultStore::key(m_session.hashes(), m_session.response(), {});
    return m_folder / key.parent_path() / key.stem() / name(m_direction);
}

void SettingsSearch::setDirection(Direction direction)
{
    if (direction == m_direction)
        return;
    m_direction = direction;
    Q_EMIT directionChanged();
    show();
}

void SettingsSearch::show()
{
    loadStored();
    Q_EMIT runChanged();
    Q_EMIT resultChanged();
}

// Each folder once, whether something is there or not.
void SettingsSearch::loadStored()
{
    const fs::path folder = shownFolder();
    if (folder.empty() || m_kept[folder].isRead)
        return;
    m_files->post("stored", [this, folder](std::stop_token) {
        const StoredSearches stored = readSearches(folder);
        return [this, folder, stored] {
            Kept& kept = m_kept[folder];
            kept.isRead = true;
            // A search that has ended meanwhile is newer.
            kept.results.insert(stored.results.begin(), stored.results.end());
            m_unfinished.insert(stored.unfinished.begin(), stored.unfinished.end());
            for (const std::string& problem : stored.problems)
                Q_EMIT failed(QString::fromStdString(problem));
            if (folder == shownFolder() && !(stored.results.empty() && stored.unfinished.empty()))
                Q_EMIT resultChanged();
        };
    });
}

QString SettingsSearch::obstacle() const
{
    if (!m_session.models() && !m_session.isLoading())
        return tr("No models are loaded");
    if (!m_session.models() || m_session.response().empty())
        return tr("The models are being loaded");
    if (m_running)
        return tr("A search for settings is running: it can be stopped");
    if (m_session.run())
        return tr("An explanation is being computed: both at once would only take longer. Wait "
                  "for it, or stop it");
    const auto real = m_session.realResponses();
    return real && realSide(*real, m_direction).responses.size() >= 2 ? QString() : lackOfReal();
}

// What is missing to compare with, and what the user can do about it.
QString SettingsSearch::lackOfReal() const
{
    const ResponseExpression response = m_session.models()->explainer->parse(m_session.response());
    if (!std::ranges::all_of(response.terms(), canBeIndexed))
        return tr("The search compares with the responses of real music, and those to this cannot "
                  "be had: an index of music holds units, means, and sums and multiples of these");
    const auto& indexed = m_session.musicResponses();
    const bool isIndexed = indexed && indexed->response == m_session.response();
    if (m_session.music())
        return isIndexed ? tr("Nearly all of your music is silent, and the search compares with "
                              "the responses of at least two excerpts")
                         : tr("The responses of your music are being read");
    if (isIndexed && indexed->real)
        return tr("The responses of the training music to this are not known, and the search "
                  "compares with them: compare with your own music (I), whose index holds them");
    return tr("The responses of real music to this are not known, and the search compares with "
              "them: drop a folder of music on the window, its index holds them");
}

void SettingsSearch::start(SearchForm form)
{
    start(gridOf(form, m_direction));
}

void SettingsSearch::start(const GridSettings& settings)
{
    if (!obstacle().isEmpty())
        return;
    m_direction = settings.direction;
    const std::shared_ptr<const Models> models = m_session.models();
    const fs::path folder = shownFolder();
    m_running = Running{models, m_session.response(), settings, folder, nullptr, false, {}, 0};
    m_worker->start({models->explainer, m_session.response(), settings,
                     realSide(*m_session.realResponses(), settings.direction),
                     checkpointOf(folder, settings, models->explainer->device()),
                     m_session.music()});
    Q_EMIT directionChanged();
    Q_EMIT runChanged();
    Q_EMIT progressed();
}

void SettingsSearch::stop()
{
    if (!m_running)
        return;
    m_running->isStopping = true;
    m_worker->requestStop();
    Q_EMIT runChanged();
}

std::optional<SearchState> SettingsSearch::run() const
{
    if (!m_running)
        return std::nullopt;
    SearchState state{m_running->response,  m_running->settings,
                      GridStage::Grid,      0,
                      std::nullopt,         m_running->folder == shownFolder(),
                      m_running->isStopping};
    if (m_running->progress) {
        state.stage = m_running->progress->stage;
        state.fraction = m_running->progress->fraction;
        state.secondsLeft = m_running->progress->secondsLeft;
    }
    return state;
}

std::shared_ptr<const GridProgress> SettingsSearch::progress() const
{
    return m_running && m_running->folder == shownFolder() ? m_running->progress : nullptr;
}

const GridResults& SettingsSearch::shownResults() const
{
    static const GridResults none;
    const auto kept = m_kept.find(shownFolder());
    return kept == m_kept.end() ? none : kept->second.results;
}

GridResults::const_iterator SettingsSearch::shownResult() const
{
    const GridResults& results = shownResults();
    const auto kept = m_kept.find(shownFolder());
    const auto shown = kept == m_kept.end() ? results.end() : results.find(kept->second.shown);
    return shown == results.end() ? mostInformative(results) : shown;
}

std::shared_ptr<const GridResult> SettingsSearch::result() const
{
    const auto shown = shownResult();
    return shown == shownResults().end() ? nullptr : shown->second;
}

std::shared_ptr<const GridResult> SettingsSearch::otherResult() const
{
    const GridResults& results = shownResults();
    if (results.size() < 2)
        return nullptr;
    const auto next = std::next(shownResult());
    return next == results.end() ? results.begin()->second : next->second;
}

void SettingsSearch::showOther()
{
    const auto other = otherResult();
    if (!other)
        return;
    m_kept[shownFolder()].shown = gridName(other->settings);
    Q_EMIT resultChanged();
}

double SettingsSearch::unfinishedShare(SearchForm form) const
{
    const fs::path folder = shownFolder();
    const auto real = m_session.realResponses();
    if (folder.empty() || !real)
        return 0;
    const GridSettings settings = gridOf(form, m_direction);
    const auto found = m_unfinished.find(checkpointOf(folder, settings, device()));
    if (found == m_unfinished.end())
        return 0;
    return shareDone(found->second, settings,
                     gridIdentity(*m_session.models()->explainer, m_session.response(), settings,
                                  realSide(*real, m_direction)));
}

void SettingsSearch::follow(const std::shared_ptr<const GridProgress>& progress)
{
    if (!m_running->progress) {
        m_running->sinceFirstProgress.start();
        m_running->firstFraction = progress->fraction;
    }
    m_running->progress = progress;
    Q_EMIT runChanged();
    if (m_running->folder == shownFolder())
        Q_EMIT progressed();
}

void SettingsSearch::finish(const std::shared_ptr<const GridResult>& result)
{
    if (result->end == RunEnd::Completed)
        measureCost();
    const Running ended = *std::exchange(m_running, std::nullopt);
    const fs::path checkpoint =
        checkpointOf(ended.folder, ended.settings, ended.models->explainer->device());
    Kept& kept = m_kept[ended.folder];
    kept.shown = gridName(ended.settings);
    const auto before = kept.results.find(kept.shown);
    if (isWorthKeeping(*result, before == kept.results.end() ? nullptr : before->second.get())) {
        kept.results.insert_or_assign(kept.shown, result);
        m_files->post(
            "keep " + (ended.folder / kept.shown).string(),
            [this, folder = ended.folder, result, checkpoint](std::stop_token) {
                QString problem;
                try {
                    writeSearch(*result, folder);
                    std::error_code error;
                    if (result->end == RunEnd::Completed)
                        fs::remove(checkpoint, error); // now that the result is kept
                } catch (const Error& error) {
                    problem = QString::fromUtf8(withCheckpoint(error, checkpoint).what());
                }
                return [this, checkpoint, problem, found = unfinishedSearch(checkpoint)] {
                    setUnfinished(checkpoint, found);
                    if (!problem.isEmpty())
                        Q_EMIT failed(problem);
                };
            },
            BackgroundQueue::Closing::Perform);
    } else {
        lookForCheckpoint(checkpoint);
    }
    Q_EMIT runChanged();
    Q_EMIT resultChanged();
}

void SettingsSearch::lookForCheckpoint(const fs::path& checkpoint)
{
    m_files->post("checkpoint " + checkpoint.string(), [this, checkpoint](std::stop_token) {
        return [this, checkpoint, found = unfinishedSearch(checkpoint)] {
            setUnfinished(checkpoint, found);
        };
    });
}

void SettingsSearch::setUnfinished(const fs::path& checkpoint, const UnfinishedSearch& unfinished)
{
    m_unfinished[checkpoint] = unfinished;
    Q_EMIT resultChanged();
}

void SettingsSearch::measureCost()
{
    if (!m_running->progress)
        return;
    const double share = m_running->progress->fraction - m_running->firstFraction;
    learn(share * gridUpdates(m_running->settings),
          static_cast<double>(m_running->sinceFirstProgress.elapsed()) / 1000,
          m_running->models->explainer->device().isCuda);
}

void SettingsSearch::learn(double updates, double seconds, bool isCuda)
{
    if (updates < fewestUpdates || seconds < fewestSeconds)
        return;
    (isCuda ? m_cost.gpuSeconds : m_cost.cpuSeconds) = seconds / updates;
    Q_EMIT costChanged();
}

void SettingsSearch::setCost(const UpdateCost& cost)
{
    m_cost = cost;
    Q_EMIT costChanged();
}

bool SettingsSearch::isCostMeasured() const
{
    return (device().isCuda ? m_cost.gpuSeconds : m_cost.cpuSeconds) > 0;
}

double SettingsSearch::expectedSeconds(SearchForm form) const
{
    return secondsPerUpdate() * gridUpdates(gridOf(form, m_direction)) *
           (1 - unfinishedShare(form));
}

double SettingsSearch::expectedSeconds(const ExplainSettings& settings) const
{
    return secondsPerUpdate() * updatesOf(settings);
}

double SettingsSearch::secondsPerUpdate() const
{
    const Device device = this->device();
    if (isCostMeasured())
        return device.isCuda ? m_cost.gpuSeconds : m_cost.cpuSeconds;
    return device.isCuda ? slowGpuSeconds : slowCoreSeconds / std::max(1, device.threads);
}

Device SettingsSearch::device() const
{
    return m_session.models() ? m_session.models()->explainer->device() : Device{};
}

} // namespace earshot
