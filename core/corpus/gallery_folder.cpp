// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/gallery_folder.h"

#include "core/audio/audio_file.h"
#include "core/dsp/log_mel.h"
#include "core/io/json.h"
#include "core/io/sha256.h"
#include "core/util/atomic_file.h"
#include "core/util/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <system_error>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr std::array<double, 10> qualities{1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1};
// What a clip, a list's entry and a song take in the two text files, at most but for very long
// names.
constexpr std::uintmax_t clipTextBytes = 250;
constexpr std::uintmax_t entryTextBytes = 150;
constexpr std::uintmax_t songTextBytes = 800;

// The shortest decimal number that is this float again.
double shortest(float value)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    double result = 0;
    std::from_chars(text.data(), end, result);
    return result;
}

std::int64_t number(std::size_t value)
{
    return static_cast<std::int64_t>(value);
}

Json songJson(const GallerySong& song)
{
    return Json::object({{"file", song.file},
                         {"artist", song.artist},
                         {"title", song.title},
                         {"licence", song.licence},
                         {"source", song.source}});
}

Json entriesJson(const std::vector<GalleryEntry>& entries)
{
    Json list = Json::array();
    for (const GalleryEntry& entry : entries)
        list.append(Json::object({{"clip", number(entry.clip)},
                                  {"response", shortest(entry.response)},
                                  {"clip_response", shortest(entry.clipResponse)}}));
    return list;
}

std::uintmax_t textBytes(const GalleryContent& content)
{
    std::uintmax_t entries = 0;
    for (const GalleryLists& lists : content.lists)
        entries += lists.highest.size() + lists.lowest.size();
    return content.clips.size() * clipTextBytes + entries * entryTextBytes +
           content.songs.size() * songTextBytes;
}

// A cell of a Markdown table.
std::string cell(std::string text)
{
    std::string escaped;
    for (const char character : text) {
        if (character == '|' || character == '\\')
            escaped += '\\';
        escaped += character == '\n' || character == '\r' ? ' ' : character;
    }
    return escaped;
}

std::string attribution(const GalleryContent& content)
{
    const FrontEndParameters frontEnd;
    char seconds[16];
    std::snprintf(seconds, sizeof seconds, "%.1f",
                  static_cast<double>(frontEnd.samplesOf(frontEnd.excerptFrames)) /
                      frontEnd.sampleRateHz);
    std::string text = "# Excerpts of music\n\n"
                       "The clips in this folder are excerpts of the songs below, which belong to "
                       "their authors and keep their own licences.\n"
                       "Changes: " +
                       std::string(seconds) +
                       " s were cut out of each, with the channels averaged and stems summed, at "
                       "22,050 Hz,\nand compressed as Ogg Vorbis. `examples.json` names the song "
                       "and the time of each clip.\n\n";
    const bool fromDebian = std::ranges::any_of(
        content.songs, [](const GallerySong& song) { return song.source.starts_with("debian/"); });
    if (fromDebian)
        text += "A source `debian/NAME` is Debian's package NAME; its file "
                "`/usr/share/doc/NAME/copyright` names the\nauthors and the licence of each "
                "part.\n\n";
    text += "| artist | title | licence | source | clips |\n|---|---|---|---|---|\n";
    for (std::size_t song = 0; song < content.songs.size(); ++song) {
        const GallerySong& made = content.songs[song];
        std::string clips;
        for (std::size_t i = 0; i < content.clips.size(); ++i) {
            if (content.clips[i].song != song)
                continue;
            char place[64];
            std::snprintf(place, sizeof place, "%04zu (%.1f s)", i + 1,
                          content.clips[i].timeSeconds);
            clips += (clips.empty() ? "" : ", ") + std::string(place);
        }
        text += "| " + cell(made.artist.empty() ? "(see the source)" : made.artist) + " | " +
                cell(made.title.empty() ? made.file : made.title) + " | " + cell(made.licence) +
                " | " + cell(made.source.empty() ? made.file : made.source) + " | " + clips +
                " |\n";
    }
    return text;
}

void rename(const fs::path& from, const fs::path& to, const fs::path& target)
{
    std::error_code error;
    fs::rename(from, to, error);
    if (error)
        throw cannotWrite(target.string(), "cannot be put in place: " + error.message());
}

