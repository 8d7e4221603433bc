// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace earshot {

// A file that others may change, read in pieces: that it shrinks or that its disk fails is an
// Error, where touching a mapping of it would end the program.
class RegularFile
{
public:
    // Error (BadInput) if the file is missing, unreadable, or not a regular file.
    explicit RegularFile(const std::filesystem::path& path);
    ~RegularFile();
    RegularFile(const RegularFile&) = delete;
    RegularFile& operator=(const RegularFile&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::size_t size() const { return m_size; } // when it was opened
    int descriptor() const { return m_descriptor; }
    // Fills `to` from this offset on. Error (BadInput) if the file ends before, or cannot be read.
    void read(std::size_t offset, std::span<std::byte> to) const;

private:
    std::filesystem::path m_path;
    std::size_t m_size = 0;
    int m_descriptor = -1;
};

} // namespace earshot
