// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/listen/real_examples.h"
#include "tests/app/command_line.h"
#include "tests/app/tiny_models.h"
#include "tests/support/example_music.h"

#include <QJsonArray>

using namespace earshot;

// A gallery from a small folder of music, into a bundle with random weights.
class TestCommandExamples : public QObject
{
    Q_OBJECT

    CommandLine m_cli;
    TinyModels m_models;
    const ExampleMusic m_music{m_cli.folder()};

private Q_SLOTS:
    void initTestCase()
    {
        m_cli.useModels(m_models.folder());
        const Outcome packed = m_cli.run({"pack", "music", "--catalogue", "music/catalogue.csv",
                                          "--out", "spectra.st", "--threads", "1"});
        QVERIFY2(packed.code == 0, qPrintable(packed.err));
    }

    void theBundleGetsItsGallery()
    {
        const Outcome outcome =
            m_cli.run({"examples", "--data", "spectra.st", "--music", "music", "--count", "3",
                       "--inner-count", "2", "--threads", "1", "--json"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        const QJsonObject document = outcome.json();
        QCOMPARE(document.keys(), QStringList({"command", "outputs", "record", "results"}));
        QCOMPARE(document["outputs"].toArray(), QJsonArray{m_models.classifier() + "/examples"});
        const QJsonObject results = document["results"].toObject();
        QCOMPARE(results["units"].toInt(), 609);
        QCOMPARE(results["examples"].toInt(), 65 * 6 + 544 * 4);
        QCOMPARE(results["songs"].toInt(), 4);
        QCOMPARE(results["left_out"].toInt(), 1);
        QVERIFY2(outcome.err.contains("left out for want of a licence: 1"),
                 qPrintable(outcome.err));
        const auto gallery = RealExamples::load(m_models.classifier().toStdString());
        QVERIFY(gallery.has_value());
        QCOMPARE(gallery->highest("fc9[0]")->size(), std::size_t{3});
        // The bundle's hashes are as they were.
        const Outcome inspected = m_cli.run({"inspect", m_models.classifier()});
        QVERIFY2(inspected.code == 0, qPrintable(inspected.err));
    }

    void tooFewSongsAreNamed()
    {
        const Outcome outcome =
            m_cli.run({"examples", "--data", "spectra.st", "--music", "music", "--catalogue",
                       "music/catalogue.csv", "--out", "elsewhere", "--threads", "1"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        QVERIFY2(outcome.err.contains("too few songs: a list holds only "),
                 qPrintable(outcome.err));
        QVERIFY2(outcome.out.startsWith("elsewhere: ") && outcome.out.contains("609 units"),
                 qPrintable(outcome.out));
        QVERIFY(QFile::exists(m_cli.folder().name("elsewhere/ATTRIBUTION.md")));
    }

    void whatCannotBeUsed_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* arguments, const char* message) {
            QTest::newRow(name) << QStringList{"examples"} + QString(arguments).split(' ')
                                << QString(message);
        };
        row("no data", "--music music", "--data is required");
        row("no music", "--data spectra.st", "--music is required");
        row("missing data", "--data none.st --music music", "'none.st': cannot be read");
        row("missing music", "--data spectra.st --music nowhere", "nowhere/catalogue.csv'");
        row("count", "--data spectra.st --music music --count 0", "'--count'");
        row("size", "--data spectra.st --music music --megabytes none", "'--megabytes'");
        row("other files", "--data spectra.st --music music --out music", "is not replaced");
        row("no bundle", "--data spectra.st --music music --classifier music",
            "model.json': cannot be read");
    }
    void whatCannotBeUsed() { checkRefusal(m_cli); }

    void anOutputThatCannotBeWritten()
    {
        const Outcome outcome = m_cli.run({"examples", "--data", "spectra.st", "--music", "music",
                                           "--out", "spectra.st/below", "--threads", "1"});
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.err.contains("spectra.st/below"), qPrintable(outcome.err));
    }

    void aStopLeavesNothing()
    {
        QProcess process;
        m_cli.start(process, {"examples", "--data", "spectra.st", "--music", "music", "--out",
                              "stopped", "--threads", "1", "--json"});
        QVERIFY(CommandLine::waitForMessage(process, "responding to music"));
        CommandLine::signal(process, SIGINT);
        const Outcome outcome = CommandLine::finish(process);
        QCOMPARE(outcome.code, 3);
        QCOMPARE(outcome.json()["results"].toObject()["state"].toString(), QString("stopped"));
        QVERIFY(!m_cli.folder().entries().join(' ').contains("stopped"));
    }
};

QTEST_GUILESS_MAIN(TestCommandExamples)
#include "tst_command_examples.moc"
