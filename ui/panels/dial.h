// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractSlider>
#include <QString>

#include <optional>
#include <vector>

class QPainter;
class QTimer;

namespace earshot {

// Steps of the stored path of latents, ascending, the first 0; empty: that direction did not run.
struct DialScale
{
    std::vector<int> negativeSteps;
    std::vector<int> positiveSteps;
    int negativeChosen = 0; // step shown at first, marked
    int positiveChosen = 0;

    bool operator==(const DialScale&) const = default;
};

// From the last negative step ("less") through the start to the last positive one ("more").
// A position counts stored steps from the start, negative ones below 0: −2 is negativeSteps[2].
class Dial : public QAbstractSlider
{
    Q_OBJECT

public:
    explicit Dial(QWidget* parent = nullptr);

    void setScale(std::optional<DialScale> scale); // none: greyed; the position becomes 0
    const std::optional<DialScale>& scale() const { return m_scale; }
    void setPosition(int position); // limited to the scale; emits nothing
    int position() const { return value(); }
    // "step 62 of 100 · +6.3 · p99.2 · ‖z‖ 11.0"
    void setText(const QString& text);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void moved(int position);    // by the user: mouse, keys, wheel
    void released(int position); // the user let go after at least one move

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Track
    {
        double left = 0;
        double right = 0;
        double y = 0;
        double centre() const { return (left + right) / 2; }
    };

    Track track() const;
    double xOf(int position) const;
    int positionAt(double x) const;
    void moveTo(int position);
    void release();
    void drawTrack(QPainter& painter) const;
    void drawTicks(QPainter& painter) const;
    void drawHandle(QPainter& painter) const;
    void drawTexts(QPainter& painter) const;

    std::optional<DialScale> m_scale;
    QString m_text;
    QTimer* m_wheelRest;  // the wheel is let go when it rests
    int m_wheelAngle = 0; // eighths of a degree short of a notch
    bool m_isDragging = false;
    bool m_hasMoved = false; // since the last release
};

} // namespace earshot
