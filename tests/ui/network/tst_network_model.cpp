// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/network/network_example.h"
#include "ui/network/network_filter.h"
#include "ui/network/network_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace earshot;

namespace {

constexpr auto fatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

QStringList childrenOf(const QAbstractItemModel& model, const QModelIndex& parent)
{
    QStringList labels;
    for (int row = 0; row < model.rowCount(parent); ++row)
        labels += model.index(row, 0, parent).data().toString();
    return labels;
}

} // namespace

class TestNetworkModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheRulesOfModels()
    {
        NetworkModel model;
        const QAbstractItemModelTester tester(&model, fatal);
        NetworkFilter filter;
        const QAbstractItemModelTester filterTester(&filter, fatal);
        filter.setSourceModel(&model);
        model.setNetwork(exampleRows());
        QCOMPARE(model.rowCount(), 7);
        filter.setText("[2]");
        filter.setOrder(NetworkOrder::Spread);
        model.setMarked({"fc3[1]"});
        filter.setText("");
        model.setNetwork({});
        QCOMPARE(model.rowCount(), 0);
    }

    void roles()
    {
        NetworkModel model;
        model.setNetwork(exampleRows());
        const QModelIndex layer = model.indexOf("mean(fc3)");
        QCOMPARE(layer.data().toString(), QString("fc3"));
        QCOMPARE(layer.data(ShapeRole).toString(), QString("4 units"));
        QVERIFY(!layer.data(DimRole).toBool());
        const QModelIndex unit = model.indexOf("fc3[1]");
        QCOMPARE(unit.parent(), layer);
        QCOMPARE(unit.row(), 1);
        QCOMPARE(unit.data().toString(), QString("[1]"));
        QCOMPARE(unit.data(ReferenceRole).toString(), QString("fc3[1]"));
        QCOMPARE(unit.data(SpreadRole).toDouble(), 3.0);
        QCOMPARE(unit.data(AucRole).toDouble(), 0.6);
        QCOMPARE(unit.data(HistogramRole).value<QList<float>>().size(), qsizetype(histogramBins));
        QVERIFY(!unit.data(ShapeRole).isValid());
        QVERIFY(model.indexOf("fc3.act[1]").data(DimRole).toBool());
        QVERIFY(!model.indexOf("fc3[4]").isValid());
    }

    void deadUnitsSayWhy()
    {
        NetworkModel model;
        model.setNetwork(exampleRows());
        const QModelIndex unit = model.indexOf("fc3[3]");
        QCOMPARE(unit.data(StateRole).toInt(), static_cast<int>(UnitState::Dead));
        const QString toolTip = unit.data(Qt::ToolTipRole).toString();
        QVERIFY(toolTip.contains("Dead"));
        QVERIFY(toolTip.contains("It answers 0 to every real excerpt."));
        QVERIFY(unit.data(Qt::AccessibleTextRole).toString().contains("dead"));
    }

    void marksTellOnlyWhatChanged()
    {
        NetworkModel model;
        model.setNetwork(exampleRows());
        const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setMarked({"fc3[1]", "fc3[2]", "nothing"});
        QCOMPARE(changed.size(), 2);
        QVERIFY(model.indexOf("fc3[1]").data(MarkedRole).toBool());
        model.setMarked({"fc3[2]"});
        QCOMPARE(changed.size(), 3);
        QVERIFY(!model.indexOf("fc3[1]").data(MarkedRole).toBool());
    }

    void filter_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("layers");
        QTest::addColumn<QStringList>("unitsOfFirst");
        QTest::newRow("unit") << "fc3[2]" << QStringList{"fc3"} << QStringList{"[2]"};
        QTest::newRow("layer") << "POOL2" << QStringList{"pool2"}
                               << QStringList{"[0]", "[1]", "[2]"};
        QTest::newRow("index") << "[3]" << QStringList{"fc3", "fc3.act"} << QStringList{"[3]"};
        QTest::newRow("mean") << "mean(conv1[1])" << QStringList{"conv1"} << QStringList{"[1]"};
        QTest::newRow("label") << " vocal " << QStringList{"fc4", "fc4.act"}
                               << QStringList{"[0] vocal"};
        QTest::newRow("nothing") << "xyz" << QStringList() << QStringList();
    }
    void filter()
    {
        QFETCH(QString, text);
        NetworkModel model;
        model.setNetwork(exampleRows());
        NetworkFilter filter;
        filter.setSourceModel(&model);
        filter.setText(text);
        QTEST(childrenOf(filter, {}), "layers");
        const QModelIndex first = filter.index(0, 0);
        QTEST(first.isValid() ? childrenOf(filter, first) : QStringList(), "unitsOfFirst");
    }

    void order_data()
    {
        QTest::addColumn<int>("order");
        QTest::addColumn<QStringList>("units");
        QTest::newRow("layers") << static_cast<int>(NetworkOrder::Layers)
                                << QStringList{"[0]", "[1]", "[2]", "[3]"};
        QTest::newRow("spread") << static_cast<int>(NetworkOrder::Spread)
                                << QStringList{"[1]", "[2]", "[0]", "[3]"};
        // 0.1 tells as much as 0.9.
        QTest::newRow("auc") << static_cast<int>(NetworkOrder::Auc)
                             << QStringList{"[2]", "[1]", "[0]", "[3]"};
    }
    void order()
    {
        QFETCH(int, order);
        NetworkModel model;
        model.setNetwork(exampleRows());
        NetworkFilter filter;
        filter.setSourceModel(&model);
        filter.setOrder(static_cast<NetworkOrder>(order));
        QTEST(childrenOf(filter, filter.mapFromSource(model.indexOf("mean(fc3)"))), "units");
        // Layers stay where they are.
        QCOMPARE(filter.index(0, 0).data().toString(), QString("fc4"));
        filter.setOrder(NetworkOrder::Layers);
        QCOMPARE(childrenOf(filter, filter.index(2, 0)), QStringList({"[0]", "[1]", "[2]", "[3]"}));
    }
};

QTEST_MAIN(TestNetworkModel)
#include "tst_network_model.moc"
