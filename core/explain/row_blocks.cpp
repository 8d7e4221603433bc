// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/row_blocks.h"

#include "core/util/error.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace earshot {

namespace {

Error noThread(const std::system_error& error)
{
    return {ErrorKind::Failed, "", std::string("a thread cannot be started: ") + error.what()};
}

// While one lives, threads that begin to use torch compute alone. The number is torch's global one
// (and MKL's), so the first guard sets it and the last sets it back. Both happen on a thread of
// their own: OpenMP keeps a number for each thread, and the caller's must stay.
class SerialTorch
{
public:
    explicit SerialTorch(int threadsAfter)
    {
        const std::scoped_lock lock(mutex);
        if (users == 0)
            setThreads(1);
        ++users;
        restored = std::max(restored, threadsAfter);
    }
    ~SerialTorch()
    {
        const std::scoped_lock lock(mutex);
        if (--users > 0)
            return;
        try {
            setThreads(restored);
            restored = 1;
        } catch (const Error&) { // torch computes alone until the next guard goes
        }
    }
    SerialTorch(const SerialTorch&) = delete;
    SerialTorch& operator=(const SerialTorch&) = delete;

private:
    static void setThreads(int count)
    {
        try {
            std::thread([count] { at::set_num_threads(count); }).join();
        } catch (const std::system_error& error) {
            throw noThread(error);
        }
    }

    static inline std::mutex mutex;
    static inline int users = 0;
    static inline int restored = 1;
};

} // namespace

std::size_t blockRows(const Device& device, std::size_t rows)
{
    return device.isCuda ? std::clamp(rows, std::size_t{1}, cudaBlockRows) : cpuBlockRows;
}

void forEachBlock(const Device& device, std::size_t blocks,
                  const std::function<void(std::size_t block)>& work, std::stop_token stop,
                  const std::function<void()>& idle, double idleSeconds)
{
    std::atomic<std::size_t> next = 0;
    std::mutex mutex; // guards failure and running
    std::condition_variable ended;
    std::exception_ptr failure;
    const std::size_t threads =
        device.isCuda ? 1 : std::min(blocks, static_cast<std::size_t>(std::max(1, device.threads)));
    std::size_t running = threads;
    const auto run = [&] {
        try {
            prepareWorkerThread();
            if (!device.isCuda)
                at::init_num_threads();
            // A block once taken is worked on, so that after a stop the first blocks are done, all.
            while (!stop.stop_requested()) {
                const std::size_t block = next++;
                if (block >= blocks)
                    break;
                work(block);
            }
        } catch (...) {
            const std::scoped_lock lock(mutex);
            failure = std::current_exception();
            next = blocks;
        }
        const std::scoped_lock lock(mutex);
        if (--running == 0)
            ended.notify_all();
    };

    const SerialTorch serial(device.threads);
    std::vector<std::jthread> workers;
    try {
        for (std::size_t i = 0; i < threads; ++i)
            workers.emplace_back(run);
    } catch (const std::system_error& error) {
        next = blocks; // the threads end after the blocks in hand
        workers.clear();
        throw noThread(error);
    }
    const auto interval = std::chrono::duration<double>(idleSeconds);
    std::unique_lock lock(mutex);
    while (!ended.wait_for(lock, interval, [&] { return running == 0; })) {
        lock.unlock();
        try {
            if (idle)
                idle();
        } catch (...) {
            next = blocks; // the threads end after the blocks in hand
            throw;
        }
        lock.lock();
    }
    lock.unlock();
    workers.clear(); // joins
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace earshot
