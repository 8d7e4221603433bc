// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/explain_worker.h"

#include "app/gui/niceness.h"
#include "app/gui/own_music.h"
#include "core/explain/runner.h"

namespace earshot {

namespace {

// Enough for a lively picture; a snapshot of many starts is not free.
constexpr double progressIntervalSeconds = 0.05;
// The film strip shows no more at once.
constexpr int watchedExamples = 24;

Explanation explanationOf(const ExplainRequest& request, const ExplainControl& control)
{
    const Explainer& explainer = *request.explainer;
    std::optional<IndexedReal> real;
    if (request.music)
        real = realOf(*request.music, explainer, request.response, request.settings.directions);
    Explanation explanation = explainer.explain(request.response, request.settings, control,
                                                real ? &real->real : nullptr);
    if (real && explanation.end != RunEnd::Aborted)
        explanation.record.set("index", real->record);
    return explanation;
}

} // namespace

// To the GUI thread, and there only if the run is still the newest.
template <typename Handler>
void ExplainWorker::deliver(std::uint64_t run, Handler handler)
{
    m_deliveries.post([this, run, handler = std::move(handler)] {
        if (run == m_run)
            handler();
    });
}

ExplainWorker::ExplainWorker(QObject* parent)
    : QObject(parent)
{
    ExplainRunner::Callbacks callbacks;
    callbacks.progressed = [this](RunId run, const ExplainProgress& progress) {
        deliver(run, [this, copy = std::make_shared<const ExplainProgress>(progress)] {
            if (m_isRunning)
                Q_EMIT progressed(copy);
        });
    };
    callbacks.finished = [this](RunId run, Explanation explanation) {
        deliver(run, [this, result = std::make_shared<const Explanation>(std::move(explanation))] {
            m_isRunning = false;
            Q_EMIT finished(result);
        });
    };
    callbacks.failed = [this](RunId run, const Error& error) {
        deliver(run, [this, what = QString::fromUtf8(error.what())] {
            m_isRunning = false;
            Q_EMIT failed(what);
        });
    };
    callbacks.aborted = [this](RunId run) {
        deliver(run, [this] {
            m_isRunning = false;
            Q_EMIT aborted();
        });
    };
    m_runner = std::make_unique<ExplainRunner>(std::move(callbacks));
}

ExplainWorker::~ExplainWorker() = default;

void ExplainWorker::start(const ExplainRequest& request)
{
    m_isRunning = true;
    m_run = m_runner->start([request](const ExplainControl& given) {
        makeWayForOthers();
        ExplainControl control = given;
        control.progressIntervalSeconds = progressIntervalSeconds;
        control.watchedExamples = watchedExamples;
        control.focus = request.focus;
        return explanationOf(request, control);
    });
}

void ExplainWorker::requestStop()
{
    m_runner->requestStop();
}

} // namespace earshot
