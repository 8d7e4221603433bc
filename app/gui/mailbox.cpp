// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/mailbox.h"

#include <utility>

namespace earshot {

Mailbox::Mailbox(QObject* parent)
    : QObject(parent)
{
    connect(this, &Mailbox::posted, this, &Mailbox::performNext, Qt::QueuedConnection);
}

void Mailbox::post(Work work)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_waiting.push_back(std::move(work));
    }
    Q_EMIT posted();
}

// One a signal: other events get their turn between two. The work may delete the mailbox.
void Mailbox::performNext()
{
    Work work;
    {
        const std::scoped_lock lock(m_mutex);
        work = std::move(m_waiting.front());
        m_waiting.pop_front();
    }
    work();
}

} // namespace earshot
