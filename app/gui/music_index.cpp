// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/music_index.h"

#include "app/gui/background_queue.h"
#include "app/gui/index_worker.h"
#include "app/gui/session.h"
#include "core/io/sha256.h"
#include "core/util/error.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <span>
#include <system_error>
#include <utility>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t hashLetters = 16;
constexpr std::size_t longestName = 60;

std::string shortHash(const std::string& text)
{
    return sha256(std::as_bytes(std::span(text))).substr(0, hashLetters);
}

// However it is spelled, and if it is not there.
fs::path spelled(const fs::path& folder)
{
    std::error_code error;
    const fs::path whole = fs::weakly_canonical(fs::absolute(folder, error), error);
    const fs::path normal = error ? folder.lexically_normal() : whole;
    return normal.has_filename() ? normal : normal.parent_path();
}

QString unfinishedText()
{
    return QObject::tr("Indexing was stopped. The songs that are finished are kept; bringing the "
                       "index up to date (F5) goes on from there.");
}

MusicIndex::Changes changesOf(const CorpusIndex& index)
{
    MusicIndex::Changes changes;
    for (std::size_t song = 0; song < index.songs().size(); ++song) {
        const SongState state = index.songState(song);
        changes.changed += state == SongState::Changed ? 1 : 0;
        changes.vanished += state == SongState::Vanished ? 1 : 0;
    }
    return changes;
}

// What was wrong was not in it, if not even its first byte can be had: too many open files, a disk
// that does not answer, no right to read.
bool isReadable(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    stream.get();
    return stream.is_open() && !stream.bad();
}

// One of ours, hours of work, which is lost only if what it holds is rejected, twice: the first
// time may have had another reason. Errors (BadInput) say what became of it.
std::shared_ptr<const OwnMusic> openKept(const fs::path& file, const std::string& classifierSha256)
{
    try {
        return std::make_shared<const OwnMusic>(file, classifierSha256);
    } catch (const Error& failure) {
        if (!isReadable(file))
            throw badInput(file.string(), std::string("is kept, but cannot be opened now (") +
                                              failure.what() + ")");
    }
    try {
        return std::make_shared<const OwnMusic>(file, classifierSha256);
    } catch (const Error& failure) {
        std::error_code error;
        fs::rename(file, file.string() + ".damaged", error);
        throw Error(failure.kind(), {},
                    std::string(failure.what()) +
                        (error ? ""
                               : ". It was renamed to end in .damaged; bringing the index up to "
                                 "date (F5) makes it anew"));
    }
}

} // namespace

fs::path keptIndex(const fs::path& cacheFolder, const std::string& classifierSha256,
                   const fs::path& folder)
{
    const fs::path whole = spelled(folder);
    std::string name = whole.filename().string().substr(0, longestName);
    std::ranges::replace_if(
        name, [](unsigned char letter) { return std::isalnum(letter) == 0; }, '_');
    return cacheFolder / classifierSha256.substr(0, hashLetters) /
           (name + "-" + shortHash(whole.string()) + ".index");
}

