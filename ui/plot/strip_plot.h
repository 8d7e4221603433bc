// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>
#include <vector>

class QCPGraph;
class QCPItemLine;
class QCPItemRect;
class QCustomPlot;

namespace earshot {

// A response along one song, a value an excerpt.
struct SongStrip
{
    std::vector<double> centreSeconds; // of the excerpts, ascending
    std::vector<float> responses;      // as many; NaN: a gap
    double songSeconds = 0;
    // The right and left neighbours of all songs share an axis: from the lowest to the highest
    // response to all the music.
    double lowest = 0;
    double highest = 0;
};

// The strip with its zero line, the excerpt that is looked at, and the playhead. A click, or the
// arrow keys, go there.
class StripPlot : public QWidget
{
    Q_OBJECT

public:
    explicit StripPlot(QWidget* parent = nullptr);

    void setStrip(SongStrip strip);
    const SongStrip& strip() const { return m_strip; }
    // Seconds of its first and its last sample; none: no excerpt of this song is looked at.
    void setExcerpt(std::optional<std::pair<double, double>> excerpt);
    // Drawn without touching the rest.
    void setPlayhead(std::optional<double> seconds);

    // In this widget; for tests.
    QPointF positionOf(double seconds, double response) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void seekRequested(double seconds); // [0, songSeconds]
    // The excerpt whose centre is nearest to the pointer; none when it leaves.
    void pointed(std::optional<std::size_t> excerpt);

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void restyle();
    void rescale();
    void replotOverlay();
    double secondsAt(double x) const;
    // Where the keys begin.
    double place() const;

    SongStrip m_strip;
    std::optional<std::pair<double, double>> m_excerpt;
    std::optional<double> m_playhead;
    QCustomPlot* m_plot;
    QCPGraph* m_graph;
    QCPItemLine* m_zero;
    QCPItemLine* m_playheadLine;
    QCPItemRect* m_excerptBand;
    bool m_isDrawn = false;
};

} // namespace earshot
