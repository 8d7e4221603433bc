// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/index_songs.h"

#include "core/audio/audio_file.h"
#include "core/corpus/sound_ending.h"
#include "core/dsp/log_mel.h"
#include "core/io/sha256.h"
#include "core/util/error.h"

#include <algorithm>
#include <set>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr FrontEndParameters frontEnd;
// Analysed at a time, between two looks at a stop: 8 MB of magnitudes.
constexpr std::size_t pieceFrames = 1024;

class Search
{
public:
    Search(const fs::path& root, const std::stop_token& stop,
           const std::function<void(const std::string&)>& leftOut)
        : m_root(root)
        , m_stop(stop)
        , m_leftOut(leftOut)
    {
    }

    FoundSounds run()
    {
        std::error_code error;
        if (!fs::is_directory(m_root, error))
            throw badInput(m_root.string(), "cannot be indexed", "a folder of music",
                           fs::exists(m_root, error) ? "a file" : "nothing there");
        visit(m_root, "");
        if (m_found.names.empty() && !m_stop.stop_requested())
            throw badInput(m_root.string(), "holds no music",
                           "sound files (WAV, FLAC, Ogg, MP3, …)", "none");
        std::ranges::sort(m_found.names);
        return std::move(m_found);
    }

private:
    void visit(const fs::path& folder, const fs::path& below)
    {
        if (m_stop.stop_requested())
            return;
        std::error_code error;
        const fs::path whole = fs::canonical(folder, error);
        if (!error && !m_visited.insert(whole).second)
            return; // a link may lead back to where it lies
        std::vector<fs::directory_entry> entries;
        if (!error)
            for (fs::directory_iterator entry(folder, error);
                 !error && entry != fs::directory_iterator(); entry.increment(error))
                entries.push_back(*entry);
        if (error) {
            leaveOut(folder, below, error);
            return;
        }
        for (const fs::directory_entry& entry : entries) {
            const fs::path name = entry.path().filename();
            if (name.string().starts_with('.'))
                continue;
            if (entry.is_directory(error))
                visit(entry.path(), below / name);
            else if (soundEnding(name) != SoundEnding::None)
                m_found.names.push_back((below / name).string());
            else if (isUnknown(entry.path())) // it may be a folder
                leaveOut(entry.path(), below / name, error);
        }
    }

    void leaveOut(const fs::path& path, const fs::path& below, const std::error_code& error)
    {
        const Error unreadable = badInput(path.string(), "cannot be read: " + error.message());
        if (below.empty())
            throw unreadable;
        m_found.unread.push_back(below.string());
        if (m_leftOut)
            m_leftOut(unreadable.what());
    }

    const fs::path& m_root;
    const std::stop_token& m_stop;
    const std::function<void(const std::string&)>& m_leftOut;
    std::set<fs::path> m_visited;
    FoundSounds m_found;
};

// Analyses samples as they come; frames are those of the whole at once.
class LogMelStream
{
public:
    void push(std::span<const float> samples)
    {
        m_waiting.insert(m_waiting.end(), samples.begin(), samples.end());
        const std::size_t piece = frontEnd.samplesOf(pieceFrames);
        const std::size_t step = pieceFrames * frontEnd.hopSamples;
        std::size_t used = 0;
        for (; m_waiting.size() - used >= piece; used += step)
            analyse({m_waiting.data() + used, piece});
        m_waiting.erase(m_waiting.begin(), m_waiting.begin() + static_cast<std::ptrdiff_t>(used));
    }
    Matrix<float> finish()
    {
        analyse(m_waiting);
        return {std::move(m_values), m_frames, frontEnd.melBands};
    }

private:
    void analyse(std::span<const float> samples)
    {
        const Matrix<float> rows = logMel(samples, frontEnd);
        m_values.insert(m_values.end(), rows.values().begin(), rows.values().end());
        m_frames += rows.rows();
    }

    std::vector<float> m_waiting;
    std::vector<float> m_values;
    std::size_t m_frames = 0;
};

FileStamp requireStamp(const fs::path& path)
{
    const std::optional<FileStamp> stamp = stampOf(path);
    if (!stamp)
        throw badInput(path.string(), "cannot be read", "a regular file", "none");
    return *stamp;
}

} // namespace

FoundSounds findSounds(const fs::path& folder, const std::stop_token& stop,
                       const std::function<void(const std::string&)>& leftOut)
{
    return Search(folder, stop, leftOut).run();
}

bool isAtOrBelow(const std::string& name, const std::vector<std::string>& places)
{
    return std::ranges::any_of(places, [&](const std::string& place) {
        return name.starts_with(place) &&
               (name.size() == place.size() || name[place.size()] == '/');
    });
}

bool isUnknown(const fs::path& path)
{
    std::error_code error;
    return fs::status(path, error).type() == fs::file_type::none;
}

SongSound readSong(const fs::path& path, const std::stop_token& stop,
                   const std::string& knownSha256)
{
    SongSound sound;
    sound.stamp = requireStamp(path);
    sound.sha256 = sha256OfFile(path, stop);
    if (sound.sha256 == knownSha256)
        return sound;
    LogMelStream stream;
    std::size_t samples = 0;
    readMonoPieces(
        path, frontEnd.sampleRateHz,
        [&](std::span<const float> piece) {
            stream.push(piece);
            samples += piece.size();
        },
        stop);
    sound.logMels = stream.finish();
    sound.seconds = static_cast<double>(samples) / frontEnd.sampleRateHz;
    if (excerptCount(sound.logMels.rows()) == 0)
        throw badInput(path.string(), "is too short",
                       "at least " + std::to_string(frontEnd.excerptFrames) + " frames (1.675 s)",
                       std::to_string(sound.logMels.rows()) + " frames");
    requireFinite(sound.logMels, path);
    if (requireStamp(path) != sound.stamp)
        throw badInput(path.string(), "changed while it was read: index it again");
    return sound;
}

Matrix<float> excerptRows(MatrixView<const float> logMels, std::size_t first, std::size_t count)
{
    Matrix<float> rows(count, frontEnd.excerptFrames * frontEnd.melBands);
    for (std::size_t i = 0; i < count; ++i)
        std::ranges::copy(
            logMels.slice((first + i) * frontEnd.excerptHopFrames, frontEnd.excerptFrames).values(),
            rows.row(i).begin());
    return rows;
}

} // namespace earshot
