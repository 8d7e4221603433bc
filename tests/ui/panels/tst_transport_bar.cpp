// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/cell_buttons.h"
#include "ui/panels/level_meter.h"
#include "ui/panels/transport_bar.h"
#include "ui/panels/waveform_view.h"

#include <QAbstractButton>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

using namespace earshot;

class TestTransportBar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_bar = std::make_unique<TransportBar>();
        m_bar->setSounds({true, true, true, false}, Cell::Positive);
        m_bar->setWaveform(std::vector<float>(22050, 0.25F), 22050);
        m_bar->resize(1280, 64);
        m_bar->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_bar.get()));
    }
    void cleanup() { m_bar.reset(); }

    void fitsTheWindow()
    {
        QCOMPARE(m_bar->sizeHint().height(), 64);
        QVERIFY(m_bar->minimumSizeHint().width() <= 1100);
    }

    void buttonsTell()
    {
        const QSignalSpy play(m_bar.get(), &TransportBar::playToggled);
        const QSignalSpy loop(m_bar.get(), &TransportBar::loopToggled);
        const QSignalSpy matching(m_bar.get(), &TransportBar::matchingToggled);
        click("Play");
        click("Loop");
        click("Level matching");
        QCOMPARE(play.size(), 1);
        QCOMPARE(loop.size(), 1);
        QCOMPARE(loop.at(0).at(0).toBool(), true);
        QCOMPARE(matching.size(), 1);
        QCOMPARE(matching.at(0).at(0).toBool(), false);
    }

    void cellsAreChosen()
    {
        const QSignalSpy chosen(m_bar.get(), &TransportBar::cellChosen);
        click("Hear negative");
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.at(0).at(0).value<Cell>(), Cell::Negative);
        QVERIFY(!button("Hear real")->isEnabled());
        m_bar->setCellName(Cell::Real, "real highest");
        m_bar->setSounds({true, true, true, true}, Cell::Real);
        QVERIFY(button("Hear real highest")->isChecked());
        QCOMPARE(chosen.size(), 1);
    }

    // Space belongs to the whole window.
    void enterPressesTheFocusedButton()
    {
        const QSignalSpy loop(m_bar.get(), &TransportBar::loopToggled);
        const QSignalSpy chosen(m_bar.get(), &TransportBar::cellChosen);
        QTest::keyClick(button("Loop"), Qt::Key_Return);
        QTest::keyClick(button("Hear start"), Qt::Key_Enter);
        QCOMPARE(loop.size(), 1);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.at(0).at(0).value<Cell>(), Cell::Start);
    }

    void settersAreSilent()
    {
        std::vector<std::unique_ptr<QSignalSpy>> spies;
        const auto spy = [&](auto signal) {
            spies.push_back(std::make_unique<QSignalSpy>(m_bar.get(), signal));
        };
        spy(&TransportBar::playToggled);
        spy(&TransportBar::loopToggled);
        spy(&TransportBar::cellChosen);
        spy(&TransportBar::matchingToggled);
        spy(&TransportBar::volumeChanged);
        spy(&TransportBar::deviceChosen);
        spy(&TransportBar::originalToggled);
        spy(&TransportBar::seekRequested);
        m_bar->setLooping(true);
        m_bar->setVolume(0.3);
        m_bar->setOriginal(true, true);
        m_bar->setGain(-3.2, false);
        m_bar->setDevices({"one", "two"}, 1);
        m_bar->setPosition(0.5, true);
        m_bar->setSounds({true, true, true, true}, Cell::Start);
        for (const auto& each : spies)
            QCOMPARE(each->size(), 0);
        QVERIFY(button("Loop")->isChecked());
        QVERIFY(button("Original")->isChecked());
        QVERIFY(button("Pause"));
        QCOMPARE(field<QSlider>("Volume")->value(), 30);
        QCOMPARE(field<QComboBox>("Output device")->currentText(), QString("two"));
    }

    void gain_data()
    {
        QTest::addColumn<double>("gainDb");
        QTest::addColumn<QString>("expected");
        QTest::newRow("down") << -3.21 << QString::fromUtf8("matched −3.2 dB");
        QTest::newRow("up") << 12.0 << "matched +12.0 dB";
        QTest::newRow("none") << -0.01 << "matched 0.0 dB";
    }
    void gain()
    {
        QFETCH(double, gainDb);
        m_bar->setGain(gainDb, true);
        QTEST(button("Level matching")->text(), "expected");
        QVERIFY(button("Level matching")->isChecked());
        m_bar->setGain(gainDb, false);
        QVERIFY(!button("Level matching")->isChecked());
        QVERIFY(!button("Level matching")->text().contains("dB"));
    }

    void muteAndBack()
    {
        m_bar->setVolume(0.7);
        const QSignalSpy volume(m_bar.get(), &TransportBar::volumeChanged);
        click("Mute");
        click("Mute");
        QCOMPARE(volume.size(), 2);
        QCOMPARE(volume.at(0).at(0).toDouble(), 0.0);
        QCOMPARE(volume.at(1).at(0).toDouble(), 0.7);
    }

    // As after a start with the volume at 0, and after the slider was pulled down.
    void unmutedItIsHeard()
    {
        m_bar->setVolume(0);
        const QSignalSpy volume(m_bar.get(), &TransportBar::volumeChanged);
        click("Mute");
        QCOMPARE(volume.size(), 1);
        QVERIFY(volume.at(0).at(0).toDouble() > 0.5);
        m_bar->setVolume(0.6);
        m_bar->setVolume(0);
        click("Mute");
        QCOMPARE(volume.back().at(0).toDouble(), 0.6);
        auto* slider = m_bar->findChild<QSlider*>();
        for (int value = 60; value >= 0; --value) // as a drag does
            slider->setValue(value);
        click("Mute");
        QCOMPARE(volume.back().at(0).toDouble(), 0.2);
    }

    // A sound at a quarter of full scale; 12 dB more fill what is there.
    void waveformIsDrawnAsItIsPlayed()
    {
        auto* waveform = m_bar->findChild<WaveformView*>();
        const auto drawn = [&] {
            const QImage picture = waveform->grab().toImage();
            const int x = 3 * picture.width() / 4; // away from the playhead
            const QRgb ground = picture.pixel(x, 4);
            int count = 0;
            for (int y = 4; y < picture.height() - 4; ++y)
                count += picture.pixel(x, y) != ground ? 1 : 0;
            return count;
        };
        std::vector<float> samples(22050);
        for (std::size_t i = 0; i < samples.size(); ++i)
            samples[i] = i % 2 == 0 ? 0.25F : -0.25F;
        m_bar->setWaveform(samples, 22050);
        m_bar->setGain(-6, false); // it is not applied
        const int plain = drawn();
        QVERIFY(plain > 4);
        m_bar->setGain(6, true);
        QVERIFY2(std::abs(drawn() - 2 * plain) <= 2, qPrintable(QString::number(drawn())));
        m_bar->setGain(-6, true);
        QVERIFY(std::abs(drawn() - plain / 2) <= 2);
    }

    void waveformSeeks()
    {
        auto* waveform = m_bar->findChild<WaveformView*>();
        const QSignalSpy seek(m_bar.get(), &TransportBar::seekRequested);
        const int width = waveform->width();
        QTest::mousePress(waveform, Qt::LeftButton, {}, {width / 4, 20});
        QVERIFY(std::abs(seek.at(0).at(0).toDouble() - 0.25) < 0.01);
        QTest::mouseMove(waveform, {width + 50, 20});
        QTest::mouseRelease(waveform, Qt::LeftButton, {}, {width + 50, 20});
        QCOMPARE(seek.last().at(0).toDouble(), 1.0); // not beyond its end
        m_bar->setPosition(0.5, false);
        QTest::keyClick(waveform, Qt::Key_Left);
        QVERIFY(std::abs(seek.last().at(0).toDouble() - 0.4) < 1e-9);
        m_bar->setWaveform({}, 22050);
        const auto count = seek.size();
        QTest::mouseClick(waveform, Qt::LeftButton, {}, {width / 2, 20});
        QCOMPARE(seek.size(), count);
    }

    // What is longer than the pixels, and what is shorter, is drawn.
    void waveformOfAnyLength()
    {
        auto* waveform = m_bar->findChild<WaveformView*>();
        const QImage before = waveform->grab().toImage();
        for (const std::size_t length : {std::size_t(1), std::size_t(7), std::size_t(36934)}) {
            m_bar->setWaveform(std::vector<float>(length, 2.0F), 22050);
            QVERIFY(waveform->grab().toImage() != before);
        }
    }

    void problemGreysPlaybackButNotTheDevices()
    {
        m_bar->setDevices({"one"}, 0);
        m_bar->setOriginal(true, false);
        m_bar->setProblem("No sound device was found.");
        for (const char* name : {"Play", "Loop", "Original", "Hear negative", "Level matching"})
            QVERIFY2(!button(name)->isEnabled(), name);
        QVERIFY(!field<QSlider>("Volume")->isEnabled());
        QVERIFY(field<QComboBox>("Output device")->isEnabled());
        QCOMPARE(m_bar->findChild<WaveformView*>()->accessibleDescription(),
                 QString("No sound device was found."));
        QCOMPARE(m_bar->accessibleDescription(), QString("No sound device was found."));
        m_bar->setProblem({});
        for (const char* name : {"Play", "Loop", "Original", "Hear negative", "Level matching"})
            QVERIFY2(button(name)->isEnabled(), name);
        QVERIFY(!button("Hear real")->isEnabled());
    }

    void nothingToPlay()
    {
        m_bar->setSounds({}, Cell::Start);
        QVERIFY(!button("Play")->isEnabled());
        QVERIFY(button("Loop")->isEnabled());
    }

    void deviceIsChosen()
    {
        m_bar->setDevices({"one", "two"}, 0);
        const QSignalSpy chosen(m_bar.get(), &TransportBar::deviceChosen);
        auto* box = field<QComboBox>("Output device");
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.at(0).at(0).toInt(), 1);
    }

    // An excerpt's time to hundredths, a song's in minutes.
    void timeIsForPeople()
    {
        const auto isShown = [this](const QString& text) {
            return std::ranges::any_of(m_bar->findChildren<QLabel*>(),
                                       [&](const QLabel* label) { return label->text() == text; });
        };
        m_bar->setPosition(0.5, true);
        QVERIFY(isShown("0.50 s\n1.00 s"));
        m_bar->setWaveform(std::vector<float>(12345, 0.25F), 100);
        m_bar->setPosition(61.27, true);
        QVERIFY(isShown("1:01.2\n2:03.4"));
    }

    void levelRisesAtOnceAndFallsSlowly()
    {
        auto* meter = m_bar->findChild<LevelMeter*>();
        m_bar->setLevel(-6);
        QCOMPARE(meter->shownDb(), -6.0F);
        m_bar->setLevel(-std::numeric_limits<float>::infinity());
        QVERIFY(meter->shownDb() < -6 && meter->shownDb() > -8);
        for (int i = 0; i < 100; ++i)
            m_bar->setLevel(-std::numeric_limits<float>::infinity());
        QCOMPARE(meter->shownDb(), -60.0F);
        m_bar->setLevel(3);
        QCOMPARE(meter->shownDb(), 0.0F);
    }

    void everyControlHasNameAndToolTip()
    {
        for (const QAbstractButton* each : m_bar->findChildren<QAbstractButton*>()) {
            QVERIFY(!each->accessibleName().isEmpty());
            QVERIFY2(!each->toolTip().isEmpty(), qPrintable(each->accessibleName()));
        }
        QVERIFY(!field<QSlider>("Volume")->toolTip().isEmpty());
        QVERIFY(!field<QComboBox>("Output device")->toolTip().isEmpty());
    }

private:
    template <typename Widget>
    Widget* field(const QString& name) const
    {
        for (Widget* widget : m_bar->findChildren<Widget*>())
            if (widget->accessibleName() == name)
                return widget;
        qFatal("no field %s", qPrintable(name));
    }
    QAbstractButton* button(const QString& name) const { return field<QAbstractButton>(name); }
    void click(const QString& name)
    {
        QAbstractButton* each = button(name);
        QTest::mouseClick(each, Qt::LeftButton, {}, {8, each->height() / 2});
    }

    std::unique_ptr<TransportBar> m_bar;
};

QTEST_MAIN(TestTransportBar)
#include "tst_transport_bar.moc"
