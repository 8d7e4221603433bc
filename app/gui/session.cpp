// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/session.h"

#include "app/gui/background_queue.h"
#include "app/gui/explain_worker.h"
#include "app/gui/own_music.h"
#include "core/dsp/resynthesis.h"
#include "core/explain/witness.h"
#include "core/util/error.h"
#include "ui/panels/settings_panel.h"

#include <QRegularExpression>

#include <algorithm>
#include <utility>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// Where the parser says that something is wrong; 0: nowhere.
int positionIn(const QString& what)
{
    static const QRegularExpression place(QStringLiteral("\\(at character (\\d+)\\)"));
    const QRegularExpressionMatch match = place.match(what);
    return match.hasMatch() ? match.captured(1).toInt() : 0;
}

bool isHeard(const Explanation& explanation)
{
    if (explanation.startHeard.size() != explanation.examples.size())
        return false;
    for (const auto& [direction, result] : explanation.directions)
        if (result.heard.size() != explanation.examples.size())
            return false;
    return true;
}

// Where there is no witness, what another one said stands.
bool isJudged(const Explanation& explanation, const Explainer* witness)
{
    if (witness == nullptr)
        return true;
    const std::optional<WitnessDescription> asked = witnessOf(explanation);
    return asked && asked->sha256 == witness->classifier().sha256;
}

// As far as it goes: of the same models, music, response and settings.
bool answersTheSame(const Explanation& a, const Explanation& b)
{
    return a.response == b.response && hashesOf(a) == hashesOf(b) && isSame(a.settings, b.settings);
}

} // namespace

double updatesOf(const ExplainSettings& settings)
{
    const int directions = settings.directions == Directions::Both ? 2 : 1;
    return static_cast<double>(settings.examples) * directions * settings.steps;
}

Session::Session(const fs::path& resultsFolder, QObject* parent)
    : QObject(parent)
    , m_resultsFolder(resultsFolder)
    , m_store(std::make_shared<ResultStore>(resultsFolder))
    , m_settings(presetSettings(Preset::Recommended))
    , m_worker(new ExplainWorker(this))
    , m_files(new BackgroundQueue(this))
    , m_hearing(new BackgroundQueue(this, BackgroundQueue::Importance::Idle))
{
    connectWorker();
    connect(m_files, &BackgroundQueue::failed, this, &Session::failed);
    connect(m_hearing, &BackgroundQueue::failed, this, &Session::failed);
}

Session::~Session() = default;

void Session::connectWorker()
{
    connect(m_worker, &ExplainWorker::progressed, this,
            [this](const std::shared_ptr<const ExplainProgress>& progress) {
                m_fraction = progress->fraction;
                m_secondsLeft = progress->secondsLeft;
                // It is kept while another unit is looked at, for when this one comes back.
                m_progress = progress;
                Q_EMIT runChanged();
                if (run()->isHere)
                    Q_EMIT progressed();
            });
    connect(m_worker, &ExplainWorker::finished, this, &Session::finishRun);
    connect(m_worker, &ExplainWorker::failed, this, [this](const QString& what) {
        m_running.reset();
        m_progress.reset();
        Q_EMIT failed(what);
        Q_EMIT runChanged();
        Q_EMIT explanationChanged();
        startNext();
    });
    connect(m_worker, &ExplainWorker::aborted, this, [this] {
        m_running.reset();
        m_progress.reset();
        Q_EMIT runChanged();
        Q_EMIT explanationChanged();
        startNext();
    });
}

void Session::load(const ModelRequest& request, const std::string& response)
{
    m_isLoading = true;
    m_modelsProblem.clear();
    stop();
    m_files->post(
        "models", [this, request, response](std::stop_token) -> BackgroundQueue::Delivery {
            try {
                std::shared_ptr<const Models> models = loadModels(request);
                return [this, models, response] { use(models, response); };
            } catch (const std::exception& error) {
                return [this, what = QString::fromUtf8(error.what())] { loadFailed(what); };
            }
        });
}

void Session::loadFailed(const QString& what)
{
    m_isLoading = false;
    if (!m_models)
        m_modelsProblem = what;
    Q_EMIT modelsFailed();
    if (m_models)
        Q_EMIT failed(what);
}

