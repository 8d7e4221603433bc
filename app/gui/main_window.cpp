// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/main_window.h"

#include "app/gui/background_queue.h"
#include "app/gui/explorer_binding.h"
#include "app/gui/focus.h"
#include "app/gui/grid_binding.h"
#include "app/gui/listening.h"
#include "app/gui/music_index.h"
#include "app/gui/panel_binding.h"
#include "app/gui/real_gallery.h"
#include "app/gui/run_bar.h"
#include "app/gui/session.h"
#include "app/gui/settings_search.h"
#include "app/gui/song_binding.h"
#include "app/gui/sound_bank.h"
#include "app/gui/sound_binding.h"
#include "ui/explorer/focus_area.h"
#include "ui/grid/grid_panel.h"
#include "ui/network/network_tree.h"
#include "ui/network/response_box.h"
#include "ui/panels/evidence_panel.h"
#include "ui/panels/settings_panel.h"
#include "ui/panels/transport_bar.h"
#include "ui/plot/curves_view.h"
#include "ui/plot/distributions_view.h"
#include "ui/song/song_panel.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QEventLoop>
#include <QMenu>
#include <QMenuBar>
#include <QScreen>
#include <QScrollArea>
#include <QSplitter>
#include <QStandardPaths>
#include <QStatusBar>
#include <QStyle>
#include <QTabWidget>
#include <QTimer>
#include <QToolBar>
#include <QToolButton>
#include <QUndoStack>
#include <QVBoxLayout>

namespace earshot {

namespace {

constexpr int gap = 8;
constexpr int firstWidth = 1440;
constexpr int firstHeight = 900;
constexpr int smallestWidth = 960;
constexpr int smallestHeight = 640;
constexpr int treeWidth = 176;
constexpr int evidenceWidth = 216;
// Of the window's height, whatever it is: what the grid and the songs need on a small screen.
constexpr int picturesShare = 497;
constexpr int tabsShare = 160;
constexpr int longestStopMilliseconds = 6000;

std::filesystem::path cacheFolder()
{
    return (QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + "/earshot")
        .toStdString();
}

} // namespace

MainWindow::MainWindow(const StartOptions& options)
    : m_options(options)
    , m_preferences(loadPreferences())
    , m_undo(new QUndoStack(this))
    , m_session(new Session(cacheFolder() / "results", this))
    , m_search(new SettingsSearch(*m_session, cacheFolder() / "searches", this))
    , m_music(new MusicIndex(*m_session, cacheFolder() / "indexes", this))
    , m_sounds(new SoundBank(this))
    , m_gallery(new RealGallery(*m_sounds, this))
    , m_focus(new Focus(*m_session, *m_sounds, *m_gallery, this))
    , m_listening(new Listening(*m_session, *m_focus, *m_sounds, this))
    , m_exports(new BackgroundQueue(this))
{
    applyTheme(*qApp, m_preferences.theme);
    setWindowTitle(tr("Earshot"));
    setMinimumSize(smallestWidth, smallestHeight);
    setAcceptDrops(true);
    m_actions = std::make_unique<Actions>(this, *m_undo);
    makeWidgets();
    layOut();
    makeToolBar();
    makeMenus();
    bind();
    applyPreferences();
    updateActions();
    updateModelButton();
    m_session->load(m_options.models, m_options.response);
    m_listening->openDeviceSoon(m_preferences.outputDevice.toStdString());
}

// The session's workers end before the widgets that they tell go.
MainWindow::~MainWindow()
{
    delete m_songBinding;
    delete m_soundBinding;
    delete m_gridBinding;
    delete m_panelBinding;
    delete m_explorerBinding;
    delete m_listening;
    delete m_focus;
    delete m_gallery;
    delete m_sounds;
    delete m_music;
    delete m_search;
    delete m_session;
}

void MainWindow::makeWidgets()
{
    m_area = new FocusArea;
    m_tree = new NetworkTree;
    m_responseBox = new ResponseBox;
    m_settings = new SettingsPanel;
    m_evidence = new EvidencePanel;
    m_curves = new CurvesView;
    m_distributions = new DistributionsView;
    m_grid =
        new GridPanel({m_actions->searchQuick, m_actions->searchFull, m_actions->searchNegative,
                       m_actions->searchOther, m_actions->stop, m_actions->adopt});
    m_song = new SongPanel({m_actions->indexFolder, m_actions->openIndex, m_actions->updateIndex,
                            m_actions->stopIndexing, m_actions->compareMusic, m_actions->realSide,
                            m_actions->playSong});
    m_transport = new TransportBar;
    m_tabs = new QTabWidget;
    m_modelButton = new QToolButton;
}

void MainWindow::layOut()
{
    auto* side = new QWidget;
    auto* sideLayout = new QVBoxLayout(side);
    sideLayout->setContentsMargins(0, 0, 0, 0); // the panels have their own
    sideLayout->setSpacing(gap);
    sideLayout->addWidget(m_evidence);
    sideLayout->addWidget(m_settings);
    sideLayout->addStretch(1);
    auto* sideScroll = new QScrollArea;
    sideScroll->setWidget(side);
    sideScroll->setWidgetResizable(true);
    sideScroll->setFrameShape(QFrame::NoFrame);
    sideScroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    sideScroll->setMinimumWidth(side->minimumSizeHint().width() +
                                style()->pixelMetric(QStyle::PM_ScrollBarExtent));

    m_columns = new QSplitter(Qt::Horizontal);
    m_columns->addWidget(m_tree);
    m_columns->addWidget(m_area);
    m_columns->addWidget(sideScroll);
    m_columns->setStretchFactor(1, 1);
    m_columns->setCollapsible(1, false);
    m_columns->setSizes({treeWidth, smallestWidth, evidenceWidth});

    m_tabs->addTab(m_curves, tr("Curves"));
    m_tabs->setTabToolTip(0, tr("Response, ‖z‖, gradient and Fréchet distance, step by step"));
    m_tabs->addTab(m_distributions, tr("Distributions"));
    m_tabs->setTabToolTip(1, tr("Responses to real music, and to what was generated"));
    m_tabs->addTab(m_grid, tr("Grid"));
    m_tabs->setTabToolTip(2, tr("Which learning rate, prior weight and step come nearest to real "
                                "music"));
    m_tabs->addTab(m_song, tr("Song"));
    m_tabs->setTabToolTip(3, tr("Which excerpts of your own music excite the unit most and least, "
                                "and its response along a song"));
    m_tabs->setDocumentMode(true);
    m_rows = new QSplitter(Qt::Vertical);
    m_rows->addWidget(m_columns);
    m_rows->addWidget(m_tabs);
    m_rows->setCollapsible(0, false);
    m_rows->setSizes({picturesShare, tabsShare});

    auto* whole = new QWidget;
    auto* layout = new QVBoxLayout(whole);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_rows, 1);
    layout->addWidget(m_transport);
    setCentralWidget(whole);
    statusBar(); // from the beginning: the first message moves nothing
}

