// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/explorer/focus_area.h"
#include "ui/panels/elided_label.h"

#include <QStringList>
#include <QTest>

#include <memory>

using namespace earshot;

class TestFocusArea : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_area = std::make_unique<FocusArea>();
        m_area->resize(864, 520);
        m_area->setHeading("fc9[0]", m_models, "provenance");
        m_area->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_area.get()));
    }
    void cleanup() { m_area.reset(); }

    void aShortResponseIsShownInFull()
    {
        QVERIFY(isWhole("fc9[0]"));
        QVERIFY(isWhole(m_models));
    }

    // It takes neither the models' place nor that of what stands beside the area.
    void aLongResponseEndsInAnEllipsis()
    {
        const int narrowest = m_area->minimumSizeHint().width();
        const QString response = QStringList(40, "fc8[1]").join(" - ");
        m_area->setHeading(response, m_models, "provenance");
        QVERIFY(label(response));
        QTRY_VERIFY(label(response)->width() > 300);
        QCOMPARE(m_area->minimumSizeHint().width(), narrowest);
        QVERIFY(label(m_models)->width() > 200);
        QVERIFY(!isWhole(response));
        for (const int width : {864, 550}) {
            m_area->resize(width, 520);
            QCoreApplication::processEvents();
            QVERIFY(label(response)->geometry().right() < label(m_models)->geometry().left());
            QVERIFY(label(m_models)->geometry().right() < label(m_models)->parentWidget()->width());
            QVERIFY(label(m_models)->width() > 150);
        }
        QCOMPARE(label(response)->toolTip(), response);
    }

private:
    const ElidedLabel* label(const QString& text) const
    {
        for (const ElidedLabel* label : m_area->findChildren<ElidedLabel*>())
            if (label->text() == text)
                return label;
        return nullptr;
    }
    bool isWhole(const QString& text) const
    {
        return label(text)->fontMetrics().horizontalAdvance(text) <= label(text)->width();
    }

    const QString m_models = "SVDNet singing voice 286b · Music generator 6a18 · recommended";
    std::unique_ptr<FocusArea> m_area;
};

QTEST_MAIN(TestFocusArea)
#include "tst_focus_area.moc"
