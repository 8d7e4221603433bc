// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace earshot {

struct GallerySong
{
    std::string file; // as named in the packed training file
    std::string artist;
    std::string title;
    std::string licence;
    std::string source;
};

struct GalleryClip
{
    std::size_t song = 0;       // index into songs
    double timeSeconds = 0;     // of its first sample
    std::vector<float> samples; // at the front end's rate
};

struct GalleryEntry
{
    std::size_t clip = 0; // index into clips
    float response = 0;
    float clipResponse = 0;
};

struct GalleryLists
{
    std::string reference;
    std::vector<GalleryEntry> highest;
    std::vector<GalleryEntry> lowest;
};

struct GalleryContent
{
    std::string classifierSha256;
    std::vector<GallerySong> songs;
    std::vector<GalleryClip> clips;
    std::vector<GalleryLists> lists;
};

// The files of a gallery (layout: listen/real_examples.h), made in a folder beside the target that
// takes the target's place at commit() and goes with this object otherwise.
class GalleryFolder
{
public:
    // Errors: BadInput if the target is something else than a gallery or an empty folder;
    // CannotWrite.
    explicit GalleryFolder(std::filesystem::path target);
    ~GalleryFolder();
    GalleryFolder(const GalleryFolder&) = delete;
    GalleryFolder& operator=(const GalleryFolder&) = delete;

    std::filesystem::path clip(std::size_t index) const;
    // Writes every clip at the best of ten qualities at which all files fit into maximumBytes,
    // and returns it. Error (Failed): none fits, or "stopped".
    double writeClips(const GalleryContent& content, std::uintmax_t maximumBytes,
                      std::stop_token stop) const;
    // examples.json and ATTRIBUTION.md, once the clips are written.
    void writeTexts(const GalleryContent& content) const;
    std::uintmax_t bytes() const; // of all files
    void commit();

private:
    std::filesystem::path m_target;
    std::filesystem::path m_folder;
};

} // namespace earshot
