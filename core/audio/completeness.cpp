// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/completeness.h"

#include "core/util/error.h"
#include "core/util/regular_file.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

namespace {

using Bytes = std::vector<std::byte>;

std::string_view textOf(const Bytes& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// So many bytes, or up to the file's end.
Bytes bytesAt(const RegularFile& file, std::size_t offset, std::size_t count)
{
    Bytes bytes(std::min(count, file.size() - std::min(offset, file.size())));
    file.read(offset, bytes);
    return bytes;
}

// Reads are within the bytes: callers look first.
std::size_t byteAt(const Bytes& bytes, std::size_t offset)
{
    return std::to_integer<std::size_t>(bytes[offset]);
}

std::size_t littleEndian32(const Bytes& bytes, std::size_t offset)
{
    return byteAt(bytes, offset) | byteAt(bytes, offset + 1) << 8U |
           byteAt(bytes, offset + 2) << 16U | byteAt(bytes, offset + 3) << 24U;
}

std::size_t bigEndian32(const Bytes& bytes, std::size_t offset)
{
    return byteAt(bytes, offset) << 24U | byteAt(bytes, offset + 1) << 16U |
           byteAt(bytes, offset + 2) << 8U | byteAt(bytes, offset + 3);
}

[[noreturn]] void cutOff(const RegularFile& file, std::size_t expected)
{
    throw badInput(file.path().string(), "is cut off",
                   "at least " + std::to_string(expected) + " bytes", std::to_string(file.size()));
}

// Where the text begins for the last time; the file's size if nowhere.
std::size_t lastPlace(const RegularFile& file, std::string_view text)
{
    constexpr std::size_t pieceBytes = std::size_t{1} << 16U; // an Ogg page, about
    for (std::size_t end = file.size(); end >= text.size();) {
        const std::size_t begin = end - std::min(end, pieceBytes);
        const Bytes piece = bytesAt(file, begin, end - begin);
        if (const std::size_t place = textOf(piece).rfind(text); place != std::string_view::npos)
            return begin + place;
        if (begin == 0)
            break;
        end = begin + text.size() - 1;
    }
    return file.size();
}

// ID3v2: "ID3", version, flags, and the length of the rest in four bytes of seven bits.
std::size_t afterId3Tag(const RegularFile& file)
{
    const Bytes tag = bytesAt(file, 0, 10);
    if (tag.size() < 10 || !textOf(tag).starts_with("ID3"))
        return 0;
    return 10 +
           (byteAt(tag, 6) << 21U | byteAt(tag, 7) << 14U | byteAt(tag, 8) << 7U | byteAt(tag, 9));
}

} // namespace

void checkWavComplete(const RegularFile& file)
{
    constexpr std::size_t firstUnspecified = 0x7FFF0000; // sox: 0x7FFFF000, others 0xFFFFFFFF
    constexpr std::size_t headerBytes = 8;
    for (std::size_t chunk = 12; chunk + headerBytes <= file.size();) {
        const Bytes header = bytesAt(file, chunk, headerBytes);
        const std::size_t length = littleEndian32(header, 4);
        const std::size_t end = chunk + headerBytes + length;
        if (textOf(header).starts_with("data")) {
            if (length < firstUnspecified && end > file.size())
                cutOff(file, end);
            return;
        }
        chunk = end + length % 2; // chunks start at even offsets
    }
}

void checkOggComplete(const RegularFile& file)
{
    constexpr std::size_t headerBytes = 27;
    constexpr std::size_t mostLengths = 255;
    const std::size_t place = lastPlace(file, "OggS");
    // Byte 5, bit 2: the last page of a stream. Byte 26: how many bytes of lengths follow.
    const Bytes page = bytesAt(file, place, headerBytes + mostLengths);
    if (page.size() < headerBytes || (byteAt(page, 5) & 4U) == 0)
        throw badInput(file.path().string(), "is cut off", "an Ogg stream that ends", "none");
    const std::size_t body = headerBytes + byteAt(page, 26);
    std::size_t end = place + body;
    for (std::size_t i = headerBytes; i < std::min(body, page.size()); ++i)
        end += byteAt(page, i);
    if (end > file.size())
        cutOff(file, end);
}

void checkMp3Complete(const RegularFile& file)
{
    constexpr std::size_t id3v1Bytes = 128; // a tag at the end that some writers count
    constexpr std::size_t mostSideBytes = 32;
    constexpr std::size_t headerBytes = 16; // as far as it is looked at
    const std::size_t place = afterId3Tag(file);
    const Bytes frame = bytesAt(file, place, 4 + mostSideBytes + headerBytes);
    if (frame.size() < 4 || byteAt(frame, 0) != 0xFF)
        return;
    // The header lies after the first frame's side information: 32 bytes in stereo and 17 in mono
    // of MPEG-1, 17 and 9 of MPEG-2.
    const bool mpeg1 = (byteAt(frame, 1) & 8U) != 0;
    const bool mono = (byteAt(frame, 3) & 0xC0U) == 0xC0U;
    const std::size_t header = 4 + (mpeg1 ? (mono ? 17 : mostSideBytes) : (mono ? 9 : 17));
    if (header + headerBytes > frame.size())
        return;
    const std::string_view name = textOf(frame).substr(header, 4);
    if (name != "Xing" && name != "Info")
        return;
    const std::size_t flags = bigEndian32(frame, header + 4); // 1: frames, 2: bytes
    if ((flags & 2U) == 0)
        return;
    const std::size_t end =
        place + bigEndian32(frame, header + ((flags & 1U) != 0 ? 12 : 8)); // as stated
    if (end > file.size() + id3v1Bytes)
        cutOff(file, end);
}

} // namespace earshot
