// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/explorer/cell_panel.h"
#include "ui/plot/colour_scale.h"
#include "ui/values.h"

#include <QList>
#include <QWidget>

#include <array>

class QAction;
class QButtonGroup;
class QLabel;
class QProgressBar;
class QToolButton;

namespace earshot {

class ColourBar;
class Dial;
class FilmStrip;

enum class View
{
    Sound, // spectrograms
    Change // what the explanations differ from their start in
};

enum class RealChoice
{
    Highest,
    Lowest
};

// The middle of the window: what is shown, the dial, the four pictures, the film strip.
class FocusArea : public QWidget
{
    Q_OBJECT

public:
    explicit FocusArea(QWidget* parent = nullptr);

    CellPanel& panel(Cell cell) { return *m_panels[static_cast<std::size_t>(cell)]; }
    Dial& dial() { return *m_dial; }
    FilmStrip& strip() { return *m_strip; }
    ColourBar& colourBar() { return *m_colourBar; }

    // "fc9[0]", "svdnet 3fa2 · recommended": whatever is seen belongs to this.
    void setHeading(const QString& response, const QString& belongsTo, const QString& toolTip);
    // A line below the heading: what went wrong, or what is to be known; empty: none.
    // Ways out of it stand below, as buttons.
    void setNotice(const QString& notice, const QList<QAction*>& ways = {});
    void setView(View view);
    View view() const { return m_view; }
    // index: of the excerpt that is shown, from 0; count: 0 where there are none.
    void setReal(RealChoice choice, std::size_t index, std::size_t count);
    void setReadout(const QString& text);

Q_SIGNALS:
    void viewChosen(View view);
    void cellChosen(Cell cell);
    void seekRequested(double seconds);
    void realChoiceChosen(RealChoice choice);
    void realStepRequested(int by); // −1, 1
    void realInfoRequested();
    void dragRequested(Cell cell);
    void contextMenuRequested(Cell cell, QPoint globalPosition);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makePanels();
    void makeRealTools();
    void connectPanel(CellPanel& panel);
    void updateColours();

    View m_view = View::Sound;
    QLabel* m_response;
    QLabel* m_belongsTo;
    QLabel* m_notice;
    QWidget* m_ways;
    QLabel* m_readout;
    QButtonGroup* m_views;
    Dial* m_dial;
    std::array<CellPanel*, cellCount> m_panels{};
    ColourBar* m_colourBar;
    FilmStrip* m_strip;
    QToolButton* m_realSide;
    QToolButton* m_previousReal;
    QToolButton* m_nextReal;
};

} // namespace earshot
