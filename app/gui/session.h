// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/adopted_settings.h"
#include "app/gui/models.h"
#include "core/explain/explanation.h"
#include "core/explain/settings.h"
#include "core/listen/heard.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace earshot {

class BackgroundQueue;
class ExplainWorker;
struct MusicResponses;
struct OwnMusic;

// A run as the window sees it.
struct RunState
{
    std::string response;
    double fraction = 0;
    std::optional<double> secondsLeft;
    bool isHere = false; // of the response that is shown
    std::size_t waiting = 0;
    bool isWaitingHere = false; // a later run of the response that is shown is among these
    bool isStopping = false;
};

// Of single starts.
double updatesOf(const ExplainSettings& settings);

// Owns models, results and runs, and says which response is shown. Everything long happens on
// workers; what belongs to something no longer shown is kept, and not shown. GUI thread only.
class Session : public QObject
{
    Q_OBJECT

public:
    explicit Session(const std::filesystem::path& resultsFolder, QObject* parent = nullptr);
    ~Session() override;

    // Ends in modelsLoaded, or in modelsFailed and, where others stay loaded, failed. Runs of other
    // models are stopped first, and their results kept. `response`: shown then, if it can be read;
    // else the output neuron.
    void load(const ModelRequest& request, const std::string& response = {});
    // Models that are loaded already. Emits modelsLoaded.
    void use(std::shared_ptr<const Models> models, const std::string& response = {});
    std::shared_ptr<const Models> models() const { return m_models; } // null before
    bool isLoading() const { return m_isLoading; }
    // Why there are no models; empty: there are some, or they are being loaded.
    const QString& modelsProblem() const { return m_modelsProblem; }

    // What is shown; "" before the models are loaded.
    const std::string& response() const { return m_response; }
    // Shows another response and what is stored of it. Emits responseChanged, or responseRejected.
    void show(const QString& text);

    // Music of the user's own that everything is compared with from now on, instead of with what
    // the classifier was trained on; null: with that. It must be of this classifier.
    void setMusic(std::shared_ptr<const OwnMusic> music);
    const std::shared_ptr<const OwnMusic>& music() const { return m_music; }
    // What an open index says of a response, whether it is compared with or not; null: it is being
    // read, or none is open.
    void setMusicResponses(std::shared_ptr<const MusicResponses> responses);
    const std::shared_ptr<const MusicResponses>& musicResponses() const { return m_musicResponses; }
    // Of what is shown, to the music that it is compared with.
    std::optional<RealResponses> realResponses() const;
    // What an explanation that is computed now rests on.
    ModelHashes hashes() const;

    const ExplainSettings& settings() const { return m_settings; }
    void setSettings(const ExplainSettings& settings);
    // What searches found and the user took for the response that is shown.
    const Adoptions& adopted() const { return m_adoptedHere; }
    // Takes these as *recommended* for a response, for good, instead of what was before; empty: as
    // for all others.
    void adopt(const std::string& response, const Adoptions& adoptions);
    // Whether the settings are those recommended for the response that is shown. Then they become
    // those of the next one that is shown.
    bool isRecommended() const;

    // Of the response that is shown: a finished result, or null.
    std::shared_ptr<const Explanation> explanation() const { return m_explanation; }
    // Of a run for the response that is shown, while it lasts; or null.
    std::shared_ptr<const ExplainProgress> progress() const;
    // The file that is shown, if it was opened and not computed here.
    const std::filesystem::path& openedFile() const { return m_openedFile; }
    // Whether pictures between the stored ones can be made: the generator is that of the result.
    bool canGenerate() const;

    // The settings of the run for what is shown; those of explanation() otherwise.
    const ExplainSettings& shownSettings() const;

    // Explains what is shown, with settings(); after the run in hand, if there is one.
    void explain(int focus);
    // Ends the run and keeps what is finished. The requests that wait are dropped.
    void stop();
    // Drops the requests for what is shown that wait.
    void withdraw();
    std::optional<RunState> run() const;

    // Shows a result.earshot, with its settings. Emits settingsOpened before settingsChanged.
    void open(const std::filesystem::path& file);
    void saveAs(const std::filesystem::path& file);
    // Responses with a stored result, for these models.
    QStringList explainedResponses() const { return m_explained; }

Q_SIGNALS:
    void modelsLoaded();
    void modelsFailed(); // isLoading(), modelsProblem()
    void responseChanged();
    void responseRejected(const QString& what, int position); // position: 1-based, 0: none
    void settingsChanged();
    // An opened result brought other settings than `own`, which its response would have had.
    void settingsOpened(const earshot::ExplainSettings& own);
    void realChanged();        // music(), musicResponses(), realResponses(), hashes()
    void adoptedChanged();     // adopted()
    void explanationChanged(); // explanation(), after a load or a run; also its heard responses
    void progressed();         // progress()
    void runChanged();         // run()
    void explainedResponsesChanged();
    // A whole run took so long for so many updates of single starts.
    void runTimed(double updates, double seconds);
    void soundsMade(const std::shared_ptr<const earshot::Explanation>& explanation,
                    const std::shared_ptr<const earshot::ExplanationSounds>& sounds);
    void saved(const QString& path);  // by saveAs()
    void opened(const QString& path); // by open()
    void failed(const QString& what);

private:
    void connectWorker();
    void loadFailed(const QString& what);
    void setExplanation(std::shared_ptr<const Explanation> explanation);
    void loadStored(bool anySettings);
    void startNext();
    void finishRun(const std::shared_ptr<const Explanation>& explanation);
    enum class Keeping
    {
        Keep,       // with what was heard, in the store
        LeaveAsItIs // it came from a file of the user's
    };
    void hear(const std::shared_ptr<const Explanation>& explanation, Keeping keeping);
    void keep(const std::shared_ptr<const Explanation>& explanation);
    void refreshExplained();
    // Its recommended settings too, where those of the response before were used.
    void setResponse(const std::string& canonical);
    std::filesystem::path adoptedFile() const;
    void readAdopted();

    struct Request
    {
        std::string response;
        ExplainSettings settings;
        int focus = 0;
        std::shared_ptr<const OwnMusic> music; // null: the bundle's
    };

    const std::filesystem::path m_resultsFolder;
    std::shared_ptr<ResultStore> m_store;
    std::shared_ptr<const Models> m_models;
    bool m_isLoading = false;
    QString m_modelsProblem;
    std::string m_response;
    std::optional<RealResponses> m_real; // the bundle's
    std::shared_ptr<const OwnMusic> m_music;
    std::shared_ptr<const MusicResponses> m_musicResponses;
    ExplainSettings m_settings;
    AdoptedSettings m_adopted; // of these models
    Adoptions m_adoptedHere;
    std::shared_ptr<const Explanation> m_explanation;
    std::shared_ptr<const ExplainProgress> m_progress;
    std::filesystem::path m_openedFile;
    QStringList m_explained;

    std::optional<Request> m_running;
    std::shared_ptr<const Models> m_runningModels;
    QElapsedTimer m_runTime;
    std::uint64_t m_finishedRuns = 0; // of what was shown
    double m_fraction = 0;
    std::optional<double> m_secondsLeft;
    bool m_isStopping = false;
    std::deque<Request> m_waiting;

    ExplainWorker* m_worker;
    BackgroundQueue* m_files;   // loading models, reading and writing results
    BackgroundQueue* m_hearing; // resynthesis of whole results
};

} // namespace earshot
