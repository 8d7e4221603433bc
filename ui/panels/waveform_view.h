// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <span>
#include <utility>
#include <vector>

namespace earshot {

// The envelope of a sound with its playhead; click and drag seek.
class WaveformView : public QWidget
{
    Q_OBJECT

public:
    explicit WaveformView(QWidget* parent = nullptr);

    // samples: [-1, 1], or beyond; copied. Empty: none.
    void setWaveform(std::span<const float> samples, double rateHz);
    // Of what is drawn, in decibels: the sound as it is played.
    void setGain(double gainDb);
    void setPlayhead(double seconds);
    void setColour(const QColor& colour);
    // Shown where there is no sound.
    void setPlaceholder(const QString& text);
    double durationSeconds() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void seekRequested(double seconds);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void makeEnvelope();
    void seekTo(double x);
    double xOf(double seconds) const;

    std::vector<float> m_samples;
    double m_rateHz = 22050;
    double m_gainDb = 0;
    std::vector<std::pair<float, float>> m_envelope; // lowest and highest of each pixel's samples
    double m_playheadSeconds = 0;
    QColor m_colour;
    QString m_placeholder;
};

} // namespace earshot
