// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/values.h"

#include <QStringList>
#include <QWidget>

#include <array>
#include <span>

class QCheckBox;
class QComboBox;
class QLabel;
class QSlider;
class QToolButton;

namespace earshot {

class CellButtons;
class LevelMeter;
class WaveformView;

// Playback of the four cells. It plays nothing itself.
class TransportBar : public QWidget
{
    Q_OBJECT

public:
    explicit TransportBar(QWidget* parent = nullptr);

    // All setters emit nothing.
    void setSounds(const std::array<bool, cellCount>& available, Cell current);
    void setCellName(Cell cell, const QString& name); // "real" → "real highest"
    void setWaveform(std::span<const float> samples, double rateHz);
    void setPosition(double seconds, bool isPlaying);
    void setLevel(float peakDb);
    void setGain(double gainDb, bool isMatching);
    void setLooping(bool isLooping);
    void setVolume(double volume); // [0, 1]
    // Real excerpts as they were recorded, instead of through the mel inversion.
    void setOriginal(bool isAvailable, bool isOn);
    void setDevices(const QStringList& names, int current);
    // Greys playback and says why; empty: all is well. The output device can still be chosen.
    void setProblem(const QString& reason);

Q_SIGNALS:
    void playToggled();
    void loopToggled(bool isLooping);
    void cellChosen(Cell cell);
    void seekRequested(double seconds);
    void matchingToggled(bool isMatching);
    void volumeChanged(double volume); // [0, 1]
    void deviceChosen(int index);
    void originalToggled(bool isOn);

protected:
    void changeEvent(QEvent* event) override;

private:
    void makeWidgets();
    void layOut();
    void connectWidgets();
    void updateEnabled();
    void updateIcons();
    int volumeUnmuted() const;
    void showVolume();
    void updateTime();

    QToolButton* m_play;
    QToolButton* m_loop;
    CellButtons* m_cells;
    QToolButton* m_original;
    WaveformView* m_waveform;
    QLabel* m_time;
    QCheckBox* m_matching;
    LevelMeter* m_meter;
    QToolButton* m_mute;
    QSlider* m_volume;
    QComboBox* m_device;

    std::array<bool, cellCount> m_available{};
    Cell m_current = Cell::Positive;
    double m_seconds = 0;
    bool m_isPlaying = false;
    bool m_isOriginalAvailable = false;
    int m_volumeBeforeMute = 80; // percent
    QString m_problem;
};

} // namespace earshot
