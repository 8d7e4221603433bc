// SPDX-License-Identifier: GPL-3.0-or-later
//
// MainWindow: files that come in and go out.
#include "app/gui/background_queue.h"
#include "app/gui/explorer_binding.h"
#include "app/gui/exporting.h"
#include "app/gui/figure_content.h"
#include "app/gui/focus.h"
#include "app/gui/listening.h"
#include "app/gui/main_window.h"
#include "app/gui/problem_text.h"
#include "app/gui/session.h"
#include "app/gui/texts.h"
#include "core/audio/audio_file.h"
#include "core/util/error.h"
#include "ui/explorer/focus_area.h"
#include "ui/plot/film_strip.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QDrag>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QStatusBar>
#include <QTemporaryDir>
#include <QUrl>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr int longestRecentList = 8;
constexpr int messageMilliseconds = 5000;
constexpr double sampleRateHz = 22050;

fs::path pathOf(const QString& text)
{
    return fs::path(text.toStdString());
}

// Files that are dragged out live as long as the program.
QString dragFolder()
{
    static const QTemporaryDir folder(QDir::tempPath() + "/earshot-XXXXXX");
    return folder.path();
}

} // namespace

void MainWindow::connectFiles()
{
    connect(m_session, &Session::settingsOpened, this, [this] {
        statusBar()->showMessage(tr("Opened with its settings; undo (Ctrl+Z) brings yours back"),
                                 messageMilliseconds);
    });
    const Actions& a = *m_actions;
    connect(m_session, &Session::modelsLoaded, this, [this] {
        const fs::path wanted = std::exchange(m_options.result, {});
        std::error_code error;
        if (fs::is_directory(wanted, error))
            openMusic(wanted);
        else if (!wanted.empty())
            openResult(QString::fromStdString(wanted.string()));
    });
    connect(a.openResult, &QAction::triggered, this, [this] {
        const QString path =
            QFileDialog::getOpenFileName(this, tr("Open result"), m_preferences.lastFolder,
                                         tr("Earshot results (*.earshot);;All files (*)"));
        if (!path.isEmpty())
            openResult(path);
    });
    connect(a.openClassifier, &QAction::triggered, this, [this] {
        chooseBundle(tr("Load classifier: its bundle's folder"), &ModelRequest::classifier);
    });
    connect(a.openGenerator, &QAction::triggered, this, [this] {
        chooseBundle(tr("Load generator: its bundle's folder"), &ModelRequest::generator);
    });
    connect(a.shippedModels, &QAction::triggered, this, [this] {
        ModelRequest request = wantedModels();
        request.classifier.clear();
        request.generator.clear();
        loadAnew(request);
    });
    connect(a.saveResult, &QAction::triggered, this, [this] {
        const QString path =
            askForFile(tr("Save result"), exportName(m_session->response(), "result.earshot"),
                       tr("Earshot results (*.earshot)"));
        if (!path.isEmpty())
            m_session->saveAs(pathOf(path));
    });
    connect(m_session, &Session::saved, this, &MainWindow::showSaved);
    connect(m_session, &Session::opened, this, &MainWindow::rememberRecent);
    connect(a.exportSound, &QAction::triggered, this, &MainWindow::exportSound);
    connect(a.exportPicture, &QAction::triggered, this, &MainWindow::exportPicture);
    connect(a.exportFigure, &QAction::triggered, this, &MainWindow::exportFigure);
    connect(a.exportCurves, &QAction::triggered, this, &MainWindow::exportCurves);
    connect(a.copyCommand, &QAction::triggered, this, [this] {
        QApplication::clipboard()->setText(commandLineOf(*m_session));
        statusBar()->showMessage(tr("Copied: %1").arg(commandLineOf(*m_session)),
                                 messageMilliseconds);
    });
    connect(a.quit, &QAction::triggered, this, &MainWindow::close);
    connect(m_area, &FocusArea::dragRequested, this,
            [this](Cell cell) { dragCell(cell, m_focus->example()); });
    connect(&m_area->strip(), &FilmStrip::cellDragStarted, this, &MainWindow::dragCell);
    connect(m_area, &FocusArea::contextMenuRequested, this, &MainWindow::showContextMenu);
}

void MainWindow::openResult(const QString& path)
{
    m_preferences.lastFolder = QFileInfo(path).absolutePath();
    m_session->open(pathOf(QFileInfo(path).absoluteFilePath()));
}

