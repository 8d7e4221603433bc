// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/mapped_file.h"

#include "core/util/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace earshot {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why)
{
    throw badInput(path.string(), "cannot be read: " + why);
}

} // namespace

MappedFile::MappedFile(const std::filesystem::path& path)
{
    // Without O_NONBLOCK a pipe would be waited for instead of refused.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        fail(path, std::strerror(errno));
    struct stat status = {};
    const bool known = ::fstat(descriptor, &status) == 0;
    if (!known || !S_ISREG(status.st_mode)) {
        ::close(descriptor);
        fail(path, S_ISDIR(status.st_mode) ? "it is a folder" : "it is not a regular file");
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > 0) { // mmap refuses an empty file; an empty span says as much
        void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
        const int errorNumber = errno;
        ::close(descriptor);
        if (address == MAP_FAILED)
            fail(path, std::strerror(errorNumber));
        m_bytes = {static_cast<const std::byte*>(address), size};
    } else {
        ::close(descriptor);
    }
}

MappedFile::~MappedFile()
{
    if (!m_bytes.empty())
        ::munmap(const_cast<std::byte*>(m_bytes.data()), m_bytes.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : m_bytes(std::exchange(other.m_bytes, {}))
{
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept
{
    std::swap(m_bytes, other.m_bytes);
    return *this;
}

} // namespace earshot
