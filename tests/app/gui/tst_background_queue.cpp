// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/background_queue.h"
#include "core/util/error.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <atomic>
#include <memory>
#include <semaphore>
#include <stdexcept>

using namespace earshot;

namespace {

// A job that says when it runs, and ends when it may.
struct Gate
{
    std::binary_semaphore entered{0};
    std::binary_semaphore mayEnd{0};
};

} // namespace

class TestBackgroundQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_queue = std::make_unique<BackgroundQueue>();
        m_delivered.clear();
    }
    void cleanup() { m_queue.reset(); }

    void newestFirst()
    {
        Gate gate;
        block(gate, "gate");
        for (const char* name : {"a", "b", "c"})
            post(name, name);
        gate.mayEnd.release();
        QTRY_COMPARE(m_delivered, QStringList({"gate", "c", "b", "a"}));
    }

    // What is read later must find what was written before.
    void whatMustBePerformedGoesFirst()
    {
        Gate gate;
        block(gate, "gate");
        post("read a", "read a");
        m_queue->post(
            "write", [this](std::stop_token) { return deliveryOf("write"); },
            BackgroundQueue::Closing::Perform);
        post("read b", "read b");
        gate.mayEnd.release();
        QTRY_COMPARE(m_delivered, QStringList({"gate", "write", "read b", "read a"}));
    }

    // The older of two is never run.
    void sameKeyIsReplaced()
    {
        Gate gate;
        std::atomic<bool> hasRun = false;
        block(gate, "gate");
        m_queue->post("a", [&hasRun](std::stop_token) {
            hasRun = true;
            return BackgroundQueue::Delivery();
        });
        post("b", "b");
        post("a", "newer a");
        gate.mayEnd.release();
        QTRY_COMPARE(m_delivered, QStringList({"gate", "newer a", "b"}));
        QVERIFY(!hasRun);
    }

    // What runs is no longer waiting.
    void sameKeyAsTheRunningJob()
    {
        Gate gate;
        block(gate, "first");
        post("first", "second");
        gate.mayEnd.release();
        QTRY_COMPARE(m_delivered, QStringList({"first", "second"}));
    }

    void deliversOnTheGuiThread()
    {
        QThread* worker = nullptr;
        QThread* receiver = nullptr;
        m_queue->post("a", [&](std::stop_token) {
            worker = QThread::currentThread();
            return [&receiver] { receiver = QThread::currentThread(); };
        });
        QTRY_COMPARE(receiver, QThread::currentThread());
        QVERIFY(worker != receiver);
    }

    void clearDropsAll()
    {
        Gate gate;
        std::atomic<bool> hasRun = false;
        block(gate, "running");
        m_queue->post("waiting", [&hasRun](std::stop_token) {
            hasRun = true;
            return BackgroundQueue::Delivery();
        });
        m_queue->clear();
        post("after", "after");
        gate.mayEnd.release();
        QTRY_COMPARE(m_delivered, QStringList("after"));
        QVERIFY(!hasRun);
    }

    void clearAsksTheRunningJobToStop()
    {
        std::binary_semaphore entered{0};
        m_queue->post("a", [&](std::stop_token stop) {
            entered.release();
            while (!stop.stop_requested())
                QThread::msleep(1);
            return deliveryOf("stopped");
        });
        entered.acquire();
        m_queue->clear();
        post("after", "after");
        QTRY_COMPARE(m_delivered, QStringList("after"));
    }

    // A result that is done but not delivered, while the next job runs already.
    void clearDropsWhatIsOnItsWay()
    {
        Gate first;
        Gate second;
        block(first, "first");
        m_queue->post("second", jobOf(second, "second"));
        first.mayEnd.release();
        second.entered.acquire();
        m_queue->clear();
        post("after", "after");
        second.mayEnd.release();
        QTRY_COMPARE(m_delivered, QStringList("after"));
    }

    void exceptionsBecomeFailed()
    {
        QSignalSpy failed(m_queue.get(), &BackgroundQueue::failed);
        m_queue->post("a", [](std::stop_token) -> BackgroundQueue::Delivery {
            throw badInput("models/x", "is no bundle", "model.json");
        });
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed[0][0].toString().contains("models/x"));
        m_queue->post("b", [](std::stop_token) -> BackgroundQueue::Delivery {
            throw std::runtime_error("any other");
        });
        QTRY_COMPARE(failed.size(), 2);
        QCOMPARE(failed[1][0].toString(), QString("any other"));
        post("c", "goes on");
        QTRY_COMPARE(m_delivered, QStringList("goes on"));
    }

    void clearDropsAFailure()
    {
        QSignalSpy failed(m_queue.get(), &BackgroundQueue::failed);
        Gate gate;
        m_queue->post("a", [&gate](std::stop_token) -> BackgroundQueue::Delivery {
            gate.entered.release();
            gate.mayEnd.acquire();
            throw std::runtime_error("too late");
        });
        gate.entered.acquire();
        m_queue->clear();
        post("after", "after");
        gate.mayEnd.release();
        QTRY_COMPARE(m_delivered, QStringList("after"));
        QCOMPARE(failed.size(), 0);
    }

    void closingPerformsWhatMustBeDone()
    {
        std::binary_semaphore entered{0};
        std::atomic<int> kept = 0;
        std::atomic<bool> keptUnasked = false;
        std::atomic<bool> dropped = false;
        m_queue->post("running", [&](std::stop_token stop) {
            entered.release();
            while (!stop.stop_requested())
                QThread::msleep(1);
            return deliveryOf("running");
        });
        entered.acquire();
        for (const char* name : {"keep 1", "keep 2"})
            m_queue->post(
                name,
                [&](std::stop_token stop) {
                    ++kept;
                    keptUnasked = keptUnasked || stop.stop_requested();
                    return deliveryOf("kept");
                },
                BackgroundQueue::Closing::Perform);
        m_queue->post("drop", [&dropped](std::stop_token) {
            dropped = true;
            return BackgroundQueue::Delivery();
        });
        m_queue.reset();
        QCOMPARE(kept, 2);
        QVERIFY(!keptUnasked); // or it would be done by halves
        QVERIFY(!dropped);
        QCoreApplication::processEvents();
        QCOMPARE(m_delivered, QStringList());
    }

private:
    BackgroundQueue::Delivery deliveryOf(const QString& text)
    {
        return [this, text] { m_delivered += text; };
    }

    BackgroundQueue::Job jobOf(Gate& gate, const QString& text)
    {
        return [this, &gate, text](std::stop_token) {
            gate.entered.release();
            gate.mayEnd.acquire();
            return deliveryOf(text);
        };
    }

    void block(Gate& gate, const QString& text)
    {
        m_queue->post(text.toStdString(), jobOf(gate, text));
        gate.entered.acquire();
    }

    void post(const std::string& key, const QString& text)
    {
        m_queue->post(key, [this, text](std::stop_token) { return deliveryOf(text); });
    }

    std::unique_ptr<BackgroundQueue> m_queue;
    QStringList m_delivered;
};

QTEST_GUILESS_MAIN(TestBackgroundQueue)
#include "tst_background_queue.moc"
