// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/corpus/index_file.h"
#include "core/util/matrix.h"

#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace earshot {

// The finished parts of an index in the making, one file a song, in the folder FILE.partial beside
// it. Each is written whole or not at all, so that whatever ends the program, no finished song is
// lost. One process at a time, where the file system has locks.
class IndexParts
{
public:
    // contents: all but the songs. Makes the folder, or takes up what an earlier run left in it.
    // Errors: BadInput if another process is at it, or if it holds parts of another classifier;
    // CannotWrite.
    IndexParts(const std::filesystem::path& index, const IndexContents& contents);
    // Removes the folder if it is empty.
    ~IndexParts();
    IndexParts(const IndexParts&) = delete;
    IndexParts& operator=(const IndexParts&) = delete;

    const std::filesystem::path& index() const { return m_index; }
    // Finished songs, by name; firstExcerpt is 0.
    using Songs = std::map<std::string, IndexedSong>;
    const Songs& songs() const { return m_songs; }
    // Of a part that was taken up: its song was in the same folder.
    bool areOfThisFolder() const { return m_areOfThisFolder; }
    // responses [excerpts, references]. Error: CannotWrite.
    void add(const IndexedSong& song, MatrixView<const float> responses,
             const std::vector<bool>& silent);
    // Forgets a part that is not of its file as it is now.
    void drop(const std::string& songName);
    // Writes the index of these songs, each a part or, where there is none, of the earlier index
    // (by name), and replaces that one. Their firstExcerpt is set here. false on a stop: nothing
    // was written. Errors: CannotWrite; BadInput for a damaged part.
    bool join(std::vector<IndexedSong> songs, const CorpusIndex* earlier,
              const std::stop_token& stop);
    // Removes the parts, which are in the index now or belong to no song.
    void clear();

private:
    std::filesystem::path partPath(const std::string& songName) const;
    void takeUp(const std::filesystem::path& part);

    std::filesystem::path m_index;
    std::filesystem::path m_folder;
    IndexContents m_contents;
    Songs m_songs;
    bool m_areOfThisFolder = false;
    int m_lock = -1;
};

} // namespace earshot
