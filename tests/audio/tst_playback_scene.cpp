// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/playback_scene.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <numbers>

using namespace earshot;

class TestPlaybackScene : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // 5 ms of 1000 Hz are 5 samples: sin²(k · 18°) from either end.
    void edgesFade()
    {
        const std::vector<float> ones(20, 1);
        const PlayableSound sound = playableSound(ones, 1000, 1000);
        QCOMPARE(sound->size(), std::size_t(20));
        const std::vector<double> edge = {0, 0.095492, 0.345492, 0.654508, 0.904508};
        for (std::size_t k = 0; k < 10; ++k) {
            const double expected = k < edge.size() ? edge[k] : 1;
            QVERIFY(std::abs((*sound)[k] - expected) < 1e-6);
            QVERIFY(std::abs((*sound)[19 - k] - expected) < 1e-6);
        }
    }

    // So that the seam of a loop doesn't click, whatever the sound: it begins and ends at 0, and a
    // step is at most π/(2 · 240) of its height.
    void seamHasNoStep()
    {
        const std::vector<float> ones(10000, 1);
        const PlayableSound sound = playableSound(ones, 48000, 48000);
        float last = sound->back();
        QCOMPARE(last, 0.0F);
        for (const float value : *sound) {
            QVERIFY(std::abs(value - last) < 0.00655F);
            last = value;
        }
    }

    void ratesAreTheDevices_data()
    {
        QTest::addColumn<double>("rateHz");
        QTest::addColumn<int>("length"); // 36,934 · rate/22,050, rounded
        QTest::newRow("22 kHz") << 22050.0 << 36934;
        QTest::newRow("44 kHz") << 44100.0 << 73868;
        QTest::newRow("48 kHz") << 48000.0 << 80401;
        QTest::newRow("96 kHz") << 96000.0 << 160801;
    }
    void ratesAreTheDevices()
    {
        QFETCH(double, rateHz);
        const auto tone = [](double atHz, std::size_t i) {
            return std::sin(2 * std::numbers::pi * 440 * static_cast<double>(i) / atHz);
        };
        std::vector<float> samples(36934);
        for (std::size_t i = 0; i < samples.size(); ++i)
            samples[i] = static_cast<float>(tone(22050, i));
        const PlayableSound sound = playableSound(samples, 22050, rateHz);
        QTEST(static_cast<int>(sound->size()), "length");
        for (std::size_t i = 3000; i < sound->size() - 3000; ++i)
            QVERIFY(std::abs((*sound)[i] - tone(rateHz, i)) < 1e-4);
    }

    void nothingAndNonsense()
    {
        QVERIFY(playableSound({}, 22050, 48000) == nullptr);
        std::vector<float> samples(2000, 0.5F);
        samples[900] = std::numeric_limits<float>::quiet_NaN();
        samples[901] = std::numeric_limits<float>::infinity();
        const PlayableSound sound = playableSound(samples, 22050, 48000);
        for (const float value : *sound)
            QVERIFY(std::abs(value) < 1);
        QVERIFY(std::abs((*playableSound(samples, 1000, 1000))[900]) == 0);
        QCOMPARE(playableSound(std::vector<float>{1}, 22050, 22050)->size(), std::size_t(1));
    }

    void lengths()
    {
        const auto sound = [](std::size_t length) {
            return std::make_shared<const std::vector<float>>(length);
        };
        PlaybackScene scene;
        QCOMPARE(scene.length(0), std::size_t(0));
        scene.slots = {{sound(3), 1}, {nullptr, 1}, {sound(7), 1}};
        QCOMPARE(scene.length(0), std::size_t(3));
        QCOMPARE(scene.length(1), std::size_t(7));
        QCOMPARE(scene.length(2), std::size_t(7));
        QCOMPARE(scene.length(9), std::size_t(7));
    }
};

QTEST_APPLESS_MAIN(TestPlaybackScene)
#include "tst_playback_scene.moc"
