// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/own_music.h"
#include "core/corpus/index_builder.h"
#include "core/util/progress.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace earshot {

class BackgroundQueue;
class IndexWorker;
class Session;
struct Models;

// Where music of the user's own is.
struct MusicSource
{
    std::filesystem::path folder; // of sound files; empty with `file`: that file says
    std::filesystem::path file;   // an index; empty: the one that is kept of the folder

    bool isEmpty() const { return folder.empty() && file.empty(); }
    bool operator==(const MusicSource&) const = default;
};

// Indexing as the window sees it.
struct IndexRun
{
    std::filesystem::path folder;
    std::string stage; // "indexing song 3 of 20,"
    double fraction = 0;
    std::optional<double> secondsLeft;
    bool isStopping = false;
};

// Music of the user's own: indexes a folder in the background, keeps the index by classifier and
// folder, opens it again, and reads from it what the session shows. While it is used, the session
// compares with it instead of with the music that the classifier was trained on. GUI thread.
class MusicIndex : public QObject
{
    Q_OBJECT

public:
    // cacheFolder: of the indexes that are kept. Borrows the session.
    MusicIndex(Session& session, std::filesystem::path cacheFolder, QObject* parent = nullptr);
    ~MusicIndex() override;

    // What is kept of the folder is opened at once; what is new or changed is indexed. Before the
    // models are loaded, that waits for them.
    void openFolder(const std::filesystem::path& folder);
    // Opens an index, and computes nothing.
    void openFile(const std::filesystem::path& file);
    // What was open last time; nothing is computed, and what cannot be opened is not complained of.
    void restore(const MusicSource& source, bool isUsed);
    const MusicSource& source() const { return m_source; }

    // Indexes what is new or changed, and goes on where it was stopped.
    void update();
    bool canUpdate() const;
    // Keeps the songs that are finished.
    void stop();
    std::optional<IndexRun> run() const;

    // Null: none is open.
    std::shared_ptr<const OwnMusic> music() const { return m_music; }
    // Of what the session shows; null while it is read, and where no index is open.
    std::shared_ptr<const MusicResponses> responses() const { return m_responses; }
    bool isUsed() const { return m_isUsed; }
    void setUsed(bool isUsed);

    // Since the index was made; as of when it was opened.
    struct Changes
    {
        std::size_t changed = 0;
        std::size_t vanished = 0;
    };
    const Changes& changes() const { return m_changes; }
    // Of the last indexing of what is open.
    const std::optional<IndexSummary>& summary() const { return m_summary; }
    // Why there is no index, or why it was not brought up to date; empty: all is well.
    const QString& problem() const { return m_problem; }

Q_SIGNALS:
    void musicChanged();     // music(), source(), changes(), summary(), problem()
    void responsesChanged(); // responses()
    void usedChanged();
    void runChanged(); // run()
    // An indexing that the user asked for has ended.
    void indexed(const earshot::IndexSummary& summary, bool isHere);
    void failed(const QString& what);

private:
    enum class Then
    {
        Nothing,
        Update
    };
    enum class Failure
    {
        Quiet, // says so where the music is shown
        Loud   // and with failed()
    };
    void open(const MusicSource& source, Then then, Failure failure);
    void openNow();
    void read();
    void opened(const std::shared_ptr<const OwnMusic>& music, const Changes& changes,
                const QString& problem);
    std::filesystem::path indexFile() const;
    std::filesystem::path folder() const;
    void connectWorker();
    void startUpdate();
    void finish(const IndexSummary& summary);
    void readResponses();
    void tellSession();

    Session& m_session;
    const std::filesystem::path m_cacheFolder;
    MusicSource m_source;
    bool m_isUsed = true;
    Then m_then = Then::Nothing; // once it is open
    Failure m_failure = Failure::Quiet;
    std::shared_ptr<const Models> m_models; // that m_music belongs to
    std::shared_ptr<const OwnMusic> m_music;
    std::shared_ptr<const MusicResponses> m_responses;
    Changes m_changes;
    std::optional<IndexSummary> m_summary;
    QString m_problem;

    struct Running
    {
        std::filesystem::path index;
        IndexRun state;
    };
    std::optional<Running> m_running;
    bool m_isWaiting = false; // to index when the one that runs has ended

    BackgroundQueue* m_files;
    IndexWorker* m_worker;
};

// Where the index of a folder is kept: equal for equal weights and folder, however it is spelled.
std::filesystem::path keptIndex(const std::filesystem::path& cacheFolder,
                                const std::string& classifierSha256,
                                const std::filesystem::path& folder);

} // namespace earshot
