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
    Song,         // sound and a label file
    Stems,        // a folder with vocals.*, accompaniment.* and a label file
    ACappella,    // a file of solo singing
    Positive,     // a file that carries the label from beginning to end
    Instrumental, // a file that does not carry it anywhere
    Unlabelled    // a song with singing at unknown times
};

// A file or folder of music to be packed.
struct Source
{
    std::filesystem::path path;
    std::string name; // below its folder or catalogue, in UTF-8
    SourceKind kind = SourceKind::Song;
    Split split = Split::Train;
    std::string artist;
    std::string title;
    std::string licence;
    std::filesystem::path labels; // of a song or stems; empty: vocals.csv in the folder
};

// The two classes. Each may be the name of a folder that holds nothing else.
struct ClassNames
{
    std::string label = "vocal";        // what Positive means
    std::string other = "instrumental"; // what Negative means
};

struct FoundSources
{
    std::vector<Source> sources;       // by name
    std::vector<std::string> problems; // a message for everything that is left out
};

// What is found below the folders. With a catalogue (CSV with columns file, kind, split, artist,
// title, licence; files below the catalogue's folder; kinds "song", "stems", "a cappella",
// "instrumental", "song without labels"): its lines that lie in one of the folders.
//
// Without, by place:
// - a folder with vocals.*, accompaniment.* and a label file is stems;
// - a sound file with a label file is a song. Label files (label_file.h) are NAME.csv, NAME.lab or
//   NAME.txt beside NAME.ogg, the same in a folder `labels` here or further up, an UltraStar song
//   that names the sound, and beside audio.* or the only sound of a folder also vocals.csv,
//   labels.csv and song.txt;
// - without labels, a file below a folder of the name of a class, or below a_cappella or
//   unlabelled, is of that kind;
// - any other sound is left out, and so are empty folders.
// Artist and title are the UltraStar song's, or of a name "ARTIST - TITLE". The split is that of a
// folder train, valid or test above; else it follows from a hash of the artist, or, where there is
// none, of the parent folder's name and the file's (80/10/10). Where a kind would have no
// validation or test music, the tenth, but at least one, of its artists or files whose hash is
// highest goes there, with all their music of any kind, as long as of every kind one stays for
// training. What a folder has placed stays where it is.
//
// Error (BadInput): a folder that is missing, a kind or split that is unknown, or nothing to pack.
FoundSources findSources(const std::vector<std::filesystem::path>& folders,
                         const std::optional<std::filesystem::path>& catalogue,
                         const ClassNames& classes = {});

// The file `stem`.wav, .flac, .ogg or .mp3 in the folder; empty if there is none.
std::filesystem::path findAudio(const std::filesystem::path& folder, const std::string& stem);

// FNV-1a: the same on every machine, unlike std::hash.
std::uint64_t stableHash(const std::string& text);

} // namespace earshot
