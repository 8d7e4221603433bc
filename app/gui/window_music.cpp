// SPDX-License-Identifier: GPL-3.0-or-later
//
// MainWindow: music of the user's own, and what is dropped.
#include "app/gui/main_window.h"
#include "app/gui/music_index.h"
#include "app/gui/song_binding.h"
#include "app/gui/texts.h"
#include "core/explain/real_side.h"
#include "ui/song/song_panel.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QMimeData>
#include <QStatusBar>
#include <QTabWidget>
#include <QUrl>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr int messageMilliseconds = 10000;

// "Indexed: 42 songs, 11,000 excerpts; 2 new or changed, 1 gone"
QString summaryText(const IndexSummary& summary)
{
    const auto counted = [](std::size_t number) {
        return QString::fromStdString(groupedNumber(number));
    };
    QString text =
        QObject::tr("Indexed: %1 songs, %2 of music, %3 excerpts")
            .arg(counted(summary.songs), durationText(summary.seconds), counted(summary.excerpts));
    if (summary.kept > 0)
        text += QObject::tr("; %1 new or changed, %2 gone")
                    .arg(counted(summary.indexed), counted(summary.removed));
    if (!summary.problems.empty())
        text += QObject::tr("; %1 left out").arg(counted(summary.problems.size()));
    return text;
}

} // namespace

void MainWindow::connectMusic()
{
    const Actions& a = *m_actions;
    connect(a.indexFolder, &QAction::triggered, this, [this] {
        const QString path = QFileDialog::getExistingDirectory(this, tr("Index a folder of music"),
                                                               m_preferences.lastFolder);
        if (path.isEmpty())
            return;
        m_preferences.lastFolder = path;
        openMusic(path.toStdString());
    });
    connect(a.openIndex, &QAction::triggered, this, [this] {
        const QString path = QFileDialog::getOpenFileName(
            this, tr("Open an index of music"), m_preferences.lastFolder,
            tr("Indexes of music (*.index);;All files (*)"));
        if (path.isEmpty())
            return;
        m_preferences.lastFolder = QFileInfo(path).absolutePath();
        openIndex(path);
    });
    connect(a.playSong, &QAction::triggered, this, [this] { m_tabs->setCurrentWidget(m_song); });
    connect(m_music, &MusicIndex::failed, this, &MainWindow::showProblem);
    connect(m_music, &MusicIndex::indexed, this, [this](const IndexSummary& summary, bool isHere) {
        if (summary.stopped)
            return;
        QString text = summaryText(summary);
        if (isHere && m_music->isUsed())
            text += tr(" · explanations are compared with it (I changes that)");
        statusBar()->showMessage(text, messageMilliseconds);
    });
    connect(m_songBinding, &SongBinding::failed, this, &MainWindow::showProblem);
    connect(m_songBinding, &SongBinding::message, this,
            [this](const QString& text) { statusBar()->showMessage(text, messageMilliseconds); });
    connect(m_songBinding, &SongBinding::problemsRequested, this, &MainWindow::showLeftOut);
}

void MainWindow::openMusic(const fs::path& folder)
{
    m_music->openFolder(folder);
    m_tabs->setCurrentWidget(m_song);
    rememberPreferences(); // indexing may outlast the program
}

void MainWindow::openIndex(const QString& path)
{
    m_music->openFile(path.toStdString());
    m_tabs->setCurrentWidget(m_song);
    rememberPreferences();
}

void MainWindow::showLeftOut()
{
    if (!m_music->summary())
        return;
    QStringList files;
    for (const std::string& problem : m_music->summary()->problems)
        files += QString::fromStdString(problem);
    auto* box =
        new QMessageBox(QMessageBox::Information, tr("Files left out"),
                        files.size() == 1 ? tr("A file could not be indexed.")
                                          : tr("%1 files could not be indexed.").arg(files.size()),
                        QMessageBox::Ok, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(files.size() == 1 ? files.front()
                                              : tr("The details name each, and what is wrong."));
    if (files.size() > 1)
        box->setDetailedText(files.join('\n'));
    box->open();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    // Not what was dragged from here.
    if (event->source() == nullptr &&
        std::ranges::any_of(event->mimeData()->urls(), &QUrl::isLocalFile))
        event->acceptProposedAction();
}

// A folder is a model's bundle if it says so, and else a folder of music.
void MainWindow::dropEvent(QDropEvent* event)
{
    std::vector<fs::path> bundles;
    QStringList unknown;
    for (const QUrl& url : event->mimeData()->urls()) {
        const QString path = url.toLocalFile();
        if (QFileInfo::exists(path + "/model.json"))
            bundles.emplace_back(path.toStdString());
        else if (!openDropped(path))
            unknown += url.isLocalFile() ? path : url.toDisplayString();
    }
    loadBundles(bundles);
    if (unknown.isEmpty())
        return;
    QString what = '\'' + unknown.front() + '\'';
    if (unknown.size() > 1)
        what += tr(" and %1 more").arg(unknown.size() - 1);
    showProblem(tr("%1 cannot be opened: expected a result (.earshot), a folder of music or its "
                   "index (.index), or a model bundle's folder. Songs are opened with the folder "
                   "they lie in: drop that")
                    .arg(what));
}

bool MainWindow::openDropped(const QString& path)
{
    if (path.endsWith(QStringLiteral(".earshot")))
        openResult(path);
    else if (!path.isEmpty() && QFileInfo(path).isDir())
        openMusic(path.toStdString());
    else if (path.endsWith(QStringLiteral(".index")))
        openIndex(path);
    else
        return false;
    return true;
}

} // namespace earshot
