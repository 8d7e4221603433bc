// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QString>

class QAction;
class QActionGroup;
class QPalette;
class QUndoStack;
class QWidget;

namespace earshot {

// Every command of the window, with its text, shortcut, tooltip and icon. The key list (F2) is made
// from these.
struct Actions
{
    Actions(QWidget* window, QUndoStack& undoStack);

    // File
    QAction* openResult;
    QAction* openClassifier;
    QAction* openGenerator;
    QAction* shippedModels;
    QAction* saveResult;
    QAction* indexFolder;
    QAction* openIndex;
    QAction* updateIndex;
    QAction* stopIndexing;
    QAction* exportSound;
    QAction* exportPicture;
    QAction* exportFigure;
    QAction* exportCurves;
    QAction* quit;
    // Edit
    QAction* undo;
    QAction* redo;
    QAction* editResponse;
    QAction* findUnit;
    QAction* copyCommand;
    // Explain
    QAction* explain;
    QAction* stop;
    QAction* searchQuick;
    QAction* searchFull;
    QAction* searchNegative;
    QAction* searchOther;
    QAction* adopt;
    QAction* compareMusic;
    QAction* previousExample;
    QAction* nextExample;
    QAction* less;
    QAction* more;
    QAction* toStart;
    // Listen
    QAction* play;
    QAction* loop;
    QAction* cellNegative;
    QAction* cellStart;
    QAction* cellPositive;
    QAction* cellReal;
    QAction* previousReal;
    QAction* nextReal;
    QAction* realSide;
    QAction* original;
    QAction* matching;
    QAction* playNegatives;
    QAction* playPositives;
    QAction* playSong;
    // View
    QAction* change;
    QAction* fitColours;
    QActionGroup* colourMaps;
    QActionGroup* themes;
    QAction* settingsPanel;
    QAction* fullScreen;
    // Help
    QAction* help;
    QAction* keys;
    QAction* about;

    void updateIcons(const QPalette& palette);
    QList<QAction*> all() const { return m_all; }

private:
    void makeFile();
    void makeEdit(QUndoStack& undoStack);
    void makeExplain();
    void makeListen();
    void makeView();
    void makeHelp();
    QAction* add(const QString& text, const QString& shortcut, const QString& toolTip,
                 const QString& icon = {});
    QAction* addMade(QAction* action, const QKeySequence& shortcut, const QString& toolTip);
    QAction* addToggle(const QString& text, const QString& shortcut, const QString& toolTip,
                       const QString& icon = {});

    QWidget* m_window;
    QList<QAction*> m_all;
};

} // namespace earshot