void MainWindow::rememberRecent(const QString& path)
{
    QStringList& recent = m_preferences.recentResults;
    recent.removeAll(path);
    recent.prepend(path);
    while (recent.size() > longestRecentList)
        recent.removeLast();
    updateRecent();
}

void MainWindow::updateRecent()
{
    m_recentMenu->clear();
    m_recentMenu->setEnabled(!m_preferences.recentResults.isEmpty());
    for (const QString& path : m_preferences.recentResults)
        connect(m_recentMenu->addAction(QDir::toNativeSeparators(path)), &QAction::triggered, this,
                [this, path] { openResult(path); });
}

void MainWindow::chooseBundle(const QString& title, fs::path ModelRequest::*folder)
{
    const QString path = QFileDialog::getExistingDirectory(this, title, m_preferences.lastFolder);
    if (path.isEmpty())
        return;
    ModelRequest request = wantedModels();
    request.*folder = pathOf(path);
    m_preferences.lastFolder = QFileInfo(path).absolutePath();
    loadAnew(request);
}

// Where nothing is loaded, what is chosen stays wanted while the other bundle is put right.
void MainWindow::loadAnew(const ModelRequest& request)
{
    if (!m_session->models())
        m_options.models = request;
    m_session->load(request);
}

// Those that are loaded: one that could not be is not tried again.
ModelRequest MainWindow::wantedModels() const
{
    return m_session->models() ? m_session->models()->request : m_options.models;
}

// Bundles that are dropped: as whatever they are.
void MainWindow::loadBundles(const std::vector<fs::path>& folders)
{
    attempt([&] {
        ModelRequest request = wantedModels();
        for (const fs::path& folder : folders) {
            const std::string kind = Json::readFile(folder / "model.json").text("kind");
            (kind == "generator" ? request.generator : request.classifier) = folder;
        }
        if (!folders.empty())
            loadAnew(request);
    });
}

QString MainWindow::askForFile(const QString& title, const std::string& name, const QString& filter)
{
    const QString path = QFileDialog::getSaveFileName(
        this, title, m_preferences.lastFolder + '/' + QString::fromStdString(name), filter);
    if (path.isEmpty())
        return {};
    m_preferences.lastFolder = QFileInfo(path).absolutePath();
    const QString whole = withEnding(path, name, filter);
    // The dialog has asked about the path as it was typed.
    if (whole != path && QFileInfo::exists(whole) &&
        QMessageBox::question(
            this, title,
            tr("%1 is there already. Replace it?").arg(QDir::toNativeSeparators(whole))) !=
            QMessageBox::Yes)
        return {};
    return whole;
}

// With the number that stands above the cell.
std::string MainWindow::cellFileName(Cell cell, int example, const std::string& ending) const
{
    if (cell != Cell::Real)
        return exportName(m_session->response(), cellName(cell), m_focus->number(example), ending);
    const bool isLowest = m_focus->realSide() == Direction::Negative;
    return exportName(m_session->response(), cellName(cell) + (isLowest ? "_lowest" : "_highest"),
                      static_cast<int>(m_focus->realIndex()) + 1, ending);
}

void MainWindow::exportSound()
{
    // Of the cell, also while a whole row is heard.
    const CellView& cell = m_focus->cell(m_listening->cell());
    std::vector<float> samples;
    if (cell.real != nullptr && m_listening->isOriginal())
        samples = cell.real->samples;
    else if (cell.sound)
        samples = cell.sound->samples;
    if (samples.empty()) {
        showProblem(tr("There is no sound yet"));
        return;
    }
    const std::string name = cellFileName(m_listening->cell(), m_focus->example(), ".wav");
    const QString path = askForFile(tr("Export sound"), name, tr("WAV files (*.wav)"));
    if (!path.isEmpty())
        save(path, [&] { writeWav(pathOf(path), samples, sampleRateHz); });
}

void MainWindow::exportPicture()
{
    const Cell cell = m_listening->cell();
    const FigureContent figure = m_explorerBinding->figureOf(cell);
    if (figure.rows.front().cells.front().logMel.empty()) {
        showProblem(tr("There is no picture yet"));
        return;
    }
    const std::string name = cellFileName(cell, m_focus->example(), ".png");
    const QString path = askForFile(tr("Export picture"), name, tr("Pictures (*.png *.svg *.pdf)"));
    if (!path.isEmpty())
        writeInBackground(path, [figure, path] { renderFigure(figure, path); });
}

