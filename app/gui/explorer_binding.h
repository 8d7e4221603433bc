// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/focus.h"
#include "ui/explorer/focus_area.h"
#include "ui/plot/colour_scale.h"
#include "ui/plot/figure.h"

#include <QObject>

#include <map>
#include <memory>
#include <utility>

namespace earshot {

// How the pictures are coloured.
struct ColourChoice
{
    ColourMap map = ColourMap::Magma;
    bool isFitted = false; // to the cells that are seen, instead of to all real music
};

// Keeps the middle of the window as session and focus are, and tells the focus what is clicked.
class ExplorerBinding : public QObject
{
    Q_OBJECT

public:
    // waysOut: offered where no models could be loaded.
    ExplorerBinding(Session& session, Focus& focus, RealGallery& gallery, FocusArea& area,
                    QList<QAction*> waysOut = {}, QObject* parent = nullptr);

    void setView(View view);
    View view() const { return m_area.view(); }
    void setColours(const ColourChoice& colours);
    const ColourChoice& colours() const { return m_colours; }
    ColourRange range() const;
    // A panel as it is seen, for a file; without log-mel where nothing is.
    FigureContent figureOf(Cell cell) const;

Q_SIGNALS:
    void viewChanged(View view);

private:
    void connectFocus();
    void connectArea();
    void updateHeading();
    void updateNotice();
    void showNoModels();
    void updateCells();
    void updateCell(Cell cell);
    QString titleOf(Cell cell) const;
    void updateCaption(Cell cell);
    void updateRealTitle();
    void updateColours();
    ChangeScale changeScale() const;
    bool showsChange(Cell cell) const;
    std::vector<float> shownLogMel(Cell cell) const;
    void updateDial();
    void updateDialText();
    void updateStrip();
    void showNumbers();
    void updateLiveStrip();
    bool isExplained(Cell cell) const;
    QString placeholder(Cell cell) const;
    void updatePlaceholder(Cell cell);
    QString responseText(double response) const;
    QString realResponseText(double response) const;

    Session& m_session;
    Focus& m_focus;
    RealGallery& m_gallery;
    FocusArea& m_area;
    const QList<QAction*> m_waysOut;
    ColourChoice m_colours;
    // What the strip shows of a run: the step of each picture, by row and example.
    std::map<std::pair<Cell, int>, int> m_liveSteps;
};

} // namespace earshot
