// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/index_parts.h"

#include "core/io/sha256.h"
#include "core/util/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <sys/file.h>
#include <unistd.h>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// Layout of a part, R references, E excerpts:
//   responses [R, E] F32
//   silent    [E]    BOOL
// metadata: format, folder, classifier_sha256, song (a JSON array of one, as in the index)
constexpr const char* partFormat = "earshot-index-part-1";
constexpr const char* folderKey = "folder"; // parts of before have none
constexpr const char* partEnding = ".part";
constexpr const char* joinedName = "joined";
constexpr const char* lockName = "lock";
// Joined at a time: the references whose rows take so much memory.
constexpr std::size_t joinedBytes = std::size_t{64} << 20U;

std::vector<std::uint8_t> bytesOf(const std::vector<bool>& values)
{
    return {values.begin(), values.end()};
}

// The same error about the file that the user named.
[[noreturn]] void rethrowAbout(const fs::path& index, const Error& error)
{
    std::string what = error.what();
    if (const std::string prefix = "'" + error.subject() + "': "; what.starts_with(prefix))
        what.erase(0, prefix.size());
    throw Error(error.kind(), index.string(),
                what + "; what is finished is kept, and indexing again goes on from there");
}

// The responses of some songs to some references, wherever they lie.
class Joining
{
public:
    Joining(const fs::path& target, const IndexContents& contents)
        : m_contents(contents)
        , m_stream(target, indexLayout(contents), indexMetadata(contents))
    {
    }

    void addPlaces()
    {
        std::vector<double> times;
        std::vector<std::int32_t> numbers;
        for (std::size_t i = 0; i < m_contents.songs.size(); ++i)
            for (std::size_t k = 0; k < m_contents.songs[i].excerpts; ++k) {
                times.push_back(excerptStartSeconds(k));
                numbers.push_back(static_cast<std::int32_t>(i));
            }
        m_stream.append("time_s", std::as_bytes(std::span(times)));
        m_stream.append("song", std::as_bytes(std::span(numbers)));
    }
    void addResponses(MatrixView<const float> rows)
    {
        m_stream.append("responses", std::as_bytes(rows.values()));
    }
    void addSilence(const std::vector<bool>& silent)
    {
        const std::vector<std::uint8_t> bytes = bytesOf(silent);
        m_stream.append("silent", std::as_bytes(std::span(bytes)));
    }
    void commit() { m_stream.commit(); }

private:
    const IndexContents& m_contents;
    SafetensorsStream m_stream;
};

// Where one song's responses come from.
class SongSource
{
public:
    SongSource(const IndexedSong& song, const fs::path& part)
        : m_song(song)
        , m_part(part)
    {
    }
    SongSource(const IndexedSong& song, const CorpusIndex& earlier, std::size_t first)
        : m_song(song)
        , m_earlier(&earlier)
        , m_first(first)
    {
    }

    // References [first, first + rows.rows()) into this song's columns of rows.
    void copyTo(MatrixView<float> rows, std::size_t first, std::size_t references) const
    {
        const auto place = [&](std::size_t row) {
            return rows.row(row).subspan(m_song.firstExcerpt, m_song.excerpts);
        };
        if (m_earlier != nullptr) {
            for (std::size_t row = 0; row < rows.rows(); ++row)
                m_earlier->copyResponses(first + row, m_first, place(row));
            return;
        }
        const SafetensorsFile file(m_part);
        const std::size_t bytes = m_song.excerpts * sizeof(float);
        const TensorView& tensor = file.tensor(
            "responses", TensorType::F32,
            {static_cast<std::int64_t>(references), static_cast<std::int64_t>(m_song.excerpts)});
        for (std::size_t row = 0; row < rows.rows(); ++row)
            std::memcpy(place(row).data(),
                        tensor.bytes.subspan((first + row) * bytes, bytes).data(), bytes);
    }
    std::vector<bool> silent() const
    {
        std::vector<bool> values;
        if (m_earlier != nullptr) {
            for (std::size_t i = 0; i < m_song.excerpts; ++i)
                values.push_back(m_earlier->isSilent(m_first + i));
            return values;
        }
        const SafetensorsFile file(m_part);
        for (const std::byte value :
             file.tensor("silent", TensorType::Bool, {static_cast<std::int64_t>(m_song.excerpts)})
                 .bytes)
            values.push_back(value != std::byte{0});
        return values;
    }

private:
    const IndexedSong& m_song;
    fs::path m_part;
    const CorpusIndex* m_earlier = nullptr;
    std::size_t m_first = 0; // of its excerpts in the earlier index
};

} // namespace

