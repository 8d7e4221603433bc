// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/real_side.h"
#include "tests/explain/real_responses_example.h"

#include <QTest>

using namespace earshot;

class TestRealSide : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Responses spread evenly over 0 … 10, the outer 50 of them 0.01 apart; the highest are from
    // three songs, the lowest from one each time.
    void takesTheExtremesOfItsDirection()
    {
        const RealResponses real = realExample(0);
        const RealSide highest = realSide(real, Direction::Positive);
        QCOMPARE(highest.responses.size(), std::size_t(50));
        QCOMPARE(highest.responses.front(), 10.0F);
        QCOMPARE(highest.responses.back(), 9.51F);
        QCOMPARE(highest.source, std::string("top 50 of 1,001, from 3 songs"));
        const RealSide lowest = realSide(real, Direction::Negative);
        QCOMPARE(lowest.responses.front(), 0.0F);
        QCOMPARE(lowest.responses.back(), 0.49F);
        QCOMPARE(lowest.source, std::string("bottom 50 of 1,001, from 3 songs"));
    }

    void warns_data()
    {
        QTest::addColumn<int>("excerpts");
        QTest::addColumn<int>("songs");
        QTest::addColumn<QString>("source");
        QTest::addColumn<QStringList>("warnings");
        const QString few("they are from %1 (fewer than 5)");
        const QString many("they are %1 % of the excerpts (more than 1 %)");
        QTest::newRow("enough") << 31000 << 9 << "top 50 of 31,000, from 9 songs" << QStringList();
        QTest::newRow("exactly enough")
            << 5000 << 5 << "top 50 of 5,000, from 5 songs" << QStringList();
        QTest::newRow("an excerpt too few")
            << 4950 << 5 << "top 50 of 4,950, from 5 songs" << QStringList(many.arg("1.01"));
        QTest::newRow("a song too few") << 1234567 << 4 << "top 50 of 1,234,567, from 4 songs"
                                        << QStringList(few.arg("4 songs"));
        QTest::newRow("one song, all of it") << 50 << 1 << "top 50 of 50, from 1 song"
                                             << QStringList({many.arg("100"), few.arg("1 song")});
    }
    void warns()
    {
        QFETCH(int, excerpts);
        QFETCH(int, songs);
        RealResponses real = realExample(0);
        real.excerpts = static_cast<std::size_t>(excerpts);
        for (std::size_t i = 0; i < real.highest.size(); ++i)
            real.highest[i].song = std::to_string(i % static_cast<std::size_t>(songs));
        const RealSide side = realSide(real, Direction::Positive);
        QTEST(QString::fromStdString(side.source), "source");
        QStringList warnings;
        for (const std::string& warning : side.warnings)
            warnings.append(QString::fromStdString(warning));
        QTEST(warnings, "warnings");
    }
};

QTEST_APPLESS_MAIN(TestRealSide)
#include "tst_real_side.moc"
