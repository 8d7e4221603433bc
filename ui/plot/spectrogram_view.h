// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/colour_scale.h"
#include "ui/plot/excerpt_axes.h"
#include "ui/plot/excerpt_painting.h"

#include <QImage>
#include <QPoint>
#include <QString>
#include <QWidget>

#include <optional>
#include <span>
#include <vector>

namespace earshot {

// One excerpt as a picture: seconds to the right, hertz (on the mel scale) upwards, with the
// excerpt's centre, a playhead and a readout of what lies under the pointer. Several side by side
// share their range and their crosshair through the signals rangeChanged and pointerMoved. Made to
// be legible from 160×150 pixels on.
class SpectrogramView : public QWidget
{
    Q_OBJECT

public:
    explicit SpectrogramView(QWidget* parent = nullptr);

    // [115·80] natural log-mel (or differences of them), time-major; empty: the placeholder.
    // Error (BadInput) for another number of values.
    void setSpectrogram(std::span<const float> logMel);
    bool hasSpectrogram() const { return !m_logMel.empty(); }
    // What stands in the picture's place: "Press Explain (E)".
    void setPlaceholder(const QString& text);
    const QString& placeholder() const { return m_placeholder; }

    void setColours(ColourMap map, ColourRange range);
    // The values are differences: diverging colours, readout with a sign. setColours ends it.
    void setChange(ChangeScale scale);

    // From the excerpt's start; none: no playhead.
    void setPlayhead(std::optional<double> seconds);
    // Where another view's pointer is.
    void setCrosshair(std::optional<ExcerptPoint> point);
    void setAxisLabels(AxisLabels labels);
    // Pixels left of the picture: give a view with labels so much more width than its neighbours.
    int leftMargin() const;

    ExcerptRange range() const { return m_range; }
    // Limited to the excerpt and to a smallest size. No signal.
    void setRange(const ExcerptRange& range);

    // The picture without its axes, in widget coordinates, and places in it.
    QRect pictureRect() const;
    double xOfSeconds(double seconds) const;
    double secondsOfX(double x) const;
    // None outside the picture.
    std::optional<ExcerptPoint> pointAt(QPointF position) const;
    // "0.82 s · 440 Hz (A4) · −32 dB"; empty outside the picture or without a spectrogram.
    QString readoutAt(QPointF position) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    // The readout under the pointer; empty when it leaves.
    void pointed(const QString& readout);
    void pointerMoved(std::optional<ExcerptPoint> point);
    // Clicked at this time of the excerpt (after activated()).
    void seekRequested(double seconds);
    // Clicked, or Return pressed.
    void activated();
    // The left button was dragged beyond the platform's distance; no click follows.
    void dragStarted();
    // Zoomed or moved by the user.
    void rangeChanged(const ExcerptRange& range);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QFont axisFont() const;
    void updateScale();
    void describe();
    void showPoint(std::optional<QPointF> position);
    void changeRange(const ExcerptRange& range);
    void updatePlayhead(std::optional<double> seconds);
    void paintPicture(QPainter& painter, const QRect& picture);
    void paintPlaceholder(QPainter& painter, const QRect& picture) const;

    std::vector<float> m_logMel;
    QString m_placeholder;
    ColourMap m_map = ColourMap::Magma;
    ColourRange m_colourRange;
    std::optional<ChangeScale> m_change;
    ColourScale m_scale;
    ExcerptRange m_range;
    AxisLabels m_labels = AxisLabels::Both;
    std::optional<double> m_playhead;
    std::optional<ExcerptPoint> m_crosshair;
    std::optional<QPointF> m_pointer;
    std::optional<QPoint> m_press;
    std::optional<QPoint> m_panFrom;
    QImage m_image; // of m_range in device pixels; null: to be drawn again
};

} // namespace earshot
