// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/grid/grid_example.h"
#include "ui/grid/grid_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace earshot;

class TestGridModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheContract()
    {
        GridModel model;
        GridSorting sorting;
        sorting.setSourceModel(&model);
        const QAbstractItemModelTester tester(&model);
        const QAbstractItemModelTester sortingTester(&sorting);
        QCOMPARE(model.rowCount(), 0);
        model.setContent(exampleGrid());
        QCOMPARE(model.rowCount(), 6);
        sorting.sort(GridModel::Distance);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        GridContent grid = exampleGrid();
        grid.rows[4].distance = 0.1;
        model.setContent(grid);
        QCOMPARE(changed.size(), 1); // so that the selection stays
        QCOMPARE(reset.size(), 0);
        QCOMPARE(sorting.mapToSource(sorting.index(0, 0)).row(), 4);
        model.setContent({});
        QCOMPARE(reset.size(), 1);
        QCOMPARE(model.rowCount(), 0);
    }

    void texts_data()
    {
        QTest::addColumn<int>("row");
        QTest::addColumn<QStringList>("texts");
        QTest::newRow("best") << 0 << QStringList{"0.1",  "0.1",  "3",         "8",
                                                  "+1.5", "0.50", "0.30–0.90", "best"};
        QTest::newRow("exploded") << 1 << QStringList{"0.1", "0.01", "4", "8",
                                                      "–",   "–",    "–", "exploded"};
        QTest::newRow("running") << 3 << QStringList{"0.01", "0.1",  "2", "2",
                                                     "–",    "30.0", "–", "running"};
        QTest::newRow("waiting") << 4
                                 << QStringList{"0.01", "0.01", "–", "–", "–", "–", "–", "waiting"};
        QTest::newRow("tie") << 5 << QStringList{"0.01", "0.001", "1",         "8",
                                                 "−2.5", "2.0",   "0.80–12.5", "tie"};
    }
    void texts()
    {
        QFETCH(int, row);
        GridModel model;
        model.setContent(exampleGrid());
        QStringList texts;
        for (int column = 0; column < GridModel::ColumnCount; ++column)
            texts += model.data(model.index(row, column), Qt::DisplayRole).toString();
        QTEST(texts, "texts");
    }

    void stoppedBest()
    {
        GridContent grid = exampleGrid();
        grid.rows[0].state = SettingState::Stopped;
        GridModel model;
        model.setContent(grid);
        QCOMPARE(model.data(model.index(0, GridModel::State), Qt::DisplayRole).toString(),
                 QString("best, stopped"));
        grid.isRunning = true;
        grid.rows[0].state = SettingState::Running;
        model.setContent(grid);
        QCOMPARE(model.data(model.index(0, GridModel::State), Qt::DisplayRole).toString(),
                 QString("best so far"));
    }

    void sorts_data()
    {
        QTest::addColumn<int>("column");
        QTest::addColumn<int>("order");
        QTest::addColumn<QList<int>>("rows"); // of those that are known
        const int up = Qt::AscendingOrder, down = Qt::DescendingOrder;
        QTest::newRow("distance") << int(GridModel::Distance) << up << QList<int>{0, 5, 3, 2};
        QTest::newRow("distance, down")
            << int(GridModel::Distance) << down << QList<int>{2, 3, 5, 0};
        QTest::newRow("mean") << int(GridModel::Mean) << up << QList<int>{5, 2, 0};
        QTest::newRow("width of the interval")
            << int(GridModel::Interval) << up << QList<int>{2, 0, 5};
        QTest::newRow("examples, down")
            << int(GridModel::Examples) << down << QList<int>{0, 1, 2, 5, 3, 4};
        QTest::newRow("mean, unknown ones")
            << int(GridModel::Mean) << up << QList<int>{5, 2, 0, 1, 3, 4};
        QTest::newRow("mean, down, unknown ones")
            << int(GridModel::Mean) << down << QList<int>{0, 2, 5, 1, 3, 4};
    }
    // What is not known comes last, either way.
    void sorts()
    {
        QFETCH(int, column);
        QFETCH(int, order);
        QFETCH(QList<int>, rows);
        GridModel model;
        GridSorting sorting;
        sorting.setSourceModel(&model);
        model.setContent(exampleGrid());
        sorting.sort(column, static_cast<Qt::SortOrder>(order));
        QList<int> sorted;
        for (qsizetype i = 0; i < rows.size(); ++i)
            sorted += sorting.mapToSource(sorting.index(static_cast<int>(i), 0)).row();
        QCOMPARE(sorted, rows);
    }

    void findsASetting()
    {
        GridModel model;
        model.setContent(exampleGrid());
        QCOMPARE(model.rowOf({5, 1}), std::optional<int>(5));
        QCOMPARE(model.rowOf({5, 2}), std::optional<int>());
    }

    void headingsTeach()
    {
        const GridModel model;
        for (int column = 0; column < GridModel::ColumnCount; ++column) {
            const auto heading = [&](int role) {
                return model.headerData(column, Qt::Horizontal, role).toString();
            };
            QVERIFY(!heading(Qt::DisplayRole).isEmpty());
            QVERIFY(heading(Qt::ToolTipRole).size() > 20);
        }
        QVERIFY(
            !model.headerData(GridModel::ColumnCount, Qt::Horizontal, Qt::DisplayRole).isValid());
    }
};

QTEST_MAIN(TestGridModel)
#include "tst_grid_model.moc"
