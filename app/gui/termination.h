// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace earshot {

// SIGINT and SIGTERM close the window as its user would. To be made before any thread.
class Termination
{
public:
    Termination();
    ~Termination();
    Termination(const Termination&) = delete;
    Termination& operator=(const Termination&) = delete;

    // Once, on the GUI thread, while the application lives.
    void closeOnSignal(QWidget& window) const;
};

} // namespace earshot
