// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/command_line.h"

#include <QTest>

using namespace earshot;

// What is wrong with a command line is said before anything is read, made or computed.
class TestCommandUsage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyCommandHasHelp_data()
    {
        QTest::addColumn<QStringList>("command");
        QTest::addColumn<QStringList>("words");
        const auto row = [](const char* command, const QStringList& words) {
            QTest::newRow(command) << QString(command).split(' ', Qt::SkipEmptyParts) << words;
        };
        row("inspect", {"BUNDLE"});
        row("mel", {"AUDIO", "--out"});
        row("respond", {"AUDIO", "--response", "--hop-frames", "=50", "--out", "--classifier"});
        row("resynthesise", {"MELS", "--method", "joint|paper", "--out"});
        row("explain",
            {"--response", "--direction", "positive|negative|both", "--examples", "=8", "--preset",
             "recommended|C1|C2|C3", "--steps", "--learning-rate", "--prior-weight", "--out",
             "=explanation", "--classifier", "--generator", "--index"});
        row("pack", {"FOLDER", "--out", "--catalogue", "--features", "spectra|mel", "--bits"});
        row("examples", {"--data", "--music", "--catalogue", "--out", "--count", "=8",
                         "--megabytes", "=12", "--classifier"});
        row("index", {"FOLDER", "--out", "--classifier"});
        row("top", {"--index", "--response", "--direction", "positive|negative", "--count", "=10",
                    "--one-per-song", "--without-silence", "--classifier"});
        row("train classifier",
            {"--data", "--out", "--recipe", "--steps", "--minutes", "--resume"});
        row("train generator", {"--data", "--out", "--recipe", "--steps", "--minutes", "--resume"});
        row("evaluate classifier", {"--data", "--split", "=test", "--out", "--classifier"});
        row("evaluate generator", {"--data", "--split", "test|valid|heldout", "=heldout", "--sheet",
                                   "=32", "--out", "--generator"});
        row("evaluate all", {"--data", "--split", "=test", "--out", "--classifier", "--generator",
                             "--examples", "=32", "--preset", "recommended|C1|C2|C3", "--steps"});
    }

    void everyCommandHasHelp()
    {
        QFETCH(QStringList, command);
        QFETCH(QStringList, words);
        const CommandLine cli;
        const Outcome help = cli.run(command + QStringList{"--help"});
        QCOMPARE(help.code, 0);
        QVERIFY2(help.err.isEmpty(), qPrintable(help.err));
        words << "--json"
              << "--device"
              << "auto|cpu|cuda"
              << "--threads"
              << "--seed"
              << "Example:\n  earshot-cli " + command.join(' ');
        // A default value is "=50" in CLI11 2.1 and " [50]" in 2.4.
        for (const QString& word : std::as_const(words))
            QVERIFY2(help.out.contains(word) ||
                         (word.startsWith('=') && help.out.contains(" [" + word.mid(1) + "]")),
                     qPrintable(word + " is not in\n" + help.out));
    }

    void theProgramNamesItsCommandsAndExitCodes()
    {
        const Outcome help = CommandLine().run({"--help"});
        QCOMPARE(help.code, 0);
        for (const char* word :
             {"inspect", "mel", "respond", "resynthesise", "explain", "pack", "examples", "index",
              "top", "train", "evaluate", "Exit codes: 0", "explain --response"})
            QVERIFY2(help.out.contains(word), word);
        QCOMPARE(CommandLine().run({"--version"}).out, QString(EARSHOT_VERSION "\n"));
    }

    void wrongUsage_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* arguments, const char* message) {
            QTest::newRow(*arguments == '\0' ? "nothing" : arguments)
                << QString(arguments).split(' ', Qt::SkipEmptyParts) << QString(message);
        };
        row("", "a command is missing: expected inspect, mel, ");
        row("explian --json", "'explian': is no command: expected inspect, mel, ");
        row("train singer", "'singer': is no command: expected classifier or generator (see "
                            "earshot-cli train --help)");
        row("explain", "--response is required (see earshot-cli explain --help)");
        row("explain --respon fc9[0]", "not expected: --respon; --response is required (see "
                                       "earshot-cli explain --help)");
        row("explain --response fc9[0] --loud", "not expected: --loud");
        row("explain --response fc9[0] more", "not expected: more");
        row("explain --response fc9[0] --examples", "--examples");
        row("mel a.wav", "--out is required");
        row("explain --response fc9[0] --direction up",
            "'--direction': is unknown: expected positive, negative or both, found 'up'");
        row("explain --response fc9[0] --preset C4", "expected recommended, C1, C2 or C3");
        row("explain --response fc9[0] --response-scale up",
            "'--response-scale': is unknown: expected raw or deviation, found 'up'");
        row("explain --response fc9[0] --device gpu", "expected auto, cpu or cuda, found 'gpu'");
        row("pack . --out a --bits 9", "'--bits': is unknown: expected 8 or 16, found '9'");
        row("pack . --out a --bits 8", "'--bits': cannot be used with --features spectra: expected "
                                       "16, or --features mel, found 8");
        row("evaluate classifier --data a --split all", "expected train, valid or test");
        row("evaluate generator --data a --split train", "expected test, valid or heldout");
        row("train classifier --data a --out b --steps 1 --minutes 1", "excludes");
    }

    void wrongUsage() { checkRefusal(); }

    // Else it would be the folder that the user happens to be in.
    void anEmptyOutput_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* arguments, const char* expected) {
            QTest::newRow(arguments) << QString(arguments).split(' ') + QStringList{"--out", ""}
                                     << QString("'--out': is empty: expected ") + expected;
        };
        row("mel a.wav", "a file");
        row("resynthesise a", "a file");
        row("respond a.wav --response fc9[0]", "a file");
        row("pack .", "a file");
        row("index .", "a file");
        row("explain --response fc9[0]", "a folder");
        row("select --response fc9[0] --direction positive", "a folder");
        row("examples --data a --music .", "a folder");
        row("train classifier --data a", "a folder");
        row("evaluate all --data a", "a folder");
        row("reproduce", "a folder");
    }

    void anEmptyOutput() { checkRefusal(); }
};

QTEST_GUILESS_MAIN(TestCommandUsage)
#include "tst_command_usage.moc"
