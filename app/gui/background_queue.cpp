// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/background_queue.h"

#include "app/gui/niceness.h"
#include "core/nets/device.h"

#include <algorithm>
#include <exception>
#include <iterator>

namespace earshot {

BackgroundQueue::BackgroundQueue(QObject* parent, Importance importance)
    : QObject(parent)
    , m_thread([this, importance] { work(importance); })
{
}

BackgroundQueue::~BackgroundQueue()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_isClosing = true;
        std::erase_if(m_waiting,
                      [](const Waiting& waiting) { return waiting.closing == Closing::Drop; });
        stopAll();
    }
    m_changed.notify_all();
}

void BackgroundQueue::post(std::string key, Job job, Closing closing)
{
    {
        const std::scoped_lock lock(m_mutex);
        std::erase_if(m_waiting, [&key](const Waiting& waiting) { return waiting.key == key; });
        m_waiting.push_back({std::move(key), std::move(job), closing});
    }
    m_changed.notify_all();
}

void BackgroundQueue::clear()
{
    const std::scoped_lock lock(m_mutex);
    m_waiting.clear();
    stopAll();
}

// All jobs up to now share a token: what is done, but not delivered, is dropped too.
void BackgroundQueue::stopAll()
{
    m_stop.request_stop();
    m_stop = std::stop_source();
}

std::deque<BackgroundQueue::Waiting>::iterator BackgroundQueue::nextPlace()
{
    const auto isFirst = [](const Waiting& waiting) { return waiting.closing == Closing::Perform; };
    const auto found = std::find_if(m_waiting.rbegin(), m_waiting.rend(), isFirst);
    return found == m_waiting.rend() ? std::prev(m_waiting.end()) : std::prev(found.base());
}

void BackgroundQueue::work(Importance importance)
{
    prepareWorkerThread();
    if (importance == Importance::Idle)
        makeWayForOthers();
    while (true) {
        Waiting next;
        std::stop_token stop;
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [this] { return m_isClosing || !m_waiting.empty(); });
            if (m_waiting.empty())
                return;
            const auto place = nextPlace();
            next = std::move(*place);
            m_waiting.erase(place);
            stop = m_stop.get_token();
        }
        run(next, stop);
    }
}

void BackgroundQueue::run(const Waiting& waiting, std::stop_token stop)
{
    try {
        Delivery deliver = waiting.job(stop);
        if (!deliver)
            return;
        // The GUI thread looks at the token again: a stop may come while the result is on its way.
        m_deliveries.post([stop, deliver = std::move(deliver)] {
            if (!stop.stop_requested())
                deliver();
        });
    } catch (const std::exception& error) {
        const QString what = QString::fromUtf8(error.what());
        m_deliveries.post([this, stop, what] {
            if (!stop.stop_requested())
                Q_EMIT failed(what);
        });
    }
}

} // namespace earshot
