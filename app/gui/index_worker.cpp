// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/index_worker.h"

#include "app/gui/niceness.h"
#include "core/nets/device.h"

#include <chrono>
#include <exception>
#include <utility>

namespace earshot {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds progressInterval(100);

} // namespace

IndexWorker::IndexWorker(QObject* parent)
    : QObject(parent)
{
}

IndexWorker::~IndexWorker() = default;

void IndexWorker::start(IndexRequest request)
{
    m_isRunning = true;
    m_thread = std::jthread([this, request = std::move(request)](std::stop_token stop) {
        work(request, std::move(stop));
    });
}

void IndexWorker::requestStop()
{
    m_thread.request_stop();
}

void IndexWorker::work(const IndexRequest& request, std::stop_token stop)
{
    QString failure;
    try {
        prepareWorkerThread();
        makeWayForAll();
        IndexControl control;
        control.stop = std::move(stop);
        control.progress = [this, last = Clock::time_point()](const Progress& progress) mutable {
            if (const auto now = Clock::now(); now - last >= progressInterval) {
                last = now;
                m_deliveries.post([this, progress] {
                    if (m_isRunning)
                        Q_EMIT progressed(progress);
                });
            }
        };
        const IndexSummary summary =
            buildIndex(request.folder, request.index, *request.explainer, control);
        m_deliveries.post([this, summary] {
            m_isRunning = false;
            Q_EMIT finished(summary);
        });
        return;
    } catch (const std::exception& error) {
        failure = QString::fromUtf8(error.what());
    }
    m_deliveries.post([this, failure] {
        m_isRunning = false;
        Q_EMIT failed(failure);
    });
}

} // namespace earshot
