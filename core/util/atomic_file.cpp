// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/atomic_file.h"

#include "core/util/error.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view ending = ".partial";

// A name beside the target that no other file of this or another living process has; O_EXCL finds
// what a dead one left behind.
std::string temporaryName(const fs::path& target)
{
    static std::atomic<unsigned> count = 0;
    return target.string() + "." + std::to_string(::getpid()) + "-" + std::to_string(++count) +
           std::string(ending);
}

bool isTemporaryOf(const std::string& target, std::string_view name)
{
    if (!name.starts_with(target + ".") || !name.ends_with(ending))
        return false;
    name.remove_prefix(target.size() + 1);
    const std::string_view digits = "0123456789";
    const std::size_t dash = name.find_first_not_of(digits);
    const std::size_t end = name.size() - ending.size();
    return dash > 0 && dash + 1 < end && name[dash] == '-' &&
           name.find_first_not_of(digits, dash + 1) == end;
}

// Whoever writes a temporary holds its lock; what a killed process left has none.
void removeAbandoned(const fs::path& target)
{
    std::error_code error;
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    std::vector<fs::path> temporaries;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error))
        if (isTemporaryOf(target.filename().string(), entry->path().filename().string()))
            temporaries.push_back(entry->path());
    for (const fs::path& path : temporaries) {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (descriptor < 0)
            continue;
        if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            ::unlink(path.c_str());
        ::close(descriptor);
    }
}

// Locks a new temporary. False if another process took it for an abandoned one just before.
bool claim(int descriptor)
{
    // Where a file system has no locks, nothing is taken for abandoned either.
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
        return errno != EWOULDBLOCK;
    struct stat status = {};
    return ::fstat(descriptor, &status) != 0 || status.st_nlink > 0;
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
    removeAbandoned(m_target);
    for (;;) {
        std::string name = temporaryName(m_target);
        m_descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (m_descriptor < 0 && errno != EEXIST && errno != EINTR)
            fail("cannot be written", errno);
        if (m_descriptor >= 0 && claim(m_descriptor)) {
            m_temporary = std::move(name);
            return;
        }
        if (m_descriptor >= 0)
            ::close(std::exchange(m_descriptor, -1));
    }
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
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0)
        fail("cannot be renamed into place", errno);
    m_temporary.clear();
    ::close(std::exchange(m_descriptor, -1)); // with its lock: not before it has its name
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
