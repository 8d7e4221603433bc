// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/error.h"

#include <QtTest>

using namespace earshot;

class TestError : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textIsOneSentence_data()
    {
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("found");
        QTest::addColumn<QString>("text");
        QTest::newRow("all") << "a.wav"
                             << "sound"
                             << "text"
                             << "'a.wav': cannot be read: expected sound, found text";
        QTest::newRow("nothing to compare") << "a.wav"
                                            << ""
                                            << ""
                                            << "'a.wav': cannot be read";
        QTest::newRow("expected alone") << "a.wav"
                                        << "sound"
                                        << ""
                                        << "'a.wav': cannot be read: expected sound";
        QTest::newRow("found alone") << "a.wav"
                                     << ""
                                     << "text"
                                     << "'a.wav': cannot be read: found text";
        QTest::newRow("no subject") << ""
                                    << "sound"
                                    << "text"
                                    << "cannot be read: expected sound, found text";
    }

    void textIsOneSentence()
    {
        QFETCH(QString, subject);
        QFETCH(QString, expected);
        QFETCH(QString, found);
        const Error error(ErrorKind::Failed, subject.toStdString(), "cannot be read",
                          expected.toStdString(), found.toStdString());
        QTEST(QString(error.what()), "text");
        QCOMPARE(error.subject(), subject.toStdString());
        QVERIFY(error.kind() == ErrorKind::Failed);
    }

    void shortFormsHaveTheirKind()
    {
        const Error input = badInput("x", "is wrong", "1", "2");
        QVERIFY(input.kind() == ErrorKind::BadInput);
        QCOMPARE(QString(input.what()), "'x': is wrong: expected 1, found 2");
        const Error output = cannotWrite("y", "cannot be written");
        QVERIFY(output.kind() == ErrorKind::CannotWrite);
        QCOMPARE(QString(output.what()), "'y': cannot be written");
    }

    void aPartNamesItsFile()
    {
        const Error part = inFile("a.json", badInput("x", "is wrong", "1", "2"));
        QVERIFY(part.kind() == ErrorKind::BadInput);
        QCOMPARE(part.subject(), std::string("a.json"));
        QCOMPARE(QString(part.what()), "'a.json': 'x': is wrong: expected 1, found 2");
        QCOMPARE(QString(inFile("a.json", cannotWrite("", "is full")).what()), "'a.json': is full");
        QCOMPARE(QString(inFile("a.json", badInput("a.json: x", "is wrong")).what()),
                 "'a.json: x': is wrong");
    }
};

QTEST_APPLESS_MAIN(TestError)
#include "tst_error.moc"
