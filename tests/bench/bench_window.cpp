// SPDX-License-Identifier: GPL-3.0-or-later
//
// How long the window keeps its user waiting: the longest gap of a 10 ms timer on the GUI thread
// while models load, a run goes on, sounds are made, a result is opened and a figure is drawn; and
// the times from a wish to its answer. Off screen, on the shipped models. Prints a table.
#include "app/gui/actions.h"
#include "app/gui/focus.h"
#include "app/gui/main_window.h"
#include "app/gui/session.h"
#include "ui/explorer/focus_area.h"

#include <QAction>
#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <functional>

using namespace earshot;

namespace {

constexpr int tickMilliseconds = 10;
constexpr int patienceMilliseconds = 300'000;

// The longest time between two events of a timer.
class GapMeter
{
public:
    GapMeter()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(tickMilliseconds);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] {
            m_longest = std::max(m_longest, m_since.nsecsElapsed());
            m_since.start();
        });
        m_since.start();
        m_timer.start();
    }
    void reset()
    {
        m_longest = 0;
        m_since.start();
    }
    double milliseconds() const
    {
        return static_cast<double>(std::max(m_longest, m_since.nsecsElapsed())) / 1e6;
    }

private:
    QTimer m_timer;
    QElapsedTimer m_since;
    qint64 m_longest = 0;
};

// Serves events until the condition holds; the milliseconds that took, or −1.
double until(const std::function<bool()>& condition)
{
    QElapsedTimer clock;
    clock.start();
    QEventLoop loop;
    QTimer poll;
    poll.setInterval(1);
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (condition() || clock.elapsed() > patienceMilliseconds)
            loop.quit();
    });
    poll.start();
    loop.exec();
    return condition() ? static_cast<double>(clock.nsecsElapsed()) / 1e6 : -1;
}

void print(const char* what, double milliseconds, const char* goal)
{
    std::printf("| %s | %.0f ms | %s |\n", what, milliseconds, goal);
    std::fflush(stdout);
}

bool isPlayable(const Focus& focus)
{
    return focus.cell(Cell::Positive).sound && focus.cell(Cell::Negative).sound;
}

} // namespace

int main(int argumentCount, char** arguments)
{
    // Nothing of the user's is read or written, and no result is there already.
    const QTemporaryDir home;
    for (const char* name : {"XDG_CACHE_HOME", "XDG_CONFIG_HOME"})
        qputenv(name, home.path().toUtf8());
    qputenv("EARSHOT_MODELS", EARSHOT_SOURCE_DIR "/models");
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QElapsedTimer sinceStart;
    sinceStart.start();
    QApplication application(argumentCount, arguments);
    QApplication::setOrganizationName("earshot");
    QApplication::setApplicationName("earshot");

    std::printf("| what | measured | goal |\n|---|---|---|\n");
    GapMeter gap;
    MainWindow window({});
    window.resize(1280, 800);
    window.show();
    auto* session = window.findChild<Session*>();
    auto* focus = window.findChild<Focus*>();
    until([&] { return session->models() != nullptr; });
    print("start to a usable window", static_cast<double>(sinceStart.elapsed()), "1000 ms");
    print("longest gap, loading models", gap.milliseconds(), "50 ms");

    // A unit without a stored explanation.
    session->show(QStringLiteral("fc7[3]"));
    until([&] { return session->response() == "fc7[3]"; });
    gap.reset();
    QElapsedTimer sinceExplain;
    sinceExplain.start();
    session->explain(0);
    print("Explain to the first live spectrogram",
          until([&] { return !focus->cell(Cell::Positive).logMel.empty(); }), "300 ms");
    until([&] { return isPlayable(*focus); });
    print("Explain to the first playable pair", static_cast<double>(sinceExplain.elapsed()),
          "5000 ms");
    until([&] { return !session->run() && session->explanation() != nullptr; });
    print("Explain to all of 8 starts", static_cast<double>(sinceExplain.elapsed()), "");
    print("longest gap, run", gap.milliseconds(), "50 ms");

    gap.reset();
    until([&] { return !session->explanation()->startHeard.empty(); });
    focus->setPosition(3); // a step that is not stored: generated, then resynthesised
    until([&] { return focus->cell(Cell::Positive).sound != nullptr; });
    print("longest gap, resynthesis", gap.milliseconds(), "50 ms");

    const std::filesystem::path file = (home.path() + "/result.earshot").toStdString();
    session->saveAs(file);
    until([&] { return std::filesystem::exists(file); });
    session->show(QStringLiteral("fc9[0]"));
    until([&] { return session->response() == "fc9[0]"; });
    gap.reset();
    QElapsedTimer clock;
    clock.start();
    session->show(QStringLiteral("fc7[3]"));
    until([&] { return session->explanation() && session->response() == "fc7[3]"; });
    print("a stored result comes back", static_cast<double>(clock.elapsed()), "200 ms");
    session->open(file);
    until([&] { return session->openedFile() == file; });
    print("longest gap, opening a result", gap.milliseconds(), "50 ms");

    gap.reset();
    const QString figure = home.path() + "/figure.pdf";
    window.writeFigure(figure);
    until([&] { return std::filesystem::exists(figure.toStdString()); });
    print("longest gap, exporting a figure", gap.milliseconds(), "50 ms");

    session->show(QStringLiteral("fc7[4]"));
    until([&] { return session->response() == "fc7[4]"; });
    session->explain(0);
    until([&] { return session->progress() && session->run()->fraction > 0.05; });
    session->stop();
    print("Stop to the end of the run", until([&] { return !session->run(); }), "100 ms");
    return 0;
}
