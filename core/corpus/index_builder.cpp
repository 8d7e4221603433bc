// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/index_builder.h"

#include "core/corpus/index_parts.h"
#include "core/corpus/index_songs.h"
#include "core/corpus/label_text.h"
#include "core/explain/explainer.h"
#include "core/io/sha256.h"
#include "core/nets/excerpt_geometry.h"
#include "core/train/excerpt_scoring.h"
#include "core/util/error.h"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <set>

namespace earshot {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

// Excerpts at a time: 37 kB each.
constexpr std::size_t batchExcerpts = 256;
constexpr std::size_t mostFilesAhead = 16;

std::vector<bool> silenceOf(Matrix<float>& rows)
{
    return areSilent(at::from_blob(rows.data(), {static_cast<std::int64_t>(rows.rows()), 1,
                                                 ExcerptGeometry::frames, ExcerptGeometry::bands}));
}

// However it is spelled: "music", "music/", "./music".
fs::path spelled(const fs::path& folder)
{
    const fs::path normal = fs::absolute(folder).lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

bool isLinkToNothing(const fs::path& path)
{
    std::error_code error;
    return fs::is_symlink(path, error) &&
           fs::status(path, error).type() == fs::file_type::not_found;
}

IndexContents contentsOf(const fs::path& folder, const Explainer& explainer)
{
    if (folder.empty())
        throw badInput("FOLDER", "is empty", "a folder of music", "''");
    const fs::path whole = spelled(folder);
    if (!isUtf8(whole.string())) // the index, whose header is JSON, could not name it
        throw badInput(whole.string(),
                       "cannot be indexed: rename it, or whichever folder above it is named so",
                       "a path in UTF-8", "another");
    return {whole,
            explainer.classifier().sha256,
            explainer.classifier().name,
            explainer.references(),
            {}};
}

// One file to be read.
struct Task
{
    std::string name;
    std::int64_t bytes = 0;
    const IndexedSong* earlier = nullptr; // of the same name; nullptr: none
};

// What became of reading it: a sound or a reason.
struct Reading
{
    std::optional<SongSound> sound;
    std::string problem;
};

class Building
{
public:
    Building(const fs::path& folder, const fs::path& index, const Explainer& explainer,
             const IndexControl& control)
        : m_explainer(explainer)
        , m_control(control)
        , m_contents(contentsOf(folder, explainer))
        , m_found(findSounds(m_contents.folder, control.stop,
                             [this](const std::string& problem) { leaveOut(problem); }))
        , m_earlier(openEarlier(index))
        , m_parts(index, m_contents)
    {
    }

    IndexSummary run()
    {
        // Before a stopped search is asked for what it may not have found.
        if (m_control.stop.stop_requested() || !requireSameMusic()) {
            m_summary.kept = finishedBefore();
            m_summary.stopped = true;
        } else if (!work(plan()) || !finish()) {
            m_summary.stopped = true;
        }
        return std::move(m_summary);
    }

private:
    std::optional<CorpusIndex> openEarlier(const fs::path& index) const
    {
        std::error_code error;
        if (!fs::exists(index, error) || fs::is_directory(index, error))
            return std::nullopt;
        CorpusIndex earlier(index);
        earlier.requireClassifier(m_contents.classifierSha256);
        if (earlier.contents().references != m_contents.references)
            throw badInput(index.string(), "is of another version: delete it, and index again");
        return earlier;
    }

    std::size_t finishedBefore() const
    {
        std::set<std::string> names;
        for (const auto& [name, song] : m_parts.songs())
            names.insert(name);
        if (m_earlier)
            for (const IndexedSong& song : m_earlier->songs())
                names.insert(song.name);
        return names.size();
    }

    // By its name, size and hash: "01.mp3" is in many folders. false on a stop.
    bool isHere(const IndexedSong& song) const
    {
        if (!std::ranges::binary_search(m_found.names, song.name))
            return false;
        const fs::path path = m_contents.folder / song.name;
        const std::optional<FileStamp> stamp = stampOf(path);
        if (!stamp || stamp->bytes != song.stamp.bytes)
            return false;
        try {
            return sha256OfFile(path, m_control.stop) == song.sha256;
        } catch (const Error&) { // it cannot be read: nor is it the same
            return false;
        }
    }

    // Work on other music is not thrown away for a file name given twice. false on a stop.
    bool requireSameMusic() const
    {
        const auto isHereToo = [this](const IndexedSong& song) { return isHere(song); };
        const auto refuse = [this](const std::string& what, const std::string& found) {
            if (!m_control.stop.stop_requested())
                throw badInput(m_parts.index().string(),
                               "holds " + what + " alone: name another file, or delete this one",
                               "songs of " + m_contents.folder.string(), found);
        };
        if (m_earlier && m_earlier->contents().folder != m_contents.folder &&
            std::ranges::none_of(m_earlier->songs(), isHereToo))
            refuse("other music", "those of " + m_earlier->contents().folder.string());
        if (!m_earlier && !m_parts.songs().empty() && !m_parts.areOfThisFolder() &&
            std::ranges::none_of(m_parts.songs(), isHereToo,
                                 &IndexParts::Songs::value_type::second))
            refuse("the unfinished index of other music", m_parts.songs().begin()->first);
        return !m_control.stop.stop_requested();
    }

    void leaveOut(const std::string& problem)
    {
        m_summary.problems.push_back(problem);
        if (m_control.leftOut)
            m_control.leftOut(problem);
    }

    // Takes what is finished; the rest is to be done.
    std::vector<Task> plan()
    {
        std::map<std::string, const IndexedSong*> earlier;
        if (m_earlier)
            for (const IndexedSong& song : m_earlier->songs())
                earlier[song.name] = &song;
        std::vector<Task> tasks;
        for (const std::string& name : m_found.names) {
            const fs::path path = m_contents.folder / name;
            const std::optional<FileStamp> stamp = stampOf(path);
            if (!stamp || !isUtf8(name)) { // JSON holds no other names
                leaveOut(badInput(path.string(), "cannot be indexed",
                                  "a regular file with a name in UTF-8",
                                  isLinkToNothing(path) ? "a link to nothing" : "another")
                             .what());
                if (isUnknown(path))
                    m_found.unread.push_back(name);
                continue;
            }
            const auto part = m_parts.songs().find(name);
            const auto known = earlier.find(name);
            const IndexedSong* song = known == earlier.end() ? nullptr : known->second;
            if (song != nullptr && !m_earlier->isFinite(*song))
                song = nullptr; // damaged: indexed again
            if (part != m_parts.songs().end() && part->second.stamp == *stamp) {
                keep(part->second, *stamp);
            } else if (song != nullptr && song->stamp == *stamp) {
                m_parts.drop(name);
                keep(*song, *stamp);
            } else {
                m_parts.drop(name);
                tasks.push_back({name, stamp->bytes, song});
            }
        }
        keepUnread();
        return tasks;
    }

    // What lies where nothing can be read now is not gone.
    void keepUnread()
    {
        IndexParts::Songs songs = m_parts.songs();
        if (m_earlier)
            for (const IndexedSong& song : m_earlier->songs())
                songs.try_emplace(song.name, song);
        for (const auto& [name, song] : songs)
            if (isAtOrBelow(name, m_found.unread))
                keep(song, song.stamp);
    }

    void keep(IndexedSong song, const FileStamp& stamp)
    {
        m_isChanged = m_isChanged || song.stamp != stamp || m_parts.songs().contains(song.name);
        song.stamp = stamp;
        m_songs.push_back(std::move(song));
        ++m_summary.kept;
    }

    // false on a stop.
    bool work(const std::vector<Task>& tasks)
    {
        m_begun = Clock::now();
        for (const Task& task : tasks)
            m_allBytes += static_cast<double>(std::max<std::int64_t>(task.bytes, 1));
        const auto read = [&](std::size_t number) {
            const Task& task = tasks[number];
            const fs::path path = m_contents.folder / task.name;
            try {
                return Reading{readSong(path, m_control.stop,
                                        task.earlier == nullptr ? "" : task.earlier->sha256),
                               {}};
            } catch (const Error& error) {
                if (m_control.stop.stop_requested() || error.kind() != ErrorKind::BadInput)
                    throw;
                return Reading{std::nullopt, error.what()};
            }
        };
        const auto ahead = static_cast<std::size_t>(std::max(2, m_explainer.device().threads));
        ReadAhead<Reading> readings(tasks.size(), std::min(ahead, mostFilesAhead), read);
        for (std::size_t i = 0; i < tasks.size(); ++i) {
            m_stage = "indexing song " + std::to_string(i + 1) + " of " +
                      std::to_string(tasks.size()) + ",";
            report(0);
            if (!take(tasks[i], readings))
                return false;
            m_doneBytes += static_cast<double>(std::max<std::int64_t>(tasks[i].bytes, 1));
        }
        return !m_control.stop.stop_requested();
    }

    // false on a stop.
    bool take(const Task& task, ReadAhead<Reading>& readings)
    {
        std::optional<Reading> reading;
        try {
            reading = readings.next();
        } catch (const Error&) {
            if (m_control.stop.stop_requested())
                return false;
            throw;
        }
        if (!reading->sound) {
            leaveOut(reading->problem);
            return true;
        }
        if (reading->sound->logMels.empty()) { // its hash is the earlier one's
            keep(*task.earlier, reading->sound->stamp);
            return true;
        }
        return respond(task, *reading->sound);
    }

    bool respond(const Task& task, const SongSound& sound)
    {
        IndexedSong song{task.name,     sound.stamp, sound.sha256,
                         sound.seconds, 0,           excerptCount(sound.logMels.rows())};
        Matrix<float> responses(song.excerpts, m_contents.references.size());
        std::vector<bool> silent;
        for (std::size_t first = 0; first < song.excerpts; first += batchExcerpts) {
            const std::size_t count = std::min(batchExcerpts, song.excerpts - first);
            Matrix<float> rows = excerptRows(sound.logMels, first, count);
            const Matrix<float> part =
                m_explainer.referenceResponses(rows, m_control.stop, [&](const Progress& progress) {
                    report((static_cast<double>(first) +
                            progress.fraction * static_cast<double>(count)) /
                           static_cast<double>(song.excerpts) *
                           static_cast<double>(std::max<std::int64_t>(task.bytes, 1)));
                });
            if (part.rows() < count)
                return false;
            std::ranges::copy(part.values(), responses.row(first).data());
            const std::vector<bool> flags = silenceOf(rows);
            silent.insert(silent.end(), flags.begin(), flags.end());
        }
        if (!std::ranges::all_of(responses.values(),
                                 [](float value) { return std::isfinite(value); })) {
            leaveOut(badInput((m_contents.folder / task.name).string(),
                              "cannot be indexed: the classifier's responses to it",
                              "finite numbers", "NaN or infinity")
                         .what());
            return true;
        }
        m_parts.add(song, responses, silent);
        m_songs.push_back(std::move(song));
        ++m_summary.indexed;
        m_isChanged = true;
        return true;
    }

    // doneOfSong: in bytes of its file.
    void report(double doneOfSong) const
    {
        if (!m_control.progress)
            return;
        Progress progress{m_stage, (m_doneBytes + doneOfSong) / m_allBytes, std::nullopt};
        const double seconds = std::chrono::duration<double>(Clock::now() - m_begun).count();
        if (progress.fraction > 0.005)
            progress.secondsLeft = seconds * (1 / progress.fraction - 1);
        m_control.progress(progress);
    }

    // false on a stop.
    bool finish()
    {
        if (m_songs.empty())
            throw badInput(m_contents.folder.string(), "holds nothing that can be indexed",
                           "at least one sound file of 1.675 s",
                           std::to_string(m_found.names.size()) + " that were left out");
        std::ranges::sort(m_songs, {}, &IndexedSong::name);
        if (m_earlier)
            for (const IndexedSong& song : m_earlier->songs())
                m_summary.removed +=
                    std::ranges::binary_search(m_songs, song.name, {}, &IndexedSong::name) ? 0 : 1;
        const bool isNeeded = m_isChanged || m_summary.removed > 0 || !m_earlier ||
                              m_earlier->contents().folder != m_contents.folder;
        if (isNeeded && !m_parts.join(m_songs, m_earlier ? &*m_earlier : nullptr, m_control.stop))
            return false;
        m_parts.clear();
        return true;
    }

    const Explainer& m_explainer;
    const IndexControl& m_control;
    const IndexContents m_contents; // but for the songs
    IndexSummary m_summary;         // folders may be left out while names are found
    FoundSounds m_found;
    const std::optional<CorpusIndex> m_earlier;
    IndexParts m_parts;
    std::vector<IndexedSong> m_songs;
    bool m_isChanged = false;
    std::string m_stage;
    Clock::time_point m_begun;
    double m_allBytes = 0;
    double m_doneBytes = 0;
};

} // namespace

IndexSummary buildIndex(const fs::path& folder, const fs::path& index, const Explainer& explainer,
                        const IndexControl& control)
{
    IndexSummary summary = Building(folder, index, explainer, control).run();
    if (!summary.stopped) {
        const CorpusIndex made(index);
        summary.songs = made.songs().size();
        summary.excerpts = made.excerpts();
        for (std::size_t i = 0; i < made.excerpts(); ++i)
            summary.silent += made.isSilent(i) ? 1 : 0;
        for (const IndexedSong& song : made.songs())
            summary.seconds += song.seconds;
    }
    return summary;
}

} // namespace earshot
