// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace earshot {

// Writes a file under a temporary name beside its target; commit() syncs it and renames it over the
// target. Destroyed without commit(), it leaves the target as it was and removes the temporary.
// Temporaries of the same target that killed processes left are removed when the next one begins.
// Every failure is an Error of kind CannotWrite that names the target. Not thread-safe.
class AtomicFile
{
public:
    // Makes missing parent folders. Fails at once if the target is a folder, a device or a pipe, or
    // lies below a file.
    explicit AtomicFile(std::filesystem::path target);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(std::span<const std::byte> bytes);
    void write(std::string_view text);
    // Overwrites bytes already written, e.g. a header whose lengths are known last.
    void writeAt(std::size_t offset, std::span<const std::byte> bytes);
    // The temporary's path, for libraries that want to open the file themselves.
    const std::filesystem::path& temporaryPath() const { return m_temporary; }
    const std::filesystem::path& target() const { return m_target; }
    // The bytes are on the disk after this: of several files that belong together, each is synced
    // before the first is committed.
    void sync();
    void commit();

private:
    [[noreturn]] void fail(std::string_view action, int errorNumber) const;

    std::filesystem::path m_target;
    std::filesystem::path m_temporary;
    int m_descriptor = -1;
};

// The whole of a small file at once.
void writeFileAtomically(const std::filesystem::path& target, std::string_view text);

} // namespace earshot
