// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/corpus/label_file.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace earshot {

// A song of a karaoke game, as text: lines "#NAME:value", then notes ": start length pitch
// syllable" (also *, F, R and G: golden, spoken, rapped) in quarters of a beat, "-" between lines
// of the lyrics, P1 and P2 before the parts of a duet, E at the end (usdx.eu/format).
struct UltraStarSong
{
    std::string artist;
    std::string title;
    std::string audio; // file name; empty if it does not say
    std::vector<LabelInterval> sung;
};

// A note lies from GAP/1000 + start·15/BPM seconds on. Gaps below 0.35 s between notes count as
// sung: no more than a breath. Error (BadInput) naming the line: no BPM, a note that is none,
// neither notes nor an end, or what is not understood (#RELATIVE, changes of the tempo).
UltraStarSong readUltraStar(const std::filesystem::path& path);

// Artist, title and audio alone; nothing if the file is no such song.
std::optional<UltraStarSong> ultraStarHeader(const std::filesystem::path& path);

} // namespace earshot
