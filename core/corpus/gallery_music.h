// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/corpus/gallery_folder.h"
#include "core/corpus/pack_plan.h"

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace earshot {

// The music behind a training file.
class GalleryMusic
{
public:
    // Error (BadInput) for a folder or a catalogue that findSources() refuses.
    GalleryMusic(std::filesystem::path folder, const std::filesystem::path& catalogue);

    // As it was packed: mono at the front end's rate. Error (BadInput) if the folder does not hold
    // it.
    std::vector<float> sound(const Recording& recording) const;
    // The source is the catalogue's; empty if it does not say.
    GallerySong song(const Recording& recording) const;

private:
    std::filesystem::path m_folder;
    PackSettings m_pack;
    std::map<std::pair<RecordingKind, std::string>, PackJob> m_jobs;
    std::map<std::string, std::string> m_sources; // by file
};

} // namespace earshot
