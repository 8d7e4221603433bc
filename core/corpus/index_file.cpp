// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/index_file.h"

#include "core/dsp/log_mel.h"
#include "core/explain/response_expression.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace earshot {

namespace fs = std::filesystem;

const char* const indexFormat = "earshot-index-1";

namespace {

constexpr FrontEndParameters frontEnd;

std::string shortHash(const std::string& sha256)
{
    return sha256.substr(0, 12);
}

fs::path existing(const fs::path& path)
{
    std::error_code error;
    if (!fs::exists(path, error) && fs::exists(unfinishedFolder(path), error))
        throw badInput(path.string(), "is unfinished: index its folder again, and it goes on",
                       "a finished index", "the parts in " + unfinishedFolder(path).string());
    return path;
}

Json parsedMetadata(const SafetensorsFile& file, const std::string& key)
{
    return Json::parse("{\"" + key + "\":" + file.metadataValue(key) + "}", file.path().string());
}

std::vector<IndexedSong> readSongs(const SafetensorsFile& file)
{
    const Json list = parsedMetadata(file, "songs").at("songs");
    std::vector<IndexedSong> songs;
    std::size_t excerpts = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Json item = list.at(i);
        IndexedSong song{item.text("name"),
                         {item.integer("bytes"), item.integer("modified_ns")},
                         item.text("sha256"),
                         item.number("seconds"),
                         excerpts,
                         0};
        const std::int64_t count = item.integer("excerpts");
        // The file's size bounds what the lists are made from.
        if (count < 1 || static_cast<std::uint64_t>(count) > file.tensor("silent").bytes.size() ||
            !std::isfinite(song.seconds) || song.seconds < 0 || fs::path(song.name).is_absolute())
            throw badInput(file.path().string(), "is damaged: its song " + song.name,
                           "excerpts, a duration, and a path below the folder",
                           std::to_string(count) + " excerpts");
        song.excerpts = static_cast<std::size_t>(count);
        excerpts += song.excerpts;
        songs.push_back(std::move(song));
    }
    return songs;
}

IndexContents readContents(const SafetensorsFile& file)
{
    const std::string name = file.path().string();
    if (!file.metadata().contains("format") || file.metadataValue("format") != indexFormat)
        throw badInput(name, "is not an index of music", "a file that 'earshot-cli index' made",
                       "another");
    IndexContents contents{file.metadataValue("folder"), file.metadataValue("classifier_sha256"),
                           file.metadataValue("classifier_name"),
                           parsedMetadata(file, "references").texts("references"), readSongs(file)};
    if (contents.songs.empty() || contents.references.empty())
        throw badInput(name, "is damaged", "songs and references", "none");
    return contents;
}

std::vector<bool> readSilence(const SafetensorsFile& file, std::int64_t excerpts)
{
    std::vector<bool> silent;
    for (const std::byte value : file.tensor("silent", TensorType::Bool, {excerpts}).bytes)
        silent.push_back(value != std::byte{0});
    return silent;
}

} // namespace

std::optional<FileStamp> stampOf(const fs::path& path)
{
    std::error_code error;
    if (!fs::is_regular_file(path, error))
        return std::nullopt;
    const std::uintmax_t bytes = fs::file_size(path, error);
    if (error)
        return std::nullopt;
    const fs::file_time_type modified = fs::last_write_time(path, error);
    if (error)
        return std::nullopt;
    return FileStamp{static_cast<std::int64_t>(bytes),
                     std::chrono::nanoseconds(modified.time_since_epoch()).count()};
}

std::size_t IndexContents::excerpts() const
{
    return songs.empty() ? 0 : songs.back().firstExcerpt + songs.back().excerpts;
}

Json IndexContents::songsJson() const
{
    Json list = Json::array();
    for (const IndexedSong& song : songs)
        list.append(Json::object({{"name", song.name},
                                  {"bytes", song.stamp.bytes},
                                  {"modified_ns", song.stamp.modifiedNs},
                                  {"sha256", song.sha256},
                                  {"seconds", song.seconds},
                                  {"excerpts", static_cast<std::int64_t>(song.excerpts)}}));
    return list;
}

CorpusIndex::CorpusIndex(const fs::path& path)
    : m_file(existing(path))
    , m_contents(readContents(m_file))
{
    const auto excerpts = static_cast<std::int64_t>(m_contents.excerpts());
    m_silent = readSilence(m_file, excerpts);
    m_responses = m_file
                      .tensor("responses", TensorType::F32,
                              {static_cast<std::int64_t>(m_contents.references.size()), excerpts})
                      .bytes;
    // For other programs; here both follow from the songs.
    m_file.tensor("time_s", TensorType::F64, {excerpts});
    m_file.tensor("song", TensorType::I32, {excerpts});
    for (std::size_t row = 0; row < m_contents.references.size(); ++row)
        m_rows.emplace(m_contents.references[row], row);
}

