// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/focus.h"
#include "app/gui/session.h"
#include "core/nets/model_bundle.h"
#include "tests/app/gui/tiny_world.h"
#include "tests/support/toy_networks.h"

#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <condition_variable>
#include <mutex>
#include <thread>

using namespace earshot;

namespace {

// Every call of the engine waits here while the latch is closed, and says which thread it was.
class Latch
{
public:
    void close()
    {
        const std::scoped_lock lock(m_mutex);
        m_isOpen = false;
    }
    void open()
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_isOpen = true;
        }
        m_changed.notify_all();
    }
    void pass()
    {
        std::unique_lock lock(m_mutex);
        ++m_calls;
        m_guiCalls += std::this_thread::get_id() == m_guiThread ? 1 : 0;
        if (std::this_thread::get_id() == m_guiThread)
            return; // it would wait for itself
        ++m_waiting;
        m_changed.wait(lock, [this] { return m_isOpen; });
        --m_waiting;
    }
    int calls() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_calls;
    }
    int guiCalls() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_guiCalls;
    }
    bool isHolding() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_waiting > 0;
    }

private:
    const std::thread::id m_guiThread = std::this_thread::get_id();
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_isOpen = true;
    int m_calls = 0;
    int m_guiCalls = 0;
    int m_waiting = 0;
};

std::shared_ptr<const Models> blockingModels(Latch& latch)
{
    const auto called = [&latch] { latch.pass(); };
    ClassifierBundle classifier;
    classifier.info.sha256 = "c";
    classifier.classifier = std::make_unique<ToyClassifier>(called);
    classifier.inputMap = std::make_unique<ToyInputMap>();
    GeneratorBundle generator;
    generator.info.sha256 = "g";
    generator.generator = std::make_unique<ToyGenerator>(called);
    Device device;
    device.description = "CPU, 1 thread";
    auto models = std::make_shared<Models>();
    models->explainer = std::make_shared<const Explainer>(std::move(classifier),
                                                          std::move(generator), nullptr, device);
    return models;
}

} // namespace

// The engine is one that blocks: were the GUI thread to call it or to wait for it, nothing would
// move any more.
class TestGuiThread : public QObject
{
    Q_OBJECT

    // Events that are served while the engine stands still.
    static int ticksWithin(int milliseconds)
    {
        int ticks = 0;
        QTimer timer;
        QObject::connect(&timer, &QTimer::timeout, &timer, [&ticks] { ++ticks; });
        timer.start(1);
        QTest::qWait(milliseconds);
        return ticks;
    }

private Q_SLOTS:
    void neverWaitsForTheEngine()
    {
        QTemporaryDir results;
        Latch latch;
        initialiseTorch(DeviceChoice::Cpu, 1);
        {
            Session session(results.path().toStdString());
            SoundBank sounds;
            RealGallery gallery(sounds);
            Focus focus(session, sounds, gallery);
            // Where a check fails, the workers still have to end.
            const auto openAtEnd = qScopeGuard([&latch] { latch.open(); });
            session.setSettings(tinySettings());
            session.use(blockingModels(latch), "value[0]");
            QCOMPARE(session.response(), std::string("value[0]"));

            latch.close();
            session.explain(0);
            QTRY_VERIFY_WITH_TIMEOUT(latch.isHolding(), patience);
            QCOMPARE_GT(ticksWithin(100), 3); // qWait looks every 10 ms
            session.show(QStringLiteral("value[1]"));
            session.show(QStringLiteral("value[0]"));
            focus.setExample(1);
            session.stop();
            QVERIFY(session.run() && session.run()->isStopping);
            QCOMPARE_GT(ticksWithin(100), 3); // qWait looks every 10 ms

            latch.open();
            QTRY_VERIFY_WITH_TIMEOUT(!session.run() && session.explanation(), patience);
            // The dial and the heard responses are the engine's work, too.
            latch.close();
            session.explain(0);
            QTRY_VERIFY_WITH_TIMEOUT(latch.isHolding(), patience);
            QCOMPARE_GT(ticksWithin(100), 3); // qWait looks every 10 ms
            latch.open();
            QTRY_VERIFY_WITH_TIMEOUT(!session.run(), patience);
            focus.setPosition(1);
            QTRY_VERIFY_WITH_TIMEOUT(!session.explanation()->startHeard.empty(), patience);
            QTRY_VERIFY_WITH_TIMEOUT(focus.cell(Cell::Positive).sound, patience);
        }
        QVERIFY(latch.calls() > 10);
        QCOMPARE(latch.guiCalls(), 0);
    }
};

QTEST_MAIN(TestGuiThread)
#include "tst_gui_thread.moc"