void MainWindow::makeToolBar()
{
    QToolBar* bar = addToolBar(tr("Response"));
    bar->setObjectName(QStringLiteral("responseBar"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    m_modelButton->setPopupMode(QToolButton::InstantPopup);
    m_modelButton->setToolTip(tr("The models that are loaded"));
    m_modelButton->setFocusPolicy(Qt::TabFocus);
    auto* menu = new QMenu(m_modelButton);
    menu->addActions(
        {m_actions->openClassifier, m_actions->openGenerator, m_actions->shippedModels});
    m_modelButton->setMenu(menu);
    bar->addWidget(m_modelButton);
    m_responseBox->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(m_responseBox);
    bar->addWidget(new RunBar(*m_session, *m_search, *m_music,
                              {m_actions->explain,
                               m_actions->searchQuick,
                               {m_actions->searchFull, m_actions->searchNegative},
                               m_actions->stop}));
}

void MainWindow::makeMenus()
{
    Actions& a = *m_actions;
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(a.openResult);
    m_recentMenu = file->addMenu(tr("Open &recent"));
    file->addActions({a.saveResult});
    file->addSeparator();
    file->addActions({a.indexFolder, a.openIndex, a.updateIndex, a.stopIndexing});
    file->addSeparator();
    file->addActions({a.openClassifier, a.openGenerator, a.shippedModels});
    file->addSeparator();
    file->addActions({a.exportSound, a.exportPicture, a.exportFigure, a.exportCurves});
    file->addSeparator();
    file->addAction(a.quit);
    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    edit->addActions({a.undo, a.redo});
    edit->addSeparator();
    edit->addActions({a.editResponse, a.findUnit});
    edit->addSeparator();
    edit->addAction(a.copyCommand);
    QMenu* explain = menuBar()->addMenu(tr("E&xplain"));
    explain->addActions({a.explain, a.stop});
    explain->addSeparator();
    explain->addActions({a.searchQuick, a.searchFull, a.searchNegative, a.searchOther, a.adopt});
    explain->addSeparator();
    explain->addAction(a.compareMusic);
    explain->addSeparator();
    explain->addActions({a.previousExample, a.nextExample});
    explain->addSeparator();
    explain->addActions({a.less, a.more, a.toStart});
    QMenu* listen = menuBar()->addMenu(tr("&Listen"));
    listen->addActions({a.play, a.loop});
    listen->addSeparator();
    listen->addActions({a.cellNegative, a.cellStart, a.cellPositive, a.cellReal});
    listen->addSeparator();
    listen->addActions({a.nextReal, a.previousReal, a.realSide, a.original});
    listen->addSeparator();
    listen->addActions({a.playNegatives, a.playPositives, a.playSong, a.matching});
    makeViewMenu();
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addActions({a.help, a.keys, a.about});
}

void MainWindow::makeViewMenu()
{
    Actions& a = *m_actions;
    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->addAction(a.change);
    view->addSeparator();
    view->addMenu(tr("&Colours"))->addActions(a.colourMaps->actions());
    view->addAction(a.fitColours);
    view->addMenu(tr("&Theme"))->addActions(a.themes->actions());
    view->addSeparator();
    view->addActions({a.settingsPanel, a.fullScreen});
}

void MainWindow::bind()
{
    m_explorerBinding = new ExplorerBinding(
        *m_session, *m_focus, *m_gallery, *m_area,
        {m_actions->shippedModels, m_actions->openClassifier, m_actions->openGenerator});
    m_panelBinding = new PanelBinding(
        *m_session, *m_focus, *m_gallery,
        {*m_tree, *m_responseBox, *m_settings, *m_evidence, *m_curves, *m_distributions}, *m_undo);
    m_soundBinding = new SoundBinding(*m_listening, *m_focus, *m_area, *m_transport);
    m_gridBinding = new GridBinding(*m_session, *m_search, *m_grid, *m_actions, *m_undo);
    m_songBinding =
        new SongBinding(*m_session, *m_music, *m_focus, *m_listening, *m_song, *m_actions);
    connectFiles();
    connectMusic();
    connectExplain();
    connectSearch();
    connectListening();
    connectView();
    connectHelp();
    connect(m_session, &Session::modelsLoaded, this, &MainWindow::updateModelButton);
    connect(m_session, &Session::modelsLoaded, this, &MainWindow::updateActions);
    connect(m_session, &Session::explanationChanged, this, &MainWindow::updateActions);
    connect(m_session, &Session::runChanged, this, &MainWindow::updateActions);
    connect(m_session, &Session::failed, this, &MainWindow::showProblem);
    connect(m_search, &SettingsSearch::failed, this, &MainWindow::showProblem);
    connect(m_search, &SettingsSearch::checkpointSetAside, this, &MainWindow::showProblem);
    connect(m_sounds, &SoundBank::failed, this, &MainWindow::showProblem);
    connect(m_gallery, &RealGallery::failed, this, &MainWindow::showProblem);
    connect(m_focus, &Focus::failed, this, &MainWindow::showProblem);
    connect(m_exports, &BackgroundQueue::failed, this, &MainWindow::showProblem);
    connect(m_listening, &Listening::message, this,
            [this](const QString& text) { statusBar()->showMessage(text, 5000); });
}

void MainWindow::applyPreferences()
{
    const Preferences& p = m_preferences;
    m_session->setSettings(p.settings);
    m_search->setCost(p.cost);
    m_listening->setLooping(p.isLooping);
    m_listening->setMatching(p.isMatching);
    m_listening->setVolume(p.volume);
    m_explorerBinding->setColours({p.colourMap, false});
    m_tree->setOrder(static_cast<NetworkOrder>(std::clamp(p.unitOrder, 0, 2)));
    m_settings->setExpanded(p.showsSettings);
    m_actions->settingsPanel->setChecked(p.showsSettings);
    m_tabs->setCurrentIndex(std::clamp(p.bottomTab, 0, m_tabs->count() - 1));
    for (QAction* action : m_actions->colourMaps->actions())
        action->setChecked(action->data().toInt() == static_cast<int>(p.colourMap));
    for (QAction* action : m_actions->themes->actions())
        action->setChecked(action->data().toInt() == static_cast<int>(p.theme));
    if (!restoreGeometry(p.geometry)) {
        resize(firstWidth, firstHeight);
        const QSize available = screen()->availableSize();
        if (available.width() <= firstWidth || available.height() <= firstHeight)
            setWindowState(Qt::WindowMaximized);
    }
    if (m_options.index.empty())
        m_music->restore({p.musicFolder.toStdString(), p.musicIndex.toStdString()}, p.usesMusic);
    else
        m_music->openFile(m_options.index);
    restoreState(p.windowState);
    m_columns->restoreState(p.columns);
    m_rows->restoreState(p.rows);
    updateRecent();
}

void MainWindow::rememberPreferences()
{
    Preferences& p = m_preferences;
    // What is recommended for one unit is not for the next one that is shown.
    p.settings = m_session->isRecommended() ? recommendedSettings(m_session->settings(), {})
                                            : m_session->settings();
    p.cost = m_search->cost();
    p.isLooping = m_listening->isLooping();
    p.isMatching = m_listening->isMatching();
    p.volume = m_listening->volume();
    p.colourMap = m_explorerBinding->colours().map;
    p.musicFolder = QString::fromStdString(m_music->source().folder.string());
    p.musicIndex = QString::fromStdString(m_music->source().file.string());
    p.usesMusic = m_music->isUsed();
    p.unitOrder = static_cast<int>(m_tree->order());
    p.bottomTab = m_tabs->currentIndex();
    p.showsSettings = m_settings->isExpanded();
    p.geometry = saveGeometry();
    p.windowState = saveState();
    p.columns = m_columns->saveState();
    p.rows = m_rows->saveState();
    savePreferences(p);
}

void MainWindow::updateModelButton()
{
    if (!m_session->models()) {
        m_modelButton->setText(tr("No models  "));
        return;
    }
    const Explainer& explainer = *m_session->models()->explainer;
    m_modelButton->setText(QStringLiteral("%1 + %2  ")
                               .arg(QString::fromStdString(explainer.classifier().name),
                                    QString::fromStdString(explainer.generator().name)));
}

void MainWindow::updateActions()
{
    const auto explanation = m_session->explanation();
    m_actions->copyCommand->setEnabled(explanation != nullptr);
    // While a run is shown, the result is another one.
    const bool isShown = explanation && !m_session->progress();
    for (QAction* action : {m_actions->saveResult, m_actions->exportFigure, m_actions->exportCurves,
                            m_actions->less, m_actions->more, m_actions->toStart})
        action->setEnabled(isShown);
    m_actions->playNegatives->setEnabled(isShown &&
                                         explanation->directions.contains(Direction::Negative));
    m_actions->playPositives->setEnabled(isShown &&
                                         explanation->directions.contains(Direction::Positive));
    const bool hasModels = m_session->models() != nullptr;
    for (QAction* action : {m_actions->indexFolder, m_actions->openIndex, m_actions->exportSound,
                            m_actions->exportPicture, m_actions->editResponse})
        action->setEnabled(hasModels);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    rememberPreferences();
    waitForStop();
    event->accept();
}

// What a run or a search has finished is kept.
void MainWindow::waitForStop()
{
    if (!m_session->run() && !m_search->run())
        return;
    QEventLoop loop;
    const auto quitIfDone = [this, &loop] {
        if (!m_session->run() && !m_search->run())
            loop.quit();
    };
    connect(m_session, &Session::runChanged, &loop, quitIfDone);
    connect(m_search, &SettingsSearch::runChanged, &loop, quitIfDone);
    QTimer::singleShot(longestStopMilliseconds, &loop, &QEventLoop::quit);
    m_session->stop();
    m_search->stop();
    loop.exec(QEventLoop::ExcludeUserInputEvents);
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_actions)
        m_actions->updateIcons(palette());
}

} // namespace earshot