MusicIndex::MusicIndex(Session& session, fs::path cacheFolder, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_cacheFolder(std::move(cacheFolder))
    , m_files(new BackgroundQueue(this))
    , m_worker(new IndexWorker(this))
{
    connectWorker();
    connect(m_files, &BackgroundQueue::failed, this, &MusicIndex::failed);
    connect(&m_session, &Session::modelsLoaded, this, [this] {
        const auto classifier = [](const Models& models) { return models.hashes().classifier; };
        if (m_models && classifier(*m_models) == classifier(*m_session.models())) {
            tellSession();
            return;
        }
        stop();
        openNow();
    });
    connect(&m_session, &Session::responseChanged, this, &MusicIndex::readResponses);
}

MusicIndex::~MusicIndex() = default;

void MusicIndex::connectWorker()
{
    connect(m_worker, &IndexWorker::progressed, this, [this](const Progress& progress) {
        m_running->state.stage = progress.stage;
        m_running->state.fraction = progress.fraction;
        m_running->state.secondsLeft = progress.secondsLeft;
        Q_EMIT runChanged();
    });
    connect(m_worker, &IndexWorker::finished, this, &MusicIndex::finish);
    connect(m_worker, &IndexWorker::failed, this, [this](const QString& what) {
        const bool isHere = m_running->index == indexFile();
        m_running.reset();
        if (isHere) {
            m_problem = what;
            Q_EMIT musicChanged();
        }
        Q_EMIT failed(what);
        Q_EMIT runChanged();
        if (std::exchange(m_isWaiting, false))
            update();
    });
}

fs::path MusicIndex::indexFile() const
{
    if (!m_source.file.empty() || m_source.isEmpty() || !m_session.models())
        return m_source.file;
    return keptIndex(m_cacheFolder, m_session.models()->hashes().classifier, m_source.folder);
}

fs::path MusicIndex::folder() const
{
    if (!m_source.folder.empty())
        return m_source.folder;
    return m_music ? m_music->index.contents().folder : fs::path();
}

void MusicIndex::openFolder(const fs::path& folder)
{
    m_isUsed = true;
    open({spelled(folder), {}}, Then::Update, Failure::Loud);
}

void MusicIndex::openFile(const fs::path& file)
{
    m_isUsed = true;
    open({{}, fs::absolute(file)}, Then::Nothing, Failure::Loud);
}

void MusicIndex::restore(const MusicSource& source, bool isUsed)
{
    m_isUsed = isUsed;
    open(source, Then::Nothing, Failure::Quiet);
}

void MusicIndex::open(const MusicSource& source, Then then, Failure failure)
{
    m_source = source;
    m_then = then;
    m_failure = failure;
    Q_EMIT usedChanged();
    openNow();
}

void MusicIndex::openNow()
{
    m_music.reset();
    m_responses.reset();
    m_changes = {};
    m_summary.reset();
    m_problem.clear();
    m_models = m_session.models();
    Q_EMIT musicChanged();
    readResponses();
    read();
}

void MusicIndex::read()
{
    if (!m_models || m_source.isEmpty())
        return;
    m_files->post("open", [this, models = m_models, file = indexFile(),
                           isKept = m_source.file.empty()](std::stop_token) {
        std::shared_ptr<const OwnMusic> music;
        Changes changes;
        QString problem;
        std::error_code error;
        if (!isKept || fs::exists(file, error)) {
            try {
                const std::string classifier = models->hashes().classifier;
                music = isKept ? openKept(file, classifier)
                               : std::make_shared<const OwnMusic>(file, classifier);
                changes = changesOf(music->index);
            } catch (const Error& failure) {
                problem = QString::fromUtf8(failure.what());
            }
        } else if (fs::exists(unfinishedFolder(file), error)) {
            problem = unfinishedText();
        }
        return [this, models, file, music, changes, problem] {
            if (models == m_models && file == indexFile())
                opened(music, changes, problem);
        };
    });
}

void MusicIndex::opened(const std::shared_ptr<const OwnMusic>& music, const Changes& changes,
                        const QString& problem)
{
    m_music = music;
    m_responses.reset(); // of what was open before
    m_changes = changes;
    m_problem = problem;
    Q_EMIT musicChanged();
    readResponses();
    const Failure failure = std::exchange(m_failure, Failure::Quiet);
    if (std::exchange(m_then, Then::Nothing) == Then::Update)
        update();
    else if (!problem.isEmpty() && failure == Failure::Loud)
        Q_EMIT failed(problem);
}

bool MusicIndex::canUpdate() const
{
    return m_session.models() && !m_running && !folder().empty();
}

void MusicIndex::update()
{
    if (m_running) {
        // Of another folder: this one follows.
        if (m_running->index != indexFile()) {
            stop();
            m_isWaiting = true;
        }
        return;
    }
    if (canUpdate())
        startUpdate();
}

void MusicIndex::startUpdate()
{
    const fs::path index = indexFile();
    m_running = Running{index, {folder(), {}, 0, std::nullopt, false}};
    m_problem.clear();
    m_worker->start({m_session.models()->explainer, folder(), index});
    Q_EMIT musicChanged();
    Q_EMIT runChanged();
}

void MusicIndex::stop()
{
    m_isWaiting = false;
    if (!m_running)
        return;
    m_running->state.isStopping = true;
    m_worker->requestStop();
    Q_EMIT runChanged();
}

std::optional<IndexRun> MusicIndex::run() const
{
    return m_running ? std::optional(m_running->state) : std::nullopt;
}

void MusicIndex::finish(const IndexSummary& summary)
{
    const bool isHere = m_running->index == indexFile();
    m_running.reset();
    Q_EMIT runChanged();
    if (isHere && !summary.stopped) {
        const bool isNew = !m_music || summary.indexed + summary.removed > 0 ||
                           m_changes.changed + m_changes.vanished > 0;
        m_summary = summary;
        if (isNew)
            read();
        Q_EMIT musicChanged();
    }
    if (isHere && summary.stopped) {
        m_problem = unfinishedText();
        Q_EMIT musicChanged();
    }
    Q_EMIT indexed(summary, isHere);
    if (std::exchange(m_isWaiting, false))
        update();
}

void MusicIndex::setUsed(bool isUsed)
{
    if (isUsed == m_isUsed)
        return;
    m_isUsed = isUsed;
    tellSession();
    Q_EMIT usedChanged();
}

void MusicIndex::tellSession()
{
    m_session.setMusic(m_isUsed ? m_music : nullptr);
    m_session.setMusicResponses(m_responses);
}

void MusicIndex::readResponses()
{
    m_responses.reset();
    tellSession();
    Q_EMIT responsesChanged();
    if (!m_music || m_session.response().empty())
        return;
    m_files->post("responses", [this, music = m_music, models = m_models,
                                response = m_session.response()](std::stop_token) {
        std::shared_ptr<const MusicResponses> read;
        QString problem;
        try {
            read = std::make_shared<const MusicResponses>(
                musicResponses(music, *models->explainer, response));
        } catch (const Error& error) {
            problem = QString::fromUtf8(error.what());
        }
        return [this, music, response, read, problem] {
            if (music != m_music || response != m_session.response())
                return;
            m_responses = read;
            tellSession();
            Q_EMIT responsesChanged();
            if (!problem.isEmpty())
                Q_EMIT failed(problem);
        };
    });
}

} // namespace earshot