void CorpusIndex::requireClassifier(const std::string& sha256) const
{
    if (sha256 != m_contents.classifierSha256)
        throw badInput(path().string(),
                       "is an index of another classifier: make one of this classifier in another "
                       "file, or delete it",
                       "SHA-256 " + shortHash(sha256) + "…",
                       shortHash(m_contents.classifierSha256) + "… (" + m_contents.classifierName +
                           ")");
}

fs::path CorpusIndex::songPath(std::size_t song) const
{
    return m_contents.folder / songs()[song].name;
}

SongState CorpusIndex::songState(std::size_t song) const
{
    const std::optional<FileStamp> stamp = stampOf(songPath(song));
    if (!stamp)
        return SongState::Vanished;
    return *stamp == songs()[song].stamp ? SongState::Unchanged : SongState::Changed;
}

std::size_t CorpusIndex::songOf(std::size_t excerpt) const
{
    const auto next = std::ranges::upper_bound(songs(), excerpt, {}, &IndexedSong::firstExcerpt);
    return static_cast<std::size_t>(next - songs().begin()) - 1;
}

bool CorpusIndex::isFinite(const IndexedSong& song) const
{
    std::vector<float> values(song.excerpts);
    for (std::size_t row = 0; row < m_contents.references.size(); ++row) {
        copyResponses(row, song.firstExcerpt, values);
        if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
            return false;
    }
    return true;
}

double CorpusIndex::timeSeconds(std::size_t excerpt) const
{
    return excerptStartSeconds(excerpt - songs()[songOf(excerpt)].firstExcerpt);
}

std::optional<std::vector<float>> CorpusIndex::responses(const ResponseExpression& expression) const
{
    std::vector<double> sum(excerpts());
    std::vector<float> values(excerpts());
    for (const ResponseTerm& term : expression.terms()) {
        const auto row = m_rows.find(term.reference());
        if (row == m_rows.end())
            return std::nullopt;
        copyResponses(row->second, 0, values);
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] += term.coefficient * static_cast<double>(values[i]);
    }
    if (!std::ranges::all_of(sum, [](double value) { return std::isfinite(value); }))
        throw badInput(path().string(), "is damaged: its responses of " + expression.canonical(),
                       "finite numbers", "NaN or infinity");
    return std::vector<float>(sum.begin(), sum.end());
}

void CorpusIndex::copyResponses(std::size_t reference, std::size_t first, std::span<float> to) const
{
    const std::size_t offset = (reference * excerpts() + first) * sizeof(float);
    std::memcpy(to.data(), m_responses.subspan(offset, to.size_bytes()).data(), to.size_bytes());
}

double excerptStartSeconds(std::size_t number)
{
    return static_cast<double>(number * frontEnd.excerptHopFrames * frontEnd.hopSamples) /
           frontEnd.sampleRateHz;
}

double excerptCentreSeconds(std::size_t number)
{
    const std::size_t centre =
        frontEnd.excerptFrames / 2 * frontEnd.hopSamples + frontEnd.fftSize / 2;
    return excerptStartSeconds(number) + static_cast<double>(centre) / frontEnd.sampleRateHz;
}

std::size_t excerptCount(std::size_t frames)
{
    return frames < frontEnd.excerptFrames
               ? 0
               : 1 + (frames - frontEnd.excerptFrames) / frontEnd.excerptHopFrames;
}

fs::path unfinishedFolder(const fs::path& index)
{
    return index.string() + ".partial";
}

std::vector<SafetensorsStream::Declaration> indexLayout(const IndexContents& contents)
{
    const auto excerpts = static_cast<std::int64_t>(contents.excerpts());
    // The larger elements first, so that each tensor begins at a multiple of its element's size.
    return {{"time_s", TensorType::F64, {excerpts}},
            {"responses",
             TensorType::F32,
             {static_cast<std::int64_t>(contents.references.size()), excerpts}},
            {"song", TensorType::I32, {excerpts}},
            {"silent", TensorType::Bool, {excerpts}}};
}

TensorMetadata indexMetadata(const IndexContents& contents)
{
    return {{"format", indexFormat},
            {"folder", contents.folder.string()},
            {"classifier_sha256", contents.classifierSha256},
            {"classifier_name", contents.classifierName},
            {"references", Json::array(contents.references).dump(-1)},
            {"songs", contents.songsJson().dump(-1)}};
}

} // namespace earshot
