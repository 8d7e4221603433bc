// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/audio/mixer_example.h"

#include <QtTest>

using namespace earshot;

namespace {

// expected(k): sample k.
template <typename Expected>
bool compare(const std::vector<float>& samples, const Expected& expected)
{
    for (std::size_t k = 0; k < samples.size(); ++k) {
        const double value = expected(k);
        if (std::abs(samples[k] - value) > 1e-5 * (1 + std::abs(value))) {
            qWarning("sample %zu: %g, expected %g", k, static_cast<double>(samples[k]), value);
            return false;
        }
    }
    return true;
}

bool isSilence(const std::vector<float>& samples)
{
    return compare(samples, [](std::size_t) { return 0.0; });
}

} // namespace

class TestPlaybackMixer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isSilentUntilPlayed()
    {
        PlaybackMixer mixer(exampleRateHz);
        QVERIFY(isSilence(rendered(mixer, 30)));
        mixer.setScene(sceneOf({constantSound(100, 1)}));
        QVERIFY(isSilence(rendered(mixer, 30)));
        const PlaybackMixer::State state = mixer.state();
        QVERIFY(!state.isPlaying && state.isSilent);
        QCOMPARE(state.position, std::size_t(0));
    }

    void playFadesIn()
    {
        PlaybackMixer mixer(exampleRateHz);
        mixer.setScene(sceneOf({countingSound(1000, 5)}));
        mixer.play();
        QVERIFY(mixer.state().isPlaying);
        QVERIFY(compare(rendered(mixer, 40), [](std::size_t k) {
            return (5.0 + static_cast<double>(k)) * (k < exampleFade ? fadeIn(k) : 1);
        }));
        QCOMPARE(mixer.state().position, std::size_t(40));
        QVERIFY(!mixer.state().isSilent);
    }

    void everyChannelIsAlike()
    {
        PlaybackMixer mixer(exampleRateHz);
        mixer.setScene(sceneOf({countingSound(1000, 5)}));
        mixer.play();
        std::vector<float> stereo(80);
        mixer.render(stereo, 2);
        for (std::size_t k = 10; k < 40; ++k) {
            QCOMPARE(stereo[2 * k], 5.0F + static_cast<float>(k));
            QCOMPARE(stereo[2 * k + 1], stereo[2 * k]);
        }
    }

    void pauseFadesOutAndKeepsThePosition()
    {
        PlaybackMixer mixer(exampleRateHz);
        mixer.setScene(sceneOf({countingSound(1000, 0)}));
        mixer.play();
        rendered(mixer, 50);
        mixer.pause();
        QVERIFY(!mixer.state().isPlaying);
        QVERIFY(!mixer.state().isSilent);
        QVERIFY(compare(rendered(mixer, 30), [](std::size_t k) {
            return k < exampleFade ? (50.0 + static_cast<double>(k)) * fadeOut(k) : 0;
        }));
        QVERIFY(mixer.state().isSilent);
        QCOMPARE(mixer.state().position, std::size_t(50));
        mixer.play();
        QCOMPARE(rendered(mixer, 20).back(), 69.0F);
        QCOMPARE(mixer.state().position, std::size_t(70));
        QCOMPARE(mixer.state().endedCount, std::uint64_t(0));
    }

    // The other sound goes on where the first one is; sin² + cos² = 1 keeps the power.
    void slotsChangeAtTheSamePosition()
    {
        PlaybackMixer mixer(exampleRateHz);
        const PlayableSound first = countingSound(1000, 0);
        const PlayableSound second = countingSound(1000, 5000);
        mixer.setScene(sceneOf({first, second}));
        mixer.play();
        rendered(mixer, 100);
        mixer.setScene(sceneOf({first, second}, LoopMode::Loop, 1));
        QVERIFY(compare(rendered(mixer, 30), [](std::size_t k) {
            const double a = 100.0 + static_cast<double>(k);
            return k < exampleFade ? fadeOut(k) * a + fadeIn(k) * (5000 + a) : 5000 + a;
        }));
        QCOMPARE(mixer.state().position, std::size_t(130));
    }

    void seekIsACrossfade()
    {
        PlaybackMixer mixer(exampleRateHz);
        mixer.setScene(sceneOf({countingSound(1000, 0)}));
        mixer.play();
        rendered(mixer, 100);
        mixer.seek(700);
        QCOMPARE(mixer.state().position, std::size_t(700));
        QVERIFY(compare(rendered(mixer, 30), [](std::size_t k) {
            const auto t = static_cast<double>(k);
            return k < exampleFade ? fadeOut(k) * (100 + t) + fadeIn(k) * (700 + t) : 700 + t;
        }));
        QCOMPARE(mixer.state().position, std::size_t(730));
    }

    void seekWhilePausedIsSilent()
    {
        PlaybackMixer mixer(exampleRateHz);
        mixer.setScene(sceneOf({countingSound(1000, 0)}));
        mixer.seek(300);
        QVERIFY(isSilence(rendered(mixer, 20)));
        QCOMPARE(mixer.state().position, std::size_t(300));
        mixer.play();
        QCOMPARE(rendered(mixer, 20).back(), 319.0F);
    }

    // However the device cuts time into blocks.
    void loopsWithoutAGap_data()
    {
        QTest::addColumn<int>("block");
        for (const int block : {1, 7, 64, 1000})
            QTest::addRow("blocks of %d", block) << block;
    }
    void loopsWithoutAGap()
    {
        QFETCH(int, block);
        PlaybackMixer mixer(exampleRateHz);
        mixer.setScene(sceneOf({countingSound(100, 1)}));
        mixer.play();
        std::vector<float> samples;
        while (samples.size() < 1000)
            for (const float value : rendered(mixer, static_cast<std::size_t>(block)))
                samples.push_back(value);
        QVERIFY(compare(samples, [](std::size_t k) {
            return static_cast<double>(1 + k % 100) * (k < exampleFade ? fadeIn(k) : 1);
        }));
        QCOMPARE(mixer.state().position, samples.size() % 100);
        QCOMPARE(mixer.state().endedCount, std::uint64_t(0));
    }

    void onceStopsAtTheEnd()
    {
        PlaybackMixer mixer(exampleRateHz);
        mixer.setScene(sceneOf({countingSound(100, 1)}, LoopMode::Once));
        mixer.play();
        std::vector<float> samples = rendered(mixer, 150);
        QVERIFY(compare(samples, [](std::size_t k) {
            return k < 100 ? static_cast<double>(1 + k) * (k < exampleFade ? fadeIn(k) : 1) : 0;
        }));
        PlaybackMixer::State state = mixer.state();
        QVERIFY(!state.isPlaying && state.isSilent);
        QCOMPARE(state.position, std::size_t(0));
        QCOMPARE(state.endedCount, std::uint64_t(1));
        mixer.play();
        QCOMPARE(rendered(mixer, 50).back(), 50.0F);
        QCOMPARE(mixer.state().endedCount, std::uint64_t(1));
    }

    // What is switched on while it plays counts at the next end.
    void loopModeChangesWhilePlaying()
    {
        PlaybackMixer mixer(exampleRateHz);
        const PlayableSound sound = countingSound(100, 1);
        mixer.setScene(sceneOf({sound}, LoopMode::Once));
        mixer.play();
        rendered(mixer, 50);
        mixer.setScene(sceneOf({sound}, LoopMode::Loop));
        QVERIFY(compare(rendered(mixer, 100),
                        [](std::size_t k) { return static_cast<double>(1 + (50 + k) % 100); }));
        mixer.setScene(sceneOf({sound}, LoopMode::Once));
        QCOMPARE(rendered(mixer, 100).back(), 0.0F);
        QCOMPARE(mixer.state().endedCount, std::uint64_t(1));
    }

    // Slot 1 is shorter than where slot 0 is.
    void beyondTheEndOfAShorterSound_data()
    {
        QTest::addColumn<LoopMode>("loop");
        QTest::addColumn<bool>("isPlaying");
        QTest::addColumn<int>("position");
        QTest::addColumn<int>("endedCount");
        QTest::newRow("a loop wraps") << LoopMode::Loop << true << 70 << 0; // (150 + 20) mod 100
        QTest::newRow("once ends") << LoopMode::Once << false << 0 << 1;
    }
    void beyondTheEndOfAShorterSound()
    {
        QFETCH(LoopMode, loop);
        PlaybackMixer mixer(exampleRateHz);
        const PlayableSound longer = constantSound(1000, 1);
        const PlayableSound shorter = constantSound(100, 0.5F);
        mixer.setScene(sceneOf({longer, shorter}, loop));
        mixer.play();
        rendered(mixer, 150);
        mixer.setScene(sceneOf({longer, shorter}, loop, 1));
        const double last = loop == LoopMode::Loop ? 0.5 : 0;
        QVERIFY(compare(rendered(mixer, 20), [last](std::size_t k) {
            return k < exampleFade ? fadeOut(k) + fadeIn(k) * last : last;
        }));
        const PlaybackMixer::State state = mixer.state();
        QTEST(state.isPlaying, "isPlaying");
        QTEST(static_cast<int>(state.position), "position");
        QTEST(static_cast<int>(state.endedCount), "endedCount");
    }

    void aSilentSlotKeepsThePlace_data()
    {
        QTest::addColumn<int>("slot");
        QTest::newRow("null") << 1;
        QTest::newRow("beyond the last") << 7;
    }
    void aSilentSlotKeepsThePlace()
    {
        QFETCH(int, slot);
        PlaybackMixer mixer(exampleRateHz);
        const PlayableSound sound = countingSound(100, 1);
        mixer.setScene(sceneOf({sound, nullptr}));
        mixer.play();
        rendered(mixer, 50);
        mixer.setScene(sceneOf({sound, nullptr}, LoopMode::Loop, static_cast<std::size_t>(slot)));
        rendered(mixer, 20);
        QVERIFY(isSilence(rendered(mixer, 100)));
        QVERIFY(mixer.state().isPlaying);
        mixer.setScene(sceneOf({sound, nullptr}));
        QCOMPARE(rendered(mixer, 20).back(), 90.0F);
    }

    void nothingToPlay()
    {
        PlaybackMixer mixer(exampleRateHz);
        mixer.play();
        QVERIFY(isSilence(rendered(mixer, 20)));
        QVERIFY(!mixer.state().isPlaying);
        mixer.setScene(sceneOf({constantSound(1000, 1)}));
        mixer.play();
        rendered(mixer, 20);
        mixer.setScene(sceneOf({nullptr}));
        QVERIFY(compare(rendered(mixer, 20),
                        [](std::size_t k) { return k < exampleFade ? fadeOut(k) : 0; }));
        QVERIFY(!mixer.state().isPlaying);
        QCOMPARE(mixer.state().endedCount, std::uint64_t(0));
    }

    // A sound that was replaced fades over; one that stays isn't touched.
    void soundsAreReplacedWhilePlaying()
    {
        PlaybackMixer mixer(exampleRateHz);
        const PlayableSound sound = constantSound(1000, 1);
        mixer.setScene(sceneOf({sound, constantSound(1000, 2)}));
        mixer.play();
        rendered(mixer, 50);
        mixer.setScene(sceneOf({sound, constantSound(1000, 3)}));
        QVERIFY(compare(rendered(mixer, 50), [](std::size_t) { return 1.0; }));
        mixer.setScene(sceneOf({constantSound(1000, 4)}));
        QVERIFY(compare(rendered(mixer, 50), [](std::size_t k) {
            return k < exampleFade ? fadeOut(k) + 4 * fadeIn(k) : 4.0;
        }));
        QCOMPARE(mixer.state().position, std::size_t(150));
    }

    // Linearly over a fade: tenths of the way.
    void gainAndVolumeGlide()
    {
        PlaybackMixer mixer(exampleRateHz);
        PlaybackScene scene = sceneOf({constantSound(1000, 1)});
        mixer.setScene(scene);
        mixer.play();
        rendered(mixer, 50);
        scene.volume = 0.5F;
        mixer.setScene(scene);
        QVERIFY(compare(rendered(mixer, 20), [](std::size_t k) {
            return k < exampleFade ? 1 - 0.05 * static_cast<double>(k) : 0.5;
        }));
        scene.slots[0].gain = 3;
        mixer.setScene(scene);
        QVERIFY(compare(rendered(mixer, 20), [](std::size_t k) {
            return k < exampleFade ? 0.5 + 0.1 * static_cast<double>(k) : 1.5;
        }));
    }

    // Each slot with its own gain, from the first sample on.
    void gainsBelongToSlots()
    {
        PlaybackMixer mixer(exampleRateHz);
        PlaybackScene scene = sceneOf({constantSound(1000, 1), constantSound(1000, 1)});
        scene.slots[1].gain = 3;
        mixer.setScene(scene);
        mixer.play();
        QCOMPARE(rendered(mixer, 20).back(), 1.0F);
        scene.slot = 1;
        mixer.setScene(scene);
        QVERIFY(compare(rendered(mixer, 20), [](std::size_t k) {
            return k < exampleFade ? fadeOut(k) + 3 * fadeIn(k) : 3;
        }));
    }

    // While one crossfade runs, the next waits, and only the last wish is heard.
    void changesDuringACrossfadeWait()
    {
        PlaybackMixer mixer(exampleRateHz);
        const std::initializer_list<PlayableSound> sounds = {
            constantSound(1000, 1), constantSound(1000, 2), constantSound(1000, 3),
            constantSound(1000, 4)};
        mixer.setScene(sceneOf(sounds));
        mixer.play();
        rendered(mixer, 50);
        std::vector<float> samples;
        for (const std::size_t slot : {1U, 2U, 3U}) {
            mixer.setScene(sceneOf(sounds, LoopMode::Loop, slot));
            for (const float value : rendered(mixer, 4))
                samples.push_back(value);
        }
        for (const float value : rendered(mixer, 28))
            samples.push_back(value);
        QVERIFY(compare(samples, [](std::size_t k) {
            if (k < exampleFade)
                return fadeOut(k) + 2 * fadeIn(k);
            k -= exampleFade;
            return k < exampleFade ? 2 * fadeOut(k) + 4 * fadeIn(k) : 4.0;
        }));
    }

    void peakIsTheLoudestSinceTheLastQuestion()
    {
        PlaybackMixer mixer(exampleRateHz);
        PlaybackScene scene = sceneOf({countingSound(1000, -500)});
        scene.volume = 0.5F;
        mixer.setScene(scene);
        mixer.seek(100);
        mixer.play();
        rendered(mixer, 50);
        rendered(mixer, 50);
        QCOMPARE(mixer.state().peak, 0.5F * 390); // sample 110, where the fade ends
        QCOMPARE(mixer.state().peak, 0.0F);
        rendered(mixer, 50);
        QCOMPARE(mixer.state().peak, 0.5F * 300);
    }

    void seeksAreHeldWithinTheSound()
    {
        PlaybackMixer mixer(exampleRateHz);
        mixer.setScene(sceneOf({countingSound(100, 1)}, LoopMode::Once));
        mixer.seek(std::numeric_limits<std::size_t>::max());
        rendered(mixer, 1);
        QCOMPARE(mixer.state().position, std::size_t(100));
        mixer.play();
        QCOMPARE(rendered(mixer, 20).back(), 20.0F);
        mixer.seek(500);
        rendered(mixer, 20);
        QVERIFY(!mixer.state().isPlaying);
        QCOMPARE(mixer.state().endedCount, std::uint64_t(1));
    }

    // Counts of requests wrap; a request right at the wrap is not lost.
    void thousandsOfRequests()
    {
        PlaybackMixer mixer(exampleRateHz);
        mixer.setScene(sceneOf({countingSound(1000, 0)}));
        for (std::size_t i = 0; i < 9000; ++i) {
            mixer.seek(i % 700);
            if (i % 2 == 0)
                mixer.play();
            else
                mixer.pause();
            rendered(mixer, 20);
            QCOMPARE(mixer.state().isPlaying, i % 2 == 0);
            QCOMPARE(mixer.state().position, i % 700 + (i % 2 == 0 ? 20 : 0));
        }
    }

    // Scenes go as soon as nothing sounds from them, and not before.
    void scenesAreFreed()
    {
        PlaybackMixer mixer(exampleRateHz);
        std::weak_ptr<const std::vector<float>> old;
        {
            const PlayableSound sound = constantSound(1000, 1);
            old = sound;
            mixer.setScene(sceneOf({sound}));
        }
        mixer.play();
        rendered(mixer, 50);
        for (int i = 0; i < 100; ++i)
            mixer.setScene(sceneOf({constantSound(1000, 2)}));
        rendered(mixer, 5);
        mixer.state();
        QVERIFY(!old.expired());
        rendered(mixer, 5);
        mixer.state();
        QVERIFY(old.expired());
        QCOMPARE(mixer.sceneCount(), std::size_t(1));
    }
};

QTEST_APPLESS_MAIN(TestPlaybackMixer)
#include "tst_playback_mixer.moc"
