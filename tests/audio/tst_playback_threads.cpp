// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/audio/mixer_example.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

// Sanitizers have allocators of their own; there only operator new is counted.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define EARSHOT_COUNTS_MALLOC 0
#else
#define EARSHOT_COUNTS_MALLOC 1
#endif

namespace {

// Of this thread, since the program began: whatever takes or gives back memory.
thread_local std::size_t memoryCalls = 0;

} // namespace

#if EARSHOT_COUNTS_MALLOC
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t size)
{
    ++memoryCalls;
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size)
{
    ++memoryCalls;
    return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size)
{
    ++memoryCalls;
    return __libc_realloc(memory, size);
}
void free(void* memory)
{
    ++memoryCalls;
    __libc_free(memory);
}
}
#endif

void* operator new(std::size_t size)
{
    ++memoryCalls;
    if (void* memory = std::malloc(size))
        return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept
{
    ++memoryCalls;
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    ++memoryCalls;
    std::free(memory);
}

using namespace earshot;

namespace {

constexpr double rateHz = 48000;

// A device's thread: calls render() again and again, and keeps account.
class FakeDevice
{
public:
    explicit FakeDevice(PlaybackMixer& mixer)
        : m_thread([this, &mixer] { run(mixer); })
    {
    }

    void stop()
    {
        m_stops = true;
        m_thread.join();
    }

    std::size_t blocks() const { return m_blocks; }
    std::size_t memoryCallsInside() const { return m_memoryCalls; }
    float largestStep() const { return m_largestStep; }
    float loudest() const { return m_loudest; }

private:
    void run(PlaybackMixer& mixer)
    {
        std::array<float, 512> block{};
        float last = 0;
        while (!m_stops) {
            // As devices do: blocks of any length, two channels.
            const std::size_t frames = 1 + 37 * m_blocks % 256;
            const std::size_t before = memoryCalls;
            mixer.render(std::span(block).first(2 * frames), 2);
            m_memoryCalls += memoryCalls - before;
            for (std::size_t i = 0; i < frames; ++i) {
                m_largestStep = std::max(m_largestStep, std::abs(block[2 * i] - last));
                last = block[2 * i];
                m_loudest = std::max(m_loudest, std::abs(last));
            }
            ++m_blocks;
        }
    }

    std::atomic<bool> m_stops = false;
    std::atomic<std::size_t> m_blocks = 0;
    std::size_t m_memoryCalls = 0;
    float m_largestStep = 0;
    float m_loudest = 0;
    std::thread m_thread;
};

} // namespace

class TestPlaybackThreads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The counter itself, or the test below could not fail.
    void memoryCallsAreCounted()
    {
        const std::size_t before = memoryCalls;
        const auto sound = constantSound(10, 1);
        QVERIFY(memoryCalls > before);
#if EARSHOT_COUNTS_MALLOC
        const std::size_t then = memoryCalls;
        void* volatile memory = std::malloc(10);
        std::free(memory);
        QCOMPARE(memoryCalls, then + 2);
#endif
    }

    // While everything is changed as fast as possible, the device's thread touches no memory
    // management, and what it makes has no click. The sounds are constants of ±1 at most: an edge
    // of 240 samples steps by at most π/480 a sample, a crossfade of two over 480 samples by
    // √2 π/960, and both together by √2 (π/480 + π/960) = 0.0139. Sounds are freed by the thread
    // that made them.
    void everythingChangesAtOnce()
    {
        PlaybackMixer mixer(rateHz);
        FakeDevice device(mixer);
        const std::thread::id owner = std::this_thread::get_id();
        std::atomic<std::size_t> made = 0;
        std::size_t freed = 0; // by the owner only, so that TSan sees every other thread
        bool isFreedElsewhere = false;
        const auto sound = [&](float value) {
            ++made;
            const std::vector<float> constant(5000, value);
            return PlayableSound(new std::vector<float>(*playableSound(constant, rateHz, rateHz)),
                                 [&](const std::vector<float>* samples) {
                                     ++freed;
                                     isFreedElsewhere |= std::this_thread::get_id() != owner;
                                     delete samples;
                                 });
        };
        std::size_t changes = 0;
        float peak = 0;
        while (changes < 1000 || device.blocks() < 1000) {
            const auto loop = changes % 5 == 0 ? LoopMode::Once : LoopMode::Loop;
            mixer.setScene(
                sceneOf({sound(1), sound(-1), sound(0.25F), nullptr}, loop, changes % 4));
            if (changes % 3 == 0)
                mixer.seek(changes * 31 % 6000);
            if (changes % 7 == 0)
                mixer.pause();
            else
                mixer.play();
            const PlaybackMixer::State state = mixer.state();
            peak = std::max(peak, state.peak);
            ++changes;
            std::this_thread::yield();
        }
        // Silence all: what was heard fades.
        mixer.pause();
        while (!mixer.state().isSilent)
            std::this_thread::yield();
        device.stop();
        mixer.state();
        QCOMPARE(device.memoryCallsInside(), std::size_t(0));
        QVERIFY2(device.largestStep() < 0.0139F, qPrintable(QString::number(device.largestStep())));
        QVERIFY(device.loudest() > 0.9F);
        QVERIFY(std::max(peak, mixer.state().peak) <= device.loudest());
        QVERIFY(!isFreedElsewhere);
        QCOMPARE(mixer.sceneCount(), std::size_t(1));
        QCOMPARE(freed, made - 3);
    }

    // What the owner asked for last is what happens, however the threads interleave.
    void theLastWishCounts()
    {
        PlaybackMixer mixer(rateHz);
        FakeDevice device(mixer);
        for (std::size_t i = 0; i < 100; ++i) {
            mixer.setScene(sceneOf({constantSound(5000, 0.5F)}));
            mixer.play();
            mixer.pause();
            mixer.seek(i);
            QVERIFY(!mixer.state().isPlaying);
            while (!mixer.state().isSilent)
                std::this_thread::yield();
            QVERIFY(!mixer.state().isPlaying);
            QCOMPARE(mixer.state().position, i);
        }
        device.stop();
    }
};

QTEST_APPLESS_MAIN(TestPlaybackThreads)
#include "tst_playback_threads.moc"
