// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/command_page.h"
#include "ui/song/excerpt_model.h"

#include <QString>
#include <QStringList>

#include <optional>

class QAction;
class QLabel;
class QProgressBar;
class QStackedLayout;
class QTableView;
class QToolButton;

namespace earshot {

class ElidedComboBox;
class StripPlot;

// The commands of the panel; their texts, tooltips and keys are the caller's.
struct SongActions
{
    QAction* index; // a folder
    QAction* open;  // an index
    QAction* update;
    QAction* stop;
    QAction* compare; // checkable: with this music
    QAction* lowest;  // checkable: the lowest responses instead of the highest
    QAction* play;    // and pauses
};

// Music of the user's own: what excites a unit most and least there, and how it responds along a
// song.
class SongPanel : public CommandPage
{
    Q_OBJECT

public:
    explicit SongPanel(const SongActions& actions, QWidget* parent = nullptr);

    // Instead of excerpts and strip: why there are none.
    void clear(const QString& reason);
    // What is indexed, and what happens. fraction: of an indexing, [0, 1]; empty: none runs.
    void setStatus(const QString& text, std::optional<double> fraction = std::nullopt) override;
    // Files that were left out; 0: none.
    void setProblemCount(std::size_t count);
    // selected: −1: none of them. text: "top 50 of 31,000, from 9 songs".
    void setExcerpts(std::vector<ExcerptRow> rows, int selected, const QString& text);
    // Emits nothing. paths: their tooltips.
    void setSongs(const QStringList& names, const QStringList& paths);
    void setSong(int index);
    StripPlot& strip() { return *m_strip; }
    // What is under the pointer, or what the song is at.
    void setReadout(const QString& text);

Q_SIGNALS:
    void excerptSelected(int row);
    void excerptActivated(int row); // clicked, or Enter: to be heard
    void songChosen(int index);
    void problemsRequested();

private:
    void makeCommands(const SongActions& actions);
    QWidget* makeExcerpts(const SongActions& actions);
    QWidget* makeSong(const SongActions& actions);

    bool m_isShowing = false; // the program, not the user, selects
    ExcerptModel* m_model;
    QTableView* m_table;
    QLabel* m_excerptText;
    ElidedComboBox* m_songs;
    StripPlot* m_strip;
    QLabel* m_readout;
    QToolButton* m_indexButton;
    QToolButton* m_stopButton;
    QToolButton* m_updateButton;
    QToolButton* m_problems;
};

} // namespace earshot