void Session::use(std::shared_ptr<const Models> models, const std::string& response)
{
    stop(); // what began while these were loaded
    if (isRecommended())
        m_settings = recommendedSettings(m_settings, {});
    m_models = std::move(models);
    m_isLoading = false;
    m_modelsProblem.clear();
    m_response.clear();
    m_adoptedHere.clear();
    m_explanation.reset();
    m_openedFile.clear();
    readAdopted();
    Q_EMIT modelsLoaded();
    if (!m_models->examplesProblem.empty())
        Q_EMIT failed(QString::fromStdString(m_models->examplesProblem));
    refreshExplained();
    if (!response.empty()) {
        show(QString::fromStdString(response));
        if (!m_response.empty())
            return;
    }
    // The last layer before its non-linearity is what the classifier answers.
    const std::vector<LayerDescription>& layers = m_models->explainer->layers();
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer)
        if (!layer->isConvolutional() && !layer->name.ends_with(".act")) {
            ResponseTerm output;
            output.layer = layer->name;
            output.indices = {0};
            show(QString::fromStdString(ResponseExpression({output}).canonical()));
            return;
        }
}

void Session::show(const QString& text)
{
    if (!m_models)
        return;
    try {
        const ResponseExpression expression = m_models->explainer->parse(text.toStdString());
        const std::string canonical = expression.canonical();
        if (canonical == m_response && m_openedFile.empty()) {
            Q_EMIT responseChanged(); // whoever typed it another way sees it as it is
            return;
        }
        m_real = m_models->explainer->realResponsesOf(expression);
        setResponse(canonical);
    } catch (const Error& error) {
        const QString what = QString::fromUtf8(error.what());
        Q_EMIT responseRejected(what, positionIn(what));
        return;
    }
    m_openedFile.clear();
    m_explanation.reset();
    Q_EMIT responseChanged();
    Q_EMIT adoptedChanged();
    Q_EMIT settingsChanged();
    Q_EMIT explanationChanged();
    loadStored(true);
    Q_EMIT runChanged();
}

void Session::setSettings(const ExplainSettings& settings)
{
    m_settings = settings;
    Q_EMIT settingsChanged();
    // What was computed with these settings before comes back at once.
    if (m_models && m_openedFile.empty() && !(run() && run()->isHere))
        loadStored(false);
}

void Session::setResponse(const std::string& canonical)
{
    const bool wasRecommended = isRecommended();
    m_response = canonical;
    const auto adopted = m_adopted.find(canonical);
    m_adoptedHere = adopted == m_adopted.end() ? Adoptions() : adopted->second;
    if (wasRecommended)
        m_settings = recommendedSettings(m_settings, m_adoptedHere);
}

bool Session::isRecommended() const
{
    return sameCourse(m_settings, recommendedSettings(m_settings, m_adoptedHere));
}

void Session::setExplanation(std::shared_ptr<const Explanation> explanation)
{
    m_explanation = std::move(explanation);
    Q_EMIT explanationChanged();
    // Another classifier would hear something else.
    const bool isOfThisClassifier =
        m_models && hashesOf(*m_explanation).classifier == m_models->hashes().classifier;
    if (canGenerate() && isOfThisClassifier &&
        !(isHeard(*m_explanation) && isJudged(*m_explanation, m_models->witness.get())))
        hear(m_explanation, m_openedFile.empty() ? Keeping::Keep : Keeping::LeaveAsItIs);
}

void Session::setMusic(std::shared_ptr<const OwnMusic> music)
{
    if (music == m_music)
        return;
    m_music = std::move(music);
    Q_EMIT realChanged();
    if (m_response.empty())
        return;
    // What was compared with this music before comes back.
    if (m_openedFile.empty() && !(run() && run()->isHere))
        loadStored(true);
    refreshExplained();
}

void Session::setMusicResponses(std::shared_ptr<const MusicResponses> responses)
{
    if (responses == m_musicResponses)
        return;
    m_musicResponses = std::move(responses);
    Q_EMIT realChanged();
}

std::optional<RealResponses> Session::realResponses() const
{
    if (!m_music)
        return m_real;
    return m_musicResponses && m_musicResponses->response == m_response ? m_musicResponses->real
                                                                        : std::nullopt;
}

ModelHashes Session::hashes() const
{
    ModelHashes hashes = m_models->hashes();
    if (m_music)
        hashes.music = m_music->sha256;
    return hashes;
}

bool Session::canGenerate() const
{
    return m_models && m_explanation &&
           hashesOf(*m_explanation).generator == m_models->hashes().generator;
}

