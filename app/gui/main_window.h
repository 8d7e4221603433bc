// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/actions.h"
#include "app/gui/models.h"
#include "app/gui/preferences.h"

#include <QMainWindow>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

class QLabel;
class QMenu;
class QSplitter;
class QTabWidget;
class QToolButton;
class QUndoStack;

namespace earshot {

class BackgroundQueue;
struct CellSound;
class CurvesView;
class DistributionsView;
class EvidencePanel;
class ExplorerBinding;
class Focus;
class FocusArea;
class GridBinding;
class GridPanel;
class Listening;
class MusicIndex;
class NetworkTree;
class PanelBinding;
class RealGallery;
class ResponseBox;
class Session;
class SettingsPanel;
class SettingsSearch;
class SongBinding;
class SongPanel;
class SoundBank;
class SoundBinding;
class TransportBar;
enum class Cell : std::uint8_t;

// What the command line asks for.
struct StartOptions
{
    ModelRequest models;
    std::string response;         // empty: the output neuron
    std::filesystem::path result; // or a folder of music to index; empty: none
    std::filesystem::path index;  // of music of the user's own; empty: as remembered
};

// The explorer. Owns everything; the bindings keep its parts together.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(const StartOptions& options);
    ~MainWindow() override;

    // Draws what is explained into a file, in the background; fails with a message.
    void writeFigure(const QString& path);

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void makeWidgets();
    void layOut();
    void makeToolBar();
    void makeMenus();
    void makeViewMenu();
    void bind();
    void connectFiles();
    void connectExplain();
    void connectSearch();
    void connectMusic();
    void connectListening();
    void connectView();
    void connectHelp();
    void applyPreferences();
    void rememberPreferences();
    void updateActions();
    void waitForStop();
    void updateModelButton();
    void rememberRecent(const QString& path);
    void updateRecent();

    void showLeftOut();
    bool openDropped(const QString& path); // whether it is something to open
    void openResult(const QString& path);
    ModelRequest wantedModels() const;
    void loadAnew(const ModelRequest& request);
    void loadBundles(const std::vector<std::filesystem::path>& folders);
    void openMusic(const std::filesystem::path& folder);
    void openIndex(const QString& path);
    void chooseBundle(const QString& title, std::filesystem::path ModelRequest::*folder);
    // Empty if the user changed his mind.
    QString askForFile(const QString& title, const std::string& name, const QString& filter);
    std::string cellFileName(Cell cell, int example, const std::string& ending) const;
    void exportSound();
    void exportPicture();
    void exportFigure();
    void exportCurves();
    std::shared_ptr<const CellSound> storedSound(Cell cell, int example) const;
    void dragCell(Cell cell, int example);
    void showContextMenu(Cell cell, QPoint position);
    // Runs an action that may fail; the one place where its error is shown.
    void attempt(const std::function<void()>& action);
    // Then says where it lies, or what failed.
    void writeInBackground(const QString& path, const std::function<void()>& draw);
    // As attempt, and says where it lies.
    void save(const QString& path, const std::function<void()>& action);
    void showSaved(const QString& path);
    void showProblem(const QString& what);

    StartOptions m_options;
    Preferences m_preferences;
    std::unique_ptr<Actions> m_actions;
    QUndoStack* m_undo;

    Session* m_session;
    SettingsSearch* m_search;
    MusicIndex* m_music;
    SoundBank* m_sounds;
    RealGallery* m_gallery;
    Focus* m_focus;
    Listening* m_listening;
    BackgroundQueue* m_exports;

    FocusArea* m_area;
    NetworkTree* m_tree;
    ResponseBox* m_responseBox;
    SettingsPanel* m_settings;
    EvidencePanel* m_evidence;
    CurvesView* m_curves;
    DistributionsView* m_distributions;
    GridPanel* m_grid = nullptr;
    SongPanel* m_song = nullptr;
    TransportBar* m_transport;
    QTabWidget* m_tabs;
    QSplitter* m_columns;
    QSplitter* m_rows;
    QToolButton* m_modelButton;
    QMenu* m_recentMenu = nullptr;

    ExplorerBinding* m_explorerBinding;
    PanelBinding* m_panelBinding;
    GridBinding* m_gridBinding;
    SongBinding* m_songBinding;
    SoundBinding* m_soundBinding;
};

} // namespace earshot
