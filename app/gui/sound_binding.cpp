// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/sound_binding.h"

#include "app/gui/focus.h"
#include "ui/explorer/focus_area.h"
#include "ui/panels/dial.h"
#include "ui/panels/transport_bar.h"
#include "ui/plot/film_strip.h"

#include <array>
#include <cmath>

namespace earshot {

SoundBinding::SoundBinding(Listening& listening, Focus& focus, FocusArea& area,
                           TransportBar& transport, QObject* parent)
    : QObject(parent)
    , m_listening(listening)
    , m_focus(focus)
    , m_area(area)
    , m_transport(transport)
{
    connectTransport();
    connectArea();
    connect(&m_listening, &Listening::changed, this, &SoundBinding::update);
    connect(&m_listening, &Listening::ticked, this, &SoundBinding::updatePosition);
    connect(&m_listening, &Listening::problemChanged, this, &SoundBinding::update);
    connect(&m_focus, &Focus::cellsChanged, this, &SoundBinding::hearDial);
    update();
}

void SoundBinding::connectTransport()
{
    connect(&m_transport, &TransportBar::playToggled, &m_listening, &Listening::togglePlay);
    connect(&m_transport, &TransportBar::loopToggled, &m_listening, &Listening::setLooping);
    connect(&m_transport, &TransportBar::cellChosen, &m_listening, &Listening::setCell);
    connect(&m_transport, &TransportBar::seekRequested, &m_listening, &Listening::seek);
    connect(&m_transport, &TransportBar::matchingToggled, &m_listening, &Listening::setMatching);
    connect(&m_transport, &TransportBar::volumeChanged, &m_listening, &Listening::setVolume);
    connect(&m_transport, &TransportBar::originalToggled, &m_listening, &Listening::setOriginal);
    connect(&m_transport, &TransportBar::deviceChosen, this, [this](int index) {
        const auto& devices = m_listening.devices();
        if (index < 0 || index >= static_cast<int>(devices.size()))
            return;
        const std::string id = devices[static_cast<std::size_t>(index)].id;
        m_listening.openDevice(id);
        Q_EMIT deviceChosen(QString::fromStdString(id));
    });
}

void SoundBinding::connectArea()
{
    connect(&m_area, &FocusArea::cellChosen, &m_listening, &Listening::setCell);
    connect(&m_area, &FocusArea::seekRequested, &m_listening, &Listening::seek);
    connect(&m_area.strip(), &FilmStrip::playRowRequested, &m_listening, &Listening::playRow);
    connect(&m_area.dial(), &Dial::released, this, [this] {
        m_isWaitingForDial = true;
        hearDial();
    });
    connect(&m_area.dial(), &Dial::moved, this, [this] { m_isWaitingForDial = false; });
}

void SoundBinding::hearDial()
{
    if (!m_isWaitingForDial)
        return;
    const Cell cell = m_focus.position() == 0  ? Cell::Start
                      : m_focus.position() > 0 ? Cell::Positive
                                               : Cell::Negative;
    if (!m_focus.cell(cell).sound)
        return; // it is being made
    m_isWaitingForDial = false;
    m_listening.setCell(cell);
    if (m_listening.problem().isEmpty()) // else it would say so at every turn
        m_listening.play();
}

void SoundBinding::update()
{
    std::array<bool, cellCount> available{};
    for (std::size_t i = 0; i < cellCount; ++i) {
        const Cell cell = static_cast<Cell>(i);
        available[i] = m_listening.isAvailable(cell);
        m_area.panel(cell).setSounding(!m_listening.song() && cell == m_listening.cell());
    }
    // A song is real music.
    m_transport.setSounds(available, m_listening.song() ? Cell::Real : m_listening.cell());
    const std::vector<float>& samples = m_listening.samples();
    if (samples.data() != m_waveform || samples.empty()) {
        m_waveform = samples.data();
        m_transport.setWaveform(samples, m_listening.samplesRateHz());
    }
    m_transport.setGain(m_listening.gainDb(), m_listening.isMatching());
    m_transport.setLooping(m_listening.isLooping());
    m_transport.setVolume(m_listening.volume());
    m_transport.setOriginal(m_focus.cell(Cell::Real).real != nullptr, m_listening.isOriginal());
    m_transport.setProblem(m_listening.problem());
    updateDevices();
    updatePosition();
}

void SoundBinding::updateDevices()
{
    QStringList names;
    int current = -1;
    for (const OutputDevice& device : m_listening.devices()) {
        if (device.id == m_listening.deviceId())
            current = static_cast<int>(names.size());
        names += QString::fromStdString(device.name);
    }
    m_transport.setDevices(names, current);
}

void SoundBinding::updatePosition()
{
    const double seconds = m_listening.positionSeconds();
    m_transport.setPosition(seconds, m_listening.isPlaying());
    m_transport.setLevel(static_cast<float>(20 * std::log10(m_listening.peak())));
    const bool showsPlayhead =
        !m_listening.isPlayingRow() && !m_listening.song() && m_listening.samples().size() > 0;
    for (std::size_t i = 0; i < cellCount; ++i)
        m_area.panel(static_cast<Cell>(i))
            .view()
            .setPlayhead(showsPlayhead ? std::optional(seconds) : std::nullopt);
}

} // namespace earshot
