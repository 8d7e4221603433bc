// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <cstdint>
#include <cstring>

namespace earshot {

// A safetensors file of any header, right or wrong: the header's length, the header, the data.
inline QByteArray safetensorsBytes(const QByteArray& header, const QByteArray& data = {})
{
    const auto length = static_cast<std::uint64_t>(header.size());
    QByteArray bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return bytes + header + data;
}

// A member of such a header; every part is JSON but type, which lacks its quotes.
inline QByteArray describedTensor(const QByteArray& name, const QByteArray& type,
                                  const QByteArray& shape, const QByteArray& offsets)
{
    return '"' + name + R"(":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" +
           offsets + '}';
}

} // namespace earshot