void MainWindow::exportFigure()
{
    if (!m_session->explanation())
        return;
    const QString path =
        askForFile(tr("Export figure"), exportName(m_session->response(), "figure.pdf"),
                   tr("Figures (*.pdf *.svg *.png)"));
    if (!path.isEmpty())
        writeFigure(path);
}

void MainWindow::writeFigure(const QString& path)
{
    writeInBackground(
        path, [path, explanation = m_session->explanation(), real = m_session->realResponses(),
               map = m_explorerBinding->colours().map, range = m_explorerBinding->range()] {
            renderFigure(figureContent(*explanation, real ? &*real : nullptr, map, range), path);
        });
}

// Drawing takes some tenths of a second.
void MainWindow::writeInBackground(const QString& path, const std::function<void()>& draw)
{
    m_exports->post(
        "figure " + path.toStdString(), // another file waiting is written too
        [this, path, draw](std::stop_token) {
            draw();
            return BackgroundQueue::Delivery([this, path] { showSaved(path); });
        },
        BackgroundQueue::Closing::Perform);
}

void MainWindow::exportCurves()
{
    const std::shared_ptr<const Explanation> explanation = m_session->explanation();
    if (!explanation)
        return;
    const QString path =
        askForFile(tr("Export curves"), exportName(explanation->response, "curves.csv"),
                   tr("CSV files (*.csv)"));
    if (!path.isEmpty())
        save(path, [&] { writeCurves(*explanation, pathOf(path)); });
}

// Null while a run is shown: the result is another one.
std::shared_ptr<const CellSound> MainWindow::storedSound(Cell cell, int example) const
{
    const auto explanation = m_session->explanation();
    const auto row = static_cast<std::size_t>(example);
    if (m_session->progress() || !explanation || row >= explanation->examples.size())
        return nullptr;
    if (cell == Cell::Start)
        return m_sounds->find(explanation->response, explanation->startMels.row(row));
    const auto found = explanation->directions.find(cell == Cell::Positive ? Direction::Positive
                                                                           : Direction::Negative);
    return found == explanation->directions.end()
               ? nullptr
               : m_sounds->find(explanation->response, found->second.mels.row(row));
}

void MainWindow::dragCell(Cell cell, int example)
{
    const std::shared_ptr<const CellSound> sound =
        example == m_focus->example() ? m_focus->cell(cell).sound : storedSound(cell, example);
    if (!sound) {
        statusBar()->showMessage(tr("The sound of this cell is still being made"),
                                 messageMilliseconds);
        return;
    }
    attempt([&] {
        const fs::path path = pathOf(dragFolder()) / cellFileName(cell, example, ".wav");
        writeWav(path, sound->samples, sampleRateHz);
        auto* files = new QMimeData;
        files->setUrls({QUrl::fromLocalFile(QString::fromStdString(path.string()))});
        auto* drag = new QDrag(this);
        drag->setMimeData(files);
        drag->setPixmap(
            m_area->panel(cell).view().grab().scaledToWidth(120, Qt::SmoothTransformation));
        drag->exec(Qt::CopyAction);
    });
}

void MainWindow::showContextMenu(Cell cell, QPoint position)
{
    m_listening->setCell(cell);
    QMenu menu(this);
    menu.addActions({m_actions->play, m_actions->exportSound, m_actions->exportPicture});
    if (cell == Cell::Real)
        menu.addActions({m_actions->original, m_actions->nextReal, m_actions->previousReal,
                         m_actions->realSide});
    menu.addSeparator();
    menu.addActions({m_actions->change, m_actions->fitColours});
    menu.exec(position);
}

void MainWindow::attempt(const std::function<void()>& action)
{
    try {
        action();
    } catch (const std::exception& error) {
        showProblem(QString::fromUtf8(error.what()));
    }
}

void MainWindow::save(const QString& path, const std::function<void()>& action)
{
    attempt([&] {
        action();
        showSaved(path);
    });
}

void MainWindow::showSaved(const QString& path)
{
    statusBar()->showMessage(tr("Saved %1").arg(QDir::toNativeSeparators(path)),
                             messageMilliseconds);
}

void MainWindow::showProblem(const QString& what)
{
    const ProblemText text = problemText(what);
    auto* box =
        new QMessageBox(QMessageBox::Warning, tr("Earshot"), text.summary, QMessageBox::Ok, this);
    box->setInformativeText(text.details);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextInteractionFlags(Qt::TextSelectableByMouse);
    box->open(); // the window stays usable behind it, and long work goes on
}

} // namespace earshot
