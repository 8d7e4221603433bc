// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/grid/grid_example.h"
#include "ui/grid/heat_map.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QImage>
#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <memory>

using namespace earshot;

class TestHeatMap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        applyTheme(*qApp, Theme::Light);
        m_map = std::make_unique<HeatMap>();
        m_map->resize(420, 160);
        m_map->setContent(exampleGrid());
    }

    void words_data()
    {
        QTest::addColumn<int>("pair");
        QTest::addColumn<int>("step");
        QTest::addColumn<QString>("number");
        QTest::addColumn<QString>("word");
        QTest::newRow("best at its step") << 0 << 3 << "0.50"
                                          << "best";
        QTest::newRow("no mark elsewhere") << 0 << 2 << "5.0"
                                           << "";
        QTest::newRow("before it explodes") << 1 << 1 << "100"
                                            << "";
        QTest::newRow("exploded") << 1 << 2 << "exploded"
                                  << "";
        QTest::newRow("exploded for good") << 1 << 4 << "exploded"
                                           << "";
        QTest::newRow("dead") << 2 << 1 << "50.0"
                              << "dead";
        QTest::newRow("running") << 3 << 2 << "30.0"
                                 << "N 2";
        QTest::newRow("running, not so far yet") << 3 << 3 << "running"
                                                 << "";
        QTest::newRow("waiting") << 4 << 1 << "waiting"
                                 << "";
        QTest::newRow("tie") << 5 << 1 << "2.0"
                             << "tie";
        QTest::newRow("beyond all steps") << 5 << 9 << "waiting"
                                          << "";
    }
    void words()
    {
        QFETCH(int, pair);
        QFETCH(int, step);
        m_map->setStep(step);
        QTEST(m_map->numberText(static_cast<std::size_t>(pair)), "number");
        QTEST(m_map->wordText(static_cast<std::size_t>(pair)), "word");
    }

    void bestSoFar()
    {
        GridContent grid = exampleGrid();
        grid.isRunning = true;
        m_map->setContent(grid);
        m_map->setStep(3);
        QCOMPARE(m_map->wordText(0), QString("best so far"));
    }

    // From 0.5 to 200 over all steps but the start; in between by the logarithm: 10 is
    // (ln 200 − ln 10) / (ln 200 − ln 0.5) = 0.5 of the way.
    void scaleIsLogarithmicAndTheSameForAllSteps()
    {
        GridContent grid = exampleGrid();
        grid.pairs[3].distances[2] = 10;
        m_map->setContent(grid);
        m_map->setStep(3);
        QCOMPARE(m_map->nearness(0).value(), 1.0);
        QVERIFY(!m_map->nearness(1));
        QVERIFY(!m_map->nearness(4));
        m_map->setStep(4);
        QCOMPARE(m_map->nearness(5).value(), 0.0);
        m_map->setStep(2);
        QVERIFY(std::abs(m_map->nearness(3).value() - 0.5) < 1e-12);
    }

    // A factor of 10 at least: 1 and 1.1 look alike. 10^5 at most: 10^9 does not hide 1 and 10.
    void scaleHasBounds()
    {
        GridContent grid = exampleGrid();
        for (PairSteps& pair : grid.pairs)
            pair = {8, SettingState::Known, 1000, {1, 1}};
        grid.pairs[1].distances[1] = 1.1;
        m_map->setContent(grid);
        m_map->setStep(1);
        QVERIFY(m_map->nearness(1).value() > 0.95);
        grid.pairs[1].distances[1] = 10;
        grid.pairs[2].distances[1] = 1e9;
        m_map->setContent(grid);
        QVERIFY(std::abs(m_map->nearness(1).value() - 0.8) < 1e-12);
        QCOMPARE(m_map->nearness(2).value(), 0.0);
        grid.pairs[0].distances[1] = 0; // no logarithm
        m_map->setContent(grid);
        QCOMPARE(m_map->nearness(0).value(), 1.0);
    }

    void mouse()
    {
        QSignalSpy chosen(m_map.get(), &HeatMap::pairChosen);
        QSignalSpy activated(m_map.get(), &HeatMap::activated);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, m_map->cellRect(5).center().toPoint());
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].value<std::size_t>(), std::size_t(5));
        QCOMPARE(m_map->selected().value(), std::size_t(5));
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, QPoint(1, 1)); // the labels
        QCOMPARE(chosen.size(), 1);
        QTest::mouseDClick(m_map.get(), Qt::LeftButton, {}, m_map->cellRect(5).center().toPoint());
        QCOMPARE(activated.size(), 1);
    }

    void keys()
    {
        QSignalSpy chosen(m_map.get(), &HeatMap::pairChosen);
        QSignalSpy activated(m_map.get(), &HeatMap::activated);
        QTest::keyClick(m_map.get(), Qt::Key_Return);
        QCOMPARE(activated.size(), 0); // nothing is selected
        std::vector<std::size_t> way;
        for (const Qt::Key key : {Qt::Key_Down, Qt::Key_Right, Qt::Key_Right, Qt::Key_Right,
                                  Qt::Key_Down, Qt::Key_Down, Qt::Key_Left, Qt::Key_Up}) {
            QTest::keyClick(m_map.get(), key);
            way.push_back(m_map->selected().value());
        }
        QCOMPARE(way, (std::vector<std::size_t>{0, 1, 2, 2, 5, 5, 4, 1}));
        QCOMPARE(chosen.size(), 6); // not at the edges
        QTest::keyClick(m_map.get(), Qt::Key_Return);
        QCOMPARE(activated.size(), 1);
    }

    void description()
    {
        QVERIFY(m_map->accessibleDescription().contains("Nothing is selected"));
        m_map->setStep(3);
        m_map->setSelected(0);
        QCOMPARE(m_map->accessibleDescription(),
                 QString("learning rate 0.1, prior weight 0.1, 3 steps: distance 0.50 over 8 "
                         "examples, best"));
        m_map->setSelected(1);
        QVERIFY(m_map->accessibleDescription().endsWith("exploded"));
        m_map->setSelected(99);
        QVERIFY(!m_map->selected());
        m_map->setSelected(5);
        m_map->setContent({}); // no such pair any more
        QVERIFY(!m_map->selected());
        QVERIFY(m_map->accessibleDescription().contains("No search"));
        QTest::keyClick(m_map.get(), Qt::Key_Right);
        QVERIFY(!m_map->selected());
        QVERIFY(!m_map->pairAt({100, 100}));
    }

    void paints_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("usual") << QSize(420, 160);
        QTest::newRow("smallest") << HeatMap().minimumSizeHint();
        QTest::newRow("tiny") << QSize(20, 10);
    }
    // Near is brighter than far, and nothing has the ground's colour.
    void paints()
    {
        QFETCH(QSize, size);
        for (const Theme theme : {Theme::Light, Theme::Dark}) {
            applyTheme(*qApp, theme);
            m_map->resize(size);
            m_map->setStep(4);
            const QImage image = m_map->grab().toImage();
            if (size.width() < 100)
                continue;
            const auto ground = [&](std::size_t pair) {
                const QRectF cell = m_map->cellRect(pair);
                return image.pixelColor(static_cast<int>(cell.left()) + 5,
                                        static_cast<int>(cell.center().y()));
            };
            QVERIFY(ground(0).lightness() > ground(5).lightness());
            QCOMPARE(ground(4), m_map->palette().color(QPalette::Base));
        }
    }

private:
    std::unique_ptr<HeatMap> m_map;
};

QTEST_MAIN(TestHeatMap)
#include "tst_heat_map.moc"
