// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/models.h"
#include "core/explain/grid_progress.h"
#include "core/explain/grid_result.h"

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

enum class SearchForm
{
    Quick,
    Full
};

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

    // Why no search can begin now, for the user; empty if one can.
    QString obstacle() const;
    // For what is shown; goes on from where a search of the same form was stopped. Does nothing
    // where there is an obstacle.
    void start(SearchForm form);
    void start(const GridSettings& settings);
    // Ends the search and keeps what is known.
    void stop();
    std::optional<SearchState> run() const;

    // Of what is shown: a search that runs, and the last one that has ended; or null.
    std::shared_ptr<const GridProgress> progress() const;
    std::shared_ptr<const GridResult> result() const;

    // How long a search takes at most, from what was measured on this machine.
    double expectedSeconds(SearchForm form) const;
    bool isCostMeasured() const;
    const UpdateCost& cost() const { return m_cost; }
    void setCost(const UpdateCost& cost);

Q_SIGNALS:
    void directionChanged();
    void runChanged();    // run(), obstacle()
    void progressed();    // progress()
    void resultChanged(); // result()
    void costChanged();
    void failed(const QString& what);

private:
    // Of the models, the music that is compared with, the response and the direction.
    std::filesystem::path shownFolder() const;
    Device device() const;
    void connectWorker();
    void show();
    void loadStored();
    void finish(const std::shared_ptr<const GridResult>& result);
    void follow(const std::shared_ptr<const GridProgress>& progress);
    void measureCost();
    void learn(double updates, double seconds, bool isCuda);

    Session& m_session;
    const std::filesystem::path m_folder;
    Direction m_direction = Direction::Positive;
    UpdateCost m_cost;
    // By folder; null: none is there.
    std::map<std::filesystem::path, std::shared_ptr<const GridResult>> m_results;

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
