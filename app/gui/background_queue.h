// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/mailbox.h"

#include <QObject>
#include <QString>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace earshot {

// Jobs on one thread of its own, the newest first: what was asked for last is what is being looked
// at. Lives on the GUI thread.
class BackgroundQueue : public QObject
{
    Q_OBJECT

public:
    using Delivery = std::function<void()>;
    // On the worker thread; returns what is to be done on the GUI thread. An Error becomes
    // failed(). What comes back after a stop is dropped.
    using Job = std::function<Delivery(std::stop_token)>;

    enum class Closing
    {
        Drop,   // a job that waits when the queue closes is forgotten
        Perform // it is still done; nothing is delivered. It goes before those that may be dropped:
                // what is read next must find what was written before
    };

    enum class Importance
    {
        Awaited, // the user waits for it
        Idle     // makes way for everything else
    };

    explicit BackgroundQueue(QObject* parent = nullptr,
                             Importance importance = Importance::Awaited);
    // Asks the running job to stop, and waits for it and those that must be performed.
    ~BackgroundQueue() override;

    // Replaces a waiting job with the same key.
    void post(std::string key, Job job, Closing closing = Closing::Drop);
    // Forgets what waits, asks the running job to stop, and drops whatever is not delivered yet.
    void clear();

Q_SIGNALS:
    void failed(const QString& what);

private:
    struct Waiting
    {
        std::string key;
        Job job;
        Closing closing = Closing::Drop;
    };
    void work(Importance importance);
    void run(const Waiting& waiting, std::stop_token stop);
    void stopAll();
    std::deque<Waiting>::iterator nextPlace(); // there is one

    Mailbox m_deliveries;
    std::mutex m_mutex; // guards what follows
    std::condition_variable m_changed;
    std::deque<Waiting> m_waiting; // the newest at the back
    std::stop_source m_stop;       // of every job since the last clear()
    bool m_isClosing = false;
    std::jthread m_thread; // last: ends before the rest goes
};

} // namespace earshot
