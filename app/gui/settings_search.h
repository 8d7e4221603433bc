// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/models.h"
#include "app/gui/search_store.h"
#include "core/explain/grid_progress.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace earshot {

class BackgroundQueue;
class GridWorker;
class Session;

// How long one update of one start takes on this machine, measured; 0: never.
struct UpdateCost
{
    double cpuSeconds = 0;
    double gpuSeconds = 0;
};

// A search as the window sees it.
struct SearchState
{
    std::string response;
    GridSettings settings;
    GridStage stage = GridStage::Grid;
    double fraction = 0;
    std::optional<double> secondsLeft;
    bool isHere = false; // of the response and direction that are shown
    bool isStopping = false;
};

// Searches for settings by Eq. 3, one at a time and not beside an explanation: on a processor both
// would only take longer. Says what is known for the response that the session shows, in the
// direction that is looked at. Results are kept in files. GUI thread only.
class SettingsSearch : public QObject
{
    Q_OBJECT

public:
    // folder: of results and checkpoints. Borrows the session.
    SettingsSearch(Session& session, std::filesystem::path folder, QObject* parent = nullptr);
    ~SettingsSearch() override;

    Direction direction() const { return m_direction; }
    void setDirection(Direction direction);

    // Why no search can begin now and what can be done, for the user; empty if one can.
    QString obstacle() const;
    // For what is shown; goes on from where a search of the same form was stopped. Does nothing
    // where there is an obstacle.
    void start(SearchForm form);
    void start(const GridSettings& settings);
    // Ends the search and keeps what is known.
    void stop();
    std::optional<SearchState> run() const;

    // Of a search for what is shown, while it runs; or null.
    std::shared_ptr<const GridProgress> progress() const;
    // Of what is shown, null if there is none: what the user chose with showOther() or what ended
    // last, and before either the mostInformative() of those that are kept.
    std::shared_ptr<const GridResult> result() const;
    // The result of another grid, which is kept as well; null if there is none. Of several the next
    // in turn.
    std::shared_ptr<const GridResult> otherResult() const;
    void showOther();
    // How much of a search for what is shown was computed before it was stopped, or its program
    // ended; the same search goes on from there. [0, 1]; 0: there is none, or one that cannot be
    // gone on from, by another version or with other real music.
    double unfinishedShare(SearchForm form) const;

    // How long a search, or the rest of an unfinished one, takes at most, from what was measured on
    // this machine.
    double expectedSeconds(SearchForm form) const;
    // How long an explanation of what is shown takes.
    double expectedSeconds(const ExplainSettings& settings) const;
    bool isCostMeasured() const;
    const UpdateCost& cost() const { return m_cost; }
    void setCost(const UpdateCost& cost);

Q_SIGNALS:
    void directionChanged();
    void runChanged();    // run(), obstacle()
    void progressed();    // progress()
    void resultChanged(); // result(), otherResult(), unfinishedShare()
    void costChanged();
    void failed(const QString& what);
    // An unfinished search cannot be gone on from: as the engine says why, and where it is now.
    void checkpointSetAside(const QString& what);

private:
    // Of the models, the music that is compared with, the response and the direction.
    std::filesystem::path shownFolder() const;
    const GridResults& shownResults() const;
    GridResults::const_iterator shownResult() const; // of shownResults()
    Device device() const;
    double secondsPerUpdate() const;
    QString lackOfReal() const;
    void connectWorker();
    void show();
    void loadStored();
    void finish(const std::shared_ptr<const GridResult>& result);
    void lookForCheckpoint(const std::filesystem::path& checkpoint);
    void setUnfinished(const std::filesystem::path& checkpoint, const UnfinishedSearch& unfinished);
    void follow(const std::shared_ptr<const GridProgress>& progress);
    void measureCost();
    void learn(double updates, double seconds, bool isCuda);

    Session& m_session;
    const std::filesystem::path m_folder;
    Direction m_direction = Direction::Positive;
    UpdateCost m_cost;

    // What is known of one folder.
    struct Kept
    {
        bool isRead = false;
        GridResults results;
        std::string shown; // name of its grid; empty, or not there: the most informative
    };
    std::map<std::filesystem::path, Kept> m_kept;                   // by folder
    std::map<std::filesystem::path, UnfinishedSearch> m_unfinished; // by checkpoint

    struct Running
    {
        std::shared_ptr<const Models> models;
        std::string response;
        GridSettings settings;
        std::filesystem::path folder;
        std::shared_ptr<const GridProgress> progress;
        bool isStopping = false;
        QElapsedTimer sinceFirstProgress;
        double firstFraction = 0;
    };
    std::optional<Running> m_running;

    BackgroundQueue* m_files;
    GridWorker* m_worker;
};

} // namespace earshot
