// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/mailbox.h"

#include <QCoreApplication>
#include <QTest>
#include <QThread>

#include <memory>
#include <thread>
#include <vector>

using namespace earshot;

class TestMailbox : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheOrderOfAThread()
    {
        constexpr int count = 1000;
        Mailbox mailbox;
        std::vector<int> done;
        const QThread* receiver = nullptr;
        std::jthread sender([&] {
            for (int i = 0; i < count; ++i)
                mailbox.post([&, value = std::make_shared<const int>(i)] {
                    done.push_back(*value);
                    receiver = QThread::currentThread();
                });
        });
        QTRY_COMPARE(done.size(), std::size_t(count));
        for (int i = 0; i < count; ++i)
            QCOMPARE(done[static_cast<std::size_t>(i)], i);
        QCOMPARE(receiver, QThread::currentThread());
    }

    void nothingFromSeveralThreadsIsLost()
    {
        constexpr int threads = 4;
        constexpr int count = 250;
        Mailbox mailbox;
        std::vector<int> next(threads, 0); // of each thread, in its order
        {
            std::vector<std::jthread> senders;
            for (int thread = 0; thread < threads; ++thread)
                senders.emplace_back([&, thread] {
                    for (int i = 0; i < count; ++i)
                        mailbox.post([&next, thread, i] {
                            int& expected = next[static_cast<std::size_t>(thread)];
                            expected = expected == i ? i + 1 : -1;
                        });
                });
        }
        QTRY_COMPARE(next, std::vector<int>(threads, count));
    }

    void nothingIsDoneAtOnce()
    {
        Mailbox mailbox;
        bool isDone = false;
        mailbox.post([&] { isDone = true; });
        QVERIFY(!isDone);
        QCoreApplication::processEvents();
        QVERIFY(isDone);
    }

    void whatIsNotDoneIsDropped()
    {
        auto mailbox = std::make_unique<Mailbox>();
        const auto held = std::make_shared<bool>(false);
        mailbox->post([held] { *held = true; });
        mailbox.reset();
        QCoreApplication::processEvents();
        QVERIFY(!*held);
        QCOMPARE(held.use_count(), 1L);
    }

    void workMayDeleteTheMailbox()
    {
        auto mailbox = std::make_unique<Mailbox>();
        bool isSecondDone = false;
        mailbox->post([&] { mailbox.reset(); });
        mailbox->post([&] { isSecondDone = true; });
        QCoreApplication::processEvents();
        QVERIFY(!mailbox);
        QVERIFY(!isSecondDone);
    }
};

QTEST_GUILESS_MAIN(TestMailbox)
#include "tst_mailbox.moc"
