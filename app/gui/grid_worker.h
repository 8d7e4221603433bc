// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/mailbox.h"
#include "core/explain/explainer.h"
#include "core/explain/grid_progress.h"
#include "core/explain/grid_result.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

namespace earshot {

struct OwnMusic;

// What a search is asked for.
struct GridRequest
{
    std::shared_ptr<const Explainer> explainer;
    std::string response; // canonical
    GridSettings settings;
    RealSide real;
    std::filesystem::path checkpoint;      // see GridControl
    std::shared_ptr<const OwnMusic> music; // that `real` is of; null: the bundle's
};

// Explainer::searchGrid on a thread of its own, with signals on the GUI thread; one search at a
// time. What comes from one that is not the newest is dropped.
class GridWorker : public QObject
{
    Q_OBJECT

public:
    explicit GridWorker(QObject* parent = nullptr);
    // Stops, waits for the step in hand, and drops the result.
    ~GridWorker() override;

    // Only while nothing runs.
    void start(GridRequest request);
    // Ends after the step in hand and keeps what is known. Does not block.
    void requestStop();
    // From start() until finished or failed was emitted.
    bool isRunning() const { return m_isRunning; }

Q_SIGNALS:
    void progressed(const std::shared_ptr<const earshot::GridProgress>& progress);
    void finished(const std::shared_ptr<const earshot::GridResult>& result);
    void failed(const QString& what);
    // The search begins anew: why it cannot go on from its checkpoint, and where that is now.
    void checkpointSetAside(const QString& what);

private:
    template <typename Handler>
    void deliver(std::uint64_t run, Handler handler);
    void work(std::uint64_t run, const GridRequest& request, std::stop_token stop);
    GridResult search(std::uint64_t run, const GridRequest& request, const GridControl& control);

    std::uint64_t m_run = 0; // the newest
    bool m_isRunning = false;
    Mailbox m_deliveries;
    std::jthread m_thread; // last: ends before the rest goes
};

} // namespace earshot
