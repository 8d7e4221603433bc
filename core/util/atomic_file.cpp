// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/atomic_file.h"

#include "core/util/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace earshot {

namespace fs = std::filesystem;

AtomicFile::AtomicFile(fs::path target) : m_target(std::move(target))
{
    std::error_code error;
    if (fs::is_directory(m_target, error))
        throw cannotWrite(m_target.string(), "cannot be written: it is a folder");
    const fs::path parent = m_target.parent_path();
    if (!parent.empty()) {
        fs::create_directories(parent, error);
        if (error && !fs::is_directory(parent))
            throw cannotWrite(m_target.string(), "cannot be written: its folder cannot be made: " +
                                                     error.message());
    }
    std::string name = m_target.string() + ".XXXXXX";
    m_descriptor = ::mkstemp(name.data());
    if (m_descriptor < 0)
        fail("cannot be written", errno);
    m_temporary = name;
    // mkstemp makes the file private; give it what open() would have.
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(m_descriptor, 0666 & ~mask);
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

void AtomicFile::commit()
{
    if (::fsync(m_descriptor) != 0)
        fail("cannot be written", errno);
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
