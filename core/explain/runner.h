// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explainer.h"
#include "core/explain/explanation.h"
#include "core/util/error.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace earshot {

using RunId = std::uint64_t; // 1, 2, 3, …

// One explanation at a time on a thread of its own. Functions may be called from any thread, but
// not from a callback. Every verb is idempotent and safe when nothing runs.
class ExplainRunner
{
public:
    // The work: explain() with the control it is given. Runs on the worker thread.
    using Job = std::function<Explanation(const ExplainControl&)>;

    // Called from the worker thread; a receiver drops ids older than that of the run it wants.
    // Exactly one of finished, failed and aborted ends each run.
    struct Callbacks
    {
        std::function<void(RunId, const ExplainProgress&)> progressed;
        std::function<void(RunId, Explanation)> finished; // completed, or stopped on request
        std::function<void(RunId, const Error&)> failed;
        std::function<void(RunId)> aborted;
    };

    explicit ExplainRunner(Callbacks callbacks);
    // Aborts and joins: blocks until the step in hand ends.
    ~ExplainRunner();
    ExplainRunner(const ExplainRunner&) = delete;
    ExplainRunner& operator=(const ExplainRunner&) = delete;

    // Starts a run and returns its id. A run that is still active is aborted first: blocks until
    // its step in hand ends, else does not block.
    RunId start(Job job);
    // Ends after the step in hand and keeps the result. Does not block.
    void requestStop();
    // Ends after the step in hand and discards the result. Does not block. Also after requestStop.
    void abort();
    // Blocks until nothing runs and the last callback has returned.
    void wait();
    // Does not block.
    bool isRunning() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace earshot