IndexParts::IndexParts(const fs::path& index, const IndexContents& contents)
    : m_index(index)
    , m_folder(unfinishedFolder(index))
    , m_contents(contents)
{
    std::error_code error;
    if (fs::is_directory(index, error))
        throw cannotWrite(index.string(), "cannot be written: it is a folder");
    fs::create_directories(m_folder, error);
    if (error)
        throw cannotWrite(index.string(),
                          "cannot be written: " + m_folder.string() + ": " + error.message());
    const fs::path lock = m_folder / lockName;
    m_lock = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (m_lock < 0)
        throw cannotWrite(index.string(),
                          "cannot be written: " + lock.string() + ": " + std::strerror(errno));
    // Any other failure (ENOLCK, EOPNOTSUPP) is of a file system without locks: it works there too.
    if (::flock(m_lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        ::close(m_lock);
        throw badInput(index.string(), "is being made by another process: wait for it, or name "
                                       "another file");
    }
    try {
        for (const fs::directory_entry& entry : fs::directory_iterator(m_folder, error))
            if (entry.path().extension() == partEnding)
                takeUp(entry.path());
    } catch (...) {
        ::close(m_lock);
        throw;
    }
}

IndexParts::~IndexParts()
{
    std::error_code error;
    if (m_songs.empty())
        fs::remove(m_folder / lockName, error);
    fs::remove(m_folder, error); // if nothing is in it
    ::close(m_lock);
}

fs::path IndexParts::partPath(const std::string& songName) const
{
    return m_folder / (sha256(std::as_bytes(std::span(songName))) + partEnding);
}

void IndexParts::takeUp(const fs::path& path)
{
    IndexedSong song;
    bool isOfThisFolder = false;
    try {
        const SafetensorsFile file(path);
        if (file.metadataValue("format") != partFormat)
            return;
        if (file.metadataValue("classifier_sha256") != m_contents.classifierSha256)
            throw badInput(m_index.string(),
                           "was begun with another classifier: name another file, or delete the "
                           "folder " +
                               m_folder.string());
        const Json item =
            Json::parse(R"({"song":)" + file.metadataValue("song") + "}", path.string())
                .at("song")
                .at(0);
        song = {item.text("name"),
                {item.integer("bytes"), item.integer("modified_ns")},
                item.text("sha256"),
                item.number("seconds"),
                0,
                0};
        const TensorView& responses =
            file.tensor("responses", TensorType::F32,
                        {static_cast<std::int64_t>(m_contents.references.size()), -1});
        song.excerpts = static_cast<std::size_t>(responses.shape[1]);
        file.tensor("silent", TensorType::Bool, {responses.shape[1]});
        isOfThisFolder = file.metadata().contains(folderKey) &&
                         file.metadataValue(folderKey) == m_contents.folder;
    } catch (const Error& error) {
        if (error.subject() == m_index.string())
            throw;
        return; // damaged: its song is done again
    }
    if (song.excerpts == 0 || path != partPath(song.name))
        return;
    m_songs[song.name] = song;
    m_areOfThisFolder = m_areOfThisFolder || isOfThisFolder;
}

void IndexParts::add(const IndexedSong& song, MatrixView<const float> responses,
                     const std::vector<bool>& silent)
{
    // By reference, as the index has them.
    Matrix<float> rows(responses.columns(), responses.rows());
    for (std::size_t i = 0; i < rows.rows(); ++i)
        for (std::size_t k = 0; k < rows.columns(); ++k)
            rows(i, k) = responses(k, i);
    const std::vector<std::uint8_t> flags = bytesOf(silent);
    SafetensorsWriter writer;
    writer.add("responses", rows);
    writer.add("silent", TensorType::Bool, {static_cast<std::int64_t>(flags.size())},
               std::as_bytes(std::span(flags)));
    writer.setMetadata("format", partFormat);
    writer.setMetadata(folderKey, m_contents.folder.string());
    writer.setMetadata("classifier_sha256", m_contents.classifierSha256);
    IndexContents one;
    one.songs = {song};
    writer.setMetadata("song", one.songsJson().dump(-1));
    try {
        writer.write(partPath(song.name));
    } catch (const Error& error) {
        rethrowAbout(m_index, error);
    }
    m_songs[song.name] = song;
}

void IndexParts::drop(const std::string& songName)
{
    std::error_code error;
    fs::remove(partPath(songName), error);
    m_songs.erase(songName);
}

bool IndexParts::join(std::vector<IndexedSong> songs, const CorpusIndex* earlier,
                      const std::stop_token& stop)
{
    std::map<std::string, std::size_t> earlierFirst;
    if (earlier != nullptr)
        for (const IndexedSong& song : earlier->songs())
            earlierFirst[song.name] = song.firstExcerpt;
    std::size_t excerpts = 0;
    for (IndexedSong& song : songs) {
        song.firstExcerpt = excerpts;
        excerpts += song.excerpts;
    }
    IndexContents contents = m_contents;
    contents.songs = std::move(songs);
    std::vector<SongSource> sources;
    for (const IndexedSong& song : contents.songs) {
        if (m_songs.contains(song.name))
            sources.emplace_back(song, partPath(song.name));
        else
            sources.emplace_back(song, *earlier, earlierFirst.at(song.name));
    }
    const std::size_t references = contents.references.size();
    const std::size_t step =
        std::clamp<std::size_t>(joinedBytes / sizeof(float) / excerpts, 1, references);
    const fs::path target = m_folder / joinedName;
    try {
        Joining joining(target, contents);
        joining.addPlaces();
        for (std::size_t first = 0; first < references; first += step) {
            Matrix<float> rows(std::min(step, references - first), excerpts);
            for (const SongSource& source : sources) {
                if (stop.stop_requested())
                    return false;
                source.copyTo(rows.view(), first, references);
            }
            joining.addResponses(rows);
        }
        for (const SongSource& source : sources)
            joining.addSilence(source.silent());
        joining.commit();
    } catch (const Error& error) {
        rethrowAbout(m_index, error);
    }
    std::error_code error;
    fs::rename(target, m_index, error);
    if (error)
        throw cannotWrite(m_index.string(), "cannot be written: " + error.message());
    return true;
}

void IndexParts::clear()
{
    std::error_code error;
    std::vector<fs::path> ours;
    // Also what a killed process was writing: "….part.123-1.partial", "joined.123-1.partial".
    for (const fs::directory_entry& entry : fs::directory_iterator(m_folder, error)) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(partEnding) || name.find(std::string(partEnding) + ".") != name.npos ||
            name.starts_with(joinedName))
            ours.push_back(entry.path());
    }
    for (const fs::path& path : ours)
        fs::remove(path, error);
    m_songs.clear();
}

} // namespace earshot
