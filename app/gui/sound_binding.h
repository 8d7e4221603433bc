// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/listening.h"

#include <QObject>

#include <memory>

namespace earshot {

class FocusArea;
class TransportBar;

// Keeps transport and playheads as the listening is, and passes on what is clicked. GUI thread.
class SoundBinding : public QObject
{
    Q_OBJECT

public:
    SoundBinding(Listening& listening, Focus& focus, FocusArea& area, TransportBar& transport,
                 QObject* parent = nullptr);

Q_SIGNALS:
    void deviceChosen(const QString& id);

private:
    void connectTransport();
    void connectArea();
    void update();
    void updateDevices();
    void updatePosition();
    // After the dial was let go: what it shows is heard.
    void hearDial();

    Listening& m_listening;
    Focus& m_focus;
    FocusArea& m_area;
    TransportBar& m_transport;
    const float* m_waveform = nullptr; // what the transport shows
    bool m_isWaitingForDial = false;   // for its sound
};

} // namespace earshot
