// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <deque>
#include <functional>
#include <mutex>

namespace earshot {

// What other threads hand to the thread this lives on, in their order. The work itself passes
// through a mutex of ours and only the news of it through Qt, whose own locks ThreadSanitizer does
// not see. What is not yet done when the mailbox goes is dropped.
class Mailbox : public QObject
{
    Q_OBJECT

public:
    using Work = std::function<void()>;

    explicit Mailbox(QObject* parent = nullptr);

    // From any thread.
    void post(Work work);

Q_SIGNALS:
    void posted();

private:
    void performNext();

    std::mutex m_mutex; // guards m_waiting
    std::deque<Work> m_waiting;
};

} // namespace earshot
