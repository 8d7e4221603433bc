// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/corpus/sources.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace earshot {

// Finds sources in folders by their place (sources.h), without their splits. Folders are read
// through links, each once.
class FolderScan
{
public:
    explicit FolderScan(const ClassNames& classes)
        : m_classes(classes)
    {
    }

    // An absolute folder and everything below it.
    void scan(const std::filesystem::path& root);

    FoundSources found; // in no particular order

private:
    struct Entries; // of one folder

    void scanFolder(const std::filesystem::path& root, const std::filesystem::path& folder);
    void addStems(const std::filesystem::path& root, Entries& entries);
    void addFile(const std::filesystem::path& root, const Entries& entries,
                 const std::filesystem::path& file);
    std::filesystem::path labelsOf(const std::filesystem::path& root, const Entries& entries,
                                   const std::filesystem::path& file) const;
    void addSource(const std::filesystem::path& root, Source source);
    void leaveOut(const std::filesystem::path& path, const std::string& whatFailed,
                  const std::string& expected, const std::string& found);

    const ClassNames& m_classes;
    std::set<std::filesystem::path> m_visited; // canonical
};

} // namespace earshot
