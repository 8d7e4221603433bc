// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/output_device.h"
#include "core/audio/player.h"
#include "tests/audio/sound_card.h"
#include "tests/support/failure.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace earshot;

namespace {

std::shared_ptr<const Player::Sound> constant(double seconds, float value, float gain = 1,
                                              double rateHz = 22050)
{
    const auto length = static_cast<std::size_t>(std::lround(seconds * rateHz));
    return std::make_shared<const Player::Sound>(
        Player::Sound{std::vector<float>(length, value), gain});
}

// Steps of the device's thread take as long as the machine likes.
template <typename Condition>
bool waitFor(Player& player, const Condition& condition)
{
    for (int i = 0; i < 20000; ++i) {
        if (condition(player.status()))
            return true;
        QTest::qSleep(1);
    }
    return false;
}

bool waitForPosition(Player& player, double seconds)
{
    return waitFor(player, [seconds](const Player::Status& status) {
        return status.positionSeconds >= seconds;
    });
}

bool isPaused(const Player::Status& status)
{
    return !status.isPlaying;
}

// A click is a step of the whole height; these sounds are 0.5 high at most. At 44.1 kHz a crossfade
// of 441 samples steps by √2 · 0.5 · π/882 = 0.0025, an edge of 220 by 0.5 π/440 = 0.0036; soxr's
// ringing at the edges of a constant adds a little.
constexpr float clickStep = 0.01F;

float largestStep(const std::vector<float>& samples)
{
    float last = 0;
    float largest = 0;
    for (const float value : samples) {
        largest = std::max(largest, std::abs(value - last));
        last = value;
    }
    return std::max(largest, std::abs(last));
}

auto countOf(const std::vector<float>& samples, float value)
{
    return std::count_if(samples.begin(), samples.end(),
                         [value](float sample) { return std::abs(sample - value) < 1e-4F; });
}

} // namespace

