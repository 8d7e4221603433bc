// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/command_line.h"

#include <QTest>

using namespace earshot;

// Numbers are judged as they were typed, before anything is read, made or computed.
class TestCommandNumbers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersOutOfRange_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* option, const char* value, const char* message) {
            QTest::addRow("%s %s", option, value)
                << QStringList{"explain", "--response", "fc9[0]", option, value}
                << QString(message);
        };
        row("--examples", "0", "'examples': is out of range: expected 1 to 100000, found 0");
        row("--examples", "-1", "expected 1 to 100000, found -1");
        row("--examples", "100001", "expected 1 to 100000, found 100001");
        row("--examples", "99999999999999999999", "'--examples': is out of range");
        row("--examples", "many", "'--examples': is not a whole number");
        row("--examples", "1.5", "is not a whole number: expected 1 to 100000, found '1.5'");
        row("--learning-rate", "0,1",
            "is not a number: expected above 0 and at most 10, found '0,1'");
        row("--examples", "nan", "is not a whole number");
        row("--examples", "", "is not a whole number");
        row("--steps", "0", "'steps': is out of range: expected 1 to 100000, found 0");
        row("--steps", "0x10", "is not a whole number");
        row("--learning-rate", "0", "expected above 0 and at most 10, found 0");
        row("--learning-rate", "10.1", "expected above 0 and at most 10, found 10.1");
        row("--learning-rate", "nan", "is out of range");
        row("--learning-rate", "inf", "is out of range");
        row("--learning-rate", "1e999", "is out of range");
        row("--learning-rate", "fast", "'--learning-rate': is not a number");
        row("--prior-weight", "-0.1", "expected 0 to 1000, found -0.1");
        row("--prior-weight", "nan", "is out of range");
        row("--prior-weight", "1001", "expected 0 to 1000, found 1001");
        row("--seed", "-1",
            "'--seed': is out of range: expected 0 to 9223372036854775807, found -1");
        row("--seed", "9223372036854775808", "'--seed': is out of range");
        row("--seed", "1e3", "'--seed': is not a whole number");
        row("--threads", "-1", "'--threads': is out of range: expected 0 to 1024, found -1");
        row("--threads", "1025", "expected 0 to 1024, found 1025");
    }

    void numbersOutOfRange() { checkRefusal(); }

    void numbersOfOtherCommandsOutOfRange_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* command, const char* option, const char* value,
                            const char* message) {
            QTest::addRow("%s %s %s", command, option, value)
                << QString(command).split(' ') + QStringList{option, value} << QString(message);
        };
        const char* respond = "respond a.wav --response fc9[0] --out o.csv";
        row(respond, "--hop-frames", "0", "'--hop-frames': is out of range: expected 1 to 1000000");
        row(respond, "--hop-frames", "x", "'--hop-frames': is not a whole number");
        const char* train = "train classifier --data a --out o";
        row(train, "--steps", "0", "'--steps': is out of range");
        row(train, "--steps", "99999999999999999999", "'--steps': is out of range");
        row(train, "--minutes", "nan", "'--minutes': is out of range");
        row(train, "--minutes", "-1", "'--minutes': is out of range");
        row("evaluate generator --data a", "--sheet", "0",
            "'--sheet': is out of range: expected 1");
        row("evaluate generator --data a", "--excerpts", "1", "'--excerpts': is out of range");
    }

    void numbersOfOtherCommandsOutOfRange() { checkRefusal(); }
};

QTEST_GUILESS_MAIN(TestCommandNumbers)
#include "tst_command_numbers.moc"
