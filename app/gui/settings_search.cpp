// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/settings_search.h"

#include "app/gui/background_queue.h"
#include "app/gui/grid_worker.h"
#include "app/gui/session.h"
#include "core/explain/explanation_record.h"
#include "core/explain/grid_batch.h"
#include "core/explain/grid_reader.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
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

GridSettings gridOf(SearchForm form, Direction direction)
{
    GridSettings settings = form == SearchForm::Quick ? quickGrid() : fullGrid();
    settings.direction = direction;
    return settings;
}

// Of one grid on one device: another one does not go on from it.
fs::path checkpointOf(const fs::path& folder, const GridSettings& settings, const Device& device)
{
    return folder / ((device.isCuda ? "unfinished-gpu-" : "unfinished-") +
                     std::to_string(pairCount(settings)) + "x" + std::to_string(settings.examples) +
                     "x" + std::to_string(largestSteps(settings)) + ".earshot");
}

int knownExamples(const GridResult& result)
{
    int examples = 0;
    for (const GridMeasurement& measurement : result.measurements)
        examples += measurement.examples;
    return examples;
}

// A search that was stopped does not replace a completed one, nor one that knows more; what it
// knows is in its checkpoint.
bool isWorthKeeping(const GridResult& result, const GridResult* before)
{
    if (result.end == RunEnd::Completed)
        return true;
    if (before != nullptr)
        return before->end != RunEnd::Completed && knownExamples(result) >= knownExamples(*before);
    return !std::ranges::all_of(result.curves.values(),
                                [](float value) { return std::isnan(value); });
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
    connect(m_worker, &GridWorker::failed, this, [this](const QString& what) {
        m_running.reset();
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
    if (folder.empty() || m_results.contains(folder))
        return;
    m_files->post("stored", [this, folder](std::stop_token) {
        std::shared_ptr<const GridResult> found;
        QString problem;
        try {
            if (std::optional<GridResult> result = readGrid(folder))
                found = std::make_shared<const GridResult>(*std::move(result));
        } catch (const Error& error) {
            problem = QString::fromUtf8(error.what());
        }
        return [this, folder, found, problem] {
            // A search that has ended meanwhile is newer.
            const bool isNew = m_results.emplace(folder, found).second;
            if (!problem.isEmpty())
                Q_EMIT failed(problem);
            if (isNew && found && folder == shownFolder())
                Q_EMIT resultChanged();
        };
    });
}

QString SettingsSearch::obstacle() const
{
    if (!m_session.models())
        return tr("The models are being loaded");
    if (m_running)
        return tr("A search for settings is running: it can be stopped");
    if (m_session.run())
        return tr("An explanation is being computed: both at once would only take longer. Wait "
                  "for it, or stop it");
    const auto real = m_session.realResponses();
    if (!real || realSide(*real, m_direction).responses.size() < 2)
        return tr("The responses of real music to this are not known, and the search compares "
                  "with them");
    return {};
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

std::shared_ptr<const GridResult> SettingsSearch::result() const
{
    const auto found = m_results.find(shownFolder());
    return found == m_results.end() ? nullptr : found->second;
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
    const fs::path& folder = ended.folder;
    const fs::path checkpoint =
        checkpointOf(folder, ended.settings, ended.models->explainer->device());
    const auto before = m_results.find(folder);
    if (isWorthKeeping(*result, before == m_results.end() ? nullptr : before->second.get())) {
        m_results.insert_or_assign(folder, result);
        m_files->post(
            "keep " + folder.string(),
            [folder, result, checkpoint](std::stop_token) {
                writeGrid(*result, folder);
                std::error_code error;
                if (result->end == RunEnd::Completed)
                    fs::remove(checkpoint, error); // now that the result is kept
                return BackgroundQueue::Delivery();
            },
            BackgroundQueue::Closing::Perform);
    }
    Q_EMIT runChanged();
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
    const double updates = gridUpdates(gridOf(form, m_direction));
    const Device device = this->device();
    if (isCostMeasured())
        return updates * (device.isCuda ? m_cost.gpuSeconds : m_cost.cpuSeconds);
    return updates *
           (device.isCuda ? slowGpuSeconds : slowCoreSeconds / std::max(1, device.threads));
}

Device SettingsSearch::device() const
{
    return m_session.models() ? m_session.models()->explainer->device() : Device{};
}

} // namespace earshot
