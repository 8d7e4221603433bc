// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/packed_data.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace earshot {

enum class SourceKind
{
    Song,         // a folder with audio.* and vocals.csv
    Stems,        // a folder with vocals.*, accompaniment.* and vocals.csv
    ACappella,    // a file of solo singing
    Instrumental, // a file without voice
    Unlabelled    // a song with singing at unknown times
};

// A file or folder of music to be packed.
struct Source
{
    std::filesystem::path path;
    std::string name; // below its folder or catalogue
    SourceKind kind = SourceKind::Song;
    Split split = Split::Train;
    std::string artist;
    std::string title;
    std::string licence;
};

// What is found below the folders, by name. With a catalogue (CSV with columns file, kind, split,
// artist, title, licence; files below the catalogue's folder; kinds "song", "stems", "a cappella",
// "instrumental", "song without labels"): its lines that lie in one of the folders. Without: a
// folder with audio.* and vocals.csv is a song, one with vocals.* and accompaniment.* is stems, and
// files below a folder named a_cappella, instrumental or unlabelled are of that kind; the split
// then depends on a hash of the parent folder's name and the file's (80/10/10). Error (BadInput): a
// folder that is missing, a kind or split that is unknown, or nothing to pack.
std::vector<Source> findSources(const std::vector<std::filesystem::path>& folders,
                                const std::optional<std::filesystem::path>& catalogue);

// The file `stem`.wav, .flac, .ogg or .mp3 in the folder; empty if there is none.
std::filesystem::path findAudio(const std::filesystem::path& folder, const std::string& stem);

// FNV-1a: the same on every machine, unlike std::hash.
std::uint64_t stableHash(const std::string& text);

} // namespace earshot
