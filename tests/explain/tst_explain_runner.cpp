// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/runner.h"

#include <QTest>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace earshot;

namespace {

// What the runner called back, in order: "progress 1", "finished 1 completed", "failed 1: …",
// "aborted 1".
class Journal
{
public:
    ExplainRunner::Callbacks callbacks()
    {
        return {[this](RunId id, const ExplainProgress& progress) {
                    add("progress " + std::to_string(id) + " of " +
                        std::to_string(progress.finishedExamples));
                },
                [this](RunId id, const Explanation& explanation) {
                    add("finished " + std::to_string(id) + " " + explanation.response);
                },
                [this](RunId id, const Error& error) {
                    add("failed " + std::to_string(id) + ": " + error.what());
                },
                [this](RunId id) { add("aborted " + std::to_string(id)); }};
    }
    std::vector<std::string> entries() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_entries;
    }
    std::vector<std::thread::id> threads() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_threads;
    }

private:
    void add(const std::string& entry)
    {
        const std::scoped_lock lock(m_mutex);
        m_entries.push_back(entry);
        m_threads.push_back(std::this_thread::get_id());
    }

    mutable std::mutex m_mutex;
    std::vector<std::string> m_entries;
    std::vector<std::thread::id> m_threads;
};

using Entries = std::vector<std::string>;

Explanation explanationOf(const std::string& response, RunEnd end = RunEnd::Completed)
{
    Explanation explanation;
    explanation.response = response;
    explanation.end = end;
    return explanation;
}

// Blocks until the token is set, as the optimiser does between two steps.
void awaitRequest(const std::stop_token& token)
{
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait(lock, token, [] { return false; });
}

// A job that has begun and goes on until it is told to end.
struct Blocked
{
    std::latch begun{1};

    ExplainRunner::Job untilStop()
    {
        return [this](const ExplainControl& control) {
            begun.count_down();
            awaitRequest(control.stop);
            return explanationOf("stopped", RunEnd::Stopped);
        };
    }
    ExplainRunner::Job untilAbort()
    {
        return [this](const ExplainControl& control) {
            begun.count_down();
            awaitRequest(control.abort);
            return explanationOf("aborted", RunEnd::Aborted);
        };
    }
};

} // namespace

