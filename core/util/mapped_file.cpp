// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/mapped_file.h"

#include "core/util/error.h"
#include "core/util/regular_file.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <sys/mman.h>
#include <utility>

namespace earshot {

MappedFile::MappedFile(const std::filesystem::path& path)
{
    const RegularFile file(path);
    if (file.size() == 0) // mmap refuses an empty file; an empty span says as much
        return;
    void* address = ::mmap(nullptr, file.size(), PROT_READ, MAP_PRIVATE, file.descriptor(), 0);
    if (address == MAP_FAILED)
        throw badInput(path.string(), std::string("cannot be read: ") + std::strerror(errno));
    m_bytes = {static_cast<const std::byte*>(address), file.size()};
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
