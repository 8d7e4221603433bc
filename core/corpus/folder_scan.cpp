// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/folder_scan.h"

#include "core/corpus/label_text.h"
#include "core/corpus/sound_ending.h"
#include "core/corpus/ultrastar.h"
#include "core/util/error.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// Of the nearest folder whose name says it.
std::optional<SourceKind> kindByPlace(const fs::path& folder, const ClassNames& classes)
{
    std::optional<SourceKind> kind;
    for (const fs::path& part : folder) {
        const std::string name = part.string();
        if (name == classes.label)
            kind = SourceKind::Positive;
        else if (name == classes.other)
            kind = SourceKind::Instrumental;
        else if (name == "a_cappella")
            kind = SourceKind::ACappella;
        else if (name == "unlabelled")
            kind = SourceKind::Unlabelled;
    }
    return kind;
}

void nameByPattern(const std::string& text, Source& source)
{
    const std::size_t dash = text.find(" - ");
    if (source.artist.empty() && dash != std::string::npos && dash > 0)
        source.artist = text.substr(0, dash);
    if (source.title.empty())
        source.title = dash == std::string::npos ? text : text.substr(dash + 3);
}

} // namespace

struct FolderScan::Entries
{
    fs::path folder;
    std::vector<fs::path> sounds;
    std::vector<fs::path> others; // unreadable sound
    std::vector<fs::path> folders;
    std::map<std::string, fs::path> songsBySound; // UltraStar songs by the file they name
    bool isEmpty = true;
};

void FolderScan::scan(const fs::path& root)
{
    scanFolder(root, root);
}

void FolderScan::leaveOut(const fs::path& path, const std::string& whatFailed,
                          const std::string& expected, const std::string& foundText)
{
    found.problems.push_back(
        badInput(toUtf8(path.string()), whatFailed, expected, foundText).what());
}

void FolderScan::scanFolder(const fs::path& root, const fs::path& folder)
{
    std::error_code error;
    if (!m_visited.insert(fs::canonical(folder, error)).second)
        return;
    Entries entries;
    entries.folder = folder;
    std::vector<fs::path> paths;
    for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error))
        if (entry->path().filename().string().front() != '.')
            paths.push_back(entry->path());
    if (error)
        return leaveOut(folder, "cannot be read", "a folder", error.message());
    std::ranges::sort(paths);
    for (const fs::path& path : paths) {
        entries.isEmpty = false;
        const std::string extension = path.extension().string();
        if (fs::is_directory(path, error))
            entries.folders.push_back(path);
        else if (soundEnding(path) == SoundEnding::Readable)
            entries.sounds.push_back(path);
        else if (soundEnding(path) == SoundEnding::Unreadable)
            entries.others.push_back(path);
        if (extension == ".txt")
            if (const auto song = ultraStarHeader(path); song && !song->audio.empty())
                entries.songsBySound[song->audio] = path;
    }
    if (entries.isEmpty)
        leaveOut(folder, "is empty", "music", "nothing");
    for (const fs::path& other : entries.others)
        leaveOut(other, "cannot be read", "WAV, FLAC, Ogg or MP3", other.extension().string());
    if (entries.sounds.empty() && fs::exists(folder / "vocals.csv", error))
        leaveOut(folder, "has labels, but no sound", "audio.wav, .flac, .ogg or .mp3", "none");
    addStems(root, entries);
    for (const fs::path& sound : entries.sounds)
        addFile(root, entries, sound);
    for (const fs::path& below : entries.folders)
        scanFolder(root, below);
}

// Takes the two files from the entries.
void FolderScan::addStems(const fs::path& root, Entries& entries)
{
    const fs::path voice = findAudio(entries.folder, "vocals");
    const fs::path accompaniment = findAudio(entries.folder, "accompaniment");
    if (voice.empty() || accompaniment.empty())
        return;
    Source source;
    source.path = entries.folder;
    source.kind = SourceKind::Stems;
    source.labels = labelsOf(root, entries, voice);
    std::erase(entries.sounds, voice);
    std::erase(entries.sounds, accompaniment);
    if (source.labels.empty())
        leaveOut(entries.folder, "has no labels", "vocals.csv, vocals.lab or song.txt", "none");
    else
        addSource(root, std::move(source));
}

void FolderScan::addFile(const fs::path& root, const Entries& entries, const fs::path& file)
{
    Source source;
    source.path = file;
    source.labels = labelsOf(root, entries, file);
    const auto place =
        kindByPlace(file.lexically_relative(root.parent_path()).parent_path(), m_classes);
    if (!source.labels.empty()) {
        source.kind = SourceKind::Song;
        if (const fs::path audio = findAudio(entries.folder, "audio"); file == audio)
            source.path = entries.folder;
        else if (file.stem() == "audio")
            return leaveOut(file, "is not needed", "one audio.* in a folder",
                            "also " + audio.filename().string());
    } else if (place) {
        source.kind = *place;
    } else {
        const std::string stem = toUtf8(file.stem().string());
        return leaveOut(file, "has no labels",
                        stem + ".csv, " + stem + ".lab, song.txt, or a folder '" + m_classes.label +
                            "' or '" + m_classes.other + "' around it",
                        "none");
    }
    addSource(root, std::move(source));
}

fs::path FolderScan::labelsOf(const fs::path& root, const Entries& entries,
                              const fs::path& file) const
{
    const fs::path& folder = entries.folder;
    const std::string stem = file.stem().string();
    std::vector<fs::path> candidates{folder / (stem + ".csv"), folder / (stem + ".lab")};
    const bool isSung = m_classes.label == "vocal";
    const bool isAlone = entries.sounds.size() == 1 || stem == "audio" || stem == "vocals";
    if (isAlone)
        candidates.insert(candidates.end(), {folder / "vocals.csv", folder / "labels.csv"});
    if (isSung) {
        candidates.push_back(folder / (stem + ".txt"));
        if (const auto song = entries.songsBySound.find(file.filename().string());
            song != entries.songsBySound.end())
            candidates.push_back(song->second);
        if (isAlone)
            candidates.push_back(folder / "song.txt");
    }
    for (fs::path above = folder;; above = above.parent_path()) {
        for (const char* extension : {".csv", ".lab"})
            candidates.push_back(above / "labels" / (stem + extension));
        if (above == root || above == above.parent_path())
            break;
    }
    std::error_code error;
    for (const fs::path& candidate : candidates)
        if (fs::is_regular_file(candidate, error))
            return candidate;
    return {};
}

void FolderScan::addSource(const fs::path& root, Source source)
{
    source.name = toUtf8(source.path.lexically_relative(root.parent_path()).string());
    if (source.labels.extension() == ".txt")
        if (const auto song = ultraStarHeader(source.labels)) {
            source.artist = song->artist;
            source.title = song->title;
        }
    nameByPattern(toUtf8(source.path.stem().string()), source);
    found.sources.push_back(std::move(source));
}

} // namespace earshot
