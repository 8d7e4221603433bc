// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/output_device.h"
#include "core/audio/player.h"
#include "tests/audio/sound_card.h"
#include "tests/support/failure.h"

#include <QtTest>

using namespace earshot;

class TestOutputDevice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // First, so that nothing has quietened the libraries before.
    void noDeviceIsSaidQuietly()
    {
        useSoundDevicesOf("alsa_empty.conf");
        StderrCapture capture;
        const std::vector<OutputDevice> devices = outputDevices();
        Player player;
        const QString failure = failureOf([&player] { player.open(); });
        const QString named = failureOf([&player] { player.open("ALSA: hw:0"); });
        const QByteArray written = capture.text();
        QCOMPARE(devices.size(), std::size_t(0));
        QCOMPARE(failure, QString("failed: no sound device was found"));
        QCOMPARE(named, QString("failed: no sound device was found"));
        QCOMPARE(written, QByteArray());
        QVERIFY(!player.isOpen());
    }

    void devicesAreNamed()
    {
        const SoundCard card;
        StderrCapture capture;
        const std::vector<OutputDevice> devices = outputDevices();
        const QByteArray written = capture.text();
        QCOMPARE(written, QByteArray());
        QCOMPARE(devices.size(), std::size_t(2));
        QCOMPARE(devices[0].id, std::string(captureDeviceId));
        QCOMPARE(devices[0].name, std::string("earshot_capture"));
        QCOMPARE(devices[0].defaultRateHz, captureRateHz);
        QCOMPARE(devices[1].id, std::string(otherDeviceId));
        QCOMPARE(devices[0].isDefault + devices[1].isDefault, 1);
    }

    // Without a device, a player takes all that is said to it and plays nothing.
    void playerWithoutADevice()
    {
        Player player;
        player.setSounds({std::make_shared<const Player::Sound>(
            Player::Sound{std::vector<float>(22050, 0.5F), 1})});
        player.setGains({0.5F});
        player.setVolume(0.5F);
        player.setLoop(LoopMode::Loop);
        player.setSlot(3);
        player.seek(0.25);
        player.play();
        player.pause();
        const Player::Status status = player.status();
        QVERIFY(!status.isPlaying);
        QCOMPARE(status.positionSeconds, 0.25);
        QCOMPARE(status.slot, std::size_t(3));
        QCOMPARE(status.peak, 0.0F);
        QCOMPARE(status.endedCount, std::uint64_t(0));
        QVERIFY(status.problem.empty());
        QVERIFY(player.deviceId().empty());
    }
};

QTEST_APPLESS_MAIN(TestOutputDevice)
#include "tst_output_device.moc"
