// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/main_window.h"
#include "app/gui/render_command.h"
#include "app/gui/termination.h"
#include "core/util/error.h"

#include <QApplication>
#include <QCommandLineParser>

#include <clocale>
#include <csignal>
#include <cstdio>

namespace earshot {

namespace {

constexpr int exitBadInput = 2;

struct CommandLine
{
    StartOptions start;
    QString render; // a result to draw; empty: the window
    QString out;
};

CommandLine parse(const QCoreApplication& application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        "See and hear what a neuron of an audio classifier responds to.");
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        "result", "A result.earshot to open, or a folder of music to index and compare with",
        "[RESULT | FOLDER]");
    parser.addOptions({
        {"classifier", "The classifier's bundle (default: the shipped svdnet)", "FOLDER"},
        {"generator", "The generator's bundle (default: the shipped music-generator)", "FOLDER"},
        {"witness",
         "A second classifier's bundle, asked about the sounds; 'none' for no second opinion "
         "(default: the shipped witness)",
         "FOLDER"},
        {"response", "What to show first: fc9[0], mean(conv4[12]), …", "EXPRESSION"},
        {"device", "Where to compute: auto, cpu or cuda", "DEVICE", "auto"},
        {"threads", "Processor threads; 0: one for each core", "N", "0"},
        {"index", "Music of your own to compare with, that earshot-cli has indexed", "FILE"},
        {"render",
         "Draw this result.earshot, or the figure2.csv or figure3.csv of a reproduction, as a "
         "figure, and end",
         "FILE"},
        {"out", "The figure: its ending .png, .svg or .pdf says which", "FIGURE"},
    });
    if (!parser.parse(application.arguments())) {
        QString text = parser.errorText();
        if (text.endsWith('.'))
            text.chop(1);
        throw Error(ErrorKind::BadInput, {}, text.toStdString() + " (see earshot --help)");
    }
    if (parser.isSet("help"))
        parser.showHelp();
    if (parser.isSet("version"))
        parser.showVersion();
    CommandLine line;
    line.start.models.classifier = parser.value("classifier").toStdString();
    line.start.models.generator = parser.value("generator").toStdString();
    line.start.models.witness = parser.value("witness").toStdString();
    line.start.models.device = parseDeviceChoice(parser.value("device").toStdString());
    bool isNumber = false;
    line.start.models.threads = parser.value("threads").toInt(&isNumber);
    if (!isNumber || line.start.models.threads < 0)
        throw badInput("--threads", "is unusable", "a number from 0 on",
                       parser.value("threads").toStdString());
    line.start.response = parser.value("response").toStdString();
    line.start.index = parser.value("index").toStdString();
    line.render = parser.value("render");
    line.out = parser.value("out");
    if (line.render.isEmpty() != line.out.isEmpty())
        throw badInput(line.render.isEmpty() ? "--out" : "--render", "is alone",
                       "both --render FILE and --out FIGURE");
    const QStringList files = parser.positionalArguments();
    for (const char* ofTheWindow : {"index", "response", "witness"})
        if (!line.render.isEmpty() && parser.isSet(ofTheWindow))
            throw badInput(std::string("--") + ofTheWindow, "is the window's",
                           "no such option beside --render");
    if (!line.render.isEmpty() && !files.isEmpty())
        throw badInput(files.front().toStdString(), "is one too many",
                       "only the file that --render names");
    if (!files.isEmpty()) {
        if (files.size() > 1)
            throw badInput(files[1].toStdString(), "is one too many",
                           "one result or folder at most");
        line.start.result = files.front().toStdString();
    }
    return line;
}

int run(int argumentCount, char** arguments)
{
    // A full disk is an error of write(), and a closed pipe one of stdout: neither kills.
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    // Figures need no display.
    for (int i = 1; i < argumentCount; ++i)
        if (QByteArray(arguments[i]).startsWith("--render") &&
            qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
            qputenv("QT_QPA_PLATFORM", "offscreen");
    const Termination termination;
    QApplication application(argumentCount, arguments);
    // Qt takes the user's; numbers in messages and records are written alike everywhere.
    std::setlocale(LC_NUMERIC, "C");
    QApplication::setOrganizationName("earshot");
    QApplication::setApplicationName("earshot");
    QApplication::setApplicationVersion(EARSHOT_VERSION);
    QApplication::setDesktopFileName("earshot");
    const CommandLine line = parse(application);
    if (!line.render.isEmpty()) {
        renderResult(line.render.toStdString(), line.out, line.start.models);
        return 0;
    }
    MainWindow window(line.start);
    window.show();
    termination.closeOnSignal(window);
    return QApplication::exec();
}

} // namespace

} // namespace earshot

int main(int argumentCount, char** arguments)
{
    try {
        return earshot::run(argumentCount, arguments);
    } catch (const earshot::Error& error) {
        std::fprintf(stderr, "earshot: error: %s\n", error.what());
        return error.kind() == earshot::ErrorKind::BadInput ? earshot::exitBadInput : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "earshot: error: %s\n", error.what());
        return 1;
    }
}
