// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/response_box.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace earshot;

class TestResponseBox : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_box = std::make_unique<ResponseBox>();
        m_line = m_box->findChild<QLineEdit*>();
        m_error = m_box->findChild<QLabel*>();
        m_completer = m_box->findChild<QCompleter*>();
        QStringList references;
        for (int unit = 0; unit < 1200; ++unit)
            references += QString("fc8[%1]").arg(unit);
        references += "mean(conv4[12])";
        m_box->setReferences(references);
        m_box->resize(300, 60);
        m_box->show();
        QVERIFY(QTest::qWaitForWindowActive(m_box.get()));
        m_line->setFocus();
    }
    void cleanup() { m_box.reset(); }

    void enterCommits()
    {
        const QSignalSpy committed(m_box.get(), &ResponseBox::committed);
        const QSignalSpy edited(m_box.get(), &ResponseBox::edited);
        QTest::keyClicks(m_line, "fc8[3");
        QCOMPARE(edited.size(), 5);
        QTest::keyClicks(m_line, "]");
        QTest::keyClick(m_line, Qt::Key_Return);
        QCOMPARE(committed.size(), 1);
        QCOMPARE(committed.at(0).at(0).toString(), QString("fc8[3]"));
    }

    // By whoever acts on what is written.
    void commitsWhatIsPending()
    {
        const QSignalSpy committed(m_box.get(), &ResponseBox::committed);
        m_box->setResponse("fc8[3]");
        QVERIFY(m_box->commitPending());
        QCOMPARE(committed.size(), 0);
        QTest::keyClicks(m_line, "]");
        connect(m_box.get(), &ResponseBox::committed, m_box.get(),
                [this] { m_box->showError("no response", 7); });
        QVERIFY(!m_box->commitPending());
        QCOMPARE(committed.size(), 1);
        QVERIFY(!m_box->commitPending());
    }

    // What is written counts, even while the list is open below it.
    void enterCommitsWhatIsWritten()
    {
        const QSignalSpy committed(m_box.get(), &ResponseBox::committed);
        QTest::keyClicks(m_line, "fc8[3");
        QVERIFY(m_completer->popup()->isVisible());
        QTest::keyClick(m_completer->popup(), Qt::Key_Return);
        QCOMPARE(committed.size(), 1);
        QCOMPARE(committed.at(0).at(0).toString(), QString("fc8[3"));
    }

    void chosenCompletionIsCommitted()
    {
        const QSignalSpy committed(m_box.get(), &ResponseBox::committed);
        QTest::keyClicks(m_line, "CONV4[1");
        QCOMPARE(m_completer->completionCount(), 1);
        QTest::keyClick(m_completer->popup(), Qt::Key_Down);
        QTest::keyClick(m_completer->popup(), Qt::Key_Return);
        QCOMPARE(committed.size(), 1);
        QCOMPARE(committed.at(0).at(0).toString(), QString("mean(conv4[12])"));
        QCOMPARE(m_box->response(), QString("mean(conv4[12])"));
        QVERIFY(!m_completer->popup()->isVisible());
    }

    // In a sum only the reference under the cursor is completed, and the sum goes on.
    void completionInASum()
    {
        const QSignalSpy committed(m_box.get(), &ResponseBox::committed);
        QTest::keyClicks(m_line, "fc8[7] - 0.5*conv4");
        QCOMPARE(m_completer->completionPrefix(), QString("conv4"));
        QTest::keyClick(m_completer->popup(), Qt::Key_Down);
        QTest::keyClick(m_completer->popup(), Qt::Key_Return);
        QCOMPARE(m_box->response(), QString("fc8[7] - 0.5*mean(conv4[12])"));
        QCOMPARE(committed.size(), 0);
    }

    void setResponseIsSilent()
    {
        const QSignalSpy committed(m_box.get(), &ResponseBox::committed);
        const QSignalSpy edited(m_box.get(), &ResponseBox::edited);
        m_box->setResponse("fc8[7]");
        QCOMPARE(m_box->response(), QString("fc8[7]"));
        QCOMPARE(committed.size() + edited.size(), 0);
    }

    // Where nothing was typed, Escape is the window's.
    void escapeGivesUpWhatWasTyped()
    {
        m_box->setResponse("fc9[0]");
        const QSignalSpy cancelled(m_box.get(), &ResponseBox::cancelled);
        QTest::keyClick(m_line, Qt::Key_Escape);
        QCOMPARE(cancelled.size(), 0);
        m_line->selectAll();
        QTest::keyClicks(m_line, "nothing like this");
        m_box->showError("there is no layer 'nothing'", 1);
        QTest::keyClick(m_line, Qt::Key_Escape);
        QCOMPARE(cancelled.size(), 1);
        QCOMPARE(m_box->response(), QString("fc9[0]"));
        QVERIFY(!m_error->isVisible());
    }

    void errorIsShownWhereItIs()
    {
        m_box->setResponse("fc8[3] - fc8[9999]");
        const QImage before = m_line->grab().toImage();
        m_box->showError("is out of range: expected 0 to 63, found 9999", 10);
        QVERIFY(m_error->isVisible());
        QCOMPARE(m_error->text(), QString("is out of range: expected 0 to 63, found 9999"));
        QCOMPARE(m_line->cursorPosition(), 9); // before the tenth character
        QCOMPARE(m_line->text(), QString("fc8[3] - fc8[9999]"));
        QVERIFY(m_line->grab().toImage() != before);
        QTest::keyClick(m_line, Qt::Key_End);
        QVERIFY(m_error->isVisible());
        QTest::keyClick(m_line, Qt::Key_Backspace);
        QVERIFY(!m_error->isVisible());
    }

    void errorBeyondTheTextAndWithoutPlace()
    {
        m_box->setResponse("fc8[3");
        m_box->showError("ends too early", 6);
        QCOMPARE(m_line->cursorPosition(), 4);
        m_box->showError("the model is not there", 0);
        QVERIFY(m_error->isVisible());
        m_box->setResponse("fc8[3]");
        QVERIFY(!m_error->isVisible());
    }

private:
    std::unique_ptr<ResponseBox> m_box;
    QLineEdit* m_line = nullptr;
    QLabel* m_error = nullptr;
    QCompleter* m_completer = nullptr;
};

QTEST_MAIN(TestResponseBox)
#include "tst_response_box.moc"
