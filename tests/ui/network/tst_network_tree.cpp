// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/network/network_example.h"
#include "ui/network/network_model.h"
#include "ui/network/network_tree.h"

#include <QAction>
#include <QComboBox>
#include <QImage>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

#include <memory>

using namespace earshot;

class TestNetworkTree : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_tree = std::make_unique<NetworkTree>();
        m_tree->resize(230, 500);
        m_view = m_tree->findChild<QTreeView*>();
        m_filterLine = m_tree->findChild<QLineEdit*>();
        m_tree->setNetwork(exampleRows());
        m_tree->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_tree.get()));
    }
    void cleanup() { m_tree.reset(); }

    void selectingByProgramIsSilent()
    {
        const QSignalSpy selected(m_tree.get(), &NetworkTree::selected);
        m_tree->select("mean(conv1[2])");
        QCOMPARE(current(), QString("mean(conv1[2])"));
        QVERIFY(m_view->isExpanded(m_view->currentIndex().parent()));
        m_tree->select("fc3[0] - fc3[1]");
        QVERIFY(!m_view->currentIndex().isValid());
        QVERIFY(m_view->selectionModel()->selectedIndexes().isEmpty());
        QCOMPARE(selected.size(), 0);
    }

    void selectingByUserIsTold()
    {
        m_tree->select("fc3[0]");
        const QSignalSpy selected(m_tree.get(), &NetworkTree::selected);
        m_view->setFocus();
        QTest::keyClick(m_view, Qt::Key_Down);
        QCOMPARE(selected.size(), 1);
        QCOMPARE(selected.at(0).at(0).toString(), QString("fc3[1]"));
        const QModelIndex dead = m_view->currentIndex().siblingAtRow(3);
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {},
                          m_view->visualRect(dead).center());
        QCOMPARE(selected.size(), 2);
        QCOMPARE(selected.at(1).at(0).toString(), QString("fc3[3]"));
    }

    void filterKeepsTheSelectionAndSaysNothing()
    {
        m_tree->select("fc3[0]");
        const QSignalSpy selected(m_tree.get(), &NetworkTree::selected);
        QTest::keyClicks(m_filterLine, "conv1[1]");
        QVERIFY(!m_view->currentIndex().isValid());
        QTest::keyClick(m_filterLine, Qt::Key_Escape);
        QVERIFY(m_filterLine->text().isEmpty());
        QCOMPARE(current(), QString("fc3[0]"));
        QCOMPARE(selected.size(), 0);
    }

    void enterTakesTheFirstMatch()
    {
        m_tree->focusFilter();
        QTest::keyClicks(m_filterLine, "conv1[1]");
        const QSignalSpy selected(m_tree.get(), &NetworkTree::selected);
        QTest::keyClick(m_filterLine, Qt::Key_Return);
        QCOMPARE(selected.size(), 1);
        QCOMPARE(selected.at(0).at(0).toString(), QString("mean(conv1[1])"));
        m_filterLine->clear();
        QCOMPARE(current(), QString("mean(conv1[1])"));
    }

    void openLayersComeBackAfterTheFilter()
    {
        const auto isOpen = [this](int row) {
            return m_view->isExpanded(m_view->model()->index(row, 0));
        };
        QVERIFY(isOpen(0)); // the output
        QVERIFY(isOpen(2)); // and the layer before it
        QVERIFY(!isOpen(4));
        m_view->collapse(m_view->model()->index(0, 0));
        m_filterLine->setText("[0]");
        QVERIFY(isOpen(0) && isOpen(4));
        m_filterLine->clear();
        QVERIFY(!isOpen(0) && isOpen(2) && !isOpen(4));
    }

    void orderByUser()
    {
        m_tree->select("fc3[0]");
        const QSignalSpy orderChanged(m_tree.get(), &NetworkTree::orderChanged);
        const QSignalSpy selected(m_tree.get(), &NetworkTree::selected);
        auto* box = m_tree->findChild<QComboBox*>();
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(orderChanged.size(), 1);
        QCOMPARE(m_tree->order(), NetworkOrder::Spread);
        QCOMPARE(current(), QString("fc3[0]"));
        QCOMPARE(m_view->currentIndex().row(), 2);
        m_tree->setOrder(NetworkOrder::Auc);
        QCOMPARE(orderChanged.size(), 1);
        QCOMPARE(selected.size(), 0);
    }

    // A marked row is drawn differently from the same row without a mark.
    void marksAreSeen()
    {
        const QImage before = m_view->viewport()->grab().toImage();
        m_tree->setMarked({"fc3[1]"});
        QVERIFY(m_view->viewport()->grab().toImage() != before);
    }

    // However narrow the column is: the row of a layer begins as where there is room for all of it.
    void layersNamesAreNeverCut_data()
    {
        QTest::addColumn<bool>("isMarked");
        QTest::newRow("plain") << false;
        QTest::newRow("marked") << true;
    }
    void layersNamesAreNeverCut()
    {
        QFETCH(bool, isMarked);
        std::vector<LayerRow> rows = exampleRows();
        for (LayerRow& row : rows)
            if (row.layer.isConvolutional())
                row.shapeText = QString::fromUtf8("128 × 113 × 78");
        m_tree->setNetwork(rows);
        if (isMarked)
            m_tree->setMarked({"mean(conv1)", "mean(conv1.act)"});
        const auto names = [&](int width) {
            m_tree->resize(width, 500);
            QCoreApplication::processEvents();
            QImage all(m_view->viewport()->size(), QImage::Format_RGB32);
            m_view->viewport()->render(&all);
            QList<QImage> shown;
            for (int row = 0; row < m_view->model()->rowCount(); ++row) {
                const QModelIndex layer = m_view->model()->index(row, 0);
                QRect place = m_view->visualRect(layer);
                place.setWidth(m_view->fontMetrics().horizontalAdvance(layer.data().toString()) +
                               6);
                shown += all.copy(place);
            }
            return shown;
        };
        const QList<QImage> full = names(500);
        for (const int width : {0, 176, 200})
            QCOMPARE(names(width), full);
    }

    // Its dot, its value and its histogram stand beside the label of a unit, not on it.
    void unitsLabelsAreNeverCut_data()
    {
        QTest::addColumn<NetworkOrder>("order");
        QTest::newRow("index") << NetworkOrder::Layers;
        QTest::newRow("spread") << NetworkOrder::Spread;
        QTest::newRow("AUC") << NetworkOrder::Auc;
    }
    void unitsLabelsAreNeverCut()
    {
        QFETCH(NetworkOrder, order);
        std::vector<LayerRow> rows = exampleRows();
        rows[2].units[1].label = "[128] voice";
        m_tree->setNetwork(rows);
        m_tree->setOrder(order);
        m_tree->setMarked({"fc3[1]"});
        const auto label = [&](int width) {
            m_tree->resize(width, 500);
            QCoreApplication::processEvents();
            const QModelIndex layer = m_view->model()->index(2, 0);
            QModelIndex unit = m_view->model()->index(0, 0, layer);
            while (unit.data().toString() != "[128] voice")
                unit = unit.siblingAtRow(unit.row() + 1);
            QImage all(m_view->viewport()->size(), QImage::Format_RGB32);
            m_view->viewport()->render(&all);
            QRect place = m_view->visualRect(unit);
            place.setWidth(m_view->fontMetrics().horizontalAdvance("[128] voice") + 6);
            return all.copy(place);
        };
        const QImage full = label(500);
        for (const int width : {0, 176})
            QCOMPARE(label(width), full);
    }

    void whatIsTypedHasTheFieldToItself()
    {
        QVERIFY(m_filterLine->actions().constFirst()->isVisible());
        m_filterLine->setText("conv1");
        QVERIFY(!m_filterLine->actions().constFirst()->isVisible());
        m_filterLine->clear();
        QVERIFY(m_filterLine->actions().constFirst()->isVisible());
    }

private:
    QString current() const { return m_view->currentIndex().data(ReferenceRole).toString(); }

    std::unique_ptr<NetworkTree> m_tree;
    QTreeView* m_view = nullptr;
    QLineEdit* m_filterLine = nullptr;
};

QTEST_MAIN(TestNetworkTree)
#include "tst_network_tree.moc"
