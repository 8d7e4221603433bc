// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/dial.h"

#include <QApplication>
#include <QImage>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <memory>

using namespace earshot;

namespace {

// Steps 0, 10, …, 100 on both sides.
DialScale exampleScale()
{
    DialScale scale;
    for (int step = 0; step <= 100; step += 10) {
        scale.negativeSteps.push_back(step);
        scale.positiveSteps.push_back(step);
    }
    scale.negativeChosen = 70;
    scale.positiveChosen = 60;
    return scale;
}

} // namespace

class TestDial : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dial = std::make_unique<Dial>();
        m_dial->resize(600, 56);
        m_dial->setScale(exampleScale());
        m_dial->show();
        QVERIFY(QTest::qWaitForWindowActive(m_dial.get()));
        m_dial->setFocus();
        m_moved = std::make_unique<QSignalSpy>(m_dial.get(), &Dial::moved);
        m_released = std::make_unique<QSignalSpy>(m_dial.get(), &Dial::released);
    }
    void cleanup() { m_dial.reset(); }

    void settingIsSilentAndLimited()
    {
        m_dial->setPosition(4);
        QCOMPARE(m_dial->position(), 4);
        m_dial->setPosition(99);
        QCOMPARE(m_dial->position(), 10);
        m_dial->setPosition(-99);
        QCOMPARE(m_dial->position(), -10);
        QCOMPARE(m_moved->size() + m_released->size(), 0);
    }

    void keys_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<int>("expected");
        QTest::newRow("right") << int(Qt::Key_Right) << 1;
        QTest::newRow("up") << int(Qt::Key_Up) << 1;
        QTest::newRow("left") << int(Qt::Key_Left) << -1;
        QTest::newRow("down") << int(Qt::Key_Down) << -1;
        QTest::newRow("page up") << int(Qt::Key_PageUp) << 5;
        QTest::newRow("page down") << int(Qt::Key_PageDown) << -5;
        QTest::newRow("end") << int(Qt::Key_End) << 10;
        QTest::newRow("home") << int(Qt::Key_Home) << -10;
    }
    void keys()
    {
        QFETCH(int, key);
        QFETCH(int, expected);
        QTest::keyPress(m_dial.get(), static_cast<Qt::Key>(key));
        QCOMPARE(m_dial->position(), expected);
        QCOMPARE(m_moved->size(), 1);
        QCOMPARE(m_moved->at(0).at(0).toInt(), expected);
        QCOMPARE(m_released->size(), 0);
        QTest::keyRelease(m_dial.get(), static_cast<Qt::Key>(key));
        QCOMPARE(m_released->size(), 1);
        QCOMPARE(m_released->at(0).at(0).toInt(), expected);
    }

    void keysAtTheEndDoNothing()
    {
        m_dial->setPosition(10);
        QTest::keyClick(m_dial.get(), Qt::Key_Right);
        QTest::keyClick(m_dial.get(), Qt::Key_A);
        QCOMPARE(m_moved->size() + m_released->size(), 0);
    }

    void dragging()
    {
        const int y = 27;
        QTest::mousePress(m_dial.get(), Qt::LeftButton, {}, {300, y});
        QCOMPARE(m_moved->size(), 0); // it is at the start already
        QTest::mouseMove(m_dial.get(), {590, y});
        QCOMPARE(m_dial->position(), 10);
        QTest::mouseMove(m_dial.get(), {10, y});
        QCOMPARE(m_dial->position(), -10);
        QCOMPARE(m_moved->size(), 2);
        QCOMPARE(m_released->size(), 0);
        QTest::mouseRelease(m_dial.get(), Qt::LeftButton, {}, {10, y});
        QCOMPARE(m_released->size(), 1);
        QCOMPARE(m_released->at(0).at(0).toInt(), -10);
        QTest::mouseMove(m_dial.get(), {300, y});
        QCOMPARE(m_moved->size(), 2);
    }

    // The same result is told again when its sounds are done.
    void sameScaleWhileDragging()
    {
        const int y = 27;
        QTest::mousePress(m_dial.get(), Qt::LeftButton, {}, {300, y});
        QTest::mouseMove(m_dial.get(), {590, y});
        m_dial->setScale(exampleScale());
        QTest::mouseMove(m_dial.get(), {10, y});
        QCOMPARE(m_dial->position(), -10);
        QTest::mouseRelease(m_dial.get(), Qt::LeftButton, {}, {10, y});
        QCOMPARE(m_released->size(), 1);
    }

    // The track is as long as the steps: step 10 of 100 lies a tenth of the way.
    void placesGoByStepsNotByNumbers()
    {
        DialScale scale;
        scale.positiveSteps = {0, 10, 100};
        m_dial->setScale(scale);
        QTest::mouseClick(m_dial.get(), Qt::LeftButton, {}, {340, 27});
        QCOMPARE(m_dial->position(), 1);
        QTest::mouseClick(m_dial.get(), Qt::LeftButton, {}, {500, 27});
        QCOMPARE(m_dial->position(), 2);
        QTest::mouseClick(m_dial.get(), Qt::LeftButton, {}, {20, 27}); // no negative side
        QCOMPARE(m_dial->position(), 0);
        QTest::keyClick(m_dial.get(), Qt::Key_Home);
        QCOMPARE(m_dial->position(), 0);
    }

    void wheelIsLetGoWhenItRests()
    {
        const auto turn = [this](int angle) {
            QWheelEvent event(QPointF(300, 27), m_dial->mapToGlobal(QPointF(300, 27)), {},
                              {0, angle}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(m_dial.get(), &event);
        };
        turn(120);
        turn(60);
        QCOMPARE(m_dial->position(), 1);
        turn(60);
        QCOMPARE(m_dial->position(), 2);
        QCOMPARE(m_moved->size(), 2);
        QTRY_COMPARE(m_released->size(), 1);
        QCOMPARE(m_released->at(0).at(0).toInt(), 2);
    }

    void withoutScaleItIsGrey()
    {
        m_dial->setPosition(5);
        m_dial->setScale({});
        QVERIFY(!m_dial->isEnabled());
        QCOMPARE(m_dial->position(), 0);
        QTest::mouseClick(m_dial.get(), Qt::LeftButton, {}, {500, 27});
        QTest::keyClick(m_dial.get(), Qt::Key_Right);
        QCOMPARE(m_moved->size(), 0);
        m_dial->setScale(exampleScale());
        QVERIFY(m_dial->isEnabled());
    }

    void damagedScalesAreDrawn()
    {
        DialScale scale;
        m_dial->setScale(scale); // neither direction
        QVERIFY(!m_dial->grab().isNull());
        scale.positiveSteps = {0};
        scale.positiveChosen = 33;
        m_dial->setScale(scale);
        QVERIFY(!m_dial->grab().isNull());
        QTest::mouseClick(m_dial.get(), Qt::LeftButton, {}, {500, 27});
        QCOMPARE(m_dial->position(), 0);
    }

    void chosenStepsAndTextAreSeen()
    {
        const QImage before = m_dial->grab().toImage();
        DialScale scale = exampleScale();
        scale.positiveChosen = 30;
        m_dial->setScale(scale);
        const QImage marked = m_dial->grab().toImage();
        QVERIFY(marked != before);
        m_dial->setText("step 62 of 100");
        QVERIFY(m_dial->grab().toImage() != marked);
        QCOMPARE(m_dial->accessibleDescription(), QString("step 62 of 100"));
    }

private:
    std::unique_ptr<Dial> m_dial;
    std::unique_ptr<QSignalSpy> m_moved;
    std::unique_ptr<QSignalSpy> m_released;
};

QTEST_MAIN(TestDial)
#include "tst_dial.moc"
