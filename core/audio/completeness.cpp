// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/completeness.h"

#include "core/util/error.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace earshot {

namespace {

using Bytes = std::span<const std::byte>;

std::string_view textOf(Bytes bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Reads are within the bytes: callers look first.
std::size_t byteAt(Bytes bytes, std::size_t offset)
{
    return std::to_integer<std::size_t>(bytes[offset]);
}

std::size_t littleEndian32(Bytes bytes, std::size_t offset)
{
    return byteAt(bytes, offset) | byteAt(bytes, offset + 1) << 8U |
           byteAt(bytes, offset + 2) << 16U | byteAt(bytes, offset + 3) << 24U;
}

std::size_t bigEndian32(Bytes bytes, std::size_t offset)
{
    return byteAt(bytes, offset) << 24U | byteAt(bytes, offset + 1) << 16U |
           byteAt(bytes, offset + 2) << 8U | byteAt(bytes, offset + 3);
}

[[noreturn]] void cutOff(const std::string& path, std::size_t expected, std::size_t found)
{
    throw badInput(path, "is cut off", "at least " + std::to_string(expected) + " bytes",
                   std::to_string(found));
}

// ID3v2: "ID3", version, flags, and the length of the rest in four bytes of seven bits.
std::size_t afterId3Tag(Bytes bytes)
{
    if (bytes.size() < 10 || !textOf(bytes).starts_with("ID3"))
        return 0;
    return 10 + (byteAt(bytes, 6) << 21U | byteAt(bytes, 7) << 14U | byteAt(bytes, 8) << 7U |
                 byteAt(bytes, 9));
}

} // namespace

void checkWavComplete(const std::string& path, Bytes bytes)
{
    constexpr std::size_t firstUnspecified = 0x7FFF0000; // sox: 0x7FFFF000, others 0xFFFFFFFF
    for (std::size_t chunk = 12; chunk + 8 <= bytes.size();) {
        const std::size_t length = littleEndian32(bytes, chunk + 4);
        const std::size_t end = chunk + 8 + length;
        if (textOf(bytes).substr(chunk, 4) == "data") {
            if (length < firstUnspecified && end > bytes.size())
                cutOff(path, end, bytes.size());
            return;
        }
        chunk = end + length % 2; // chunks start at even offsets
    }
}

void checkOggComplete(const std::string& path, Bytes bytes)
{
    constexpr std::size_t headerBytes = 27;
    const std::size_t page = textOf(bytes).rfind("OggS");
    // Byte 5, bit 2: the last page of a stream. Byte 26: how many bytes of lengths follow.
    const bool last = page != std::string_view::npos && page + headerBytes <= bytes.size() &&
                      (byteAt(bytes, page + 5) & 4U) != 0;
    if (!last)
        throw badInput(path, "is cut off", "an Ogg stream that ends", "none");
    const std::size_t body = page + headerBytes + byteAt(bytes, page + 26);
    std::size_t end = body;
    for (std::size_t i = page + headerBytes; i < std::min(body, bytes.size()); ++i)
        end += byteAt(bytes, i);
    if (end > bytes.size())
        cutOff(path, end, bytes.size());
}

void checkMp3Complete(const std::string& path, Bytes bytes)
{
    constexpr std::size_t id3v1Bytes = 128; // a tag at the end that some writers count
    const std::size_t frame = afterId3Tag(bytes);
    if (frame + 4 > bytes.size() || byteAt(bytes, frame) != 0xFF)
        return;
    // The header lies after the first frame's side information: 32 bytes in stereo and 17 in mono
    // of MPEG-1, 17 and 9 of MPEG-2.
    const bool mpeg1 = (byteAt(bytes, frame + 1) & 8U) != 0;
    const bool mono = (byteAt(bytes, frame + 3) & 0xC0U) == 0xC0U;
    const std::size_t side = mpeg1 ? (mono ? 17 : 32) : (mono ? 9 : 17);
    const std::size_t header = frame + 4 + side;
    if (header + 16 > bytes.size())
        return;
    const std::string_view name = textOf(bytes).substr(header, 4);
    if (name != "Xing" && name != "Info")
        return;
    const std::size_t flags = bigEndian32(bytes, header + 4); // 1: frames, 2: bytes
    if ((flags & 2U) == 0)
        return;
    const std::size_t stated = bigEndian32(bytes, header + ((flags & 1U) != 0 ? 12 : 8));
    if (frame + stated > bytes.size() + id3v1Bytes)
        cutOff(path, frame + stated, bytes.size());
}

} // namespace earshot
