// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/grid/grid_example.h"
#include "ui/grid/grid_model.h"
#include "ui/grid/grid_panel.h"
#include "ui/grid/heat_map.h"

#include <QAction>
#include <QLabel>
#include <QProgressBar>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include <memory>

using namespace earshot;

class TestGridPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_panel = std::make_unique<GridPanel>(
            GridActions{&m_search, &m_other, &m_negative, &m_shown, &m_stop, &m_adopt});
        m_panel->resize(1280, 170);
        m_panel->clear("Nothing yet");
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    }

    void nothing()
    {
        QVERIFY(!m_panel->selected());
        QVERIFY(!map().isVisible());
        QVERIFY(isShown("Nothing yet"));
        m_panel->setContent(exampleGrid());
        QVERIFY(map().isVisible());
        QVERIFY(!isShown("Nothing yet"));
        m_panel->clear("Gone");
        QVERIFY(!m_panel->selected());
        QVERIFY(isShown("Gone"));
    }

    void followsTheBest()
    {
        QSignalSpy changed(m_panel.get(), &GridPanel::selectionChanged);
        GridContent grid = exampleGrid();
        m_panel->setContent(grid);
        QCOMPARE(m_panel->selected(), std::optional(SettingPlace{0, 3}));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(slider().value(), 3);
        QCOMPARE(selectedRow(), 0);
        grid.rows[0].mark = SettingMark::None;
        grid.rows[5].mark = SettingMark::Best;
        m_panel->setContent(grid);
        QCOMPARE(m_panel->selected(), std::optional(SettingPlace{5, 1}));
        QCOMPARE(selectedRow(), 5);
        QCOMPARE(changed.size(), 2);
        m_panel->setContent(grid);
        QCOMPARE(changed.size(), 2);
    }

    // On a small screen too.
    void allColumnsAreSeen()
    {
        GridContent grid = exampleGrid();
        grid.rows[0] = {0,
                        100,
                        50,
                        -0.0501,
                        1.41e-3,
                        7.63e-4,
                        5.02e-3,
                        SettingState::Stopped,
                        SettingMark::Best};
        m_panel->setContent(grid);
        m_panel->clear({});
        m_panel->setContent(grid);
        QCoreApplication::processEvents();
        const QTableView& table = *m_panel->findChild<QTableView*>();
        QCOMPARE(table.model()->index(0, GridModel::State).data().toString(),
                 QString("best, stopped"));
        QCOMPARE(table.horizontalScrollBar()->maximum(), 0);
        QVERIFY(table.columnViewportPosition(GridModel::State) +
                    table.sizeHintForIndex(table.model()->index(0, GridModel::State)).width() <=
                table.viewport()->width());
        // Nothing beside it moves when the results come.
        const QRect place = table.geometry();
        m_panel->setContent(exampleGrid());
        QCoreApplication::processEvents();
        QCOMPARE(table.geometry(), place);
    }

    // On a small screen the warning is read before anything is scrolled.
    void theStatusIsSeen()
    {
        m_panel->resize(1280, 161);
        m_panel->setStatus("An unfinished quick search is here (7 % done): G goes on. Best of the "
                           "quick search: lᵣ 0.1, λ 0.01, 17 steps, distance 1.4e−3 "
                           "(7.6e−4–5.0e−3). That rests on 2 of 8 starts, too few to rely on: let "
                           "the search go on first.");
        QCoreApplication::processEvents();
        for (const QScrollArea* area : m_panel->findChildren<QScrollArea*>())
            if (area->accessibleName() == "Status")
                QCOMPARE(area->verticalScrollBar()->maximum(), 0);
    }

    void keepsWhatTheUserSelects()
    {
        GridContent grid = exampleGrid();
        m_panel->setContent(grid);
        QTest::mouseClick(&map(), Qt::LeftButton, {}, map().cellRect(5).center().toPoint());
        QCOMPARE(m_panel->selected(), std::optional(SettingPlace{5, 3})); // at the slider's step
        QCOMPARE(selectedRow(), -1); // which is no row of the table
        m_panel->setContent(grid);
        QCOMPARE(m_panel->selected(), std::optional(SettingPlace{5, 3}));
        QTest::keyClick(&slider(), Qt::Key_Left);
        QCOMPARE(m_panel->selected(), std::optional(SettingPlace{5, 2}));
        m_panel->followBest();
        QCOMPARE(m_panel->selected(), std::optional(SettingPlace{0, 3}));
        // Another grid begins anew.
        QTest::keyClick(&slider(), Qt::Key_Left);
        grid.priorWeights[0] = 0.5;
        m_panel->setContent(grid);
        QCOMPARE(m_panel->selected(), std::optional(SettingPlace{0, 3}));
    }

    void tableSelects()
    {
        m_panel->setContent(exampleGrid());
        QSignalSpy changed(m_panel.get(), &GridPanel::selectionChanged);
        QSignalSpy adopted(m_panel.get(), &GridPanel::adoptRequested);
        table().selectRow(1); // by distance: the tie comes second
        QCOMPARE(changed.size(), 1);
        QCOMPARE(m_panel->selected(), std::optional(SettingPlace{5, 1}));
        QCOMPARE(slider().value(), 1);
        QCOMPARE(map().selected(), std::optional<std::size_t>(5));
        QTest::keyClick(&table(), Qt::Key_Return);
        QCOMPARE(adopted.size(), 1);
        // Sorting anew keeps it.
        table().sortByColumn(GridModel::Examples, Qt::DescendingOrder);
        QCOMPARE(selectedRow(), 5);
        QCOMPARE(changed.size(), 1);
    }

    void enterInTheMapAdopts()
    {
        m_panel->setContent(exampleGrid());
        QSignalSpy adopted(m_panel.get(), &GridPanel::adoptRequested);
        QTest::keyClick(&map(), Qt::Key_Return);
        QCOMPARE(adopted.size(), 1);
    }

    void buttonsAreTheActions()
    {
        GridContent grid = exampleGrid();
        for (QAction* action : {&m_search, &m_negative, &m_shown, &m_stop, &m_adopt}) {
            grid.isRunning = action == &m_stop; // then it stands in the place of the search
            m_panel->setContent(grid);
            QSignalSpy triggered(action, &QAction::triggered);
            QToolButton* found = nullptr;
            for (QToolButton* button : m_panel->findChildren<QToolButton*>())
                if (button->defaultAction() == action)
                    found = button;
            QVERIFY(found && found->isVisible());
            found->click();
            QCOMPARE(triggered.size(), 1);
        }
    }

    // There is nothing to choose between where one result is known.
    void hiddenChoice()
    {
        const auto button = [this] {
            for (QToolButton* one : m_panel->findChildren<QToolButton*>())
                if (one->defaultAction() == &m_shown)
                    return one;
            return static_cast<QToolButton*>(nullptr);
        };
        QVERIFY(button()->isVisible());
        m_shown.setVisible(false);
        QVERIFY(!button()->isVisible());
        m_shown.setVisible(true);
        QVERIFY(button()->isVisible());
    }

    void status()
    {
        auto* progress = m_panel->findChild<QProgressBar*>();
        QVERIFY(!progress->isVisible());
        m_panel->setStatus("3 min left", 0.25);
        QVERIFY(progress->isVisible());
        QCOMPARE(progress->value() * 4, progress->maximum());
        QVERIFY(isShown("3 min left"));
        m_panel->setStatus("done");
        QVERIFY(!progress->isVisible());
    }

    // The window's lower part is low.
    void fits()
    {
        m_panel->setContent(exampleGrid());
        QVERIFY(m_panel->minimumSizeHint().height() <= 110);
        m_panel->resize(960, 110);
        QVERIFY(map().height() >= map().minimumSizeHint().height());
        for (std::size_t pair = 0; pair < 6; ++pair)
            QVERIFY(map().rect().contains(map().cellRect(pair).toAlignedRect()));
    }

private:
    HeatMap& map() const { return *m_panel->findChild<HeatMap*>(); }
    QSlider& slider() const { return *m_panel->findChild<QSlider*>(); }
    QTableView& table() const { return *m_panel->findChild<QTableView*>(); }
    // In the model; −1: none.
    int selectedRow() const
    {
        const QModelIndexList rows = table().selectionModel()->selectedRows();
        if (rows.isEmpty())
            return -1;
        return static_cast<const GridSorting*>(table().model())->mapToSource(rows.first()).row();
    }
    bool isShown(const QString& text) const
    {
        for (const QLabel* label : m_panel->findChildren<QLabel*>())
            if (label->text() == text)
                return label->isVisible();
        return false;
    }

    QAction m_search{"Choose settings"};
    QAction m_other{"Full search"};
    QAction m_negative{"Negative"};
    QAction m_shown{"Shown: quick"};
    QAction m_stop{"Stop"};
    QAction m_adopt{"Use"};
    std::unique_ptr<GridPanel> m_panel;
};

QTEST_MAIN(TestGridPanel)
#include "tst_grid_panel.moc"
