// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/row_blocks.h"

#include <ATen/Parallel.h>

#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace earshot;

namespace {

Device cpu(int threads)
{
    return {false, "CPU", threads};
}

} // namespace

class TestRowBlocks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aBlockFitsTheDevice_data()
    {
        QTest::addColumn<bool>("isCuda");
        QTest::addColumn<std::size_t>("rows");
        QTest::addColumn<std::size_t>("together");
        QTest::newRow("a CPU's, of nothing") << false << std::size_t{0} << std::size_t{2};
        QTest::newRow("a CPU's, of one") << false << std::size_t{1} << std::size_t{2};
        QTest::newRow("a CPU's, of many") << false << std::size_t{3000} << std::size_t{2};
        QTest::newRow("a GPU's, of nothing") << true << std::size_t{0} << std::size_t{1};
        QTest::newRow("a GPU's, of few") << true << std::size_t{17} << std::size_t{17};
        QTest::newRow("a GPU's, of just as many") << true << std::size_t{256} << std::size_t{256};
        QTest::newRow("a GPU's, of more than fit") << true << std::size_t{3000} << std::size_t{256};
    }

    void aBlockFitsTheDevice()
    {
        QFETCH(bool, isCuda);
        QFETCH(std::size_t, rows);
        QFETCH(std::size_t, together);
        QCOMPARE(blockRows({isCuda, "", 1}, rows), together);
    }

    void everyBlockOnce_data()
    {
        QTest::addColumn<int>("threads");
        QTest::addColumn<int>("blocks");
        QTest::newRow("none") << 2 << 0;
        QTest::newRow("one, with threads to spare") << 3 << 1;
        QTest::newRow("one thread") << 1 << 100;
        QTest::newRow("three threads") << 3 << 100;
        QTest::newRow("no number of threads") << 0 << 5;
    }

    void everyBlockOnce()
    {
        QFETCH(int, threads);
        QFETCH(int, blocks);
        std::array<std::atomic<int>, 100> calls{};
        forEachBlock(cpu(threads), static_cast<std::size_t>(blocks),
                     [&](std::size_t block) { ++calls.at(block); }, {});
        for (std::size_t i = 0; i < calls.size(); ++i)
            QCOMPARE(calls.at(i).load(), i < static_cast<std::size_t>(blocks) ? 1 : 0);
    }

    // Two blocks that wait for each other can only both end on two threads.
    void runsOnAsManyThreadsAsAsked()
    {
        std::latch both(2);
        std::atomic<int> inside = 0;
        int largest = 0;
        std::mutex mutex;
        forEachBlock(cpu(2), 6,
                     [&](std::size_t block) {
                         {
                             const std::scoped_lock lock(mutex);
                             largest = std::max(largest, ++inside);
                         }
                         if (block < 2)
                             both.arrive_and_wait();
                         --inside;
                     },
                     {});
        QCOMPARE(largest, 2);
    }

    void blocksBeginInOrder()
    {
        std::vector<std::size_t> order;
        forEachBlock(cpu(1), 20, [&](std::size_t block) { order.push_back(block); }, {});
        QVERIFY(std::ranges::is_sorted(order));
        QCOMPARE(order.size(), 20U);
    }

    // What is done after a stop has no holes, on any number of threads.
    void stopLeavesTheFirstBlocks()
    {
        for (std::size_t at = 0; at < 40; ++at) {
            std::stop_source stop;
            std::array<std::atomic<bool>, 40> done{};
            forEachBlock(
                cpu(3), 40,
                [&](std::size_t block) {
                    if (block == at)
                        stop.request_stop();
                    done.at(block) = true;
                },
                stop.get_token());
            const auto firstMissing =
                std::find_if(done.begin(), done.end(), [](bool value) { return !value; });
            QVERIFY(std::all_of(firstMissing, done.end(), [](bool value) { return !value; }));
            QVERIFY(done.at(at));
        }
    }

    void stopBeforeAnything()
    {
        std::stop_source stop;
        stop.request_stop();
        std::atomic<int> calls = 0;
        forEachBlock(
            cpu(2), 10, [&](std::size_t) { ++calls; }, stop.get_token());
        QCOMPARE(calls.load(), 0);
    }

    void firstFailureEndsTheOthers()
    {
        std::atomic<int> calls = 0;
        try {
            forEachBlock(cpu(2), 1000000,
                         [&](std::size_t block) {
                             ++calls;
                             if (block == 3)
                                 throw std::runtime_error("block 3");
                         },
                         {});
            QFAIL("nothing thrown");
        } catch (const std::runtime_error& error) {
            QCOMPARE(error.what(), "block 3");
        }
        QVERIFY(calls < 1000000);
    }

    // On the calling thread, which is none of the workers.
    void idleIsCalledWhileWorkGoesOn()
    {
        std::latch called(3);
        int calls = 0;
        bool isCaller = true;
        const std::thread::id caller = std::this_thread::get_id();
        forEachBlock(
            cpu(1), 1,
            [&](std::size_t) {
                called.wait();
                isCaller = std::this_thread::get_id() == caller;
            },
            {},
            [&] {
                if (++calls <= 3)
                    called.count_down();
            },
            0.001);
        QVERIFY(calls >= 3);
        QVERIFY(!isCaller);
    }

    void failureOfIdleEndsTheWork()
    {
        std::atomic<bool> thrown = false;
        std::atomic<int> calls = 0;
        const auto run = [&] {
            forEachBlock(
                cpu(2), 1000000,
                [&](std::size_t) {
                    while (!thrown)
                        std::this_thread::yield();
                    std::this_thread::sleep_for(std::chrono::microseconds(100));
                    ++calls;
                },
                {},
                [&] {
                    thrown = true;
                    throw std::runtime_error("idle");
                },
                0.001);
        };
        QVERIFY_EXCEPTION_THROWN(run(), std::runtime_error);
        QVERIFY(calls < 1000000);
    }

    // Workers compute alone; the caller's own number stays, as does that of later threads.
    void torchComputesAloneWithinBlocks()
    {
        at::set_num_threads(3);
        std::mutex mutex;
        std::vector<int> numbers;
        forEachBlock(cpu(3), 6,
                     [&](std::size_t) {
                         const std::scoped_lock lock(mutex);
                         numbers.push_back(at::get_num_threads());
                     },
                     {});
        QCOMPARE(numbers, std::vector<int>(6, 1));
        QCOMPARE(at::get_num_threads(), 3);
        int later = 0;
        std::jthread([&] {
            at::init_num_threads();
            later = at::get_num_threads();
        }).join();
        QCOMPARE(later, 3);
    }

    void severalAtOnce()
    {
        std::atomic<int> calls = 0;
        std::atomic<bool> alone = true;
        {
            std::vector<std::jthread> callers;
            for (int i = 0; i < 4; ++i)
                callers.emplace_back([&] {
                    for (int round = 0; round < 10; ++round)
                        forEachBlock(cpu(2), 4,
                                     [&](std::size_t) {
                                         ++calls;
                                         if (at::get_num_threads() != 1)
                                             alone = false;
                                     },
                                     {});
                });
        }
        QCOMPARE(calls.load(), 160);
        QVERIFY(alone);
    }
};

QTEST_APPLESS_MAIN(TestRowBlocks)
#include "tst_row_blocks.moc"