class TestPlayer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // What was made ready elsewhere is played as it is, by a device of its rate alone.
    void playsWhatIsReady()
    {
        const SoundCard card;
        Player player;
        QCOMPARE(player.deviceRateHz(), 0.0);
        const auto ready = std::make_shared<const std::vector<float>>(4410, 0.25F);
        const auto sound = [&](double rateHz) {
            return std::make_shared<const Player::Sound>(Player::Sound{{}, 2, ready, rateHz});
        };
        player.open(captureDeviceId);
        QCOMPARE(player.deviceRateHz(), captureRateHz);
        player.setSounds({sound(48000), sound(captureRateHz)}, 0);
        player.play();
        QVERIFY(waitFor(player, isPaused)); // silence of the other's length
        player.setSlot(1);
        player.play();
        QVERIFY(waitFor(player, isPaused));
        player.setSounds({sound(48000)}, 0);
        player.play(); // nothing
        QVERIFY(waitFor(player, isPaused));
        player.open(otherDeviceId); // closes the one that is heard
        const std::vector<float> heard = card.heardSound();
        QVERIFY(countOf(heard, 0.5F) > 3500 && countOf(heard, 0.5F) <= 4410);
    }

    // 0.3 s are 6,615 samples, and 13,230 at the device's rate, the ends faded to 0.
    void playsOnceAtTheDevicesRate()
    {
        const SoundCard card;
        {
            Player player;
            player.setSounds({constant(0.3, 0.5F)});
            player.open(captureDeviceId);
            QVERIFY(player.isOpen());
            QCOMPARE(player.deviceId(), std::string(captureDeviceId));
            player.play();
            QVERIFY(player.status().isPlaying);
            float peak = 0;
            QVERIFY(waitFor(player, [&peak](const Player::Status& status) {
                peak = std::max(peak, status.peak);
                return !status.isPlaying;
            }));
            QCOMPARE(player.status().endedCount, std::uint64_t(1));
            QCOMPARE(player.status().positionSeconds, 0.0);
            QVERIFY(std::abs(peak - 0.5F) < 0.01F);
            player.open(captureDeviceId);
            QCOMPARE(player.status().endedCount, std::uint64_t(1));
            QVERIFY(!player.status().isPlaying);
        }
        const std::vector<float> both = card.heard();
        for (std::size_t i = 0; i + 1 < both.size(); i += 2)
            QCOMPARE(both[i], both[i + 1]);
        const std::vector<float> sound = card.heardSound();
        QVERIFY2(sound.size() > 13200 && sound.size() <= 13230,
                 qPrintable(QString::number(sound.size())));
        QVERIFY(countOf(sound, 0.5F) > 12000);
        QVERIFY(largestStep(sound) < clickStep);
    }

    void slotsAndLevelsChangeWhilePlaying()
    {
        const SoundCard card;
        {
            Player player;
            player.setLoop(LoopMode::Loop);
            player.setSounds({constant(0.5, 0.5F), constant(0.4, 0.25F, 2), nullptr});
            player.open();
            player.play();
            QVERIFY(waitForPosition(player, 0.1));
            player.setSlot(1);
            player.setGains({1, -1}); // not a gain: silence
            QVERIFY(waitForPosition(player, 0.2));
            player.setGains({1, 0.5F});
            QVERIFY(waitForPosition(player, 0.3));
            player.setVolume(0.5F);
            player.seek(0.05);
            QVERIFY(waitForPosition(player, 0.2));
            player.setSounds({constant(0.5, -0.5F)}, 0);
            QVERIFY(waitForPosition(player, 0.3));
            player.setSlot(2);
            QVERIFY(waitForPosition(player, 0.4));
            player.setSlot(0);
            player.pause();
            QVERIFY(isPaused(player.status()));
        }
        const std::vector<float> sound = card.heardSound();
        QVERIFY(largestStep(sound) < clickStep);
        for (const float level : {0.5F, 0.25F, 0.125F, -0.25F, 0.0F})
            QVERIFY2(countOf(sound, level) > 441, qPrintable(QString::number(level)));
    }

    // Destroyed while it plays: it fades out.
    void endsWithoutAClick()
    {
        const SoundCard card;
        {
            Player player;
            player.setLoop(LoopMode::Loop);
            player.setSounds({constant(0.5, 0.5F)});
            player.open();
            player.play();
            QVERIFY(waitForPosition(player, 0.2));
        }
        const std::vector<float> sound = card.heardSound();
        QVERIFY(countOf(sound, 0.5F) > 4000);
        QVERIFY(largestStep(sound) < clickStep);
    }

    void goesOverToAnotherDevice()
    {
        const SoundCard card;
        {
            Player player(captureRateHz);
            player.setLoop(LoopMode::Loop);
            player.setSounds({constant(30, 0.5F, 1, captureRateHz)});
            player.open(captureDeviceId);
            player.seek(10);
            player.play();
            QVERIFY(waitForPosition(player, 10.2));
            player.open(otherDeviceId);
            QCOMPARE(player.deviceId(), std::string(otherDeviceId));
            Player::Status status = player.status();
            QVERIFY(status.isPlaying && status.problem.empty());
            QVERIFY(status.positionSeconds >= 10.2 && status.positionSeconds < 25);
            QVERIFY(waitForPosition(player, status.positionSeconds + 0.1));
            // One that is not there: the old one plays on.
            QCOMPARE(failureOf([&player] { player.open("ALSA: gone"); }),
                     QString("failed: 'ALSA: gone': is not connected"));
            QCOMPARE(player.deviceId(), std::string(otherDeviceId));
            status = player.status();
            QVERIFY(status.isPlaying && status.problem.empty());
            QVERIFY(waitForPosition(player, status.positionSeconds + 0.1));
            player.pause();
            player.open(captureDeviceId);
            QVERIFY(!player.status().isPlaying);
        }
        QVERIFY(largestStep(card.heardSound()) < clickStep);
    }

    void vanishedDeviceIsReported()
    {
        SoundCard card;
        const StderrCapture capture; // PortAudio itself names the lines where it stopped
        Player player(captureRateHz);
        player.setLoop(LoopMode::Loop);
        player.setSounds({constant(30, 0.5F, 1, captureRateHz)});
        player.open(captureDeviceId);
        player.seek(10);
        player.play();
        QVERIFY(waitForPosition(player, 10.1));
        card.pullOut();
        QVERIFY(
            waitFor(player, [](const Player::Status& status) { return !status.problem.empty(); }));
        const Player::Status status = player.status();
        QCOMPARE(QString::fromStdString(status.problem),
                 QString("the sound device 'earshot_capture' has stopped; it may have been "
                         "unplugged"));
        QVERIFY(!player.isOpen() && !status.isPlaying);
        QVERIFY(status.positionSeconds > 10 && status.positionSeconds < 25);
        player.play();
        QVERIFY(!player.status().isPlaying);
        QVERIFY(!player.status().problem.empty());

        card.plugIn();
        player.open(captureDeviceId);
        QVERIFY(player.status().problem.empty());
        QVERIFY(std::abs(player.status().positionSeconds - status.positionSeconds) < 1e-3);
        player.play();
        QVERIFY(waitForPosition(player, status.positionSeconds + 0.1));
    }

    // The last test: PortAudio never closes such a device.
    void hangingDeviceIsLeftBehind()
    {
        SoundCard card;
        Player player;
        player.setLoop(LoopMode::Loop);
        player.setSounds({constant(0.5, 0.5F)});
        player.open(captureDeviceId);
        player.play();
        QVERIFY(waitForPosition(player, 0.1));
        card.setHanging(true);
        QVERIFY(
            waitFor(player, [](const Player::Status& status) { return !status.problem.empty(); }));
        QCOMPARE(QString::fromStdString(player.status().problem),
                 QString("the sound device 'earshot_capture' does not answer any more; it can be "
                         "used again after a restart"));
        QVERIFY(!player.isOpen() && !player.status().isPlaying);
        card.setHanging(false);
        QCOMPARE(failureOf([&player] { player.open(captureDeviceId); }),
                 QString("failed: 'ALSA: earshot_capture': is not connected"));
        player.open();
        QCOMPARE(player.deviceId(), std::string(otherDeviceId));
        player.seek(0);
        player.play();
        QVERIFY(waitForPosition(player, 0.1));
        QVERIFY(player.status().problem.empty());
    }
};

QTEST_APPLESS_MAIN(TestPlayer)
#include "tst_player.moc"
