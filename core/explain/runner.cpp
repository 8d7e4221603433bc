// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/runner.h"

#include "core/nets/device.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace earshot {

struct ExplainRunner::State
{
    Callbacks callbacks;

    // Serialises start(), so that two callers cannot both wait for the same run and then start.
    std::mutex startMutex;
    mutable std::mutex mutex; // guards what follows
    std::condition_variable idle;
    bool running = false;
    RunId lastRun = 0;
    std::stop_source stop;
    std::stop_source abort;
    std::jthread thread;

    void run(RunId id, const Job& job, ExplainControl control)
    {
        const std::stop_token abortToken = control.abort;
        control.progress = [this, id](const ExplainProgress& progress) {
            callbacks.progressed(id, progress);
        };
        Explanation explanation;
        std::optional<Error> failure;
        try {
            prepareWorkerThread();
            explanation = job(control);
        } catch (const Error& error) {
            failure = error;
        } catch (const std::exception& error) {
            failure = Error(ErrorKind::Failed, "", error.what());
        } catch (...) {
            failure = Error(ErrorKind::Failed, "", "failed for an unknown reason");
        }
        // Out of the try block: a failure of a callback is no second end.
        if (failure)
            callbacks.failed(id, *failure);
        else if (explanation.end == RunEnd::Aborted || abortToken.stop_requested())
            callbacks.aborted(id);
        else
            callbacks.finished(id, std::move(explanation));
        const std::scoped_lock lock(mutex);
        running = false;
        idle.notify_all();
    }
};

ExplainRunner::ExplainRunner(Callbacks callbacks)
    : m_state(std::make_unique<State>())
{
    m_state->callbacks = std::move(callbacks);
}

ExplainRunner::~ExplainRunner()
{
    abort();
    wait();
}

RunId ExplainRunner::start(Job job)
{
    State& state = *m_state;
    const std::scoped_lock starting(state.startMutex);
    abort();
    wait();
    const std::scoped_lock lock(state.mutex);
    state.stop = std::stop_source();
    state.abort = std::stop_source();
    const RunId id = state.lastRun + 1;
    ExplainControl control;
    control.stop = state.stop.get_token();
    control.abort = state.abort.get_token();
    // Joins the thread of the run before, which has ended.
    state.thread = std::jthread([&state, id, work = std::move(job), control = std::move(control)] {
        state.run(id, work, control);
    });
    // Not before: where there can be no thread, nothing runs. The thread ends under the same lock.
    state.running = true;
    state.lastRun = id;
    return id;
}

void ExplainRunner::requestStop()
{
    const std::scoped_lock lock(m_state->mutex);
    m_state->stop.request_stop();
}

void ExplainRunner::abort()
{
    const std::scoped_lock lock(m_state->mutex);
    m_state->abort.request_stop();
}

void ExplainRunner::wait()
{
    std::unique_lock lock(m_state->mutex);
    m_state->idle.wait(lock, [this] { return !m_state->running; });
}

bool ExplainRunner::isRunning() const
{
    const std::scoped_lock lock(m_state->mutex);
    return m_state->running;
}

} // namespace earshot
