// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/regular_file.h"

#include "core/util/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace earshot {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why)
{
    throw badInput(path.string(), "cannot be read: " + why);
}

} // namespace

RegularFile::RegularFile(const std::filesystem::path& path)
    : m_path(path)
    // Without O_NONBLOCK a pipe would be waited for instead of refused.
    , m_descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))
{
    if (m_descriptor < 0)
        fail(path, std::strerror(errno));
    struct stat status = {};
    const bool known = ::fstat(m_descriptor, &status) == 0;
    if (!known || !S_ISREG(status.st_mode)) {
        ::close(m_descriptor);
        fail(path, S_ISDIR(status.st_mode) ? "it is a folder" : "it is not a regular file");
    }
    m_size = static_cast<std::size_t>(status.st_size);
}

RegularFile::~RegularFile()
{
    ::close(m_descriptor);
}

void RegularFile::read(std::size_t offset, std::span<std::byte> to) const
{
    const std::size_t end = offset + to.size();
    while (!to.empty()) {
        const ssize_t count =
            ::pread(m_descriptor, to.data(), to.size(), static_cast<off_t>(end - to.size()));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            fail(m_path, std::strerror(errno));
        if (count == 0)
            throw badInput(m_path.string(), "shrank while it was read: read it again",
                           std::to_string(end) + " bytes", "fewer");
        to = to.subspan(static_cast<std::size_t>(count));
    }
}

} // namespace earshot