fs::path beside(const fs::path& target, const char* what)
{
    return target.parent_path() /
           ("." + target.filename().string() + "." + std::to_string(::getpid()) + what);
}

} // namespace

GalleryFolder::GalleryFolder(fs::path target)
    : m_target(fs::absolute(target).lexically_normal())
{
    if (!m_target.has_filename())
        m_target = m_target.parent_path();
    std::error_code error;
    if (fs::exists(m_target, error) && !fs::is_directory(m_target, error))
        throw cannotWrite(m_target.string(), "cannot be written: it is no folder");
    // It will be replaced as a whole.
    if (fs::is_directory(m_target, error) && !fs::is_empty(m_target, error) &&
        !fs::exists(m_target / "examples.json", error))
        throw badInput(m_target.string(), "is not replaced", "a gallery or an empty folder",
                       "other files");
    m_folder = beside(m_target, ".partial");
    fs::create_directories(m_target.parent_path(), error);
    if (!error)
        fs::create_directory(m_folder, error);
    if (error)
        throw cannotWrite(m_target.string(),
                          "cannot be written: its folder cannot be made: " + error.message());
}

GalleryFolder::~GalleryFolder()
{
    std::error_code error;
    if (!m_folder.empty())
        fs::remove_all(m_folder, error);
}

fs::path GalleryFolder::clip(std::size_t index) const
{
    char name[32];
    std::snprintf(name, sizeof name, "%04zu.ogg", index + 1);
    return m_folder / name;
}

double GalleryFolder::writeClips(const GalleryContent& content, std::uintmax_t maximumBytes,
                                 std::stop_token stop) const
{
    const FrontEndParameters frontEnd;
    for (const double quality : qualities) {
        std::uintmax_t bytes = textBytes(content);
        for (std::size_t i = 0; i < content.clips.size() && bytes <= maximumBytes; ++i) {
            if (stop.stop_requested())
                throw Error(ErrorKind::Failed, "writing clips", "stopped");
            writeOgg(clip(i), content.clips[i].samples, frontEnd.sampleRateHz, quality);
            bytes += fs::file_size(clip(i));
        }
        if (bytes <= maximumBytes)
            return quality;
    }
    throw Error(ErrorKind::Failed, m_target.string(),
                std::to_string(content.clips.size()) + " clips are too large: expected at most " +
                    std::to_string(maximumBytes) + " bytes; allow more or fewer examples");
}

void GalleryFolder::writeTexts(const GalleryContent& content) const
{
    const FrontEndParameters frontEnd;
    Json songs = Json::array();
    for (const GallerySong& song : content.songs)
        songs.append(songJson(song));
    Json clips = Json::array();
    for (std::size_t i = 0; i < content.clips.size(); ++i)
        clips.append(Json::object({{"file", clip(i).filename().string()},
                                   {"sha256", sha256OfFile(clip(i))},
                                   {"song", number(content.clips[i].song)},
                                   {"time_s", content.clips[i].timeSeconds}}));
    Json references = Json::object();
    for (const GalleryLists& lists : content.lists)
        references.set(lists.reference, Json::object({{"highest", entriesJson(lists.highest)},
                                                      {"lowest", entriesJson(lists.lowest)}}));
    Json::object({{"format", "earshot-examples-1"},
                  {"classifier", content.classifierSha256},
                  {"sample_rate_hz", frontEnd.sampleRateHz},
                  {"samples", number(frontEnd.samplesOf(frontEnd.excerptFrames))},
                  {"songs", songs},
                  {"clips", clips},
                  {"references", references}})
        .writeFile(m_folder / "examples.json");
    writeFileAtomically(m_folder / "ATTRIBUTION.md", attribution(content));
}

std::uintmax_t GalleryFolder::bytes() const
{
    std::uintmax_t bytes = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(m_folder))
        bytes += entry.file_size();
    return bytes;
}

void GalleryFolder::commit()
{
    const fs::path old = beside(m_target, ".old");
    std::error_code error;
    const bool replaces = fs::exists(m_target, error);
    if (replaces)
        rename(m_target, old, m_target);
    try {
        rename(m_folder, m_target, m_target);
    } catch (const Error&) {
        if (replaces)
            rename(old, m_target, m_target);
        throw;
    }
    m_folder.clear();
    if (replaces)
        fs::remove_all(old, error);
}

} // namespace earshot