void Session::explain(int focus)
{
    if (!m_models || m_isLoading)
        return;
    m_waiting.push_back({m_response, m_settings, focus, m_music});
    m_openedFile.clear();
    startNext();
    Q_EMIT runChanged();
}

void Session::startNext()
{
    if (m_worker->isRunning() || m_waiting.empty() || !m_models)
        return;
    m_running = m_waiting.front();
    m_waiting.pop_front();
    m_runningModels = m_models;
    m_fraction = 0;
    m_secondsLeft.reset();
    m_isStopping = false;
    m_progress.reset();
    m_runTime.start();
    m_worker->start({m_models->explainer, m_running->response, m_running->settings,
                     m_running->focus, m_running->music});
    Q_EMIT runChanged();
    Q_EMIT progressed();
}

void Session::stop()
{
    m_waiting.clear();
    if (m_worker->isRunning()) {
        m_isStopping = true;
        m_worker->requestStop();
    }
    Q_EMIT runChanged();
}

void Session::withdraw()
{
    std::erase_if(m_waiting, [this](const Request& one) { return one.response == m_response; });
    Q_EMIT runChanged();
}

std::optional<RunState> Session::run() const
{
    if (!m_running)
        return std::nullopt;
    const auto isOfShown = [this](const Request& one) { return one.response == m_response; };
    return RunState{m_running->response,
                    m_fraction,
                    m_secondsLeft,
                    isOfShown(*m_running) && m_runningModels == m_models && m_openedFile.empty(),
                    m_waiting.size(),
                    std::ranges::any_of(m_waiting, isOfShown),
                    m_isStopping};
}

std::shared_ptr<const ExplainProgress> Session::progress() const
{
    const std::optional<RunState> state = run();
    return state && state->isHere ? m_progress : nullptr;
}

const ExplainSettings& Session::shownSettings() const
{
    if (const auto state = run(); state && state->isHere)
        return m_running->settings;
    return m_explanation ? m_explanation->settings : m_settings;
}

void Session::finishRun(const std::shared_ptr<const Explanation>& explanation)
{
    const bool wasHere = run() && run()->isHere;
    if (explanation->end == RunEnd::Completed)
        Q_EMIT runTimed(updatesOf(explanation->settings),
                        static_cast<double>(m_runTime.elapsed()) / 1000);
    m_running.reset();
    m_progress.reset();
    // A fragment does not take the place of the whole.
    const bool isKnown = explanation->end == RunEnd::Stopped && wasHere && m_explanation &&
                         m_explanation->end == RunEnd::Completed &&
                         answersTheSame(*explanation, *m_explanation);
    if (!explanation->examples.empty() && !isKnown) {
        m_finishedRuns += wasHere ? 1 : 0;
        keep(explanation);
        if (wasHere)
            setExplanation(explanation);
        else if (m_runningModels == m_models)
            hear(explanation, Keeping::Keep);
    }
    Q_EMIT runChanged();
    if (wasHere && (explanation->examples.empty() || isKnown))
        Q_EMIT explanationChanged();
    startNext();
}

// Fills in the heard responses and the witness's; the sounds go to whoever plays them.
void Session::hear(const std::shared_ptr<const Explanation>& explanation, Keeping keeping)
{
    const std::string key = explanation->response;
    m_hearing->post(key, [this, models = m_models, explanation, keeping](std::stop_token stop) {
        auto heard = std::make_shared<Explanation>(*explanation);
        auto sounds = std::make_shared<ExplanationSounds>();
        const FrontEndParameters frontEnd;
        const bool isComplete =
            hearExplanation(*models->explainer, frontEnd,
                            resynthesisDefaults(ResynthesisMethod::Joint),
                            models->explainer->device().threads, *heard, *sounds, stop) &&
            (!models->witness ||
             askWitness(*models->explainer, *models->witness, frontEnd, *sounds, *heard, stop));
        if (!isComplete)
            return BackgroundQueue::Delivery();
        return BackgroundQueue::Delivery([this, explanation, heard, sounds, keeping] {
            Q_EMIT soundsMade(heard, sounds);
            if (keeping == Keeping::Keep)
                keep(heard);
            if (m_explanation == explanation) {
                m_explanation = heard;
                Q_EMIT explanationChanged();
            }
        });
    });
}

} // namespace earshot
