// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/files.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTest>

#include <csignal>
#include <sys/resource.h>
#include <unistd.h>

namespace earshot {

struct Outcome
{
    int code = -1; // −1: killed or not started
    QString out;
    QString err;

    // The one document on stdout; empty if there is anything but one.
    QJsonObject json() const
    {
        QJsonParseError error{};
        const QJsonDocument document = QJsonDocument::fromJson(out.toUtf8(), &error);
        return error.error == QJsonParseError::NoError ? document.object() : QJsonObject();
    }
};

// earshot-cli, run in a folder of its own.
class CommandLine
{
public:
    // In ms. A loaded machine may take long; but less than ctest waits, so that what a hanging
    // process had said is shown.
    static constexpr int patience = 600000;

    const TestFolder& folder() const { return m_folder; }
    // Where the shipped bundles are looked for.
    void useModels(const QString& folder) { m_models = folder; }
    // As on a disk that has room for files of so many bytes only.
    void limitFileSize(rlim_t bytes) { m_fileSize = bytes; }
    // Whether it is interrupted before it does anything.
    void setInterrupted(bool isInterrupted) { m_isInterrupted = isInterrupted; }
    // An open descriptor instead of what Outcome::out collects.
    void sendOutputTo(int descriptor) { m_output = descriptor; }

    Outcome run(const QStringList& arguments) const
    {
        QProcess process;
        start(process, arguments);
        return finish(process);
    }

    // For tests that interrupt it.
    void start(QProcess& process, const QStringList& arguments) const
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("EARSHOT_MODELS", m_models);
        // Many tests at once: waiting threads must not take time from working ones.
        environment.insert("OMP_WAIT_POLICY", "passive");
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(m_folder.name("."));
        process.setChildProcessModifier(
            [limit = m_fileSize, output = m_output, interrupt = m_isInterrupted] {
                if (interrupt) { // it stays pending until the program waits for it
                    sigset_t signals;
                    sigemptyset(&signals);
                    sigaddset(&signals, SIGINT);
                    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
                    ::kill(::getpid(), SIGINT); // of the process, whichever thread waits
                }
                if (output >= 0)
                    ::dup2(output, STDOUT_FILENO);
                const rlimit size{limit, limit};
                if (limit != RLIM_INFINITY)
                    ::setrlimit(RLIMIT_FSIZE, &size);
                const rlimit noCore{0, 0};
                ::setrlimit(RLIMIT_CORE, &noCore);
            });
        process.start(EARSHOT_CLI, arguments, QIODevice::ReadOnly);
        process.waitForStarted();
    }

    static Outcome finish(QProcess& process)
    {
        Outcome outcome;
        if (process.waitForFinished(patience) && process.exitStatus() == QProcess::NormalExit)
            outcome.code = process.exitCode();
        outcome.out = QString::fromUtf8(process.readAllStandardOutput());
        outcome.err = QString::fromUtf8(process.readAllStandardError());
        return outcome;
    }

    // Waits until the text has appeared on stderr.
    static bool waitForMessage(QProcess& process, const QByteArray& text)
    {
        process.setReadChannel(QProcess::StandardError);
        QByteArray seen;
        while (!seen.contains(text)) {
            if (process.bytesAvailable() == 0 && !process.waitForReadyRead(patience))
                return false;
            seen += process.readAll();
        }
        return true;
    }

    static void signal(const QProcess& process, int number)
    {
        ::kill(static_cast<pid_t>(process.processId()), number);
    }

private:
    TestFolder m_folder;
    QString m_models = "/nowhere";
    rlim_t m_fileSize = RLIM_INFINITY;
    int m_output = -1;
    bool m_isInterrupted = false;
};

// The row's "arguments" end with exit code 2, a last line that holds the row's "message", and
// nothing written. For test functions.
inline void checkRefusal(const CommandLine& cli = CommandLine())
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, message);
    const QStringList before = cli.folder().entries();
    const Outcome outcome = cli.run(arguments);
    QCOMPARE(outcome.code, 2);
    const QString last = outcome.err.trimmed().section('\n', -1);
    QVERIFY2(last.startsWith("earshot-cli: error: "), qPrintable(outcome.err));
    QVERIFY2(last.contains(message), qPrintable(outcome.err));
    QCOMPARE(outcome.out, QString());
    QCOMPARE(cli.folder().entries(), before);
}

} // namespace earshot
