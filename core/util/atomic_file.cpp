// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/atomic_file.h"

#include "core/util/error.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// A name beside the target that no other file of this or another living process has; O_EXCL finds
// what a dead one left behind.
std::string temporaryName(const fs::path& target)
{
    static std::atomic<unsigned> count = 0;
    return target.string() + "." + std::to_string(::getpid()) + "-" + std::to_string(++count) +
           ".partial";
}

} // namespace

AtomicFile::AtomicFile(fs::path target)
    : m_target(std::move(target))
{
    std::error_code error;
    const fs::file_status status = fs::status(m_target, error);
    if (fs::is_directory(status) || !m_target.has_filename())
        throw cannotWrite(m_target.string(), "cannot be written: it is a folder");
    // Renaming over a device or a pipe would replace it.
    if (fs::exists(status) && !fs::is_regular_file(status))
        throw cannotWrite(m_target.string(), "cannot be written: it is not a regular file");
    const fs::path parent = m_target.parent_path();
    if (!parent.empty()) {
        fs::create_directories(parent, error);
        if (error)
            throw cannotWrite(m_target.string(),
                              "cannot be written: its folder cannot be made: " + error.message());
    }
    std::string name;
    do {
        name = temporaryName(m_target);
        m_descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (m_descriptor < 0 && (errno == EEXIST || errno == EINTR));
    if (m_descriptor < 0)
        fail("cannot be written", errno);
    m_temporary = std::move(name);
}

AtomicFile::~AtomicFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            fail("cannot be written", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void AtomicFile::write(std::string_view text)
{
    write(std::as_bytes(std::span(text)));
}

void AtomicFile::writeAt(std::size_t offset, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t written =
            ::pwrite(m_descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            fail("cannot be written", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::size_t>(written);
    }
}

void AtomicFile::sync()
{
    if (::fsync(m_descriptor) != 0)
        fail("cannot be written", errno);
}

void AtomicFile::commit()
{
    sync();
    const int descriptor = std::exchange(m_descriptor, -1);
    if (::close(descriptor) != 0)
        fail("cannot be written", errno);
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0)
        fail("cannot be renamed into place", errno);
    m_temporary.clear();
}

void AtomicFile::fail(std::string_view action, int errorNumber) const
{
    throw cannotWrite(m_target.string(), std::string(action) + ": " + std::strerror(errorNumber));
}

void writeFileAtomically(const fs::path& target, std::string_view text)
{
    AtomicFile file(target);
    file.write(text);
    file.commit();
}

} // namespace earshot
