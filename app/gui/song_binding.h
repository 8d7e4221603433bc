// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/focus.h"
#include "app/gui/listening.h"
#include "app/gui/music_index.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace earshot {

class SongLoader;
class SongPanel;
struct Actions;

// Keeps the panel of songs, and the actions that belong to it, as the music index, the session and
// what is heard are. GUI thread.
class SongBinding : public QObject
{
    Q_OBJECT

public:
    SongBinding(Session& session, MusicIndex& index, Focus& focus, Listening& listening,
                SongPanel& panel, const Actions& actions, QObject* parent = nullptr);

Q_SIGNALS:
    void message(const QString& text);
    void failed(const QString& what);
    // The user wants to know which files were left out.
    void problemsRequested();

private:
    void connectParts();
    void connectActions();
    void musicChanged();
    void updateExcerpts();
    void updateStrip();
    void updatePlayhead();
    void updateReadout();
    void updateStatus();
    void updateActions();
    QString emptyText() const;
    QString runText() const;
    QString musicText() const;
    QString songName(std::size_t song) const;
    void showSong(std::size_t song);
    void chooseExcerpt(int row);
    void play(double seconds);
    void togglePlay();
    // Of what the panel lists; null: nothing.
    const std::vector<TopExcerpt>* listed() const;
    // Its row in the list; −1: the focus shows something else.
    int shownRow() const;
    bool isPlayingThis() const;

    Session& m_session;
    MusicIndex& m_index;
    Focus& m_focus;
    Listening& m_listening;
    SongPanel& m_panel;
    const Actions& m_actions;
    SongLoader* m_loader;

    std::shared_ptr<const OwnMusic> m_music; // whose songs the panel names
    std::size_t m_song = 0;                  // whose strip is shown
    // The excerpt that the strip has followed.
    std::shared_ptr<const MusicResponses> m_followed;
    std::optional<std::size_t> m_excerpt; // in the index
    std::optional<std::size_t> m_pointed; // in the strip
};

} // namespace earshot