class TestExplainRunner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void completes()
    {
        Journal journal;
        std::thread::id worker;
        ExplainRunner runner(journal.callbacks());
        QVERIFY(!runner.isRunning());
        const RunId id = runner.start([&](const ExplainControl& control) {
            worker = std::this_thread::get_id();
            ExplainProgress progress;
            progress.finishedExamples = 3;
            control.progress(progress);
            return explanationOf("fc9[0]");
        });
        runner.wait();
        QCOMPARE(id, RunId{1});
        QVERIFY(!runner.isRunning());
        QCOMPARE(journal.entries(), (Entries{"progress 1 of 3", "finished 1 fc9[0]"}));
        // Everything on the one worker, which is not this thread.
        QVERIFY(worker != std::this_thread::get_id());
        QCOMPARE(journal.threads(), (std::vector<std::thread::id>{worker, worker}));
    }

    void stopKeepsTheResult()
    {
        Journal journal;
        Blocked blocked;
        ExplainRunner runner(journal.callbacks());
        runner.start(blocked.untilStop());
        blocked.begun.wait();
        QVERIFY(runner.isRunning());
        QVERIFY(journal.entries().empty());
        runner.requestStop();
        runner.requestStop();
        runner.wait();
        QCOMPARE(journal.entries(), Entries{"finished 1 stopped"});
    }

    void abortDiscardsTheResult()
    {
        Journal journal;
        Blocked blocked;
        ExplainRunner runner(journal.callbacks());
        runner.start(blocked.untilAbort());
        blocked.begun.wait();
        runner.requestStop(); // does not end this one
        runner.abort();
        runner.abort();
        runner.wait();
        QCOMPARE(journal.entries(), Entries{"aborted 1"});
    }

    // The job had ended its work when the abort came.
    void abortDiscardsWhatIsComplete()
    {
        Journal journal;
        std::latch begun(1);
        ExplainRunner runner(journal.callbacks());
        runner.start([&](const ExplainControl& control) {
            begun.count_down();
            awaitRequest(control.abort);
            return explanationOf("complete");
        });
        begun.wait();
        runner.abort();
        runner.wait();
        QCOMPARE(journal.entries(), Entries{"aborted 1"});
    }

    void failures()
    {
        Journal journal;
        ExplainRunner runner(journal.callbacks());
        runner.start([](const ExplainControl&) -> Explanation {
            throw badInput("fc7[0]", "names an unknown layer");
        });
        runner.wait();
        runner.start(
            [](const ExplainControl&) -> Explanation { throw std::runtime_error("no memory"); });
        runner.wait();
        runner.start([](const ExplainControl&) -> Explanation { throw 3; });
        runner.wait();
        // A failure is no end of the runner.
        runner.start([](const ExplainControl&) { return explanationOf("fine"); });
        runner.wait();
        QCOMPARE(journal.entries(),
                 (Entries{"failed 1: 'fc7[0]': names an unknown layer", "failed 2: no memory",
                          "failed 3: failed for an unknown reason", "finished 4 fine"}));
    }

    void startWhileRunningAbortsTheFirst()
    {
        Journal journal;
        Blocked first;
        ExplainRunner runner(journal.callbacks());
        QCOMPARE(runner.start(first.untilAbort()), RunId{1});
        first.begun.wait();
        QCOMPARE(runner.start([](const ExplainControl& control) {
            return explanationOf(control.abort.stop_requested() ? "told to end" : "afresh");
        }),
                 RunId{2});
        // The first has ended before the second begins.
        QCOMPARE(journal.entries().at(0), std::string("aborted 1"));
        runner.wait();
        QCOMPARE(journal.entries(), (Entries{"aborted 1", "finished 2 afresh"}));
    }

    void verbsAreSafeWhenNothingRuns()
    {
        Journal journal;
        ExplainRunner runner(journal.callbacks());
        runner.requestStop();
        runner.abort();
        runner.wait();
        // What was asked before a run does not concern it.
        runner.start([](const ExplainControl& control) {
            const bool asked = control.stop.stop_requested() || control.abort.stop_requested();
            return explanationOf(asked ? "told to end" : "undisturbed");
        });
        runner.wait();
        runner.abort();
        runner.requestStop();
        runner.wait();
        QCOMPARE(journal.entries(), Entries{"finished 1 undisturbed"});
    }

    void destructorAbortsAndJoins()
    {
        Journal journal;
        Blocked blocked;
        {
            ExplainRunner runner(journal.callbacks());
            runner.start(blocked.untilAbort());
            blocked.begun.wait();
        }
        QCOMPARE(journal.entries(), Entries{"aborted 1"});
        const ExplainRunner unused(journal.callbacks());
    }

    // wait() returns after the last callback has.
    void waitCoversTheCallback()
    {
        std::latch called(1);
        std::latch released(1);
        std::atomic<bool> returned = false;
        Journal journal;
        ExplainRunner::Callbacks callbacks = journal.callbacks();
        callbacks.finished = [&](RunId, const Explanation&) {
            called.count_down();
            released.wait();
            returned = true;
        };
        ExplainRunner runner(callbacks);
        runner.start([](const ExplainControl&) { return explanationOf("slow"); });
        called.wait();
        QVERIFY(runner.isRunning());
        std::jthread release([&] { released.count_down(); });
        runner.wait();
        QVERIFY(returned);
        QVERIFY(!runner.isRunning());
    }

    // However calls interleave, each run ends once, in order.
    void manyThreadsAtOnce()
    {
        Journal journal;
        {
            ExplainRunner runner(journal.callbacks());
            std::vector<std::jthread> callers;
            for (int caller = 0; caller < 4; ++caller)
                callers.emplace_back([&runner, caller] {
                    for (int i = 0; i < 10; ++i) {
                        runner.start([](const ExplainControl& control) {
                            awaitRequest(control.abort);
                            return explanationOf("", RunEnd::Aborted);
                        });
                        if (caller % 2 == 0)
                            runner.abort();
                        else
                            runner.requestStop();
                        runner.isRunning();
                    }
                });
        }
        Entries expected;
        for (int id = 1; id <= 40; ++id)
            expected.push_back("aborted " + std::to_string(id));
        QCOMPARE(journal.entries(), expected);
    }
};

QTEST_APPLESS_MAIN(TestExplainRunner)
#include "tst_explain_runner.moc"
