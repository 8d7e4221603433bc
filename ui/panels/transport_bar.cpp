// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/transport_bar.h"

#include "ui/panels/cell_buttons.h"
#include "ui/panels/elided_combo_box.h"
#include "ui/panels/enter_clicks.h"
#include "ui/panels/level_meter.h"
#include "ui/panels/waveform_view.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace earshot {

namespace {

constexpr int volumeSteps = 100;
constexpr int playSize = 40;
constexpr int buttonSize = 32;
constexpr int volumeWidth = 96;

// "1.68 s", of a song "3:14.6"
QString secondsText(double seconds)
{
    if (seconds < 60)
        return QString::number(seconds, 'f', 2) + " s";
    const auto tenths = static_cast<int>(10 * seconds);
    return QString("%1:%2").arg(tenths / 600).arg(tenths % 600 / 10.0, 4, 'f', 1, '0');
}

QString gainText(double gainDb)
{
    if (std::abs(gainDb) < 0.05)
        return "matched 0.0 dB";
    return QString("matched %1%2 dB")
        .arg(gainDb < 0 ? QString(QChar(0x2212)) : "+")
        .arg(std::abs(gainDb), 0, 'f', 1);
}

QToolButton* makeButton(int size, const QString& name, const QString& toolTip)
{
    auto* button = new QToolButton;
    button->setFixedSize(size, size);
    button->setIconSize(QSize(size / 2, size / 2));
    button->setAccessibleName(name);
    button->setToolTip(toolTip);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

} // namespace

TransportBar::TransportBar(QWidget* parent)
    : QWidget(parent)
{
    makeWidgets();
    layOut();
    connectWidgets();
    setGain(0, true);
    setVolume(1);
    updateIcons();
    updateEnabled();
    updateTime();
}

void TransportBar::makeWidgets()
{
    m_play = makeButton(playSize, "Play", "Play or pause (Space)");
    m_loop = makeButton(buttonSize, "Loop", "Play again and again (L)");
    m_loop->setCheckable(true);
    m_cells = new CellButtons;
    m_original = makeButton(
        buttonSize, "Original",
        "<b>Original</b> (O): the real excerpt as it was recorded.<br>Off: it goes through the "
        "same "
        "way from spectrogram to sound as the explanations, so that you compare like with like.");
    m_original->setCheckable(true);
    m_waveform = new WaveformView;
    m_time = new QLabel;
    m_time->setForegroundRole(QPalette::PlaceholderText);
    m_time->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_time->setFixedWidth(fontMetrics().horizontalAdvance("88.88 s") + 4);
    m_time->setToolTip("Position and length");
    m_matching = new QCheckBox;
    m_matching->setAccessibleName("Level matching");
    m_matching->setToolTip(
        "<b>Level matching</b>: every sound is played at −20 dBFS RMS, its peak at −1 dBFS at "
        "most, "
        "so that none wins by being louder. The number is the gain of this sound.<br>Off: as it "
        "is. Files that you export and what the classifier hears are never changed.");
    m_matching->setMinimumWidth(m_matching->sizeHint().width() +
                                fontMetrics().horizontalAdvance(gainText(-88.8)) + 8);
    m_meter = new LevelMeter;
    m_mute = makeButton(24, "Mute", "Mute");
    m_mute->setIconSize(QSize(18, 18));
    m_mute->setCheckable(true);
    m_volume = new QSlider(Qt::Horizontal);
    m_volume->setRange(0, volumeSteps);
    m_volume->setFixedWidth(volumeWidth);
    m_volume->setAccessibleName("Volume");
    m_volume->setToolTip("Volume");
    m_device = new ElidedComboBox;
    m_device->setPlaceholderText("No device");
    m_device->setFixedWidth(24 + 4 + volumeWidth);
    m_device->setAccessibleName("Output device");
}

void TransportBar::layOut()
{
    auto* sound = new QGridLayout;
    sound->setHorizontalSpacing(12);
    sound->setVerticalSpacing(4);
    auto* volume = new QHBoxLayout;
    volume->setSpacing(4);
    volume->addWidget(m_mute);
    volume->addWidget(m_volume);
    sound->addWidget(m_matching, 0, 0);
    sound->addLayout(volume, 0, 1);
    sound->addWidget(m_meter, 1, 0);
    sound->addWidget(m_device, 1, 1);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(4);
    row->addWidget(m_play);
    row->addWidget(m_loop);
    row->addSpacing(8);
    row->addWidget(m_cells);
    row->addSpacing(4);
    row->addWidget(m_original);
    row->addSpacing(8);
    row->addWidget(m_waveform, 1);
    row->addWidget(m_time);
    row->addSpacing(12);
    row->addLayout(sound);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void TransportBar::connectWidgets()
{
    for (QAbstractButton* button :
         std::initializer_list<QAbstractButton*>{m_play, m_loop, m_original, m_matching, m_mute})
        clickOnEnter(button);
    connect(m_play, &QToolButton::clicked, this, &TransportBar::playToggled);
    connect(m_loop, &QToolButton::clicked, this, &TransportBar::loopToggled);
    connect(m_cells, &CellButtons::chosen, this, &TransportBar::cellChosen);
    connect(m_original, &QToolButton::clicked, this, &TransportBar::originalToggled);
    connect(m_waveform, &WaveformView::seekRequested, this, &TransportBar::seekRequested);
    connect(m_matching, &QCheckBox::clicked, this, &TransportBar::matchingToggled);
    connect(m_device, &QComboBox::activated, this, &TransportBar::deviceChosen);
    connect(m_volume, &QSlider::valueChanged, this, [this](int value) {
        showVolume();
        Q_EMIT volumeChanged(static_cast<double>(value) / volumeSteps);
    });
    connect(m_mute, &QToolButton::clicked, this,
            [this](bool isMuted) { m_volume->setValue(isMuted ? 0 : volumeUnmuted()); });
}

void TransportBar::setSounds(const std::array<bool, cellCount>& available, Cell current)
{
    m_available = available;
    m_current = current;
    m_cells->setCurrent(current);
    m_waveform->setColour(cellColour(current, palette()));
    updateEnabled();
}

void TransportBar::setCellName(Cell cell, const QString& name)
{
    m_cells->setName(cell, name);
}

void TransportBar::setWaveform(std::span<const float> samples, double rateHz)
{
    m_waveform->setWaveform(samples, rateHz);
    updateTime();
}

void TransportBar::setPosition(double seconds, bool isPlaying)
{
    m_seconds = seconds;
    m_waveform->setPlayhead(seconds);
    updateTime();
    if (isPlaying == m_isPlaying)
        return;
    m_isPlaying = isPlaying;
    m_play->setAccessibleName(isPlaying ? "Pause" : "Play");
    updateIcons();
}

void TransportBar::setLevel(float peakDb)
{
    m_meter->setLevel(peakDb);
}

void TransportBar::setGain(double gainDb, bool isMatching)
{
    m_matching->setChecked(isMatching);
    m_matching->setText(isMatching ? gainText(gainDb) : "level matching");
    m_waveform->setGain(isMatching ? gainDb : 0);
}

void TransportBar::setLooping(bool isLooping)
{
    m_loop->setChecked(isLooping);
}

void TransportBar::setVolume(double volume)
{
    const QSignalBlocker blocker(m_volume);
    m_volume->setValue(static_cast<int>(std::lround(std::clamp(volume, 0.0, 1.0) * volumeSteps)));
    showVolume();
}

// A slider that was pulled to 0 passed hardly audible volumes last.
int TransportBar::volumeUnmuted() const
{
    constexpr int hardlyAudible = 5;
    constexpr int audible = 20;
    return m_volumeBeforeMute < hardlyAudible ? audible : m_volumeBeforeMute;
}

void TransportBar::showVolume()
{
    m_mute->setChecked(m_volume->value() == 0);
    if (m_volume->value() > 0)
        m_volumeBeforeMute = m_volume->value();
    updateIcons();
}

void TransportBar::setOriginal(bool isAvailable, bool isOn)
{
    m_isOriginalAvailable = isAvailable;
    m_original->setChecked(isOn);
    updateEnabled();
}

void TransportBar::setDevices(const QStringList& names, int current)
{
    m_device->clear();
    m_device->addItems(names);
    m_device->setCurrentIndex(current);
    for (int i = 0; i < static_cast<int>(names.size()); ++i)
        m_device->setItemData(i, names[i], Qt::ToolTipRole);
    updateEnabled();
}

void TransportBar::setProblem(const QString& reason)
{
    m_problem = reason;
    m_waveform->setPlaceholder(reason);
    setAccessibleDescription(reason);
    updateEnabled();
}

void TransportBar::updateEnabled()
{
    const bool works = m_problem.isEmpty();
    const bool hasSound =
        std::find(m_available.begin(), m_available.end(), true) != m_available.end();
    m_play->setEnabled(works && hasSound);
    m_loop->setEnabled(works);
    m_waveform->setEnabled(works && hasSound);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_matching, m_meter, m_mute, m_volume})
        widget->setEnabled(works);
    std::array<bool, cellCount> available{};
    if (works)
        available = m_available;
    m_cells->setAvailable(available);
    m_original->setEnabled(works && m_isOriginalAvailable);
    m_device->setEnabled(m_device->count() > 0);
    m_device->setToolTip("<b>Output device</b><br>" + (m_device->count() > 0
                                                           ? m_device->currentText().toHtmlEscaped()
                                                           : QString("none found")));
}

void TransportBar::updateIcons()
{
    const QPalette& colours = palette();
    m_play->setIcon(icon(m_isPlaying ? "pause" : "play", colours));
    m_loop->setIcon(icon("loop", colours));
    m_original->setIcon(icon("original", colours));
    m_mute->setIcon(icon(m_mute->isChecked() ? "muted" : "volume", colours));
}

void TransportBar::updateTime()
{
    m_time->setText(secondsText(m_seconds) + "\n" + secondsText(m_waveform->durationSeconds()));
}

void TransportBar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        updateIcons();
        m_waveform->setColour(cellColour(m_current, palette()));
    }
    QWidget::changeEvent(event);
}

} // namespace earshot
