// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/json.h"
#include "core/io/safetensors.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

class ResponseExpression;

// What tells a file that is as it was from one that changed.
struct FileStamp
{
    std::int64_t bytes = 0;
    std::int64_t modifiedNs = 0; // since the clock's epoch

    bool operator==(const FileStamp&) const = default;
};
// Empty if there is no such regular file.
std::optional<FileStamp> stampOf(const std::filesystem::path& path);

// One sound file of an index. Its excerpts, of 115 frames every 50, begin at its first sample.
struct IndexedSong
{
    std::string name; // the path below the index's folder
    FileStamp stamp;
    std::string sha256; // of the file
    double seconds = 0; // of sound
    std::size_t firstExcerpt = 0;
    std::size_t excerpts = 0;
};

enum class SongState
{
    Unchanged,
    Changed, // by size or time of modification
    Vanished,
};

// What stands in an index beside its numbers.
struct IndexContents
{
    std::filesystem::path folder; // absolute
    std::string classifierSha256; // of the weights that responded
    std::string classifierName;
    std::vector<std::string> references; // names of the rows: reference_responses.h
    std::vector<IndexedSong> songs;      // by name; firstExcerpt in this order

    std::size_t excerpts() const;
    Json songsJson() const;
};

// The responses of one classifier to a folder of music, one memory-mapped safetensors file that
// `earshot-cli index` makes. R references, E excerpts, song after song:
//   time_s     [E]    F64  of an excerpt's first sample in its song
//   responses  [R, E] F32  raw, of all units and means before and after the activations
//   song       [E]    I32  into the metadata's songs
//   silent     [E]    BOOL more than a quarter of the excerpt's frames are silent
// metadata: format, folder, classifier_sha256, classifier_name, references (JSON array of texts),
// songs (JSON array of {name, bytes, modified_ns, sha256, seconds, excerpts})
// Immutable; may be used from several threads at once.
class CorpusIndex
{
public:
    // Error (BadInput): missing (an unfinished one is named), damaged, or another kind of file.
    explicit CorpusIndex(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_file.path(); }
    const IndexContents& contents() const { return m_contents; }
    const std::vector<IndexedSong>& songs() const { return m_contents.songs; }
    std::size_t excerpts() const { return m_silent.size(); }
    // Error (BadInput), saying what to do, unless these are the weights that it was made with.
    void requireClassifier(const std::string& sha256) const;

    std::filesystem::path songPath(std::size_t song) const;
    // Looks at the file.
    SongState songState(std::size_t song) const;
    std::size_t songOf(std::size_t excerpt) const;
    // Whether all its responses are numbers, as they are unless the file is damaged.
    bool isFinite(const IndexedSong& song) const;
    double timeSeconds(std::size_t excerpt) const; // of its first sample in the song
    bool isSilent(std::size_t excerpt) const { return m_silent[excerpt]; }

    // [excerpts()] raw responses; empty if a term of the expression is not a reference, or a sum of
    // such. Error (BadInput) for a damaged file.
    std::optional<std::vector<float>> responses(const ResponseExpression& expression) const;
    // One reference's to a part of the excerpts, [first, first + to.size()).
    void copyResponses(std::size_t reference, std::size_t first, std::span<float> to) const;

private:
    SafetensorsFile m_file;
    IndexContents m_contents;
    std::map<std::string, std::size_t, std::less<>> m_rows; // by reference
    std::span<const std::byte> m_responses;
    std::vector<bool> m_silent;
};

// Of an excerpt's first sample and of its centre, the number being its place in its song.
double excerptStartSeconds(std::size_t number);
double excerptCentreSeconds(std::size_t number);
// The excerpts of so many frames.
std::size_t excerptCount(std::size_t frames);

// Where the finished parts of an index wait for the others.
std::filesystem::path unfinishedFolder(const std::filesystem::path& index);

// The layout of the file above, for whoever writes it.
extern const char* const indexFormat;
std::vector<SafetensorsStream::Declaration> indexLayout(const IndexContents& contents);
TensorMetadata indexMetadata(const IndexContents& contents);

} // namespace earshot
