// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/termination.h"

#include <QApplication>
#include <QSocketNotifier>
#include <QWidget>

#include <array>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

namespace earshot {

namespace {

// Written to by the handler, which may do little else; read by the event loop.
std::array<int, 2> sockets{-1, -1};

void handle(int)
{
    const char byte = 1;
    [[maybe_unused]] const ssize_t written = ::write(sockets[0], &byte, 1);
}

} // namespace

Termination::Termination()
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0)
        return; // signals keep their default: the program still ends
    std::signal(SIGINT, handle);
    std::signal(SIGTERM, handle);
}

Termination::~Termination()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    for (int& socket : sockets)
        if (socket >= 0)
            ::close(socket);
    sockets = {-1, -1};
}

void Termination::closeOnSignal(QWidget& window) const
{
    if (sockets[1] < 0)
        return;
    auto* notifier = new QSocketNotifier(sockets[1], QSocketNotifier::Read, &window);
    QObject::connect(notifier, &QSocketNotifier::activated, &window, [notifier, &window] {
        notifier->setEnabled(false);
        window.close();
        QApplication::quit(); // also where a dialog is open
    });
}

} // namespace earshot
