// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/grid_worker.h"

#include "app/gui/niceness.h"
#include "app/gui/own_music.h"
#include "core/explain/grid_trajectories.h"
#include "core/nets/device.h"
#include "core/util/error.h"

#include <system_error>
#include <utility>

namespace earshot {

namespace {

constexpr double progressIntervalSeconds = 0.1; // of the pictures that are drawn

} // namespace

GridWorker::GridWorker(QObject* parent)
    : QObject(parent)
{
}

GridWorker::~GridWorker() = default;

// To the GUI thread, and there only if the run is still the newest.
template <typename Handler>
void GridWorker::deliver(std::uint64_t run, Handler handler)
{
    m_deliveries.post([this, run, handler = std::move(handler)] {
        if (run == m_run)
            handler();
    });
}

void GridWorker::start(GridRequest request)
{
    m_isRunning = true;
    ++m_run;
    m_thread = std::jthread([this, run = m_run, request = std::move(request)](
                                std::stop_token stop) { work(run, request, std::move(stop)); });
}

void GridWorker::requestStop()
{
    m_thread.request_stop();
}

// What cannot be gone on from, of another version or other music, is set aside: the search begins
// anew.
GridResult GridWorker::search(std::uint64_t run, const GridRequest& request,
                              const GridControl& control)
{
    const std::string checkpoint = request.checkpoint.string();
    const std::string aside = checkpoint + ".refused";
    try {
        return request.explainer->searchGrid(request.response, request.settings, request.real,
                                             control);
    } catch (const Error& failure) {
        if (failure.kind() != ErrorKind::BadInput || !failure.subject().starts_with(checkpoint))
            throw withCheckpoint(failure, request.checkpoint);
        std::error_code error;
        std::filesystem::rename(checkpoint, aside, error);
        if (error)
            throw;
        const std::string what = std::string(failure.what()) + "; it is set aside as " + aside;
        deliver(run,
                [this, what = QString::fromStdString(what)] { Q_EMIT checkpointSetAside(what); });
    }
    try {
        return request.explainer->searchGrid(request.response, request.settings, request.real,
                                             control);
    } catch (const Error& failure) {
        throw withCheckpoint(failure, request.checkpoint);
    }
}

void GridWorker::work(std::uint64_t run, const GridRequest& request, std::stop_token stop)
{
    QString failure;
    try {
        prepareWorkerThread();
        makeWayForOthers();
        GridControl control;
        control.stop = std::move(stop);
        control.checkpoint = request.checkpoint;
        control.progressIntervalSeconds = progressIntervalSeconds;
        control.progress = [this, run](const GridProgress& progress) {
            deliver(run, [this, copy = std::make_shared<const GridProgress>(progress)] {
                if (m_isRunning)
                    Q_EMIT progressed(copy);
            });
        };
        GridResult found = search(run, request, control);
        if (request.music)
            found.record.set("index", indexRecord(request.music->index));
        auto result = std::make_shared<const GridResult>(std::move(found));
        deliver(run, [this, result] {
            m_isRunning = false;
            Q_EMIT finished(result);
        });
        return;
    } catch (const std::exception& error) {
        failure = QString::fromUtf8(error.what());
    }
    deliver(run, [this, failure] {
        m_isRunning = false;
        Q_EMIT failed(failure);
    });
}

} // namespace earshot
